"""What can be wrong with watched treasuries, campaigns and the targets of their milestones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.shared.errors.bases import Fault


class TreasuryFlaw(Fault, Enum):
    """Kinds without further facts."""

    TARGET_OF_ZERO = auto()
    SAME_TARGET_TWICE = auto()
    TARGET_NOT_A_PAIR = auto()
    WATCHED_ALREADY = auto()
    NOT_WATCHED = auto()
    TELLS_NO_BALANCE = auto()
    NOT_A_CAMPAIGN_HERE = auto()
    CHANNEL_NEEDED = auto()


@dataclass(frozen=True, slots=True)
class WrongNumberOfTargets(Fault):
    """`given` targets, of which 1 to `most` are allowed."""

    given: int
    most: int


@dataclass(frozen=True, slots=True)
class TargetNameOfWrongLength(Fault):
    """The name of a target has `given` characters, of which 1 to `most` are allowed."""

    given: int
    most: int


@dataclass(frozen=True, slots=True)
class TooManyTreasuries(Fault):
    """A server may watch `most` treasuries."""

    most: int


@dataclass(frozen=True, slots=True)
class TooManyCampaigns(Fault):
    """A server has `most` campaigns already."""

    most: int


@dataclass(frozen=True, slots=True)
class NotAContract(Fault):
    """No contract stands at the address on the chain that is called `chain`."""

    chain: str


@dataclass(frozen=True, slots=True)
class NotAToken(Fault):
    """The contract does not answer what every token does: `missing`, as `decimals`."""

    missing: str


TreasuryFault = (
    TreasuryFlaw
    | WrongNumberOfTargets
    | TargetNameOfWrongLength
    | TooManyTreasuries
    | TooManyCampaigns
    | NotAContract
    | NotAToken
)
