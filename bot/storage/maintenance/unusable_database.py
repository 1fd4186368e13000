"""What is wrong with a database, and what an operator does about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, and the remedy; both are read by an operator."""

    problem: str
    remedy: str


class Unusable(Exception):
    """The database cannot be used, for the reason in `flaw`."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(f"{flaw.problem} — {flaw.remedy}")
        self.flaw = flaw
