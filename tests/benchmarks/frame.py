"""The frame of every benchmark: methods take turns within one run, their medians become rows of one table."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

Measured = Callable[[], Awaitable[float]]
"""Does its work once and returns what it measured, seconds as a rule. It times itself: some work is not to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for. Sizes are those of the promises, whatever `runs` is."""

    runs: int
    only: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure beside another of the same run; `good` is None where nothing was promised."""

    name: str
    ours: str
    peer: str
    ratio: str
    target: str
    good: bool | None = None
    note: str = ""


@dataclass(slots=True)
class Report:
    """Prints rows as they come, and keeps them."""

    rows: list[Row] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def title(self, text: str) -> None:
        print(f"\n## {text}\n", flush=True)
        print("| what | ours | beside | ratio | to reach | note |\n|---|---|---|---|---|---|", flush=True)

    def row(self, row: Row) -> None:
        self.rows.append(row)
        print(_line(row), flush=True)

    def leave_out(self, what: str, why: str) -> None:
        """Say that something was not measured."""
        self.left_out.append(what)
        print(f"left out: {what}: {why}", flush=True)


Part = Callable[[Options, Report], Awaitable[None]]
"""A family of figures; it prints its title and its rows."""


async def take_turns(methods: Mapping[str, Measured], runs: int) -> dict[str, list[float]]:
    """Measure each method `runs` times, in turns, the order rotated so that none always follows the same one."""
    names = list(methods)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(runs):
        for name in _rotated(names, turn):
            gc.collect()
            taken[name].append(await methods[name]())
    return taken


def faster(
    name: str, ours: Sequence[float], peer_name: str, peer: Sequence[float], *, at_least: float = 0, note: str = ""
) -> Row:
    """Say how many times as fast as a peer we are, by medians of seconds."""
    ratio = median(peer) / median(ours)
    return Row(
        name=name,
        ours=seconds(median(ours)),
        peer=f"{peer_name} {seconds(median(peer))}",
        ratio=f"{ratio:,.1f} times as fast",
        target=f"≥ {at_least:g}" if at_least else "",
        good=ratio >= at_least if at_least else None,
        note=note,
    )


def within(
    name: str, ours: Sequence[float], floor_name: str, floor: Sequence[float], *, at_most: float, note: str = ""
) -> Row:
    """Say how many times a floor's time we take, by medians of seconds."""
    ratio = median(ours) / median(floor)
    return Row(
        name=name,
        ours=seconds(median(ours)),
        peer=f"{floor_name} {seconds(median(floor))}",
        ratio=f"{ratio:.2f} times as long",
        target=f"≤ {at_most:g}",
        good=ratio <= at_most,
        note=note,
    )


def seconds(value: float) -> str:
    """Write a duration with three significant digits."""
    return f"{value:.3g} s" if value >= 1 else f"{value * 1_000:.3g} ms"


def options(arguments: Sequence[str], parts: Mapping[str, str]) -> Options:
    """Read the command line. `parts`: letters and what they stand for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    told = ", ".join(f"{letter} ({what})" for letter, what in parts.items())
    parser.add_argument("--only", choices=list(parts), action="append", help=f"measure this part alone: {told}")
    parser.add_argument("--runs", type=int, default=5, help="of each method; figures are medians (default: 5)")
    parser.add_argument("--quick", action="store_true", help="one run of each, to see that it works")
    given = parser.parse_args(arguments)
    return Options(runs=1 if given.quick else given.runs, only=frozenset(given.only or parts))


def _rotated(names: Sequence[str], turn: int) -> Iterator[str]:
    at = turn % len(names) if names else 0
    yield from names[at:]
    yield from names[:at]


def _line(row: Row) -> str:
    sign = {True: " ✓", False: " ✗", None: ""}[row.good]
    return f"| {row.name} | {row.ours} | {row.peer} | {row.ratio} | {row.target}{sign} | {row.note} |"
