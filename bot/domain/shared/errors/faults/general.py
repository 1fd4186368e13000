"""What can be wrong with inputs of many kinds: texts, times, chains, options."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.shared.errors.bases import Fault


class GeneralFlaw(Fault, Enum):
    """Kinds without further facts."""

    EMPTY = auto()
    """A text of which a few words are wanted."""
    NONE_GIVEN = auto()
    """Of several options none was chosen."""
    NOT_A_WEB_ADDRESS = auto()
    NOT_A_LENGTH_OF_TIME = auto()
    NOT_A_TIME = auto()
    IN_THE_PAST = auto()
    TOO_FAR_AWAY = auto()
    NOT_A_HASH = auto()
    OF_SOMETHING_UNKNOWN = auto()
    """A message with buttons, whose draft, space or rule is not stored any more; something else has its number."""


@dataclass(frozen=True, slots=True)
class TextTooLong(Fault):
    """A text of `given` characters, of which `most` are allowed."""

    given: int
    most: int


@dataclass(frozen=True, slots=True)
class WrongLength(Fault):
    """A text of `given` characters, of which `least` to `most` are allowed."""

    given: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class ChainNotChosen(Fault):
    """Several chains are configured, and none was named; `known` are some, as they are offered."""

    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChainNotConfigured(Fault):
    """The bot does not read the chain that is named; `known` are some that it reads, as they are offered."""

    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerTooLarge(Fault):
    """A file is larger than the `most` MiB that the server takes."""

    most: int


GeneralFault = GeneralFlaw | TextTooLong | WrongLength | ChainNotChosen | ChainNotConfigured | AnswerTooLarge
