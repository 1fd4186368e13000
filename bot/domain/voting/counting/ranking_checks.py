"""Marks that put choices in an order."""

from __future__ import annotations

from bot.domain.shared.errors import InvalidInput
from bot.domain.voting.counting.choice_checks import check_index


def check_ranking(mark: object, choices: int, *, partial: bool) -> tuple[int, ...]:
    """Return the choices best first: every one exactly once, or with `partial` at least one, none twice."""
    if not isinstance(mark, (list, tuple)):
        raise InvalidInput(field="ranking", problem="is not a list", remedy="name the choices, best first")
    ranking = tuple(check_index(choice, choices) for choice in mark)
    if len(set(ranking)) != len(ranking):
        raise InvalidInput(field="ranking", problem="names one choice twice", remedy="name each at most once")
    if not ranking and partial:
        raise InvalidInput(field="ranking", problem="is empty", remedy="name at least the best choice")
    if len(ranking) < choices and not partial:
        raise InvalidInput(
            field="ranking", problem=f"names {len(ranking)} of {choices} choices", remedy="rank every choice"
        )
    return ranking
