"""Which of many answers are compared with plain calls, and when the comparison fails."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chain.batch.batch_query import UNTRIED, Answer
from bot.chain.batch.read_methods import ReadMethod

SAMPLE, _MANY_ZEROS = 3, 100
"""Wallets that are also asked by plain calls: for a new contract; and for one that has zero for everybody."""


def contradicts(answers: Sequence[Answer], truth: Sequence[Answer]) -> bool:
    """Return whether plain calls disagree; failed and doubtful answers are asked again later anyway."""
    return any(
        isinstance(answer, int) and plain is not UNTRIED and answer != plain
        for answer, plain in zip(answers, truth, strict=True)
    )


def checks(read_method: ReadMethod, answers: Sequence[Answer]) -> list[int]:
    """Return who is asked plainly of a contract that is new.

    Some who have something; if nobody has, many, or all where the contract could have answered by who calls.
    """
    if some := [at for at, answer in enumerate(answers) if isinstance(answer, int) and answer]:
        return spread(some, SAMPLE)
    nothing = [at for at, answer in enumerate(answers) if answer == 0]
    return spread(nothing, _MANY_ZEROS) if read_method.itself else nothing


def spread(places: Sequence[int], most: int) -> list[int]:
    """Return some of the places, spread evenly, with the first and the last."""
    if len(places) <= most:
        return list(places)
    return [places[n * (len(places) - 1) // (most - 1)] for n in range(most)]
