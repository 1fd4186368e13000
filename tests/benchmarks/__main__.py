"""`make bench`: every part in turn, then what was missed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from importlib import import_module

from tests.benchmarks.frame import Options, Part, Report, options
from tests.benchmarks.peers import Missing

PARTS = {
    "a": "tallies",
    "b": "balances",
    "c": "presses",
    "d": "ballots",
    "e": "strategies",
    "f": "signatures",
    "g": "bundles",
    "h": "cold",
    "i": "stalls",
    "j": "transactions",
}
"""Letter, and the module of this package that measures it."""


async def measure(asked: Options, report: Report) -> None:
    for letter, name in PARTS.items():
        if letter in asked.only:
            part: Part = import_module(f"tests.benchmarks.{name}").measure
            try:
                await part(asked, report)
            except Missing as missing:
                report.leave_out(name, str(missing))


def main(arguments: Sequence[str]) -> int:
    """Return 0 whatever the figures are: a noisy machine is no failure."""
    asked, report = options(arguments, PARTS), Report()
    print(f"Medians of {asked.runs}, methods taking turns. Seconds are this machine's; compare ratios.")
    asyncio.run(measure(asked, report))
    missed = [row.name for row in report.rows if row.good is False]
    print(f"\nnot reached: {'; '.join(missed)}" if missed else "\nAll that was measured reached what was promised.")
    if report.left_out:
        print(f"left out: {', '.join(report.left_out)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
