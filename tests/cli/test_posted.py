"""Bundles and logs that stand in channels since before: they verify for as long as there is a `verify`.

`tests/vectors/posted` holds one bundle of each voting system, and two whole votes with their logs, receipts and what
was posted of them, as earlier versions made them. They are never made anew.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.domain.voting import SYSTEMS

POSTED = Path(__file__).parents[1] / "vectors" / "posted"


def verify(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[str]]:
    code = main(["verify", *map(str, arguments)])
    return code, capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_bundle_that_was_posted_holds(system: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = verify(capsys, POSTED / f"{system}.json.gz")
    assert code == 0, lines
    assert any(line.startswith(f"holds        tally: {system}") for line in lines)


@pytest.mark.parametrize("story", ["story", "signed"])
def test_a_vote_that_was_posted_holds_with_its_log_and_its_receipts(
    story: str, capsys: pytest.CaptureFixture[str]
) -> None:
    posted = json.loads((POSTED / "posted.json").read_text())[story]
    told = [word for name, value in posted.items() for word in (f"--{name}", value)]
    bundle, log = POSTED / f"{story}.json.gz", POSTED / f"{story}-log.jsonl.gz"
    for receipt in ([], *(["--receipt", file] for file in sorted(POSTED.glob(f"{story}-[rc]*.json")))):
        code, lines = verify(capsys, bundle, "--log", log, *told, *receipt)
        assert code == 0, lines
        assert {line.split(":")[0] for line in lines if "log and" in line} >= {
            f"holds        log and {what}"
            for what in ("proposal", "text", "ballots", "recusals", "delegates", "result")
        }
