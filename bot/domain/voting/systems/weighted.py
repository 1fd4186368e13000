"""`weighted`: each ballot splits its power among the choices in proportion to its weights. The highest score wins.

A score is the sum over ballots of power times weight over the ballot's sum of weights. As in Snapshot, the scores
are then brought to the sum of the power of all ballots: on ballots as we take them that changes nothing. A mark
may hold one number more than there are choices, a weight for none of them: such a share is thus spread over all.

Exact as long as the ballots' sums of weights have a common multiple of at most 4,096 bits; beyond that what ballots
of one sum of weights give a choice is added up, and rounded down to 256 binary places. Choices that are given the same
are tied all the same, and no others: what is near to each other is compared exactly, and put right. So is a score with
the threshold that it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import lcm

from bot.domain.voting.ballot_forms import Weights
from bot.domain.voting.counting.ballots_and_tally import Ballots, Options, Score, Tally
from bot.domain.voting.counting.exact_order import put_right
from bot.domain.voting.counting.grouped_ballots import Groups, grouped, tallied
from bot.domain.voting.outcome.outcome_reason import equal_power, most_power
from bot.domain.voting.voting_system import Rounds, Scores, System

_LARGEST_MULTIPLE, _PLACES = 4_096, 256


def count(ballots: Ballots, choices: int, options: Options) -> Tally:  # noqa: ARG001 - all take the same
    """Split each ballot's power by its weights."""
    groups = grouped(ballots)
    cast = sum(ballots.powers)
    raw, beside = _shares(groups, choices)
    everything = sum(raw[0])
    scores: list[Score] = [Fraction(cast * share, everything) if everything else 0 for share in raw[0]]
    cells = sum(sum(raw[column]) for column in groups.of_strategy)
    by_column: list[list[Score]] = [[Fraction(cast * share, cells) if cells else 0 for share in c] for c in raw]
    return replace(tallied(ballots, groups, by_column, scores=scores), beside=beside)


def _shares(groups: Groups, choices: int) -> tuple[list[list[int]], Callable[[int, Score], int] | None]:
    """Return each column's shares by choice, all times the same number; and `Tally.beside`."""
    by_sum: dict[int, list[list[int]]] = {}
    for mark, sums in groups.rows():
        weights = mark if isinstance(mark, tuple) else ()
        columns = by_sum.setdefault(sum(weights), [[0] * choices for _ in range(groups.width)])
        for column, amount in zip(columns, sums, strict=True):
            for choice in range(choices):
                if weights[choice]:
                    column[choice] += amount * weights[choice]
    multiple = _multiple(by_sum)
    raw = [[0] * choices for _ in range(groups.width)]
    for whole, columns in by_sum.items():
        for shares, column in zip(raw, columns, strict=True):
            for choice, amount in enumerate(column):
                shares[choice] += amount * multiple // whole
    if all(multiple % whole == 0 for whole in by_sum):
        return raw, None
    right = [put_right(column, len(by_sum), partial(_compared, by_sum, place)) for place, column in enumerate(raw)]
    return right, partial(_beside, by_sum)


def _multiple(wholes: Iterable[int]) -> int:
    """Return their least common multiple, or where it is too large the power of two to which shares are rounded."""
    multiple = 1
    for whole in wholes:
        multiple = lcm(multiple, whole)
        if multiple.bit_length() > _LARGEST_MULTIPLE:
            return 1 << _PLACES
    return multiple


def _compared(by_sum: Mapping[int, Sequence[Sequence[int]]], column: int, a: int, b: int) -> int:
    """Return -1, 0 or 1: whether choice `a` (from 0) is given less than, as much as, or more than choice `b`."""
    return _sign((columns[column][a] - columns[column][b], whole) for whole, columns in by_sum.items())


def _beside(by_sum: Mapping[int, Sequence[Sequence[int]]], choice: int, amount: Score) -> int:
    """Return -1, 0 or 1: whether the power that `choice` (from 1) is given is below, equal to or above an amount."""
    given = [(columns[0][choice - 1], whole) for whole, columns in by_sum.items()]
    return _sign([*given, (-amount.numerator, amount.denominator)])


def _sign(fractions: Iterable[tuple[int, int]]) -> int:
    """Return -1, 0 or 1: the sign of a sum of fractions."""
    parts = [part for part in fractions if part[0]] or [(0, 1)]
    while len(parts) > 1:  # halves are added first, so that few numbers become long
        pairs = zip(parts[::2], parts[1::2], strict=False)
        added = [(one * over + other * under, under * over) for (one, under), (other, over) in pairs]
        parts = added + parts[len(parts) - len(parts) % 2 :]
    return (parts[0][0] > 0) - (parts[0][0] < 0)


SYSTEM = System(
    form=Weights(),
    count=count,
    scores=Scores.POWER,
    rounds=Rounds.NONE,
    thresholds=True,
    for_against=False,
    why_first=most_power,
    why_equal=equal_power,
    rule="each ballot splits its power by weights; the choice with the most power wins",
    ties="Choices that share the highest score are tied, and nothing is decided.",
    offer="split your power among the choices by weights",
    note="",
    brief="",
)
