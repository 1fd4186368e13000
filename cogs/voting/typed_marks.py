"""Ballots as members type them: a ranking as `3, 1, 2`, weights or stars as `1: 50, 2: 30`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import assert_never

from bot.domain.shared.errors import InvalidInput, NotFound
from bot.domain.shared.errors.faults.ballots import (
    ChoiceGivenTwice,
    ChoiceRankedTwice,
    NotAPair,
    UnknownChoiceNumber,
    UnknownChoiceTyped,
)
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Thing
from bot.domain.voting import SYSTEMS, Mark, VotingType
from bot.domain.voting.ballot_forms import Ranking, Set, Single, Stars, Weights

TypedForm = Ranking | Weights | Stars
"""Ballots that are typed, or made step by step; all others are cast by one press, or in one menu."""
TYPED = 1_000
"""Characters that a typed ballot may have."""
_NUMBER = re.compile(r"#?(\d{1,4})[.)]?")
_ROW = re.compile(r"\d{1,4}(?:\s+\d{1,4})+")
_PAIR = re.compile(r"#?(\d{1,4})\s*(?:[:=)]|\.(?!\d)|\s)\s*(\d{1,15})\s*%?")
"""A choice and its amount. `1.5` is a number with a decimal place, not choice 1 and 5."""


def typed_form(voting: VotingType) -> TypedForm | None:
    """Return the form of a system's ballots where they are typed; None where they are pressed."""
    form = SYSTEMS[voting].form
    match form:
        case Ranking() | Weights() | Stars():
            return form
        case Single() | Set():
            return None
        case _:
            assert_never(form)


def typed_field(form: TypedForm) -> Field:
    """Return which field a ballot is where it is typed."""
    match form:
        case Ranking():
            return Field.RANKING
        case Weights():
            return Field.WEIGHTS
        case Stars():
            return Field.STARS
        case _:
            assert_never(form)


def read_mark(voting: VotingType, text: str, choices: Sequence[str]) -> tuple[int, ...]:
    """Read what was typed: choices by number (or by name, in a ranking), best first, or an amount for each.

    Choices that are left out of weights or stars get 0. Whether the system takes the ballot is not looked at.

    Raises:
        InvalidInput: something is not a choice, comes twice, or has no amount.
        NotFound: the system's ballots are not typed.

    """
    form = typed_form(voting)
    match form:
        case Ranking():
            return _ranking(text, choices)
        case Weights() | Stars():
            return _amounts(typed_field(form), text, len(choices))
        case None:
            raise NotFound(Thing.BALLOT, "")
        case _:
            assert_never(form)


def write_mark(voting: VotingType, mark: Mark) -> str:
    """Write a ballot as `read_mark` reads it."""
    if isinstance(mark, int):
        return str(mark)
    if isinstance(typed_form(voting), Ranking):
        return ", ".join(map(str, mark))
    return "\n".join(f"{choice}: {amount}" for choice, amount in enumerate(mark, start=1) if amount)


def _ranking(text: str, choices: Sequence[str]) -> tuple[int, ...]:
    names = {" ".join(label.split()).casefold(): number for number, label in enumerate(choices, start=1)}
    ranking: list[int] = []
    for part in re.split(r"[,;>\n]", text):
        entry = " ".join(part.split())
        for word in entry.split() if _ROW.fullmatch(entry) else [entry] if entry else []:
            number = _NUMBER.fullmatch(word)
            choice = int(number[1]) if number else names.get(word.casefold(), 0)
            if not 1 <= choice <= len(choices):
                raise InvalidInput(Field.RANKING, UnknownChoiceTyped(word[:60], len(choices)))
            if choice in ranking:
                raise InvalidInput(Field.RANKING, ChoiceRankedTwice(choice))
            ranking.append(choice)
    return tuple(ranking)


def _amounts(field: Field, text: str, choices: int) -> tuple[int, ...]:
    amounts: dict[int, int] = {}
    for part in re.split(r"[,;\n]", text):
        entry = " ".join(part.split())
        if not entry:
            continue
        pair = _PAIR.fullmatch(entry)
        if not pair:
            raise InvalidInput(field, NotAPair(entry[:60]))
        choice = int(pair[1])
        if not 1 <= choice <= choices:
            raise InvalidInput(field, UnknownChoiceNumber(choice, choices))
        if choice in amounts:
            raise InvalidInput(field, ChoiceGivenTwice(choice))
        amounts[choice] = int(pair[2])
    return tuple(amounts.get(choice, 0) for choice in range(1, choices + 1))
