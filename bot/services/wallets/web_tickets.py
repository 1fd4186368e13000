"""Tickets: single-use addresses of our web pages, each for one member and one purpose."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace

from bot.domain.shared.errors import NotConfigured, TicketUnusable
from bot.domain.shared.errors.kinds import ServerSetting
from bot.domain.shared.types import GuildId, MemberId, ProposalId, Timestamp
from bot.domain.wallets.link_reply import LinkReply
from bot.domain.wallets.web_ticket import TICKET_LIFE, Invitation, Purpose, Ticket
from bot.ports import Clock, Repositories, Store
from bot.services.wallets.token_seal import sealed, unsealed

_TOKEN_BYTES = 32


class Tickets:
    """Issues and spends tickets. `base_url` is where the pages are, None where there are none.

    The token in an address is stored as a hash only, so whoever reads the database can use none.
    """

    def __init__(self, *, store: Store, clock: Clock, base_url: str | None) -> None:
        self._store, self._clock, self._base_url = store, clock, base_url

    @property
    def on(self) -> bool:
        """Whether there are pages to send members to."""
        return self._base_url is not None

    async def issue(
        self,
        purpose: Purpose,
        guild: GuildId,
        member: MemberId,
        *,
        guild_name: str,
        member_name: str,
        proposal: ProposalId | None = None,
        reply: LinkReply | None = None,
    ) -> Invitation:
        """Return a fresh address for the member, good once and for ten minutes; `reply` follows what is done there.

        Raises:
            NotConfigured: there are no pages.

        """
        if self._base_url is None:
            raise NotConfigured(ServerSetting.WEB_PAGES)
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._clock.now()
        ticket = Ticket(
            digest=_digest(token),
            purpose=purpose,
            guild=guild,
            member=member,
            proposal=proposal,
            guild_name=guild_name,
            member_name=member_name,
            issued_at=now,
            expires_at=Timestamp(now + TICKET_LIFE),
            reply=None if reply is None else sealed(token, reply.write()),
        )
        async with self._store.write() as repos:
            await repos.tickets.add(ticket)
            await repos.commit()
        return Invitation(url=f"{self._base_url}/{purpose}/{token}", expires_at=ticket.expires_at)

    def reply(self, ticket: Ticket, token: str) -> LinkReply | None:
        """Return the message that follows what is done with a ticket, which only its token tells; None if none does."""
        opened = None if ticket.reply is None else unsealed(token, ticket.reply)
        return None if opened is None else LinkReply.read(opened)

    async def look(self, token: str, purpose: Purpose, *, about: str | None = None) -> Ticket:
        """Return the ticket of a token without using it up: programs open addresses before people do.

        It is valid for anything or, after it expired, only for `about` if it lasts for that.

        Raises:
            TicketUnusable: never issued for this purpose, expired, or used.

        """
        ticket = await self._known(token, purpose)
        if fault := ticket.fault(self._clock.now(), about):
            raise TicketUnusable(fault)
        return ticket

    async def visit(self, token: str, purpose: Purpose) -> Ticket:
        """Return the ticket of a token if it is still valid for something. Raises as `look`."""
        ticket = await self._known(token, purpose)
        if not ticket.lasts(now := self._clock.now()):
            raise TicketUnusable(ticket.fault(now) or "expired")
        return ticket

    async def last(self, ticket: Ticket, key: str, until: Timestamp) -> None:
        """Make a ticket valid for `key` until that time, in seconds, and for nothing else once it has expired."""
        async with self._store.write() as repos:
            known = await repos.tickets.get(ticket.digest) or ticket
            lasts_for = tuple(dict.fromkeys((*known.lasts_for, key)))
            lasts_until = Timestamp(max(until, known.lasts_until or until))
            await repos.tickets.last(replace(known, lasts_for=lasts_for, lasts_until=lasts_until))
            await repos.commit()

    async def _known(self, token: str, purpose: Purpose) -> Ticket:
        async with self._store.read() as repos:
            ticket = await repos.tickets.get(_digest(token))
        if ticket is None or ticket.purpose != purpose:
            raise TicketUnusable("unknown")
        return ticket


async def spend(repos: Repositories, ticket: Ticket | None, at: Timestamp) -> None:
    """Use a ticket up, if there is one, in the transaction that stores what it was for.

    Of two simultaneous answers only one is stored. Raises TicketUnusable: it was used meanwhile.
    """
    if ticket is not None and not await repos.tickets.use(ticket.digest, at):
        raise TicketUnusable("used")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
