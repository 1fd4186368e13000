"""What holds of every count, whatever the ballots: order, sums, splitting, names, and that support never harms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isqrt
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from bot.domain.voting import SYSTEMS, Ballots, Options, Tally, TieRule, VotingType, tally
from bot.domain.voting.ballot_forms import Form, Partial, Ranking, Set, Single, Stars, Weights
from bot.domain.voting.counting.ballots_and_tally import Mark

CHOICES = 4
LINEAR = ("single-choice", "approval", "weighted", "ranked-choice", "star")
"""Scores of these are sums over ballots (of a ballot's place in the last round, for ranked choice)."""
ADDS_UP = ("single-choice", "weighted", "quadratic", "copeland")
DIVIDED = ("weighted", "quadratic", "copeland", "schulze", "star")
PARTIAL = Options(partial=True)

_choice = st.integers(1, CHOICES)
_ranking = st.permutations(range(1, CHOICES + 1)).map(tuple)
_partial = st.tuples(_ranking, _choice).map(lambda drawn: drawn[0][: drawn[1]])
_weights = st.lists(st.integers(0, 5), min_size=CHOICES, max_size=CHOICES).filter(any).map(tuple)


def _marks(form: Form) -> SearchStrategy[Mark]:
    match form:
        case Single():
            return _choice
        case Set():
            return st.sets(_choice).map(lambda named: tuple(sorted(named)))
        case Ranking(Partial.ALWAYS):
            return _partial
        case Ranking():
            return _ranking
        case Weights():
            return _weights
        case Stars(most):
            return st.lists(st.integers(0, most), min_size=CHOICES, max_size=CHOICES).map(tuple)


MARKS = {voting: _marks(system.form) for voting, system in SYSTEMS.items()} | {"basic": st.integers(1, 3)}
_amount = st.integers(0, 9) | st.integers(0, 2**256 - 1)


def ballots(
    voting: VotingType, marks: SearchStrategy[Mark] | None = None, amounts: SearchStrategy[int] = _amount
) -> SearchStrategy[list[tuple[Mark, tuple[int, int]]]]:
    row = st.tuples(MARKS[voting] if marks is None else marks, st.tuples(amounts, amounts))
    return st.lists(row, max_size=12)


def count(voting: VotingType, rows: Sequence[tuple[Mark, tuple[int, int]]], options: Options = PARTIAL) -> Tally:
    choices = 3 if voting == "basic" else CHOICES
    return tally(voting, choices, Ballots.of(((mark, sum(scores), scores) for mark, scores in rows), 2), options)


def holds(*drawn: object, **named: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Say that a test holds of whatever is drawn."""
    return lambda test: settings(max_examples=50)(given(*drawn, **named)(test))


every = pytest.mark.parametrize("voting", SYSTEMS)


@every
@holds(data=st.data())
def test_the_order_of_ballots_never_matters(voting: VotingType, data: DataObject) -> None:
    rows = data.draw(ballots(voting))
    assert count(voting, data.draw(st.permutations(rows))) == count(voting, rows)


@every
@holds(data=st.data())
def test_a_column_that_is_the_power_itself_counts_like_one_that_equals_it(voting: VotingType, data: DataObject) -> None:
    rows = data.draw(ballots(voting))
    marks, powers = [mark for mark, _ in rows], [sum(scores) for _, scores in rows]
    choices = 3 if voting == "basic" else CHOICES
    once = tally(voting, choices, Ballots(marks=marks, powers=powers, scores=(powers,)))
    assert once == tally(voting, choices, Ballots(marks=marks, powers=powers, scores=(list(powers),)))
    assert once.scores == count(voting, rows).scores


@pytest.mark.parametrize("voting", ADDS_UP)
@holds(data=st.data())
def test_scores_add_up_to_the_power_cast_to_the_last_unit(voting: VotingType, data: DataObject) -> None:
    rows = data.draw(ballots(voting))
    counted = count(voting, rows)
    assert sum(counted.scores) == counted.total == sum(sum(scores) for _, scores in rows)


@pytest.mark.parametrize("voting", ["single-choice", "approval", "weighted", "ranked-choice", "star"])
@holds(data=st.data())
def test_scores_by_strategy_add_up_to_the_score(voting: VotingType, data: DataObject) -> None:
    counted = count(voting, data.draw(ballots(voting)))
    assert tuple(sum(row) for row in counted.by_strategy) == counted.scores


@pytest.mark.parametrize("voting", [*LINEAR, "copeland", "schulze"])
@holds(data=st.data())
def test_splitting_a_wallet_changes_nothing(voting: VotingType, data: DataObject) -> None:
    rows = data.draw(ballots(voting))
    mark, part, rest = data.draw(MARKS[voting]), data.draw(_amount), data.draw(_amount)
    whole = count(voting, [*rows, (mark, (part + rest, 7))])
    split = count(voting, [*rows, (mark, (part, 3)), (mark, (rest, 4))])
    assert (whole.scores, whole.by_strategy, whole.winners) == (split.scores, split.by_strategy, split.winners)
    assert (whole.rounds, whole.pairs) == (split.rounds, split.pairs)


def test_splitting_a_wallet_gains_in_a_quadratic_vote_and_nowhere_else() -> None:
    def against(marks_powers: Sequence[int]) -> int | Fraction:
        rows = [((1, 0, 0, 0), (100, 0)), *(((0, 1, 0, 0), (power, 0)) for power in marks_powers)]
        return count("quadratic", rows).scores[1]

    assert against([50, 50]) > against([100])


def renamed(voting: VotingType, mark: int | Sequence[int], names: Sequence[int]) -> Mark:
    """Return what a ballot says when choice `c` is called `names[c - 1]`."""
    if isinstance(mark, int):
        return names[mark - 1]
    if voting == "approval":
        return tuple(sorted(names[choice - 1] for choice in mark))
    if voting in ("weighted", "quadratic", "star"):
        return tuple(mark[names.index(choice)] for choice in range(1, CHOICES + 1))
    return tuple(names[choice - 1] for choice in mark)


@pytest.mark.parametrize("voting", [voting for voting in SYSTEMS if voting != "basic"])
@holds(data=st.data())
def test_no_choice_is_favoured_by_its_name_unless_a_tie_was_settled_by_their_order(
    voting: VotingType, data: DataObject
) -> None:
    rows = data.draw(ballots(voting))
    names = data.draw(st.permutations(range(1, CHOICES + 1)))
    counted = count(voting, rows)
    assume(all(held.rule is not TieRule.LISTED for held in counted.rounds))
    again = count(voting, [(renamed(voting, mark, names), scores) for mark, scores in rows])
    assert set(again.winners) == {names[winner - 1] for winner in counted.winners}
    assert [again.scores[name - 1] for name in names] == list(counted.scores)


def raised(voting: VotingType, mark: int | Sequence[int], choice: int) -> Mark:
    """Return a mark that says more for a choice, and of the others the same."""
    if isinstance(mark, int):
        return choice
    if voting == "approval":
        return tuple(sorted({*mark, choice}))
    if voting in ("weighted", "star"):
        return tuple(5 if place == choice else given for place, given in enumerate(mark, start=1))
    return (choice, *(other for other in mark if other != choice))


@pytest.mark.parametrize("voting", ["single-choice", "approval", "copeland", "schulze", "star"])
@holds(data=st.data())
def test_more_support_never_makes_a_winner_lose(voting: VotingType, data: DataObject) -> None:
    """Not so in an instant run-off, as is well known."""
    rows = data.draw(ballots(voting, amounts=st.integers(0, 9)))
    assume(rows)
    counted = count(voting, rows)
    assume(len(counted.winners) == 1 and all(held.rule is None for held in counted.rounds))
    at = data.draw(st.integers(0, len(rows) - 1))
    mark, scores = rows[at]
    rows[at] = (raised(voting, mark, counted.winners[0]), scores)
    again = count(voting, rows)
    assert counted.winners[0] in again.winners


@pytest.mark.parametrize("voting", ["copeland", "schulze"])
@holds(data=st.data())
def test_who_beats_every_other_head_to_head_wins(voting: VotingType, data: DataObject) -> None:
    counted = count(voting, data.draw(ballots(voting, amounts=st.integers(0, 9))))
    pairs = counted.pairs
    best = [a + 1 for a in range(CHOICES) if all(pairs[a][b] > pairs[b][a] for b in range(CHOICES) if b != a)]
    assume(best)
    assert counted.winners == tuple(best)


@holds(ballots("schulze"))
def test_pairs_are_what_counting_each_pair_by_itself_gives(
    rows: Sequence[tuple[tuple[int, ...], tuple[int, int]]],
) -> None:
    counted = count("schulze", rows)

    def place(mark: Sequence[int], choice: int) -> int:
        return mark.index(choice) if choice in mark else CHOICES

    for a in range(1, CHOICES + 1):
        for b in range(1, CHOICES + 1):
            prefers = sum(sum(scores) for mark, scores in rows if place(mark, a) < place(mark, b))
            assert counted.pairs[a - 1][b - 1] == prefers


@holds(ballots("ranked-choice", marks=_partial))
def test_every_round_and_the_exhausted_account_for_all_power(
    rows: Sequence[tuple[tuple[int, ...], tuple[int, int]]],
) -> None:
    counted = count("ranked-choice", rows)
    for held in counted.rounds:
        assert sum(score or 0 for score in held.scores) + held.exhausted == counted.total
    out = [held.eliminated for held in counted.rounds]
    assert out[-1:] in ([], [None])
    assert len(set(out[:-1])) == len(out[:-1])
    assert counted.exhausted == (counted.rounds[-1].exhausted if rows else 0)


@holds(ballots("quadratic"))
def test_a_quadratic_count_equals_one_of_slow_long_roots(
    rows: Sequence[tuple[tuple[int, ...], tuple[int, int]]],
) -> None:
    places = 400

    def root(weight: int, whole: int, power: int) -> int:
        return isqrt((weight * power << 2 * places) // whole)

    squares = [
        sum(root(mark[choice], sum(mark), sum(scores)) for mark, scores in rows) ** 2 for choice in range(CHOICES)
    ]
    counted = count("quadratic", rows)
    for score, square in zip(counted.scores, squares, strict=True):
        exact = Fraction(counted.total * square, sum(squares)) if any(squares) else Fraction(0)
        apart = abs(Fraction(score) - exact)
        assert apart <= counted.total * Fraction(1, 2**38)
        if counted.total > 2**80:
            assert apart <= counted.total * Fraction(1, 2**60)


@holds(ballots("weighted", marks=st.lists(st.integers(0, 10_000), min_size=4, max_size=4).filter(any).map(tuple)))
def test_a_weighted_count_is_the_sum_of_exact_shares(rows: Sequence[tuple[tuple[int, ...], tuple[int, int]]]) -> None:
    counted = count("weighted", rows)
    for choice in range(CHOICES):
        assert counted.scores[choice] == sum(Fraction(sum(s) * mark[choice], sum(mark)) for mark, s in rows)


def test_a_weighted_count_of_many_odd_splits_stays_short_and_true() -> None:
    rows = [((number, number * number * 31 % 10_000, 3, 0), (10**24 + number, 0)) for number in range(1, 1_500)]
    counted = count("weighted", rows)
    exact = [sum(Fraction(sum(s) * mark[choice], sum(mark)) for mark, s in rows) for choice in range(CHOICES)]
    assert sum(counted.scores) == counted.total
    assert all(abs(Fraction(a) - b) < Fraction(1, 2**100) for a, b in zip(counted.scores, exact, strict=True))
    assert all(Fraction(score).denominator < 2**600 for score in counted.scores)


@every
def test_nobody_wins_where_nobody_voted_or_only_without_power(voting: VotingType) -> None:
    for rows in ([], [(mark, (0, 0)) for mark in _some_marks(voting)]):
        counted = count(voting, rows)
        assert counted.winners == ()
        assert set(counted.scores) == {0}
        assert counted.ballots == len(rows)


def _some_marks(voting: VotingType) -> list[Mark]:
    match voting:
        case "basic" | "single-choice":
            return [1, 2]
        case "approval":
            return [(1, 2), ()]
        case "weighted" | "quadratic" | "star":
            return [(1, 2, 0, 0), (0, 0, 0, 5)]
        case _:
            return [(1, 2, 3, 4), (4, 3, 2, 1)]
