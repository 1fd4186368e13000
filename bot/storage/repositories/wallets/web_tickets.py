"""The repository of tickets."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import delete, func, insert, select, update

from bot.domain.shared.types import GuildId, MemberId, ProposalId, Timestamp
from bot.domain.wallets.web_ticket import Purpose, Ticket
from bot.storage.driver.statements import AnyConnection
from bot.storage.repositories.shared.json_columns import from_json, to_json
from bot.storage.tables import tickets


class SqlTickets:
    """Tickets by the hash of their token."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def add(self, ticket: Ticket) -> None:
        """Store a ticket."""
        row = asdict(ticket) | {"lasts_for": to_json(ticket.lasts_for)}
        await self._connection.execute(insert(tickets).values(**row))

    async def get(self, digest: str) -> Ticket | None:
        """Return the ticket of a digest."""
        row = (await self._connection.execute(select(tickets).where(tickets.c.digest == digest))).one_or_none()
        if row is None:
            return None
        return Ticket(
            digest=row.digest,
            purpose=Purpose(row.purpose),
            guild=GuildId(row.guild),
            member=MemberId(row.member),
            proposal=None if row.proposal is None else ProposalId(row.proposal),
            guild_name=row.guild_name,
            member_name=row.member_name,
            issued_at=Timestamp(row.issued_at),
            expires_at=Timestamp(row.expires_at),
            used_at=None if row.used_at is None else Timestamp(row.used_at),
            lasts_for=tuple(from_json(row.lasts_for)),
            lasts_until=None if row.lasts_until is None else Timestamp(row.lasts_until),
            reply=row.reply,
        )

    async def use(self, digest: str, at: Timestamp) -> bool:
        """Mark a ticket used; False if it was used already, or never issued (compare-and-set)."""
        unused = update(tickets).where(tickets.c.digest == digest, tickets.c.used_at.is_(None))
        return (await self._connection.execute(unused.values(used_at=at))).rowcount == 1

    async def last(self, ticket: Ticket) -> None:
        """Store for what purpose an expired ticket remains good, and until when."""
        known = update(tickets).where(tickets.c.digest == ticket.digest)
        await self._connection.execute(
            known.values(lasts_for=to_json(ticket.lasts_for), lasts_until=ticket.lasts_until)
        )

    async def forget(self, before: Timestamp) -> int:
        """Delete tickets that expired before; return how many."""
        until = func.coalesce(tickets.c.lasts_until, tickets.c.expires_at)
        over = delete(tickets).where(tickets.c.expires_at < before, until < before)
        return (await self._connection.execute(over)).rowcount
