"""What pages and feeds ask of a server: what moderators made public of it."""

from __future__ import annotations

from math import floor
from typing import Protocol

from bot.domain.audit.public_view import PublicNews, PublicServer
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.amounts import humane
from bot.domain.shared.types import GuildId
from bot.domain.voting import Words, sentence


class ServerService(Protocol):
    """Knows what is public of servers. Both raise NotFound where nothing is."""

    async def server(self, guild: GuildId, page: int) -> PublicServer:
        """Return what is public of a server, with one page of its results."""
        ...

    async def news(self, guild: GuildId) -> PublicNews:
        """Return what its feeds tell of."""
        ...


def outcome_of(proposal: Proposal) -> str:
    """Say in a sentence what was decided and why; nothing before the result."""
    terms = proposal.standing
    if proposal.result is None or terms is None:
        return ""
    words = Words(amount=lambda score: f"{humane(floor(score), terms.scale)} {terms.symbol}", exact=False)
    return sentence(proposal.result.outcome, proposal.result.tally, proposal.voting, proposal.choices, words)
