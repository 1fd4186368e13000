"""How it is told what was found: a line for each finding, one at the end, and an exit code."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence

from bot.domain.audit.bundle.checking.findings import Finding, State

HOLDS, FALSE, UNUSABLE, INCOMPLETE = range(4)
"""Exit codes: all that was checked holds; something does not; the command line can't be followed; with `--strict`,
something was not checked, and always, the answer could not be written."""
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
"""Letters and signs that are drawn as nothing, though Unicode does not count them among the spaces."""


class Unwritten(Exception):
    """What was found could not be written, and why."""


def say(text: str) -> None:
    """Write to standard output at once. Raises BrokenPipeError where nobody reads on, Unwritten."""
    if sys.stdout is None:  # print says nothing of it
        raise Unwritten("standard output is closed")
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritten(error.strerror or type(error).__name__) from None


def written(finding: Finding) -> str:
    """Write a finding as a line."""
    return f"{finding.state:<12} {finding.check}: {shown(finding.detail)}"


def last_line(findings: Sequence[Finding], anew: str) -> str:
    """Say how many fail, what was not checked, and what could have been made anew as a whole."""
    failed = sum(finding.state is State.FAILS for finding in findings)
    held = f"It does NOT hold: {failed} of {len(findings)}" if failed else "All that was checked holds"
    left = [finding.check for finding in findings if finding.state is State.UNCHECKED]
    besides = f"; {len(left)} not checked ({', '.join(dict.fromkeys(left))})" if left else ""
    return f"{held}{besides}" + (f". But {_ANEW[anew]}" if anew else "")


def as_json(findings: Sequence[Finding], anew: str) -> str:
    """Say the same for programs."""
    told = {
        "holds": not any(finding.state is State.FAILS for finding in findings),
        "unchecked": sum(finding.state is State.UNCHECKED for finding in findings),
        "posted": not anew,
        "findings": [{"state": found.state.value, "check": found.check, "detail": found.detail} for found in findings],
    }
    return json.dumps(told)


def exit_code(findings: Sequence[Finding], *, strict: bool) -> int:
    """Return the exit code."""
    states = {finding.state for finding in findings}
    if State.FAILS in states:
        return FALSE
    return INCOMPLETE if strict and State.UNCHECKED in states else HOLDS


def shown(text: str) -> str:
    """Write a file's words so that a terminal does nothing with them, and no blanks move them to another line."""
    seen = (c if c.isprintable() and c not in _BLANK else c.encode("unicode_escape").decode() for c in text)
    return _BLANKS.sub(lambda run: " " + "\\x20" * (len(run[0]) - 1), "".join(seen))
