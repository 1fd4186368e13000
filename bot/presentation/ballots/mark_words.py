"""What a ballot says in words, as its voting system reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never

from bot.domain.shared.amounts import percent
from bot.domain.voting import SYSTEMS, Mark, VotingType
from bot.domain.voting.ballot_forms import Ranking, Set, Single, Stars, Weights
from bot.presentation.catalogue.formats import listed
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _

_ORDINALS = {1: N_("{number}st"), 2: N_("{number}nd"), 3: N_("{number}rd")}
_LIMITS = (80, 40, 20, 10)
"""Characters of a label: the largest that lets everything fit is used."""


def ordinal(number: int) -> str:
    """Return `1st`, `2nd`, `3rd`, `11th` and so on."""
    last = number % 10 if number % 100 // 10 != 1 else 0
    return _(_ORDINALS.get(last) or N_("{number}th"), number=number)


def mark_words(
    mark: Mark, choices: Sequence[str], voting: VotingType, *, quote: Callable[[str, int], str], room: int
) -> str:
    """Return what is on a ballot in about `room` characters; labels are shortened if it would not fit.

    `quote` shows a member's words in at most that many characters.
    """
    return listed(mark_entries(mark, choices, voting, quote=quote, room=room))


def mark_entries(
    mark: Mark, choices: Sequence[str], voting: VotingType, *, quote: Callable[[str, int], str], room: int
) -> list[str]:
    """Return the entries of `mark_words` one by one: each marked choice, or that none is marked."""
    if isinstance(mark, int):
        return [quote(choices[mark - 1], _LIMITS[0])]
    entries: list[str] = []
    for limit in _LIMITS:
        entries = _entries(mark, [quote(label, limit) for label in choices], voting)
        if len(listed(entries)) <= room:
            break
    return entries or [_("none of the choices")]


def _entries(mark: Sequence[int], labels: Sequence[str], voting: VotingType) -> list[str]:
    form = SYSTEMS[voting].form
    match form:
        case Ranking():
            return [
                _("{place} {choice}", place=ordinal(place), choice=labels[choice - 1])
                for place, choice in enumerate(mark, start=1)
            ]
        case Weights():
            whole = sum(mark)
            return [
                _("{share} {choice}", share=percent(weight, whole), choice=labels[at])
                for at, weight in enumerate(mark)
                if weight
            ]
        case Stars():
            return [
                ngettext("{choice} {number} star", "{choice} {number} stars", stars, choice=labels[at])
                for at, stars in enumerate(mark)
                if stars
            ] or [_("no stars")]
        case Single() | Set():
            return [labels[choice - 1] for choice in mark]
        case _:
            assert_never(form)
