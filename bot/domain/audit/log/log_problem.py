"""What does not agree between the log, its own chain and what is stored, as facts.

`seq` is the last entry that speaks of it, None if none does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class ChainFlaw(Enum):
    """How an entry breaks the chain: the next one has another `number`, its hash is wrong, it says another `number`."""

    MISSING = auto()
    WRONG_HASH = auto()
    WRONG_NUMBER = auto()


class EntryFlaw(Enum):
    """What is wrong with an entry: its hash is not the posted one, it is gone though posted, it names nobody known."""

    NOT_AS_POSTED = auto()
    GONE = auto()
    NAMES_NOBODY_KNOWN = auto()


class RowFlaw(Enum):
    """How a row differs: no entry tells of it, its entry says it is gone, it is another one, or it is gone."""

    UNTOLD = auto()
    TOLD_GONE = auto()
    CHANGED = auto()
    GONE = auto()


class BallotFlaw(Enum):
    """How a ballot differs: as a row does, or in its signature, its power, or whether it counts."""

    UNTOLD = auto()
    CHANGED = auto()
    SIGNATURE = auto()
    POWER = auto()
    COUNTS = auto()
    COUNTS_NO_MORE = auto()
    GONE = auto()


class Person(Enum):
    """Whom a ballot names."""

    MEMBER = auto()
    DELEGATE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The first entry that breaks the chain."""

    seq: int
    flaw: ChainFlaw
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryProblem:
    """An entry is not as it was."""

    seq: int
    flaw: EntryFlaw


@dataclass(frozen=True, slots=True, kw_only=True)
class HashUnknown:
    """No entry has a hash that one must have."""

    hash: str
    seq: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A row is not as the log says; `row` names it."""

    seq: int | None
    flaw: RowFlaw
    row: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPersonProblem:
    """In a column of a row is somebody whom the log does not name."""

    seq: int
    row: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotProblem:
    """A ballot is not as the log says."""

    seq: int | None
    flaw: BallotFlaw
    wallet: str
    proposal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotPersonProblem:
    """In a ballot is somebody whom the log does not name."""

    seq: int
    person: Person
    wallet: str
    proposal: int


Problem = Break | EntryProblem | HashUnknown | RowProblem | RowPersonProblem | BallotProblem | BallotPersonProblem
"""Something that does not agree."""
