"""`star`: score, then automatic run-off. Each ballot gives every choice 0 to 5 stars; a blank is 0.

A score is the sum over ballots of power times stars over five: a choice to which everybody gives five stars has
the power of all ballots. The two choices with the highest scores are finalists. In the run-off each ballot gives
its power to the finalist with more stars on it, and the one with more power wins.

Ties follow the Equal Vote Coalition's Official Tiebreaker Protocol, but for the lot, which we don't draw. Scoring
round: of the choices with equal scores, those that lose most often head to head among them fall back, again and
again; if that separates them no further, those with the most power behind five stars go first, and then those
listed first. Run-off: the higher score wins, then the more power behind five stars; if even that is equal, the
vote is tied.

Source: starvoting.org/ties.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from bot.domain.voting.ballot_forms import Stars
from bot.domain.voting.counting.ballots_and_tally import Ballots, Mark, Options, Round, Tally, TieRule
from bot.domain.voting.counting.grouped_ballots import Groups, grouped, tallied
from bot.domain.voting.outcome.outcome_reason import (
    AloneInRunOff,
    EqualInRunOff,
    EqualPower,
    MostPower,
    SettledPlaces,
    WonRunOff,
    equal_power,
    most_power,
)
from bot.domain.voting.voting_system import Rounds, Scores, System

MOST = 5
_FINALISTS = 2


def count(ballots: Ballots, choices: int, options: Options) -> Tally:  # noqa: ARG001 - all take the same
    """Score, choose two finalists, hold the run-off."""
    groups = grouped(ballots)
    stars = [[0] * choices for _ in range(groups.width)]
    for mark, sums in groups.rows():
        for column, amount in zip(stars, sums, strict=True):
            for choice, given in enumerate(_stars(mark)):
                column[choice] += given * amount
    by_column = [[Fraction(score, MOST) for score in column] for column in stars]
    if not any(stars[0]) or choices < _FINALISTS:
        return tallied(ballots, groups, by_column)
    finalists, tied, rule = _finalists(groups, stars[0])
    scoring = Round(scores=tuple(by_column[0]), tied=tied, rule=rule)
    winners, runoff = _runoff(groups, stars[0], finalists)
    return tallied(ballots, groups, by_column, winners=winners, rounds=(scoring, runoff))


def _finalists(groups: Groups, scores: list[int]) -> tuple[list[int], tuple[int, ...], TieRule | None]:
    """Return the two that go on, counted from 0, and between whom a tie had to be settled by which rule."""
    finalists: list[int] = []
    settled: tuple[tuple[int, ...], TieRule | None] = ((), None)
    while len(finalists) < _FINALISTS:
        rest = [choice for choice in range(len(scores)) if choice not in finalists]
        level = [choice for choice in rest if scores[choice] == max(scores[other] for other in rest)]
        if len(finalists) + len(level) <= _FINALISTS:
            finalists += level
        else:
            first, rule = _first_of(groups, level)
            settled = settled if settled[0] else (tuple(choice + 1 for choice in level), rule)
            finalists.append(first)
    return sorted(finalists), *settled


def _first_of(groups: Groups, level: list[int]) -> tuple[int, TieRule]:
    """Return who of several with equal scores goes first, and by which rule."""
    while len(level) > 1:
        losses = {a: sum(_prefer(groups, b, a) > _prefer(groups, a, b) for b in level) for a in level}
        kept = [choice for choice in level if losses[choice] < max(losses.values())]
        if not kept:
            break
        level = kept
    if len(level) == 1:
        return level[0], TieRule.HEAD_TO_HEAD
    fives = {choice: _fives(groups, choice) for choice in level}
    level = [choice for choice in level if fives[choice] == max(fives.values())]
    return level[0], TieRule.FIVE_STARS if len(level) == 1 else TieRule.LISTED


def _runoff(groups: Groups, scores: list[int], finalists: list[int]) -> tuple[list[int], Round]:
    a, b = finalists
    powers = {a: _prefer(groups, a, b), b: _prefer(groups, b, a)}
    winners = finalists
    rule: TieRule | None = None
    for name, by in (
        (None, powers),
        (TieRule.SCORE, {choice: scores[choice] for choice in finalists}),
        (TieRule.FIVE_STARS, {choice: _fives(groups, choice) for choice in finalists}),
    ):
        if by[a] != by[b]:
            winners, rule = [a if by[a] > by[b] else b], name
            break
    everything = sum(groups.columns[0])
    return [choice + 1 for choice in winners], Round(
        scores=tuple(powers.get(choice) for choice in range(len(scores))),
        exhausted=everything - sum(powers.values()),
        tied=(a + 1, b + 1) if powers[a] == powers[b] else (),
        rule=rule,
    )


def _prefer(groups: Groups, a: int, b: int) -> int:
    return sum(sums[0] for mark, sums in groups.rows() if _stars(mark)[a] > _stars(mark)[b])


def _fives(groups: Groups, choice: int) -> int:
    return sum(sums[0] for mark, sums in groups.rows() if _stars(mark)[choice] == MOST)


def _stars(mark: Mark) -> tuple[int, ...]:
    return mark if isinstance(mark, tuple) else ()


def _why_first(tally: Tally) -> MostPower | WonRunOff | AloneInRunOff:
    if not tally.rounds:
        return most_power(tally)
    run_off, winner = tally.rounds[-1], tally.winners[0] - 1
    powers = {at: score for at, score in enumerate(run_off.scores) if score is not None}
    for other, power in powers.items():
        if other != winner:
            return WonRunOff(other + 1, powers[winner], power, run_off.rule, _places(tally))
    return AloneInRunOff(_places(tally))


def _why_equal(tally: Tally, leaders: Sequence[int]) -> EqualPower | EqualInRunOff:
    return EqualInRunOff(_places(tally)) if tally.rounds else equal_power(tally, leaders)


def _places(tally: Tally) -> SettledPlaces | None:
    """Return how a tie for a place in the run-off was settled."""
    scoring = tally.rounds[0]
    return SettledPlaces(scoring.tied, scoring.rule) if scoring.tied and scoring.rule is not None else None


SYSTEM = System(
    form=Stars(MOST),
    count=count,
    scores=Scores.POINTS,
    rounds=Rounds.RUN_OFF,
    thresholds=True,
    for_against=False,
    why_first=_why_first,
    why_equal=_why_equal,
    rule="each ballot gives 0 to 5 stars a choice; the two with the highest scores meet in a run-off, which the one "
    "preferred by more power wins",
    ties="Equal scores: who loses least head to head goes first, then who has more power behind five stars, then who "
    "is listed first. An even run-off: the higher score wins, then more power behind five stars; else it is a tie.",
    offer="0 to 5 stars a choice, then a run-off of the best two",
    note="A choice's number is its stars: five from everybody would be all the power that voted.",
    brief="",
)
