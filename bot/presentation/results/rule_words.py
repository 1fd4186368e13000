"""What a vote needs in words: what a share is of, and what counts towards the quorum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from bot.domain.power import Strategy
from bot.domain.proposals.proposal import Terms
from bot.domain.proposals.vote_rules import Approval, Share, Whole, supply_symbol
from bot.domain.shared.amounts import exact_percent, humane
from bot.domain.voting import SYSTEMS, Base, QuorumCounts, VotingType
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _

Quote = Callable[[str], str]
"""Escapes a member's words, such as a token's symbol, so that nothing in them formats."""

_OF = {
    Base.CAST: N_("For and Against"),
    Base.TURNOUT: N_("all that voted"),
    Whole.SUPPLY: N_("the token supply"),
    Whole.LINKED: N_("the power of all wallets linked here"),
}
_COUNTED = {
    QuorumCounts.TURNOUT: "",
    QuorumCounts.FOR_AND_AGAINST: N_(" For or Against"),
    QuorumCounts.FOR_AND_ABSTAIN: N_(" For or Abstain"),
    QuorumCounts.FOR: N_(" For"),
    QuorumCounts.REJECTION: N_(" Against"),
}


def counted_words(counts: QuorumCounts) -> str:
    """Return the end of a sentence about a quorum that begins "voted"; empty if every vote counts."""
    words = _COUNTED[counts]
    return _(words) if words else ""


def share_words(share: Fraction) -> str:
    """Return a share exactly: `5 %`, `2/3`."""
    return str(share) if 10**6 % share.denominator else exact_percent(share)


def of_words(of: Base | Whole, voting: VotingType | None, strategies: Sequence[Strategy], quote: Quote) -> str:
    """Return what a share is of, a supply by its token's name; only basic votes have For and Against."""
    if of is Whole.SUPPLY and (token := supply_symbol(strategies)):
        return _("the supply of {token}", token=quote(token))
    return _(_OF[Base.TURNOUT if of is Base.CAST and voting is not None and not SYSTEMS[voting].for_against else of])


def needed_words(approval: Approval, voting: VotingType | None, strategies: Sequence[Strategy], quote: Quote) -> str:
    """Return `at least 2/3 of For and Against` and the like."""
    facts = {"share": share_words(approval.share), "whole": of_words(approval.of, voting, strategies, quote)}
    return _("more than {share} of {whole}", **facts) if approval.strict else _("at least {share} of {whole}", **facts)


def whole_amount(of: Whole, units: int, terms: Terms, quote: Quote) -> str:
    """Return the amount a share is of: a supply in its token, all else in the unit of voting power."""
    token = supply_symbol(terms.strategies) if of is Whole.SUPPLY else ""
    return f"{humane(units, terms.scale)} {quote(token or terms.symbol)}"


def quorum_source(terms: Terms, quote: Quote) -> str:
    """Return what the quorum is a share of, with the amount; empty if the quorum is an amount itself."""
    quorum = terms.rules.quorum
    if not isinstance(quorum, Share):
        return ""
    whole = whole_amount(quorum.of, terms.wholes.get(quorum.of, 0), terms, quote)
    named = of_words(quorum.of, None, terms.strategies, quote)
    return _("{share} of {whole}, {amount}", share=share_words(quorum.share), whole=named, amount=whole)
