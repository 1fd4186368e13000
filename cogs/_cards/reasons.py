"""Why a choice comes first, in words that fit its voting system."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

from bot.domain.amounts import humane
from bot.domain.proposal import Proposal, Terms
from bot.domain.voting import Tally
from cogs._cards.rounds import points_of, record_words
from cogs._words import amount, quoted, share


def why_first(proposal: Proposal, tally: Tally, terms: Terms) -> str:
    """Complete "Decided: “Mice”, …" for the one choice that won."""
    winner = tally.winners[0] - 1
    top = tally.scores[winner]
    everything = amount(tally.total, terms.scale, terms.symbol)
    match proposal.voting:
        case "approval":
            return f"approved by {share(top, tally.total)} of {everything}"
        case "quadratic":
            return f"whose share by square roots is the highest: {share(top, tally.total)}"
        case "copeland" | "schulze":
            return _duels(proposal, tally, winner)
        case "ranked-choice" if tally.rounds:
            active = floor(sum(score for score in tally.rounds[-1].scores if score is not None))
            return (
                f"with {share(top, active)} of the {amount(active, terms.scale, terms.symbol)} "
                f"that counted in round {len(tally.rounds)}"
            )
        case "star" if tally.rounds:
            return _run_off(proposal, tally, terms)
        case _:
            return f"with {share(top, tally.total)} of {everything}"


def why_equal(proposal: Proposal, tally: Tally, terms: Terms, leaders: Sequence[int]) -> str:
    """Complete "Tied: “Mice” and “Yeast” …" for leaders that no rule tells apart."""
    match proposal.voting:
        case "copeland":
            return "win as often and have the same support"
        case "schulze":
            return "are beaten by no other choice"
        case "star":
            return "are equal in the run-off, in scores and in power behind five stars"
        case _:
            top = floor(tally.scores[leaders[0] - 1])
            return f"have {amount(top, terms.scale, terms.symbol)} each"


def _duels(proposal: Proposal, tally: Tally, winner: int) -> str:
    record = f"it {record_words(winner, tally)} of {len(tally.pairs) - 1} head to head"
    if proposal.voting == "schulze":
        return f"which no other choice beats: {record}"
    points = [points_of(choice, tally) for choice in range(len(tally.pairs))]
    if points.count(points[winner]) > 1:
        return f"which has the most average support of those that win most often: {record}"
    return f"which wins most often: {record}"


def _run_off(proposal: Proposal, tally: Tally, terms: Terms) -> str:
    powers = {at: score for at, score in enumerate(tally.rounds[-1].scores) if score is not None}
    winner = tally.winners[0] - 1
    for other, power in powers.items():
        if other == winner:
            continue
        loser = f"“{quoted(proposal.choices[other], 80)}”"
        if power == powers[winner]:
            return f"which is even with {loser} in the run-off and ahead of it by {tally.rounds[-1].rule}"
        return (
            f"preferred to {loser} in the run-off by {humane(floor(powers[winner]), terms.scale)} "
            f"to {amount(floor(power), terms.scale, terms.symbol)}"
        )
    return "the only choice in the run-off"
