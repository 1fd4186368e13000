"""Compares the totals and recused powers that were stored at a vote's submission with its chain, at the count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.announcements.moderator_notice import WaitingReason
from bot.domain.power import depends_on_voters
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Whole, supply_power
from bot.domain.shared.types import Address, Units
from bot.domain.voting.ballot import Ballot
from bot.ports import Store
from bot.services.power.voting_power import Power


async def whole_that_differs(store: Store, power: Power, proposal: Proposal, ballots: Sequence[Ballot]) -> str | None:
    """Return why a count has to wait because its chain's answers changed; None if it need not.

    It waits if a total of which the rules take shares (a token's supply, linked power), or the power of a recused
    wallet, now reads differently than at the submission. Quorum and threshold were computed from it, so whoever
    verifies the result would find it false. `ballots` have the power that the count read. Of the linked wallets, those
    that voted or are recused are compared; the power of the others is read only at the submission. Raises
    ChainUnavailable, PowerUndefined.
    """
    terms = proposal.terms
    if terms is None:
        return None
    if Whole.SUPPLY in terms.wholes:
        supply = await power.supply(terms.strategies, terms.snapshot)
        if supply != terms.wholes[Whole.SUPPLY]:
            return WaitingReason.SUPPLY_DIFFERS
    gone = {wallet.address: wallet for recusal in proposal.recusals for wallet in recusal.wallets}
    alone = not any(map(depends_on_voters, terms.strategies))
    for read in await power.read(terms.strategies, list(gone), terms.snapshot, voters=gone) if gone else ():
        if read.total is None:
            return WaitingReason.UNREAD
        stated, supply = gone[read.address], supply_power(terms.strategies, read.scores) or Units(0)
        if supply != stated.supply or (alone and read.total != stated.power):
            return WaitingReason.RECUSED_DIFFERS
    if Whole.LINKED in terms.wholes and alone:
        async with store.read() as repos:
            linked = await repos.bundles.votable(proposal.id)
        if _differs(linked, proposal, ballots):
            return WaitingReason.LINKED_DIFFERS
    return None


def _differs(linked: Mapping[Address, Units], proposal: Proposal, ballots: Sequence[Ballot]) -> bool:
    recused = {wallet.address: wallet.power for recusal in proposal.recusals for wallet in recusal.wallets}
    known = recused | {ballot.wallet: ballot.power for ballot in ballots}
    return any(known.get(wallet, power) != power for wallet, power in linked.items())
