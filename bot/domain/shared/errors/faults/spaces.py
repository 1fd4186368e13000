"""What can be wrong with the rules of a server and with its spaces."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.shared.errors.bases import Fault


class SpaceFlaw(Fault, Enum):
    """Kinds without further facts."""

    NAME_SHOWS_NOTHING = auto()
    NAME_UNCHANGED = auto()
    MAIN_SPACE_STAYS = auto()
    NOT_ARCHIVED = auto()
    DELAY_OUT_OF_RANGE = auto()
    PERIOD_OUT_OF_RANGE = auto()
    CHANNEL_OF_ANOTHER_SPACE = auto()
    COMMAND_FORGOTTEN = auto()
    NO_WEB_PAGES = auto()
    YOURSELF = auto()
    NOT_A_MEMBER = auto()
    A_BOT = auto()


@dataclass(frozen=True, slots=True)
class NameTaken(Fault):
    """A space that is called `other` has that name, or one that looks the same."""

    other: str


@dataclass(frozen=True, slots=True)
class SpaceArchived(Fault):
    """The space `name` is archived, so nothing is changed in it."""

    name: str


@dataclass(frozen=True, slots=True)
class TooManySpaces(Fault):
    """A server may have `most` spaces."""

    most: int


@dataclass(frozen=True, slots=True)
class PartNotSwitchable(Fault):
    """Only the parts `switchable` can be turned on and off."""

    switchable: tuple[str, ...]


SpaceFault = SpaceFlaw | NameTaken | SpaceArchived | TooManySpaces | PartNotSwitchable
