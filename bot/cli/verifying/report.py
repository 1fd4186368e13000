"""Prints findings: a line for each, one at the end, and an exit code."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence

from bot.domain.audit.bundle.checking.findings import Finding, State

HOLDS, FALSE, UNUSABLE, INCOMPLETE = range(4)
"""Exit codes.

In order: all that was checked holds; something does not; the command line cannot be followed; something was not checked
(only with `--strict`), or the answer could not be written.
"""
_ANEW = {
    "bundle": "nothing that was posted was given, so the whole file could have been made anew: compare with --cid, or "
    "with --log and a --head",
    "root": "--root is of the ballots alone, so all else could have been made anew: compare with --cid, or with --log "
    "and a --head",
    "receipt": "nothing that was posted was given, so the whole file could have been made anew: compare with --root, "
    "or with --log and a --head",
    "log": "no head that was posted was given, so the whole file could have been made anew: compare with --head",
    "": "",
}


_BLANKS = re.compile(" {2,}")
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Characters that are drawn as nothing, though Unicode does not class them as spaces."""


class Unwritten(Exception):
    """A finding could not be written to standard output; the text says why."""


def say(text: str) -> None:
    """Print and flush a text. Raises BrokenPipeError if the reader closed the pipe, Unwritten if writing fails."""
    if sys.stdout is None:  # print ignores a missing standard output
        raise Unwritten("standard output is closed")
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritten(error.strerror or type(error).__name__) from None


def written(finding: Finding) -> str:
    """Return a finding as a line of text."""
    return f"{finding.state:<12} {finding.check}: {printable(finding.detail)}"


def last_line(findings: Sequence[Finding], anew: str) -> str:
    """Return a summary: how many fail, what was not checked, and what might be forged (`anew`, see `_ANEW`)."""
    failed = sum(finding.state is State.FAILS for finding in findings)
    held = f"It does NOT hold: {failed} of {len(findings)}" if failed else "All that was checked holds"
    left = [finding.check for finding in findings if finding.state is State.UNCHECKED]
    besides = f"; {len(left)} not checked ({', '.join(dict.fromkeys(left))})" if left else ""
    return f"{held}{besides}" + (f". But {_ANEW[anew]}" if anew else "")


def as_json(findings: Sequence[Finding], anew: str) -> str:
    """Return the findings and the summary as a JSON object."""
    told = {
        "holds": not any(finding.state is State.FAILS for finding in findings),
        "unchecked": sum(finding.state is State.UNCHECKED for finding in findings),
        "posted": not anew,
        "findings": [{"state": found.state.value, "check": found.check, "detail": found.detail} for found in findings],
    }
    return json.dumps(told)


def exit_code(findings: Sequence[Finding], *, strict: bool) -> int:
    """Return the exit code of these findings; with `strict`, an unchecked one is not good enough."""
    states = {finding.state for finding in findings}
    if State.FAILS in states:
        return FALSE
    return INCOMPLETE if strict and State.UNCHECKED in states else HOLDS


def printable(text: str) -> str:
    """Return text from a file in a safe form: control characters and invisible ones escaped, runs of blanks too."""
    seen = (c if c.isprintable() and c not in _BLANK else c.encode("unicode_escape").decode() for c in text)
    return _BLANKS.sub(lambda run: " " + "\\x20" * (len(run[0]) - 1), "".join(seen))
