"""`folkmoot tally`: counts votes as Snapshot's data has them, exactly; JSON lines in, JSON lines out."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TextIO

from bot.cli.tallying.json_lines import lines
from bot.cli.tallying.tally_answer import answer
from bot.cli.tallying.votes import Malformed

_STANDARD_INPUT = 0


def main(given: argparse.Namespace) -> int:
    """Answer each line of the file; return 1 if one of them could not be answered."""
    source = _STANDARD_INPUT if given.file == "-" else given.file
    try:
        with open(source, encoding="utf-8-sig", errors="replace", newline="\n", closefd=given.file != "-") as file:
            return _tally(file)
    except BrokenPipeError:
        # The reader closed the pipe, so what is left in the buffer cannot be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"problem: {given.file} cannot be read ({error.strerror})", file=sys.stderr)
        return 1


def _tally(stream: TextIO) -> int:
    failed = 0
    for number, line in enumerate(lines(stream), start=1):
        try:
            if line.blank:
                continue
            told = _written(answer(line.fields()))
        except Malformed as error:
            failed = 1
            print(f"line {number}: {error}", file=sys.stderr, flush=True)
        except RecursionError:
            failed = 1
            print(f"line {number}: it is nested too deeply", file=sys.stderr, flush=True)
        else:
            print(told, flush=True)
    return failed


def _written(told: dict[str, object]) -> str:
    """Return an answer as it is best read; with escapes if the output's encoding lacks one of its characters."""
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return json.dumps(told, separators=(",", ":"))
    return text
