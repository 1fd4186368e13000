"""`ranked-choice`: instant run-off, exactly as Snapshot runs it. The last round's highest score wins.

In each round every ballot gives its power to the first of its choices that is still in. If one choice has more
than half of the power given in this round, or fewer than three choices are left, the count ends; else the choice
with the least goes out, of several with the least the one listed first. Scores are those of the last round: who
went out before has 0. Every round is kept.

A ballot ranks every choice; where the proposal allows partial rankings, one whose choices are all out is
exhausted: it counts for the turnout, and not for the half.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.voting.ballot_forms import Partial, Ranking
from bot.domain.voting.counting.ballots_and_tally import Ballots, Options, Round, Tally, TieRule
from bot.domain.voting.counting.grouped_ballots import grouped, highest, tallied
from bot.domain.voting.outcome.outcome_reason import (
    EqualInLastRound,
    EqualPower,
    MostInLastRound,
    SettledRound,
    WonLastRound,
    equal_power,
    first_score,
)
from bot.domain.voting.voting_system import Rounds, Scores, System

_FINALISTS = 2

_Placed = tuple[tuple[int, ...], int, Sequence[int]]
"""A distinct ballot: the ranking, the position in it that counts now, and its sums by column."""


def count(ballots: Ballots, choices: int, options: Options) -> Tally:  # noqa: ARG001 - all take the same
    """Run rounds until one choice has more than half, or two are left."""
    groups = grouped(ballots)
    piles: dict[int, list[_Placed]] = {choice: [] for choice in range(1, choices + 1)}
    totals = {choice: [0] * groups.width for choice in piles}
    exhausted = 0

    def give(pile: Iterable[_Placed]) -> int:
        """Give each ballot to its first choice that is in; return the power of those without any."""
        without = 0
        for ranking, start, sums in pile:
            for place in range(start, len(ranking)):
                choice = ranking[place]
                if choice in piles:
                    piles[choice].append((ranking, place, sums))
                    total = totals[choice]
                    for column, amount in enumerate(sums):
                        total[column] += amount
                    break
            else:
                without += sums[0]
        return without

    give((mark, 0, sums) for mark, sums in groups.rows() if isinstance(mark, tuple))
    rounds: list[Round] = []
    while groups.marks:
        powers = {choice: totals[choice][0] for choice in piles}
        scores = tuple(powers.get(choice) for choice in range(1, choices + 1))
        if 2 * max(powers.values()) > sum(powers.values()) or len(piles) <= _FINALISTS:
            rounds.append(Round(scores=scores, exhausted=exhausted))
            break
        least = min(powers.values())
        tied = tuple(choice for choice, power in powers.items() if power == least)
        counted = Round(scores=scores, exhausted=exhausted, eliminated=tied[0])
        rounds.append(counted if len(tied) == 1 else replace(counted, tied=tied, rule=TieRule.LISTED))
        exhausted += give(piles.pop(tied[0]))
    by_column = [
        [totals[choice][column] if choice in piles else 0 for choice in totals] for column in range(groups.width)
    ]
    return tallied(ballots, groups, by_column, winners=highest(by_column[0]), rounds=rounds)


def _why_first(tally: Tally) -> MostInLastRound | WonLastRound:
    top = first_score(tally)
    if not tally.rounds:
        return MostInLastRound(top, tally.total)
    active = sum(score for score in tally.rounds[-1].scores if score is not None)
    return WonLastRound(top, active, len(tally.rounds), _settled(tally))


def _why_equal(tally: Tally, leaders: Sequence[int]) -> EqualPower | EqualInLastRound:
    equal = equal_power(tally, leaders)
    return EqualInLastRound(equal.score, len(tally.rounds), _settled(tally)) if tally.rounds else equal


def _settled(tally: Tally) -> tuple[SettledRound, ...]:
    """Return the rounds in which a tie was settled by the order of the choices and that moved power."""
    return tuple(
        SettledRound(number, held.tied, held.eliminated)
        for number, held in enumerate(tally.rounds, start=1)
        if held.rule is TieRule.LISTED and held.eliminated is not None and held.scores[held.eliminated - 1]
    )


SYSTEM = System(
    form=Ranking(Partial.OPTION),
    count=count,
    scores=Scores.POWER,
    rounds=Rounds.ELIMINATIONS,
    thresholds=True,
    for_against=False,
    why_first=_why_first,
    why_equal=_why_equal,
    rule="each ballot ranks the choices; round by round the one with the least power goes out, and its "
    "ballots go to their next choice, until one has more than half",
    ties="Of several choices with the least power, the one listed first goes out; "
    "choices that share the highest score of the last round are tied, and nothing is decided.",
    offer="rank the choices; the weakest goes out, round by round",
    note="",
    brief="",
)
