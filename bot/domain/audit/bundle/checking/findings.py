"""What a check of a bundle found: it holds, it fails (and where), or it could not be checked (and why)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from bot.domain.audit.hashing.canonical_json import Canonical

MOST = 20
"""Problems that are listed for one check; the others are only counted."""
_LENGTH = 120


class State(StrEnum):
    """The outcome of a check."""

    HOLDS = "holds"
    FAILS = "FAILS"
    UNCHECKED = "not checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report: `check` names what was looked at, `detail` says what was found and where."""

    state: State
    check: str
    detail: str


def judged(check: str, problems: Iterable[str], holds: str) -> Iterator[Finding]:
    """Yield one finding that the check holds if there are no problems, else one finding for each problem."""
    remaining = iter(problems)
    named = list(islice(remaining, MOST))
    if not named:
        yield Finding(state=State.HOLDS, check=check, detail=holds)
        return
    for problem in named:
        yield Finding(state=State.FAILS, check=check, detail=problem)
    if more := sum(1 for _ in remaining):
        yield Finding(state=State.FAILS, check=check, detail=f"and {more:,} more")


def unchecked(check: str, detail: str) -> Finding:
    """Return a finding that says what could not be checked, and what it needs."""
    return Finding(state=State.UNCHECKED, check=check, detail=detail)


def differences(stated: Canonical, computed: Canonical, place: str) -> Iterator[str]:
    """Yield every field whose stated value differs from the computed one."""
    if isinstance(stated, Mapping) and isinstance(computed, Mapping):
        for name in sorted({*stated, *computed}):
            inner = f"{place} {name[:60]}"
            if name not in stated:
                yield f"{inner}: it is missing"
            elif name not in computed:
                yield f"{inner}: it should not be there"
            else:
                yield from differences(stated[name], computed[name], inner)
    elif isinstance(stated, list | tuple) and isinstance(computed, list | tuple):
        if len(stated) != len(computed):
            yield f"{place}: it has {len(stated)} entries, not {len(computed)}"
        for number, (one, other) in enumerate(zip(stated, computed, strict=False), start=1):
            yield from differences(one, other, f"{place} {number}")
    elif type(stated) is not type(computed) or stated != computed:
        yield f"{place}: it says {_brief(stated)}, computed is {_brief(computed)}"


def _brief(value: Canonical) -> str:
    text = f"“{value}”" if isinstance(value, str) else "null" if value is None else str(value)
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"
