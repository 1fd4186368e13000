"""`folkmoot power` beside Snapshot's strategies, read by snapshot.js from the same real node, on random lists.

snapshot.js brings no strategies of its own, only what they read with. So their formulas stand a second time beside
these tests, in doubles, with how far a double may be from what is meant; and with every row of the table in
docs/strategies.md that says where ours differ. FOLKMOOT_ROUNDS and FOLKMOOT_SEED draw more lists, and others.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.domain.delegation.onchain_registry import REGISTRY
from bot.domain.power import KINDS
from tests.chain.batch.test_read_methods_anvil import ANVIL
from tests.cli.drawing import Drawing
from tests.cli.world import AGGREGATE, CHAIN, SPACE, World, built
from tests.presence import present

Json = dict[str, Any]
Run = Callable[[Json], list[Json] | None]

HERE = Path(__file__).parent
NODE, PACKAGES = shutil.which("node"), HERE.parent / "node"
DOCS = HERE.parents[1] / "docs" / "strategies.md"
ROUNDS = int(os.environ.get("FOLKMOOT_ROUNDS", "250"))
"""Lists of strategies."""
RECORDED = {
    json.loads(line)["strategy"]
    for line in (HERE.parents[0] / "vectors" / "snapshot-strategies-more.jsonl").read_text().splitlines()
}
"""What is held to recorded runs, on a real node too (test_power_recorded_anvil.py)."""
OWN = {"ve-bio", "piedao", "esd", "decentraland-estate-size", "uniswap"}
"""What has examples of its own."""
SEED = os.environ.get("FOLKMOOT_SEED", "1")
pytestmark = [
    pytest.mark.anvil,
    pytest.mark.node,
    pytest.mark.timeout(60 + ROUNDS),
    pytest.mark.skipif(ANVIL is None, reason="anvil is not installed: npm ci in tests/node, or set FOLKMOOT_ANVIL"),
    pytest.mark.skipif(
        NODE is None or not (PACKAGES / "node_modules" / "@snapshot-labs").exists(),
        reason="wants node and snapshot.js in tests/node",
    ),
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with built() as world:
        yield world


def theirs(world: World, questions: Sequence[Json]) -> tuple[list[str], list[Json]]:
    """Return which strategies snapshot.js's side knows, and what it answers to each question."""
    asked = {"url": world.url, "network": str(CHAIN), "multicall": AGGREGATE, "registry": REGISTRY, "space": SPACE}
    done = subprocess.run(
        [present(NODE), str(HERE / "snapshot" / "strategies.mjs")],
        cwd=PACKAGES,
        input="".join(json.dumps(line) + "\n" for line in [asked, *questions]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names, *answers = (json.loads(line, parse_int=float) for line in done.stdout.splitlines())
    return names, answers


@pytest.fixture
def ours(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command; return its code, what it answers (None: an error), and the error."""

    def run(question: Json) -> list[Json] | None:
        (tmp_path / "strategies.json").write_text(json.dumps(question["strategies"]))
        (tmp_path / "wallets").write_text("\n".join(question["addresses"]))
        files = ["--strategies", str(tmp_path / "strategies.json"), "--addresses", str(tmp_path / "wallets")]
        where = ["--rpc", f"{CHAIN}={world.url}", "--block", str(question["block"]), "--space", SPACE]
        code = main(["power", *files, *where])
        out, err = capsys.readouterr()
        if code:
            assert out == ""
            assert re.fullmatch(r"problem: [^\n]+\n", err), err
            return None
        assert err == ""
        powers: list[Json] = json.loads(out)["powers"]
        return powers

    return run


def near(ours: float, theirs: float, off: float) -> bool:
    """Plain numbers are the same double; others are as near as doubles tell."""
    return ours == theirs if off == 0 else abs(ours - theirs) <= off + abs(theirs) * 2**-52


def compared(
    question: Json, ours: Sequence[Json], theirs: Sequence[Sequence[tuple[float, float | None]]]
) -> Counter[str]:
    """Compare wallet by wallet and part by part; count what was the same, what gave power, what nobody can tell."""
    count: Counter[str] = Counter()
    for asked, entry, row in zip(question["addresses"], ours, theirs, strict=True):
        assert entry["address"] == asked
        for part, (number, off) in zip(entry["parts"], row, strict=True):
            if off is None:
                count["open"] += 1
                continue
            assert near(part["number"], number, off), (part, number, off, asked, question)
            count["same"] += 1
            count[part["strategy"]] += number > 0
    return count


def test_random_lists_give_every_wallet_the_same(world: World, ours: Run) -> None:
    drawing = Drawing(random.Random(SEED), world)  # noqa: S311 - lists, no secrets
    questions = [drawing.question() for _ in range(ROUNDS)]
    names, answers = theirs(world, questions)
    assert set(names) == set(KINDS) - RECORDED - OWN
    count: Counter[str] = Counter()
    differing = set()
    for question, snapshot in zip(questions, answers, strict=True):
        differing |= set(snapshot["rows"])
        answer = ours(question)
        if snapshot["mayFail"]:
            continue
        assert (answer is None) == ("error" in snapshot), (snapshot, question)
        count += Counter(errors=1) if answer is None else compared(question, answer, snapshot["parts"])
    table = DOCS.read_text().partition("## Where we differ")[2]
    assert all(f"| {row}" in table for row in differing), differing
    drawn = set(names) - {"uni"}  # it reads one contract of chain 1
    assert {name for name in KINDS if count[name]} == drawn, "every kind gave somebody power"
    assert ROUNDS / 20 < count["errors"] < ROUNDS / 3
    assert count["open"] < count["same"] / 50
