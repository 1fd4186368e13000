"""`make bench-against REV=…`: the parts of this tree and of an earlier commit, taking turns within one run."""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.__main__ import PARTS
from tests.benchmarks.peers import ROOT

_CELLS = re.compile(r"^\| (?P<name>[^|]+) \| (?P<ours>[^|]+) \|")
_FIGURE = re.compile(r"(?P<number>[\d,]+(?:\.\d+)?(?:e[+-]?\d+)?) ?(?P<unit>ms|s|a second)?\b")
_IN_SECONDS = {"ms": 0.001, "s": 1.0}

Figures = dict[str, float]
"""Of each row the first figure of what is ours, seconds where it is a duration."""


def figures(printed: str) -> Figures:
    """Read the rows that a run prints. A name that comes twice is told apart by its number."""
    found: Figures = {}
    for line in printed.splitlines():
        cells = _CELLS.match(line)
        figure = cells and _FIGURE.search(cells["ours"])
        if cells and figure and cells["name"] != "what":
            name, times = cells["name"], sum(known.partition(" #")[0] == cells["name"] for known in found)
            value = float(figure["number"].replace(",", "")) * _IN_SECONDS.get(figure["unit"] or "", 1.0)
            found[f"{name} #{times + 1}" if times else name] = value
    return found


def compared(here: Sequence[Figures], there: Sequence[Figures]) -> Iterator[tuple[str, float, float]]:
    """Return of each row that both have its name and both medians."""
    for name in here[0]:
        if all(name in one for one in (*here, *there)):
            yield name, median(one[name] for one in here), median(one[name] for one in there)


def run(tree: Path, parts: Sequence[str]) -> Figures:
    """Measure parts of a tree once, in a process of its own. Raises CalledProcessError."""
    chosen = [word for part in parts for word in ("--only", part)]
    command = [sys.executable, "-m", "tests.benchmarks", "--runs", "1", *chosen]
    environment: Mapping[str, str] = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(command, cwd=tree, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return figures(done.stdout)


def parts_of(tree: Path) -> list[str]:
    """Read the letters of a tree's parts, as its `PARTS` names them. Raises LookupError where there are none."""
    module = ast.parse((tree / "tests" / "benchmarks" / "__main__.py").read_text(encoding="utf-8"))
    for line in module.body:
        if isinstance(line, ast.Assign) and any(isinstance(to, ast.Name) and to.id == "PARTS" for to in line.targets):
            return list(ast.literal_eval(line.value))
    raise LookupError


@contextmanager
def earlier(revision: str) -> Iterator[Path]:
    """Check a commit out beside this tree, with the peers that are fetched here."""
    with TemporaryDirectory() as folder:
        tree = Path(folder) / "earlier"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", tree, revision], cwd=ROOT, check=True)
        try:
            modules = ROOT / "tests" / "node" / "node_modules"
            if modules.exists():
                (tree / "tests" / "node" / "node_modules").symlink_to(modules)
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)


def main(arguments: Sequence[str]) -> int:
    """Print a row for each figure that both have."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.against", description=__doc__)
    parser.add_argument("revision", help="the commit to compare with, as git names it")
    parser.add_argument("--only", choices=list(PARTS), action="append", help="measure this part alone")
    parser.add_argument("--runs", type=int, default=5, help="of each; figures are medians (default: 5)")
    given = parser.parse_args(arguments)
    here, there = list[Figures](), list[Figures]()
    with earlier(given.revision) as tree:
        both = [part for part in PARTS if part in parts_of(tree)]
        parts = [part for part in given.only or both if part in both]
        if not parts:
            parser.error(f"{given.revision} has none of these parts; both have: {', '.join(both)}")
        for turn in range(given.runs):
            for path, found in ((ROOT, here), (tree, there)) if turn % 2 else ((tree, there), (ROOT, here)):
                found.append(run(path, parts))
    print(f"| what | here | {given.revision} | here, of that |\n|---|---|---|---|")
    for name, ours, theirs in compared(here, there):
        print(f"| {name} | {ours:,.4g} | {theirs:,.4g} | {f'{ours / theirs:.2f}' if theirs else ''} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
