"""What can be wrong with a rule of roles by holdings, and with roles that are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from bot.domain.shared.errors.bases import Fault

if TYPE_CHECKING:
    from bot.domain.roles.role_trouble import Trouble
    from bot.domain.shared.errors.faults.power import PowerFault


class RoleFlaw(Fault, Enum):
    """Kinds without further facts."""

    MINIMUM_GIVEN_TWICE = auto()
    MINIMUM_MISSING = auto()
    MINIMUM_NOT_AN_AMOUNT = auto()
    STRATEGIES_NOT_A_LIST = auto()
    RULE_OF_ANOTHER_SPACE = auto()
    NO_RULE_YET = auto()
    ROLES_AND_NO_ROLES = auto()
    PROPOSERS_NOT_GIVEN = auto()
    EVERYONE_WOULD_MODERATE = auto()
    EVERYONE_WOULD_VOTE = auto()


@dataclass(frozen=True, slots=True)
class TooManyTests(Fault):
    """A rule may have `most` tests."""

    most: int


@dataclass(frozen=True, slots=True)
class UnknownKey(Fault):
    """A test holds `key`, which means nothing there."""

    key: str


@dataclass(frozen=True, slots=True)
class RoleHasRule(Fault):
    """Rule `number` gives the role already."""

    number: int


@dataclass(frozen=True, slots=True)
class RoleBeingTaken(Fault):
    """Rule `number` is removed, and the role is being taken from those whom it gave it to."""

    number: int


@dataclass(frozen=True, slots=True)
class TooManyRules(Fault):
    """A space may have `most` rules."""

    most: int


@dataclass(frozen=True, slots=True)
class RoleCannotBeGiven(Fault):
    """The bot can't give the role, or must not."""

    trouble: Trouble


@dataclass(frozen=True, slots=True)
class NothingForEmptyWallet(Fault):
    """The formula of `strategy` has no result for a wallet that holds nothing."""

    strategy: str
    why: PowerFault


RoleFault = (
    RoleFlaw
    | TooManyTests
    | UnknownKey
    | RoleHasRule
    | RoleBeingTaken
    | TooManyRules
    | RoleCannotBeGiven
    | NothingForEmptyWallet
)
