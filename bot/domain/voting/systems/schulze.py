"""`schulze`: the beatpath method of Markus Schulze, by winning votes.

A choice defeats another if more power prefers it than the reverse; the defeat is as strong as the power that
prefers it. A path leads from choice to choice along defeats, and is as strong as its weakest. A choice beats
another if its strongest path to it is stronger than the strongest path back; that is an order without cycles. The
choices that nobody beats win; if they are several, the vote is tied. (Schulze would then draw a ballot by lot, and
we draw no lots.) A ballot ranks at least one choice; those it leaves out are equal last.

A score is the share of the others that the choice beats, of the power of all ballots: it orders the choices but is
not power cast for them. By strategy the whole method is run on each strategy's own column.

Source: Markus Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
single-winner election method", Social Choice and Welfare 36 (2011), sections 2 and 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from bot.domain.voting.ballot_forms import Partial, Ranking
from bot.domain.voting.counting.ballots_and_tally import Ballots, Options, Score, Tally
from bot.domain.voting.counting.grouped_ballots import grouped, tallied
from bot.domain.voting.counting.pairwise import Pairs, pairwise
from bot.domain.voting.outcome.outcome_reason import EqualChains, MostPower, StrongestChain, most_power, record_of
from bot.domain.voting.voting_system import Rounds, Scores, System


def count(ballots: Ballots, choices: int, options: Options) -> Tally:  # noqa: ARG001 - all take the same
    """Find the strongest paths, and the choices that nobody beats."""
    groups = grouped(ballots)
    pairs = pairwise(groups, choices)
    by_column: list[list[Score]] = []
    for column, prefers in enumerate(pairs):
        total = sum(groups.columns[column])
        beats = _beaten(prefers)
        by_column.append([Fraction(total * sum(row), max(choices - 1, 1)) for row in beats])
    beats = _beaten(pairs[0])
    unbeaten = [choice for choice in range(1, choices + 1) if not any(row[choice - 1] for row in beats)]
    return tallied(ballots, groups, by_column, winners=unbeaten if any(ballots.powers) else (), pairs=pairs[0])


def strongest_paths(pairs: Pairs) -> Pairs:
    """Return the strength of the strongest path from each choice to each other, 0 if there is none."""
    every = range(len(pairs))
    paths = [[pairs[a][b] if pairs[a][b] > pairs[b][a] else 0 for b in every] for a in every]
    for via in every:
        for a in every:
            for b in every:
                if a != b:
                    paths[a][b] = max(paths[a][b], min(paths[a][via], paths[via][b]))
    return paths


def _beaten(pairs: Pairs) -> list[list[bool]]:
    paths = strongest_paths(pairs)
    return [[paths[a][b] > paths[b][a] for b in range(len(pairs))] for a in range(len(pairs))]


def _why_first(tally: Tally) -> MostPower | StrongestChain:
    return StrongestChain(record_of(tally.winners[0], tally)) if tally.pairs else most_power(tally)


def _why_equal(_tally: Tally, _leaders: Sequence[int]) -> EqualChains:
    return EqualChains()


SYSTEM = System(
    form=Ranking(Partial.ALWAYS),
    count=count,
    scores=Scores.SHARES,
    rounds=Rounds.NONE,
    thresholds=False,
    for_against=False,
    why_first=_why_first,
    why_equal=_why_equal,
    rule="each ballot ranks the choices, as many as it likes; the choice that no other beats head to head, "
    "directly or by a chain of wins, wins",
    ties="Several choices that no other one beats are tied, and nothing is decided.",
    offer="rank as many as you like; the choice that no other beats wins",
    note="A choice's number is the share of the other choices that it beats, of the power that voted; "
    "it is not the power cast for it.",
    brief="Scores are shares of the others that a choice beats.",
)
