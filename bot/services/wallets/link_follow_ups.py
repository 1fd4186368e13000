"""What happens on Discord once a wallet is linked on its page: the message that led there follows."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import Unavailable
from bot.domain.wallets.wallet import Wallet
from bot.domain.wallets.web_ticket import Ticket
from bot.ports import Clock, LinkTeller, Store
from bot.services.wallets.web_tickets import Tickets

_PATIENCE = 6.0
"""Seconds for which a visitor waits until Discord shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """What a page says of the way back: the vote that was pressed before, and whether it waits on Discord now."""

    proposal: Proposal | None
    shown: bool


class LinkFollowUps:
    """Tells Discord what was done on a page. `teller` is set once there is a client; before that nobody is told."""

    teller: LinkTeller | None = None

    def __init__(self, *, store: Store, clock: Clock, tickets: Tickets) -> None:
        self._store, self._clock, self._tickets = store, clock, tickets

    async def linked(self, ticket: Ticket, token: str, wallet: Wallet, *, moved: bool = False) -> WayBack:
        """Have the message follow that led to this page, as long as Discord lets it be edited; never fails."""
        reply = self._tickets.reply(ticket, token)
        if reply is None:
            return WayBack(proposal=None, shown=False)
        shown, proposal = False, None
        if self.teller is not None and self._clock.now() <= reply.until:
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    shown = await self.teller.follow(ticket.guild, reply, wallet, moved=moved)
        if reply.proposal is not None:
            with suppress(Unavailable):  # the wallet is linked, whatever becomes of the way back
                async with self._store.read() as repos:
                    proposal = await repos.proposals.get(reply.proposal)
        found = proposal if proposal is not None and proposal.guild == ticket.guild else None
        return WayBack(proposal=found, shown=shown)
