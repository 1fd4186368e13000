"""npm's `canonicalize`, `multiformats` and `ethers` find in a bundle what stands in it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.domain.audit.bundle.reading.bundle_file import packed
from bot.domain.audit.bundle.writing.bundle_builder import Bundle
from bot.domain.voting.systems.basic import CHOICES
from tests.builders import ONE, a_ballot, a_proposal, a_text
from tests.bundles import BALLOTS, a_bundle
from tests.cli.test_verify import signed_bundle

NODE = Path(__file__).parents[1] / "node"

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(
        not (shutil.which("node") and (NODE / "node_modules" / "canonicalize").is_dir()),
        reason="npm's canonicalize is not installed",
    ),
]

STRANGE = a_proposal(
    text=a_text(title="Zoë — “quoted” \\ \u2028 \x7f 😀", body="tab\tline\nnull\u0000 \ufb33 \u0080"),
    choices=("Ölberg 😀", "\u20ac", "\u05d3"),
    voting="single-choice",
)


def in_node(content: bytes) -> Any:
    ran = subprocess.run(["node", "bundle.mjs"], cwd=NODE, input=content, capture_output=True, check=True, timeout=20)
    return json.loads(ran.stdout)


@pytest.mark.parametrize(
    "bundle",
    [
        a_bundle(),
        a_bundle(()),
        a_bundle([a_ballot(number, number % 3 + 1, number * ONE // 7) for number in range(1, 23)]),
        a_bundle(BALLOTS, STRANGE),
        signed_bundle(),
    ],
    ids=["three", "none", "many", "strange", "signed"],
)
def test_another_program_finds_the_same(bundle: Bundle) -> None:
    for content in (bundle.content, packed(bundle.content)):
        found, value = in_node(content), json.loads(bundle.content)
        assert found["canonical"]
        assert found["cid"] == bundle.cid
        assert found["proposal"] == value["proposal"]["cid"]
        assert found["root"] == bundle.root
        assert found["checks"] == [entry["check"] for entry in value["ballots"]]
        assert found["digests"] == value["digests"]
        assert found["scores"] == value["tally"]["scores"]
        assert len(found["scores"]) == len(CHOICES)
        for ballot, signer in zip(value["ballots"], found["signers"], strict=True):
            assert signer == (ballot["wallet"] if "signed" in ballot else None)
