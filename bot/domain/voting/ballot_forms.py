"""The forms that a ballot can have; each says what a mark of it is, and which marks are taken.

A panel, a page, a signed message, a receipt follow the form alone, so that a voting system that counts marks of a form
which is here gets all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.shared.errors import InvalidInput
from bot.domain.voting.counting.ballots_and_tally import Mark, Options
from bot.domain.voting.counting.choice_checks import check_index
from bot.domain.voting.counting.ranking_checks import check_ranking
from bot.domain.voting.counting.weight_checks import check_numbers, check_weights


class Partial(StrEnum):
    """Whether a ranking may leave choices out."""

    NEVER = "never"
    OPTION = "where the proposal allows it"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Single:
    """One choice; the mark is its number."""

    def check(self, mark: object, choices: int, _options: Options) -> Mark:
        """Take the number of one choice. Raises InvalidInput."""
        return check_index(mark, choices)


@dataclass(frozen=True, slots=True)
class Set:
    """Any number of choices, also none; the mark has them in the ballot's order."""

    def check(self, mark: object, choices: int, _options: Options) -> Mark:
        """Take a list of different choices, and return it in the ballot's order. Raises InvalidInput."""
        if not isinstance(mark, (list, tuple)):
            raise InvalidInput(field="choice", problem="is not a list", remedy="choose any number of choices")
        marks = sorted(check_index(choice, choices) for choice in mark)
        if len(set(marks)) != len(marks):
            raise InvalidInput(field="choice", problem="names one choice twice", remedy="name each at most once")
        return tuple(marks)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Choices, best first, none twice; the mark has their numbers."""

    partial: Partial

    def complete(self, options: Options) -> bool:
        """Return whether every choice has to be ranked."""
        return not (self.partial is Partial.ALWAYS or (self.partial is Partial.OPTION and options.partial))

    def check(self, mark: object, choices: int, options: Options) -> Mark:
        """Take every choice once, best first; where it may be partial, at least one. Raises InvalidInput."""
        return check_ranking(mark, choices, partial=not self.complete(options))


@dataclass(frozen=True, slots=True)
class Weights:
    """A weight for each choice, at least one of them not 0; only their ratios matter. The mark has all of them."""

    def check(self, mark: object, choices: int, _options: Options) -> Mark:
        """Take whole weights from 0 to 10,000, at least one of them not 0. Raises InvalidInput."""
        return check_weights(mark, choices)


@dataclass(frozen=True, slots=True)
class Stars:
    """Stars for each choice, from 0 to `most`; a blank is 0, and all may be. The mark has all of them."""

    most: int

    def check(self, mark: object, choices: int, _options: Options) -> Mark:
        """Take whole numbers from 0 to `most`. Raises InvalidInput."""
        return check_numbers(mark, choices, most=self.most, field="stars")


Form = Single | Set | Ranking | Weights | Stars
