"""That counting many ballots at once gives what counting them one by one gives."""

import random

import pytest

from bot.domain.voting import SYSTEMS, Ballots, Options, tally
from bot.domain.voting._duels import MAX_SMALL, duels
from bot.domain.voting._lanes import packed, unpacked
from bot.domain.voting._pairs import one_by_one
from bot.domain.voting._sums import grouped

MANY = 5_000


def rankings(choices, count, *, partial, seed=1):
    rng = random.Random(seed)  # noqa: S311 - no secrets
    drawn = (rng.sample(range(1, choices + 1), choices) for _ in range(count))
    return [tuple(each[: rng.randint(1, choices)] if partial else each) for each in drawn]


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize(
    ("choices", "count"), [(1, 5), (2, 300), (5, 1), (5, 8_191), (9, 8_193), (25, 400), (MAX_SMALL, 300)]
)
def test_duels_read_eight_at_a_time_are_those_read_one_by_one(choices, count, partial):
    rng = random.Random(choices)  # noqa: S311 - no secrets
    drawn = rankings(choices, count, partial=partial)
    amounts = [rng.choice((0, 1, rng.getrandbits(90), rng.getrandbits(300))) for _ in drawn]
    assert duels(drawn, amounts, choices) == one_by_one(drawn, amounts, choices)


def test_lanes_hold_the_sum_of_their_columns_and_never_touch():
    columns = [[2**256 - 1] * 3, [0, 1, 2**256 - 1], [0, 0, 0]]
    rows, lane = packed(columns, room=7)
    assert unpacked(sum(rows) * 127, lane, 3) == [127 * sum(column) for column in columns]


@pytest.mark.parametrize("voting", SYSTEMS)
def test_ballots_that_are_nearly_all_different_count_like_those_that_are_merged(voting):
    rng = random.Random(voting)  # noqa: S311 - no secrets
    choices = 3 if voting == "basic" else 12
    marks = {
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


def test_ballots_of_which_few_are_alike_are_not_merged_in_vain():
    marks = rankings(12, MANY, partial=False)
    ballots = Ballots(marks=marks, powers=[1] * MANY, scores=[[1] * MANY])
    assert grouped(ballots).marks is marks
    merged = grouped(Ballots(marks=marks[:100] * 50, powers=[1] * MANY, scores=[[1] * MANY]))
    assert (len(merged.marks), sum(merged.columns[0])) == (100, MANY)
