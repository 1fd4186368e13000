"""Part a: tallies, exact, beside snapshot.js's in doubles."""

from __future__ import annotations

import math
import time
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.domain.voting import Tally, VotingType, tally
from tests.benchmarks import peers
from tests.benchmarks.frame import Measured, Options, Report, faster, take_turns
from tests.benchmarks.polls import ONE, SYSTEMS_OF_SNAPSHOT, Poll, a_poll, slow
from tests.benchmarks.talk import Peer, talking

HERE = Path(__file__).parent
LARGE = {"single-choice": 4, "approval": 8, "weighted": 15, "quadratic": 5, "ranked-choice": 40, "copeland": 6}
"""How many times as fast as snapshot.js, 5 choices, 1 strategy, 1,000,000 ballots."""
WIDE = 10
"""Likewise, 20 choices, 3 strategies, 100,000 ballots."""
DIFFERENT = {"single-choice": 10, "approval": 10, "weighted": 10, "quadratic": 10, "ranked-choice": 10, "copeland": 2.5}
"""Likewise, every ballot drawn by itself."""


async def measure(asked: Options, report: Report) -> None:
    """Measure each of Snapshot's systems, and check each of our counts against a slow one."""
    node = peers.node_packages()
    report.title("Tallies: exact whole numbers and fractions beside snapshot.js's doubles")
    script = str(HERE / "snapshot_tallies.mjs")
    with TemporaryDirectory() as folder:
        for voting in SYSTEMS_OF_SNAPSHOT:
            for choices, strategies, ballots, distinct, at_least in (
                (5, 1, 1_000_000, 1_000, LARGE[voting]),
                (20, 3, 100_000, 1_000, WIDE),
                (20, 3, 100_000, 10_000, WIDE),
                (20, 3, 100_000, 100_000, DIFFERENT[voting]),
            ):
                poll = a_poll(voting, choices, strategies, ballots, distinct)
                async with talking("node", "--expose-gc", "--max-old-space-size=6000", script, cwd=node) as peer:
                    await peer.ask({"load": str(poll.write(Path(folder) / "poll.json"))})
                    await _compare(poll, peer, asked, report, at_least)


async def _compare(poll: Poll, peer: Peer, asked: Options, report: Report, at_least: float) -> None:
    ballots = poll.ballots()
    ours: list[Tally] = []
    theirs: list[dict[str, object]] = []

    async def folkmoot() -> float:
        start = time.perf_counter()
        counted = tally(poll.voting, poll.choices, ballots)
        seconds = time.perf_counter() - start
        ours[:] = [counted]
        return seconds

    async def snapshot() -> float:
        theirs[:] = [await peer.ask({"count": True})]
        return float(str(theirs[0]["seconds"]))

    methods: dict[str, Measured] = {"folkmoot": folkmoot, "snapshot.js": snapshot}
    taken = await take_turns(methods, min(asked.runs, 3))
    exact = slow(poll.voting, poll.choices, ballots.marks, ballots.powers)
    drift = _check(poll.voting, ours[0], exact, theirs[0]["scores"])
    many = f"{len(poll.picks):,} ballots, {len(set(ballots.marks)):,} of them different"
    report.row(
        faster(
            f"{poll.voting}, {poll.choices} choices, {len(poll.scores)} strategies, {many}",
            taken["folkmoot"],
            "snapshot.js",
            taken["snapshot.js"],
            at_least=at_least,
            note=f"ours checked; its doubles are off by up to {drift:.2g} units of 10⁻¹⁸",
        )
    )


def _check(voting: VotingType, counted: Tally, exact: list[Fraction], theirs: object) -> float:
    """Compare with a slow count, and return how far the doubles are from it, in units."""
    assert isinstance(theirs, list)
    if voting == "quadratic":
        assert all(abs(a - b) <= counted.total * Fraction(1, 2**60) for a, b in zip(counted.scores, exact, strict=True))
    else:
        assert list(counted.scores) == exact
    assert all(
        math.isclose(float(a), b * ONE, rel_tol=1e-9, abs_tol=1e-9 * counted.total)
        for a, b in zip(exact, theirs, strict=True)
    )
    return max(float(abs(a - Fraction(b) * ONE)) for a, b in zip(exact, theirs, strict=True))
