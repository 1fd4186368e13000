"""One line of `folkmoot check`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How serious a finding is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was checked and with what result; `remedy` says what to do, and is empty if there is nothing to do."""

    level: Level
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.level}: {self.what}" + (f" — {self.remedy}" if self.remedy else "")


def ok(what: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(Level.OK, what)


def warning(what: str, remedy: str) -> Finding:
    """Return a finding that the bot serves members, but something needs attention."""
    return Finding(Level.WARNING, what, remedy)


def problem(what: str, remedy: str) -> Finding:
    """Return a finding that something will fail."""
    return Finding(Level.PROBLEM, what, remedy)
