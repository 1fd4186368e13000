"""Ballots as members type them: a ranking as `3, 1, 2` or `Worms > Mice`, weights or stars as `1: 50, 2: 30`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from bot.domain.shared.errors import NotFound
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Thing
from bot.domain.voting import SYSTEMS, Mark, VotingType
from bot.domain.voting.ballot_forms import MAX_WEIGHT, Ranking, Set, Single, Stars, Weights
from cogs.voting.typed_ballots.amounts import read_amounts
from cogs.voting.typed_ballots.rankings import read_ranking

TypedForm = Ranking | Weights | Stars
"""Ballots that are typed, or made step by step; all others are cast by one press, or in one menu."""
TYPED = 1_000
"""Characters that a typed ballot may have."""


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
    """Read what was typed: choices by number, name or letter, best first, or with an amount for each.

    Amounts may also stand alone, in the order of the choices. Choices that are left out get 0. Whether the system takes
    the ballot is not looked at.

    Raises:
        InvalidInput: something is not a choice, comes twice, has no amount, or could be read in two ways; all of it.
        NotFound: the system's ballots are not typed.

    """
    form = typed_form(voting)
    match form:
        case Ranking():
            return read_ranking(text, choices)
        case Weights():
            return read_amounts(text, choices, field=Field.WEIGHTS, most=MAX_WEIGHT, ratios=True)
        case Stars(most):
            return read_amounts(text, choices, field=Field.STARS, most=most, ratios=False)
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
