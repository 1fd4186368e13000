"""The examples by which each method was published, or is taught."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

from bot.domain.voting import Ballots, Mark, Options, Tally, TieRule, VotingType, tally
from bot.domain.voting.systems.schulze import strongest_paths


def count(
    voting: VotingType, choices: int, ballots: Sequence[tuple[Mark, int]], options: Options | None = None
) -> Tally:
    rows = ((mark, power, (power,)) for mark, power in ballots)
    return tally(voting, choices, Ballots.of(rows, 1), options or Options())


MEMPHIS, NASHVILLE, CHATTANOOGA, KNOXVILLE = 1, 2, 3, 4
TENNESSEE = [
    ((MEMPHIS, NASHVILLE, CHATTANOOGA, KNOXVILLE), 42),
    ((NASHVILLE, CHATTANOOGA, KNOXVILLE, MEMPHIS), 26),
    ((CHATTANOOGA, KNOXVILLE, NASHVILLE, MEMPHIS), 15),
    ((KNOXVILLE, CHATTANOOGA, NASHVILLE, MEMPHIS), 17),
]
"""The capital of Tennessee: who lives where ranks the cities by distance (percent of the people)."""


def test_the_capital_of_tennessee_by_first_choices_is_memphis() -> None:
    counted = count("single-choice", 4, [(ranking[0], people) for ranking, people in TENNESSEE])
    assert (counted.winners, counted.scores) == ((MEMPHIS,), (42, 26, 15, 17))


def test_the_capital_of_tennessee_by_instant_runoff_is_knoxville() -> None:
    counted = count("ranked-choice", 4, TENNESSEE)
    assert counted.winners == (KNOXVILLE,)
    assert [held.scores for held in counted.rounds] == [(42, 26, 15, 17), (42, 26, None, 32), (42, None, None, 58)]
    assert [held.eliminated for held in counted.rounds] == [CHATTANOOGA, NASHVILLE, None]
    assert counted.scores == (42, 0, 0, 58)


@pytest.mark.parametrize("voting", ["copeland", "schulze"])
def test_the_capital_of_tennessee_by_pairs_is_nashville(voting: VotingType) -> None:
    counted = count(voting, 4, TENNESSEE)
    assert counted.winners == (NASHVILLE,)
    assert counted.pairs == ((0, 42, 42, 42), (58, 0, 68, 68), (58, 32, 0, 83), (58, 32, 17, 0))


A, B, C, D, E = range(1, 6)
SCHULZE = [
    ((A, C, B, E, D), 5),
    ((A, D, E, C, B), 5),
    ((B, E, D, A, C), 8),
    ((C, A, B, E, D), 3),
    ((C, A, E, B, D), 7),
    ((C, B, A, D, E), 2),
    ((D, C, E, B, A), 7),
    ((E, B, A, D, C), 8),
]
"""Markus Schulze's own first example: 45 voters, 5 candidates."""


def test_schulzes_own_example_has_his_pairs_his_paths_and_his_winner() -> None:
    counted = count("schulze", 5, SCHULZE)
    assert counted.pairs == (
        (0, 20, 26, 30, 22),
        (25, 0, 16, 33, 18),
        (19, 29, 0, 17, 24),
        (15, 12, 28, 0, 14),
        (23, 27, 21, 31, 0),
    )
    assert strongest_paths([list(row) for row in counted.pairs]) == [
        [0, 28, 28, 30, 24],
        [25, 0, 28, 33, 24],
        [25, 29, 0, 29, 24],
        [25, 28, 28, 0, 24],
        [25, 28, 28, 31, 0],
    ]
    assert counted.winners == (E,)
    assert [choice for _, choice in sorted(zip(counted.scores, (A, B, C, D, E), strict=True), reverse=True)] == [
        E,
        A,
        C,
        B,
        D,
    ]


def test_a_schulze_ballot_may_leave_choices_out_which_are_then_equal_last() -> None:
    counted = count("schulze", 3, [((2,), 5), ((1, 3), 4)])
    assert counted.pairs == ((0, 4, 4), (5, 0, 5), (0, 4, 0))
    assert counted.winners == (2,)


def test_unbeaten_choices_are_tied_in_schulze() -> None:
    counted = count("schulze", 3, [((1, 2, 3), 1), ((2, 1, 3), 1)])
    assert counted.winners == (1, 2)


AMY, BRIAN, CHUCK = 1, 2, 3


def test_a_star_example_scores_three_and_runs_off_two() -> None:
    """From the documentation of starvote, a tabulator of STAR votes."""
    counted = count("star", 3, [((1, 3, 5), 1), ((5, 2, 3), 1), ((4, 4, 5), 1)])
    assert [score * 5 for score in counted.scores] == [10, 9, 13]
    assert counted.rounds[1].scores == (1, None, 2)
    assert (counted.winners, counted.exhausted) == ((CHUCK,), 0)


