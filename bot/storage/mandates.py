"""The book of mandates: who lets whom vote, by guild."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Select, and_, bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delegation import Mandate
from bot.domain.types import GuildId, MemberId, Timestamp
from bot.domain.voting import VotingType
from bot.storage.hot import Hot
from bot.storage.statements import Stored
from bot.storage.tables import mandates

_GENERAL = ""
_THEIRS = mandates.alias()
_IN_FORCE = [
    and_(
        table.c.guild == bindparam("same_guild"),
        table.c.given_at <= bindparam("moment"),
        or_(table.c.until.is_(None), table.c.until >= bindparam("moment")),
        or_(table.c.cleared_at.is_(None), table.c.cleared_at > bindparam("moment")),
    )
    for table in (mandates, _THEIRS)
]
_COUNTING_FOR = select(mandates).where(
    _IN_FORCE[0],
    mandates.c.delegator.in_(
        select(_THEIRS.c.delegator).where(_IN_FORCE[1], _THEIRS.c.delegate == bindparam("same_delegate"))
    ),
)
"""Built once, because building it takes as long as running it."""
_HOT_COUNTING_FOR = Hot(_COUNTING_FOR)


class SqlMandates:
    """Mandates are kept when they end; an index lets one of each delegator and topic stand."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def give(self, mandate: Mandate) -> None:
        """Store a mandate; the delegator's standing one of the same topic ends when it begins."""
        await self.clear(mandate.guild, mandate.delegator, mandate.topic, mandate.given_at)
        row = insert(mandates).values(
            guild=mandate.guild,
            delegator=mandate.delegator,
            delegate=mandate.delegate,
            topic=mandate.topic or _GENERAL,
            given_at=mandate.given_at,
            until=mandate.until,
            cleared_at=mandate.cleared_at,
        )
        await self._connection.execute(row)

    async def clear(self, guild: GuildId, delegator: MemberId, topic: VotingType | None, at: Timestamp) -> None:
        """End the delegator's standing mandate of a topic (None: the general one)."""
        standing = update(mandates).where(
            mandates.c.guild == guild,
            mandates.c.delegator == delegator,
            mandates.c.topic == (topic or _GENERAL),
            mandates.c.cleared_at.is_(None),
        )
        await self._connection.execute(standing.values(cleared_at=at))

    async def standing(self, guild: GuildId, now: Timestamp) -> list[Mandate]:
        """Return those that nobody took back and that are not over, in the order given."""
        return await self._read(_standing(guild, now))

    async def of(self, guild: GuildId, delegator: MemberId, now: Timestamp) -> list[Mandate]:
        """Return the standing ones of a delegator."""
        return await self._read(_standing(guild, now).where(mandates.c.delegator == delegator))

    async def to(self, guild: GuildId, delegate: MemberId, now: Timestamp) -> list[Mandate]:
        """Return the standing ones to a delegate."""
        return await self._read(_standing(guild, now).where(mandates.c.delegate == delegate))

    async def at(self, guild: GuildId, delegator: MemberId, at: Timestamp) -> list[Mandate]:
        """Return those of a delegator that were in force `at`."""
        asked = select(mandates).where(_IN_FORCE[0], mandates.c.delegator == delegator)
        return await self._read(asked, same_guild=guild, moment=at)

    async def around(self, guild: GuildId, delegate: MemberId, at: Timestamp) -> list[Mandate]:
        """Return those in force `at` of every delegator of whom one was to this delegate."""
        same = {"same_guild": guild, "moment": at, "same_delegate": delegate}
        return [_mandate(row) for row in await _HOT_COUNTING_FOR.run(self._connection, same)]

    async def _read(self, asked: Select[tuple[object, ...]], **values: int) -> list[Mandate]:
        return [_mandate(row) for row in await self._connection.execute(asked, values)]


def _standing(guild: GuildId, now: Timestamp) -> Select[tuple[object, ...]]:
    return (
        select(mandates)
        .where(
            mandates.c.guild == guild,
            mandates.c.cleared_at.is_(None),
            or_(mandates.c.until.is_(None), mandates.c.until >= now),
        )
        .order_by(mandates.c.id)
    )


def _mandate(row: Stored) -> Mandate:
    return Mandate(
        guild=GuildId(row.guild),
        delegator=MemberId(row.delegator),
        delegate=MemberId(row.delegate),
        topic=cast("VotingType", row.topic) if row.topic else None,
        given_at=Timestamp(row.given_at),
        until=None if row.until is None else Timestamp(row.until),
        cleared_at=None if row.cleared_at is None else Timestamp(row.cleared_at),
    )
