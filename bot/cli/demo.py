"""`folkmoot demo`: starts the demo, whose packages are installed separately."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec

_PACKAGES = ("simcord", "eth")


def main(given: argparse.Namespace) -> int:
    """Run the demo with the rest of the command line. Return its exit code, or 1 if its packages are missing."""
    if not all(find_spec(package) for package in _PACKAGES):
        print("problem: the demo needs more packages — pip install 'folkmoot[demo]', or use make demo", file=sys.stderr)
        return 1
    from bot.demo.play import main as play  # noqa: PLC0415 - without its packages the demo cannot be imported

    return play(given.rest)
