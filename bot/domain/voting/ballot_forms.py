"""The forms of a ballot: what a mark is in each, and which marks are valid.

Panels, web pages, signed messages and receipts depend on the form alone, so a new voting system that uses one of these
forms gets all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.ballots import (
    BallotFlaw,
    NotOnBallot,
    NumberForUnknownChoice,
    NumberOutOfRange,
    NumbersDoNotFit,
    RankingIncomplete,
)
from bot.domain.shared.errors.fields import AnyField, Field
from bot.domain.voting.counting.ballots_and_tally import Mark, Options

MAX_WEIGHT = 10_000
"""Enough for hundredths of a per cent."""


class Partial(StrEnum):
    """Whether a ranking may leave choices out."""

    NEVER = "never"
    OPTION = "where the proposal allows it"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Single:
    """One choice; the mark is its number."""

    def check(self, mark: object, choices: int, _options: Options) -> Mark:
        """Return the number of one choice. Raises InvalidInput."""
        return _checked_choice(mark, choices)


@dataclass(frozen=True, slots=True)
class Set:
    """Any number of choices, or none; the mark has their numbers in rising order."""

    def check(self, mark: object, choices: int, _options: Options) -> Mark:
        """Return a list of different choices in rising order. Raises InvalidInput."""
        if not isinstance(mark, (list, tuple)):
            raise InvalidInput(Field.CHOICE, BallotFlaw.CHOICES_NOT_A_LIST)
        marks = sorted(_checked_choice(choice, choices) for choice in mark)
        if len(set(marks)) != len(marks):
            raise InvalidInput(Field.CHOICE, BallotFlaw.CHOICE_TWICE)
        return tuple(marks)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Choices, best first, none twice; the mark has their numbers."""

    partial: Partial

    def complete(self, options: Options) -> bool:
        """Return whether every choice has to be ranked."""
        return not (self.partial is Partial.ALWAYS or (self.partial is Partial.OPTION and options.partial))

    def check(self, mark: object, choices: int, options: Options) -> Mark:
        """Return every choice once, best first; if rankings may be partial, at least one. Raises InvalidInput."""
        return _checked_ranking(mark, choices, partial=not self.complete(options))


@dataclass(frozen=True, slots=True)
class Weights:
    """A weight for each choice, at least one of them not 0; only their ratios matter. The mark has all of them."""

    def check(self, mark: object, choices: int, _options: Options) -> Mark:
        """Return whole weights from 0 to 10,000, at least one of them not 0. Raises InvalidInput."""
        return _checked_weights(mark, choices)


@dataclass(frozen=True, slots=True)
class Stars:
    """Stars for each choice, from 0 to `most`; a blank is 0, and all may be. The mark has all of them."""

    most: int

    def check(self, mark: object, choices: int, _options: Options) -> Mark:
        """Return whole numbers from 0 to `most`, one a choice. Raises InvalidInput."""
        return _checked_numbers(mark, choices, most=self.most, field=Field.STARS)


Form = Single | Set | Ranking | Weights | Stars
"""The form that a voting system declares for its ballots."""


def _checked_choice(mark: object, choices: int) -> int:
    """Return `mark` if it is the number of a choice; booleans are not numbers."""
    if isinstance(mark, bool) or not isinstance(mark, int) or not 1 <= mark <= choices:
        raise InvalidInput(Field.CHOICE, NotOnBallot(choices))
    return mark


def _checked_ranking(mark: object, choices: int, *, partial: bool) -> tuple[int, ...]:
    """Return the choices best first: every one exactly once, or with `partial` at least one, none twice."""
    if not isinstance(mark, (list, tuple)):
        raise InvalidInput(Field.RANKING, BallotFlaw.RANKING_NOT_A_LIST)
    ranking = tuple(_checked_choice(choice, choices) for choice in mark)
    if len(set(ranking)) != len(ranking):
        raise InvalidInput(Field.RANKING, BallotFlaw.CHOICE_TWICE)
    if not ranking and partial:
        raise InvalidInput(Field.RANKING, BallotFlaw.RANKING_EMPTY)
    if len(ranking) < choices and not partial:
        raise InvalidInput(Field.RANKING, RankingIncomplete(len(ranking), choices))
    return ranking


def _checked_numbers(mark: object, choices: int, *, most: int, field: AnyField) -> tuple[int, ...]:
    """Return one whole number a choice, from 0 to `most`.

    Accepts Snapshot's mapping from choice ("1" or 1) to number, in which missing choices have 0, or a list with one
    number a choice.
    """
    if isinstance(mark, Mapping):
        numbers: list[object] = [0] * choices
        for key, number in mark.items():
            choice = int(key) if isinstance(key, str) and key.isdecimal() and key.isascii() else key
            known = isinstance(choice, int) and not isinstance(choice, bool) and 1 <= choice <= choices
            if not known or str(choice) != str(key):
                raise InvalidInput(field, NumberForUnknownChoice(most))
            numbers[choice - 1] = number
    elif isinstance(mark, (list, tuple)) and len(mark) == choices:
        numbers = list(mark)
    else:
        raise InvalidInput(field, NumbersDoNotFit(most))
    checked = []
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
            raise InvalidInput(field, NumberOutOfRange(most))
        checked.append(number)
    return tuple(checked)


def _checked_weights(mark: object, choices: int) -> tuple[int, ...]:
    """Return one weight a choice, at least one of them not 0; only their ratios matter."""
    weights = _checked_numbers(mark, choices, most=MAX_WEIGHT, field=Field.WEIGHTS)
    if not any(weights):
        raise InvalidInput(Field.WEIGHTS, BallotFlaw.WEIGHTS_ALL_ZERO)
    return weights