def test_a_star_runoff_that_is_even_goes_to_the_higher_score() -> None:
    counted = count("star", 3, [((0, 5, 3), 1), ((0, 1, 2), 1)])
    assert counted.rounds[1].scores == (None, 1, 1)
    assert (counted.winners, counted.rounds[1].tied, counted.rounds[1].rule) == ((BRIAN,), (2, 3), TieRule.SCORE)


def test_a_star_runoff_that_is_even_with_equal_scores_goes_to_more_five_stars() -> None:
    """As in starvote's example of a tie that counting fives breaks."""
    counted = count("star", 3, [((3, 5, 5), 1), ((0, 4, 2), 1), ((0, 3, 5), 1)])
    assert [score * 5 for score in counted.scores] == [3, 12, 12]
    assert counted.rounds[1].scores == (None, 1, 1)
    assert counted.exhausted == 1
    assert (counted.winners, counted.rounds[1].rule) == ((CHUCK,), TieRule.FIVE_STARS)


def test_a_star_vote_that_no_rule_can_tell_apart_is_tied() -> None:
    counted = count("star", 2, [((5, 3), 1), ((3, 5), 1)])
    assert (counted.winners, counted.rounds[1].tied, counted.rounds[1].rule) == ((1, 2), (1, 2), None)


def test_of_equal_star_scores_who_loses_least_head_to_head_goes_on() -> None:
    ballots = [((5, 2, 0, 0), 2), ((5, 0, 3, 0), 1), ((5, 0, 1, 0), 1)]
    counted = count("star", 4, ballots)
    assert [score * 5 for score in counted.scores] == [20, 4, 4, 0]
    assert (counted.rounds[0].tied, counted.rounds[0].rule) == ((2, 3), TieRule.LISTED)
    counted = count("star", 4, [((5, 1, 0, 0), 2), ((5, 0, 2, 0), 1)])
    assert (counted.rounds[0].tied, counted.rounds[0].rule) == ((2, 3), TieRule.HEAD_TO_HEAD)
    assert counted.rounds[1].scores == (3, 0, None, None)


def test_of_equal_star_scores_more_five_stars_go_on_where_head_to_head_is_even() -> None:
    counted = count("star", 3, [((5, 3, 2), 1), ((5, 2, 5), 1), ((5, 3, 1), 1)])
    assert [score * 5 for score in counted.scores] == [15, 8, 8]
    assert counted.rounds[0].rule is TieRule.HEAD_TO_HEAD
    counted = count("star", 3, [((5, 4, 3), 1), ((5, 4, 5), 1)])
    assert [score * 5 for score in counted.scores] == [10, 8, 8]
    assert (counted.rounds[0].tied, counted.rounds[0].rule) == ((2, 3), TieRule.FIVE_STARS)
    assert counted.rounds[1].scores == (1, None, 0)


def test_two_wins_and_no_defeat_are_a_cycle_for_nobody() -> None:
    """Rock, paper, scissors: everybody wins once, and average support tells them apart."""
    counted = count("copeland", 3, [((1, 2, 3), 4), ((2, 3, 1), 3), ((3, 1, 2), 3)])
    assert counted.winners == (1,)
    assert sum(counted.scores) == 10


def test_quadratic_shares_are_those_of_squared_sums_of_roots() -> None:
    counted = count("quadratic", 2, [((1, 0), 1), ((1, 0), 4), ((1, 0), 9), ((0, 1), 36)])
    assert counted.scores == (25, 25)


def test_a_weighted_ballot_splits_by_its_ratios() -> None:
    counted = count("weighted", 3, [((1, 2, 0), 10), ((50, 100, 0), 5)])
    assert counted.scores == (5, 10, 0)
    assert count("weighted", 3, [((1, 1, 1), 1)]).scores == (Fraction(1, 3),) * 3


def test_the_least_of_an_instant_runoff_goes_out_by_the_order_of_the_choices() -> None:
    counted = count("ranked-choice", 4, [((1, 2, 3, 4), 3), ((2, 1, 3, 4), 3), ((3, 4, 1, 2), 2), ((4, 3, 2, 1), 2)])
    assert counted.rounds[0].tied == (3, 4)
    assert (counted.rounds[0].eliminated, counted.rounds[0].rule) == (3, TieRule.LISTED)


def test_exhausted_ballots_count_for_the_turnout_and_not_for_the_half() -> None:
    partial = Options(partial=True)
    counted = count("ranked-choice", 4, [((1,), 4), ((2,), 3), ((3,), 2), ((4, 2), 1)], partial)
    assert [held.exhausted for held in counted.rounds] == [0, 0, 2]
    assert (counted.winners, counted.total, counted.exhausted) == ((1, 2), 10, 2)
