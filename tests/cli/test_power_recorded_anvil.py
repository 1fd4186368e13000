"""`folkmoot power` gives on real nodes what Snapshot's own code gave; contracts answer there as in each run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from tests.chain.batch.test_read_methods_anvil import ANVIL
from tests.cli.replaying import Node, moved, replaying
from tests.domain.power.test_snapshot_vectors import OURS, agrees, together

RUNS = [case for case in OURS if not any(one["delegator"] == one["delegate"] for one in case.get("delegations", ()))]
"""All but those in which somebody delegates to himself, which the registry takes from nobody."""
Nodes = dict[int, Node]
Run = Callable[[dict[str, Any], dict[int, int]], dict[str, float]]
NAMES = sorted({case["strategy"] for case in RUNS})
pytestmark = [
    pytest.mark.anvil,
    pytest.mark.timeout(120),
    pytest.mark.skipif(ANVIL is None, reason="anvil is not installed: npm ci in tests/node, or set FOLKMOOT_ANVIL"),
]


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    running: Nodes = {}
    yield running
    for node in running.values():
        node.stop()


@pytest.fixture
def ours(nodes: Nodes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command on the nodes; return each wallet's number."""

    def run(case: dict[str, Any], heights: dict[int, int]) -> dict[str, float]:
        strategy = {"name": case["strategy"], "network": case["network"], "params": moved(case, heights)}
        (tmp_path / "strategies.json").write_text(json.dumps([strategy]))
        (tmp_path / "wallets").write_text("\n".join(case["addresses"]))
        files = ["--strategies", str(tmp_path / "strategies.json"), "--addresses", str(tmp_path / "wallets")]
        where = [word for chain in nodes for word in ("--rpc", f"{chain}={nodes[chain].url}")]
        where += [word for chain in nodes for word in ("--finality", f"{chain}=1")]
        block = ["--block", str(heights[int(case["network"])])]
        code = main(["power", *files, *where, *block, "--space", case["space"]])
        out, err = capsys.readouterr()
        assert code == 0, err
        return {entry["address"]: entry["number"] for entry in json.loads(out)["powers"]}

    return run


def test_every_kind_that_was_recorded_is_read_on_a_real_node() -> None:
    assert {case["strategy"] for case in OURS} == set(NAMES)
    assert len(OURS) - len(RUNS) == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_real_node_gives_what_was_recorded(name: str, nodes: Nodes, ours: Run) -> None:
    for case in (case for case in RUNS if case["strategy"] == name):
        with replaying(nodes, case) as heights:
            assert agrees(ours(case, heights), together(case)), case["id"]
