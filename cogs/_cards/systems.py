"""Voting systems in members' words: what a ballot is, how it is counted, what its numbers mean."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.proposal import Terms
from bot.domain.voting import SIMPLE, SYSTEMS, Counts, VotingType

RULES: Mapping[VotingType, str] = {
    "basic": "one choice a ballot; passes if the first choice has more power than the second",
    "single-choice": "one choice a ballot; the choice with the most power wins",
    "approval": "any number of choices a ballot, also none; the choice with the most power wins",
    "weighted": "each ballot splits its power by weights; the choice with the most power wins",
    "quadratic": "each ballot splits its power by weights; square roots are added up, so many small supporters weigh "
    "more than one large one",
    "ranked-choice": "each ballot ranks the choices; round by round the one with the least power goes out, and its "
    "ballots go to their next choice, until one has more than half",
    "copeland": "each ballot ranks the choices; each meets every other head to head, and who wins most often wins",
    "star": "each ballot gives 0 to 5 stars a choice; the two with the highest scores meet in a run-off, which the one "
    "preferred by more power wins",
    "schulze": "each ballot ranks the choices, as many as it likes; the choice that no other beats head to head, "
    "directly or by a chain of wins, wins",
}
OFFERS: Mapping[VotingType, str] = {
    "basic": "For, Against, Abstain",
    "single-choice": "one of several choices",
    "approval": "any number of the choices",
    "weighted": "split your power among the choices by weights",
    "quadratic": "weights, where many small supporters weigh more than one large",
    "ranked-choice": "rank the choices; the weakest goes out, round by round",
    "copeland": "rank the choices; who wins most duels wins",
    "star": "0 to 5 stars a choice, then a run-off of the best two",
    "schulze": "rank as many as you like; the choice that no other beats wins",
}
"""What `/proposal new` says of each, in a line."""
_SHARES = (
    "Numbers are shares of the power that voted, by this rule; they are not the power cast for a choice, which can be "
    "more or less."
)
NOTES: Mapping[VotingType, str] = {
    "quadratic": _SHARES,
    "copeland": _SHARES,
    "schulze": "A choice's number is the share of the other choices that it beats, of the power that voted; "
    "it is not the power cast for it.",
    "star": "A choice's number is its stars: five from everybody would be all the power that voted.",
}


def rule_words(voting: VotingType, terms: Terms | None = None) -> str:
    """Say how a proposal is counted, and what happens to ties; by its terms, where these are known."""
    if voting == "basic" and terms is not None and terms.rules.counts is Counts.REJECTION:
        return "One choice a ballot; passes unless Against has more power than the quorum, however little For has."
    if voting == "basic" and terms is not None and terms.threshold != SIMPLE:
        return "One choice a ballot; passes if For has the approval needed, and is rejected otherwise."
    rule = RULES[voting]
    return f"{rule[0].upper()}{rule[1:]}. Ties: {_lower(SYSTEMS[voting].TIES)}"


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
