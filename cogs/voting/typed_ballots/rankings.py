"""Reads a ranking that was typed: `3, 1, 2`, `Worms > Mice > Yeast`, or a numbered list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.collected import Collected
from bot.domain.shared.errors.faults.ballots import (
    ChoiceAmbiguous,
    ChoiceRankedTwice,
    ChoicesTied,
    PlaceAmbiguous,
    PlacesDoNotFit,
    UnknownChoiceTyped,
)
from bot.domain.shared.errors.fields import Field
from cogs.voting.typed_ballots.choice_names import NAMED, as_words, choice_numbered, name_choices, numbers_as_names

_BETWEEN = re.compile(r"[,;/|\n]|[-=]?>|\u2192|\bthen\b|\band\b", re.IGNORECASE)
_PLACED = re.compile(
    rf"(?:[-*\u2022]\s*)?(?:(?P<place>\d{{1,2}})(?P<ordinal>st|nd|rd|th)?[.):]?\s*)?{NAMED}", re.IGNORECASE
)
_NUMBER = re.compile(r"(?:[-*\u2022]\s+)?(?P<sure>#?)(?P<number>\d{1,4})[.)]?")
_SEVERAL = re.compile(rf"(?:{NAMED.replace('?P<named>', '?:')}(?:\s+|$)){{2,}}|(?:#?\d{{1,4}}(?:\s+|$)){{2,}}")
_SHOWN = 60


def read_ranking(text: str, choices: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers of the choices, best first. Raises InvalidInput with all that is no choice or comes twice."""
    wrong, ranking = Collected(), _Ranking(choices)
    for entry in _entries(name_choices(text, choices)):
        with wrong.check():
            ranking.add(entry)
    wrong.finish()
    return ranking.in_order()


def _entries(text: str) -> list[str]:
    """Return the entries; of a row of choices with nothing but spaces between them, each."""
    entries = [entry.strip() for entry in _BETWEEN.split(text) if entry.strip()]
    return [one for entry in entries for one in (entry.split() if _is_row(entry) else [entry])]


def _is_row(entry: str) -> bool:
    return bool(_SEVERAL.fullmatch(entry))


class _Ranking:
    """A ranking that is being read, an entry at a time."""

    def __init__(self, choices: Sequence[str]) -> None:
        self._choices, self._unsure = choices, numbers_as_names(choices)
        self.ranked: list[int] = []
        self._places: dict[int, tuple[int, str]] = {}
        self._ordinal = False

    def add(self, entry: str) -> None:
        """Rank the choice of an entry next. Raises InvalidInput."""
        words = as_words(entry, self._choices)[:_SHOWN]
        if "=" in entry:
            raise InvalidInput(Field.RANKING, ChoicesTied(len(self._choices)))
        placed, number = _PLACED.fullmatch(entry), _NUMBER.fullmatch(entry)
        if placed:
            choice = int(placed["named"])
            if placed["place"]:
                self._places[choice] = int(placed["place"]), words
                self._ordinal |= placed["ordinal"] is not None
        elif number and (numbered := choice_numbered(int(number["number"]), self._choices)):
            choice = numbered
            if choice in self._unsure and not number["sure"]:
                raise InvalidInput(Field.RANKING, ChoiceAmbiguous(words))
        else:
            raise InvalidInput(Field.RANKING, UnknownChoiceTyped(words, len(self._choices)))
        if choice in self.ranked:
            raise InvalidInput(Field.RANKING, ChoiceRankedTwice(choice))
        self.ranked.append(choice)

    def in_order(self) -> tuple[int, ...]:
        """Return the choices, best first: by the places given in words like `2nd`, else as they stand.

        Plain numbers before names may be the places in their order, or the choices' own where they can be no places.
        Raises InvalidInput for all others.
        """
        stand = {choice: place for place, choice in enumerate(self.ranked, start=1)}
        given = {choice: place for choice, (place, _) in self._places.items()}
        if all(stand[choice] == place for choice, place in given.items()):
            return tuple(self.ranked)
        if self._ordinal:
            if sorted(given.values()) != sorted(stand.values()):
                raise InvalidInput(Field.RANKING, PlacesDoNotFit(len(stand)))
            return tuple(sorted(self.ranked, key=given.__getitem__))
        own = all(choice == place for choice, place in given.items())
        if not own or all(place <= len(stand) for place in given.values()):
            entry = next(entry for choice, (place, entry) in self._places.items() if stand[choice] != place)
            raise InvalidInput(Field.RANKING, PlaceAmbiguous(entry))
        return tuple(self.ranked)
