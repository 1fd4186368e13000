"""What can be wrong with a proposal: its choices, its rules, what is asked of its card."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from bot.domain.shared.errors.bases import Fault

if TYPE_CHECKING:
    from bot.domain.shared.types import Address, ChainId


class ProposalFlaw(Fault, Enum):
    """Kinds without further facts."""

    CHOICE_EMPTY = auto()
    CHOICES_LOOK_THE_SAME = auto()
    REMOVAL_WITHOUT_REASON = auto()
    MESSAGE_OF_UNKNOWN_PROPOSAL = auto()
    BALLOTS_CANNOT_BE_SIGNED_HERE = auto()
    SUPPLY_OF_NO_TOKEN = auto()
    LINKED_POWER_TOO_LARGE = auto()
    LINKED_POWER_NOTHING = auto()
    SUPPLY_NOTHING = auto()


class RuleFlaw(Fault, Enum):
    """Kinds of what is wrong with a quorum or an approval."""

    AMOUNT_OF_A_WHOLE = auto()
    BEYOND_ALL_TOKENS = auto()
    QUORUM_WITH_GREATER_THAN = auto()
    COUNTS_DIFFER_BY_SYSTEM = auto()
    NOT_A_SHARE = auto()
    SHARE_OUT_OF_RANGE = auto()
    QUORUM_WHOLE_ALONE = auto()
    APPROVAL_WHOLE_ALONE = auto()


@dataclass(frozen=True, slots=True)
class WrongNumberOfChoices(Fault):
    """`given` choices, of which `least` to `most` are allowed."""

    given: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class ChoiceTooLong(Fault):
    """A choice of `given` characters, of which `most` are allowed."""

    given: int
    most: int


@dataclass(frozen=True, slots=True)
class PartialNotAnOption(Fault):
    """Rankings may be partial by choice with the systems `possible`, and not with `voting`."""

    voting: str
    possible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuorumCountsNeedBasic(Fault):
    """Only basic votes have the choices that the quorum `counts`."""

    counts: str


@dataclass(frozen=True, slots=True)
class ThresholdWithoutPower(Fault):
    """The scores of the system `voting` are no power, so no share of them can be asked for."""

    voting: str


@dataclass(frozen=True, slots=True)
class SupplyOfSeveralTokens(Fault):
    """The supply of any of several tokens may be meant: the label, contract and chain of each."""

    tokens: tuple[tuple[str, Address, ChainId], ...]


@dataclass(frozen=True, slots=True)
class TooManyDrafts(Fault):
    """A member has `most` drafts already."""

    most: int


@dataclass(frozen=True, slots=True)
class TooManyRevisions(Fault):
    """The text was changed `most` times already."""

    most: int


ProposalFault = (
    ProposalFlaw
    | RuleFlaw
    | WrongNumberOfChoices
    | ChoiceTooLong
    | PartialNotAnOption
    | QuorumCountsNeedBasic
    | ThresholdWithoutPower
    | SupplyOfSeveralTokens
    | TooManyDrafts
    | TooManyRevisions
)
