"""How a voting system counts, in a member's words."""

from __future__ import annotations

from bot.domain.proposals.proposal import Terms
from bot.domain.voting import SIMPLE, SYSTEMS, QuorumCounts, VotingType
from bot.presentation.catalogue.messages import gettext as _


def rule_words(voting: VotingType, terms: Terms | None = None) -> str:
    """Say how a proposal is counted, and what happens to ties; by its terms, where these are known."""
    system = SYSTEMS[voting]
    if system.for_against and terms is not None and terms.rules.counts is QuorumCounts.REJECTION:
        return _("One choice a ballot; passes unless Against has more power than the quorum, however little For has.")
    if system.for_against and terms is not None and terms.threshold != SIMPLE:
        return _("One choice a ballot; passes if For has the approval needed, and is rejected otherwise.")
    rule, ties = _(system.rule), _(system.ties)
    return _("{rule}. Ties: {ties}", rule=f"{rule[:1].upper()}{rule[1:]}", ties=f"{ties[:1].lower()}{ties[1:]}")
