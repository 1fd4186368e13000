"""What can be wrong with a ballot, with a reason given for it, and with its signature."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.shared.errors.bases import Fault


class BallotFlaw(Fault, Enum):
    """Kinds without further facts."""

    CHOICES_NOT_A_LIST = auto()
    RANKING_NOT_A_LIST = auto()
    CHOICE_TWICE = auto()
    RANKING_EMPTY = auto()
    WEIGHTS_ALL_ZERO = auto()
    WEIGHT_NOT_WHOLE = auto()
    SIGNED_FOR_ANOTHER_TIME = auto()
    SIGNED_BEFORE_THE_ONE_IT_REPLACES = auto()
    REASON_TELLS_HIDDEN_VOTE = auto()
    TAKES_NO_SIGNED_BALLOTS = auto()


@dataclass(frozen=True, slots=True)
class NotOnBallot(Fault):
    """A choice that is none of the `choices`, which have the numbers from 1 on."""

    choices: int


@dataclass(frozen=True, slots=True)
class RankingIncomplete(Fault):
    """`ranked` of `choices` choices are ranked, and all must be."""

    ranked: int
    choices: int


@dataclass(frozen=True, slots=True)
class NumberForUnknownChoice(Fault):
    """Weights or stars for a choice that is not on the ballot; each is a whole number from 0 to `most`."""

    most: int


@dataclass(frozen=True, slots=True)
class NumbersDoNotFit(Fault):
    """Weights or stars that are not one for each choice, as whole numbers from 0 to `most`."""

    most: int


@dataclass(frozen=True, slots=True)
class NumberOutOfRange(Fault):
    """A weight or stars that are no whole number from 0 to `most`."""

    most: int


@dataclass(frozen=True, slots=True)
class UnknownChoiceTyped(Fault):
    """In a ranking that was typed, `word` is none of the `choices`."""

    word: str
    choices: int


@dataclass(frozen=True, slots=True)
class NotAPair(Fault):
    """Among weights or stars that were typed, `entry` is not a choice and a whole number of at most `most`."""

    entry: str
    most: int


@dataclass(frozen=True, slots=True)
class NumbersAmbiguous(Fault):
    """What was typed could be numbers for the choices in their order, or a choice and its number of at most `most`."""

    entry: str
    most: int


@dataclass(frozen=True, slots=True)
class CommasAmbiguous(Fault):
    """In what was typed, a comma could part two numbers, or stand inside one."""

    entry: str


@dataclass(frozen=True, slots=True)
class TooManyNumbers(Fault):
    """`given` numbers were typed, in the order of the `choices`, of which there are fewer."""

    given: int
    choices: int


@dataclass(frozen=True, slots=True)
class ChoiceAmbiguous(Fault):
    """`word` is the number of one choice, and the name of another."""

    word: str


@dataclass(frozen=True, slots=True)
class PlaceAmbiguous(Fault):
    """In a ranking that was typed, the number in `entry` could be the place, or the number of a choice."""

    entry: str


@dataclass(frozen=True, slots=True)
class PlacesDoNotFit(Fault):
    """In a ranking that was typed, places are given, and they are not those from 1 to `ranked`, each once."""

    ranked: int


@dataclass(frozen=True, slots=True)
class ChoicesTied(Fault):
    """In a ranking that was typed, two of the `choices` are set equal."""

    choices: int


@dataclass(frozen=True, slots=True)
class NumberTooLarge(Fault):
    """A weight or stars above `most`."""

    most: int


@dataclass(frozen=True, slots=True)
class UnknownChoiceNumber(Fault):
    """Weights or stars were typed for number `choice`, and the ballot has `choices`."""

    choice: int
    choices: int


@dataclass(frozen=True, slots=True)
class ChoiceRankedTwice(Fault):
    """In a ranking that was typed, number `choice` stands twice."""

    choice: int


@dataclass(frozen=True, slots=True)
class ChoiceGivenTwice(Fault):
    """Weights or stars were typed twice for number `choice`."""

    choice: int


TypedBallotFault = (
    UnknownChoiceTyped
    | NotAPair
    | UnknownChoiceNumber
    | ChoiceRankedTwice
    | ChoiceGivenTwice
    | NumbersAmbiguous
    | CommasAmbiguous
    | TooManyNumbers
    | ChoiceAmbiguous
    | PlaceAmbiguous
    | PlacesDoNotFit
    | ChoicesTied
)
"""What can be wrong with a ballot only where it is typed."""
BallotFault = (
    BallotFlaw
    | NotOnBallot
    | RankingIncomplete
    | NumberForUnknownChoice
    | NumbersDoNotFit
    | NumberOutOfRange
    | NumberTooLarge
    | TypedBallotFault
)
