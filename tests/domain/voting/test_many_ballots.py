"""That counting many ballots at once gives what counting them one by one gives."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import isqrt

import pytest

from bot.domain.voting import SYSTEMS, Ballots, Mark, Options, VotingType, tally
from bot.domain.voting.counting.grouped_ballots import grouped
from bot.domain.voting.counting.packed_amounts import AmountsByWeight
from bot.domain.voting.counting.packed_columns import AT_ONCE, lane_of, packed, unpacked
from bot.domain.voting.counting.packed_pairs import MAX_SMALL, packed_pairwise
from bot.domain.voting.counting.pairwise import pairwise_one_by_one

MANY = 5_000


def rankings(choices: int, count: int, *, partial: bool, seed: int = 1) -> list[tuple[int, ...]]:
    rng = random.Random(seed)  # noqa: S311 - no secrets
    drawn = (rng.sample(range(1, choices + 1), choices) for _ in range(count))
    return [tuple(each[: rng.randint(1, choices)] if partial else each) for each in drawn]


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize(
    ("choices", "count"), [(1, 5), (2, 300), (5, 1), (5, AT_ONCE - 1), (9, AT_ONCE + 1), (25, 400), (MAX_SMALL, 300)]
)
def test_duels_read_eight_at_a_time_are_those_read_one_by_one(choices: int, count: int, partial: bool) -> None:
    rng = random.Random(choices)  # noqa: S311 - no secrets
    drawn = rankings(choices, count, partial=partial)
    amounts = [rng.choice((0, 1, rng.getrandbits(90), rng.getrandbits(300))) for _ in drawn]
    assert packed_pairwise(drawn, [amounts], lane_of([amounts]), choices) == pairwise_one_by_one(
        drawn, amounts, choices
    )


@pytest.mark.parametrize("spare", [0, 1])
@pytest.mark.parametrize("most", [1, 2, 3, 5, 15, 16, 255, 256, 10_000])
@pytest.mark.parametrize(("choices", "count"), [(2, 1), (2, 257), (3, 300), (20, 300), (25, 700)])
def test_weights_read_several_at_a_time_are_those_read_one_by_one(
    choices: int, count: int, most: int, spare: int
) -> None:
    """Each choice's own weights are all that is summed, also where a ballot has one more, for none of them."""
    rng = random.Random(f"{choices} {count} {most}")  # noqa: S311 - no secrets
    marks = [tuple(rng.choice((0, rng.randint(0, most))) for _ in range(choices + spare)) for _ in range(count)]
    amounts = [rng.choice((0, 1, rng.getrandbits(90), rng.getrandbits(300))) for _ in marks]
    cells = AmountsByWeight(choices)
    cells.add(marks, amounts)
    cells.add(marks[:1], amounts[:1])
    cells.add([*marks, (most,) * choices], [*amounts, 7])
    expected: list[dict[int, int]] = [{} for _ in range(choices)]
    for mark, amount in [*zip(marks, amounts, strict=True)] * 2 + [(marks[0], amounts[0]), ((most,) * choices, 7)]:
        for choice, weight in enumerate(mark[:choices]):
            expected[choice][weight] = expected[choice].get(weight, 0) + amount
    assert [without(0, cell) for cell in cells.sums()] == [without(0, cell) for cell in expected]


def without(weight: int, cell: Mapping[int, int]) -> dict[int, int]:
    """Leave out what nobody gave anything for, which a count may know of or not."""
    return {each: amount for each, amount in cell.items() if each != weight and amount}


@pytest.mark.parametrize("most", [1, 5, 100, 10_000])
def test_the_roots_of_many_ballots_are_those_of_the_definition(most: int) -> None:
    """Also where powers are 0 or larger than a double can be, and the sums of weights few or many."""
    rng = random.Random(most)  # noqa: S311 - no secrets
    for largest in (2**90, 2**1_100):
        marks = [(*(rng.randint(0, most) for _ in range(6)), 1) for _ in range(600)]
        powers = [rng.choice((0, 1, rng.randrange(2**80), rng.randrange(largest))) for _ in marks]
        rest = [power // 3 for power in powers]
        counted = tally("quadratic", 7, Ballots(marks=marks, powers=powers, scores=[powers, rest]))
        for scores, columns in (
            (counted.scores, [[*zip(marks, powers, strict=True)]]),
            (sum(counted.by_strategy, ()), [[*zip(marks, column, strict=True)] for column in (powers, rest)]),
        ):
            roots = [
                sum(isqrt((power * mark[choice] << 400) // sum(mark)) for mark, power in cast)
                for choice in range(7)
                for cast in columns
            ]
            squares = [root**2 for root in roots]
            exact = [Fraction(sum(powers) * square, sum(squares)) for square in squares]
            assert all(abs(a - b) * 2**60 <= sum(powers) for a, b in zip(scores, exact, strict=True))


def test_lanes_hold_the_sum_of_their_columns_and_never_touch() -> None:
    columns = [[2**256 - 1] * 3, [0, 1, 2**256 - 1], [0, 0, 0]]
    lane = lane_of(columns, room=7)
    rows = packed(columns, lane)
    assert unpacked(sum(rows) * 127, lane, 3) == [127 * sum(column) for column in columns]


@pytest.mark.parametrize("voting", SYSTEMS)
def test_ballots_that_are_nearly_all_different_count_like_those_that_are_merged(voting: VotingType) -> None:
    rng = random.Random(voting)  # noqa: S311 - no secrets
    choices = 3 if voting == "basic" else 12
    marks: dict[str, Callable[[], Mark]] = {
        "basic": lambda: rng.randint(1, 3),
        "single-choice": lambda: rng.randint(1, choices),
        "approval": lambda: tuple(sorted(rng.sample(range(1, choices + 1), rng.randint(0, choices)))),
        "weighted": lambda: (*(rng.randint(0, 9) for _ in range(choices - 1)), 1),
        "star": lambda: tuple(rng.randint(0, 5) for _ in range(choices)),
    }
    draw = marks.get("weighted" if voting == "quadratic" else voting, lambda: tuple(rng.sample(range(1, 13), 12)))
    rows = [(draw(), tuple(rng.getrandbits(80) for _ in range(2))) for _ in range(MANY)]
    one = Ballots.of(((mark, sum(scores), scores) for mark, scores in rows), 2)
    # Each ballot three times: then nothing is nearly all different, and every mark is merged.
    three = Ballots.of(((mark, sum(scores), scores) for mark, scores in rows for _ in range(3)), 2)
    few, many = tally(voting, choices, one, Options()), tally(voting, choices, three, Options())
    assert len(grouped(three).marks) < len(three.marks)
    assert tuple(3 * score for score in few.scores) == many.scores
    assert tuple(tuple(3 * score for score in row) for row in few.by_strategy) == many.by_strategy
    assert few.winners == many.winners


def test_ballots_of_which_few_are_alike_are_not_merged_in_vain() -> None:
    marks = rankings(12, MANY, partial=False)
    ballots = Ballots(marks=marks, powers=[1] * MANY, scores=[[1] * MANY])
    assert grouped(ballots).marks is marks
    merged = grouped(Ballots(marks=marks[:100] * 50, powers=[1] * MANY, scores=[[1] * MANY]))
    assert (len(merged.marks), sum(merged.columns[0])) == (100, MANY)
