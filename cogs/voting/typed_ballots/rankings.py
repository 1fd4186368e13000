"""Reads a ranking that was typed: `3, 1, 2`, `Worms > Mice > Yeast`, or a numbered list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.collected import Collected
from bot.domain.shared.errors.faults.ballots import ChoiceAmbiguous, ChoiceRankedTwice, ChoicesTied, UnknownChoiceTyped
from bot.domain.shared.errors.fields import Field
from cogs.voting.typed_ballots.choice_names import NAMED, as_words, choice_numbered, name_choices, numbers_as_names

_BETWEEN = re.compile(r"[,;/|\n]|[-=]?>|\u2192|\bthen\b|\band\b", re.IGNORECASE)
_PLACED = re.compile(rf"(?:[-*\u2022]\s*)?(?:(?P<place>\d{{1,2}})(?:st|nd|rd|th)?[.):]?\s*)?{NAMED}", re.IGNORECASE)
_NUMBER = re.compile(r"(?:[-*\u2022]\s+)?(?P<sure>#?)(?P<number>\d{1,4})[.)]?")
_SEVERAL = re.compile(rf"(?:(?:{NAMED.replace('?P<named>', '?:')}|#?\d{{1,4}})(?:\s+|$)){{2,}}")
_SHOWN = 60


def read_ranking(text: str, choices: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers of the choices, best first. Raises InvalidInput with all that is no choice or comes twice."""
    wrong, ranking = Collected(), _Ranking(choices)
    for entry in _entries(name_choices(text, choices)):
        with wrong.check():
            ranking.add(entry)
    with wrong.check():
        ranking.check_places()
    wrong.finish()
    return tuple(ranking.ranked)


def _entries(text: str) -> list[str]:
    """Return the entries; of a row of choices with nothing but spaces between them, each."""
    entries = [entry.strip() for entry in _BETWEEN.split(text) if entry.strip()]
    return [one for entry in entries for one in (entry.split() if _is_row(entry) else [entry])]


def _is_row(entry: str) -> bool:
    placed = _PLACED.fullmatch(entry)
    return bool(_SEVERAL.fullmatch(entry)) and not (placed and placed["place"])


class _Ranking:
    """A ranking that is being read, an entry at a time."""

    def __init__(self, choices: Sequence[str]) -> None:
        self._choices, self._unsure = choices, numbers_as_names(choices)
        self.ranked: list[int] = []
        self._places: list[tuple[int, int]] = []

    def add(self, entry: str) -> None:
        """Rank the choice of an entry next. Raises InvalidInput."""
        words = as_words(entry, self._choices)[:_SHOWN]
        if "=" in entry:
            raise InvalidInput(Field.RANKING, ChoicesTied(len(self._choices)))
        placed, number = _PLACED.fullmatch(entry), _NUMBER.fullmatch(entry)
        if placed:
            choice = int(placed["named"])
            if placed["place"]:
                self._places.append((int(placed["place"]), choice))
        elif number and (numbered := choice_numbered(int(number["number"]), self._choices)):
            choice = numbered
            if choice in self._unsure and not number["sure"]:
                raise InvalidInput(Field.RANKING, ChoiceAmbiguous(words))
        else:
            raise InvalidInput(Field.RANKING, UnknownChoiceTyped(words, len(self._choices)))
        if choice in self.ranked:
            raise InvalidInput(Field.RANKING, ChoiceRankedTwice(choice))
        self.ranked.append(choice)

    def check_places(self) -> None:
        """Refuse numbers before names that are neither the places in their order nor the choices' own."""
        places = [place for place, _ in self._places]
        own = all(place == choice for place, choice in self._places)
        if places and not own and places != [*range(1, len(places) + 1)]:
            place, choice = next(pair for pair in self._places if pair[0] != pair[1])
            raise InvalidInput(Field.RANKING, ChoiceAmbiguous(f"{place}. {self._choices[choice - 1]}"[:_SHOWN]))
