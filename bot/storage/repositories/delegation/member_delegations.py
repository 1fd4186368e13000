"""The repository of delegations: who lets whom vote, in one space or in all of every guild."""

from __future__ import annotations

from typing import cast

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, insert, or_, select, true, update

from bot.domain.delegation.member_delegation import MemberDelegation
from bot.domain.shared.types import GuildId, MemberId, SpaceId, Timestamp
from bot.domain.voting import VotingType
from bot.storage.driver.statements import AnyConnection, PreparedStatement, Stored
from bot.storage.tables import mandates

_GENERAL = ""
_THEIRS = mandates.alias()
_IN_FORCE = [
    and_(
        or_(table.c.space == bindparam("same_space"), table.c.everywhere),
        table.c.given_at <= bindparam("moment"),
        or_(table.c.until.is_(None), table.c.until >= bindparam("moment")),
        or_(table.c.cleared_at.is_(None), table.c.cleared_at > bindparam("moment")),
    )
    for table in (mandates, _THEIRS)
]
_COUNTING_FOR = (
    select(mandates)
    .where(
        _IN_FORCE[0],
        mandates.c.delegator.in_(
            select(_THEIRS.c.delegator).where(_IN_FORCE[1], _THEIRS.c.delegate == bindparam("same_delegate"))
        ),
    )
    .order_by(mandates.c.id)
)
"""Built once, because building it takes as long as running it. Both persons are looked for by index, across spaces."""
_PREPARED_COUNTING_FOR = PreparedStatement(_COUNTING_FOR)


class SqlMemberDelegations:
    """Ended delegations are kept. A delegator has at most one per topic in a space, and one per topic for every guild.

    Queries for a space, or for all spaces of a guild, include delegations for every guild.
    """

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def give(self, member_delegation: MemberDelegation) -> list[MemberDelegation]:
        """Store a delegation; return what it replaces: the delegator's for the same scope and topic, which it ends."""
        ended = await self.clear(member_delegation, member_delegation.given_at)
        row = insert(mandates).values(
            guild=member_delegation.guild,
            space=member_delegation.space,
            delegator=member_delegation.delegator,
            delegate=member_delegation.delegate,
            topic=member_delegation.topic or _GENERAL,
            given_at=member_delegation.given_at,
            until=member_delegation.until,
            cleared_at=member_delegation.cleared_at,
            everywhere=member_delegation.everywhere,
        )
        await self._connection.execute(row)
        return ended

    async def clear(self, member_delegation: MemberDelegation, at: Timestamp) -> list[MemberDelegation]:
        """End at `at` the delegator's delegation for the same scope and topic; return it as stored now, in a list."""
        scope = (
            mandates.c.everywhere
            if member_delegation.everywhere
            else and_(mandates.c.space == member_delegation.space, ~mandates.c.everywhere)
        )
        standing = update(mandates).where(
            scope,
            mandates.c.delegator == member_delegation.delegator,
            mandates.c.topic == (member_delegation.topic or _GENERAL),
            mandates.c.cleared_at.is_(None),
        )
        ended = await self._connection.execute(standing.values(cleared_at=at).returning(*mandates.c))
        return [_member_delegation(row) for row in ended]

    async def newest_change(self, space: SpaceId) -> Timestamp | None:
        """Return when a delegation was last given or taken back; None if never."""
        asked = select(func.max(mandates.c.given_at), func.max(mandates.c.cleared_at))
        row = (await self._connection.execute(asked.where(_counting(mandates.c.space == space)))).one()
        return max((Timestamp(moment) for moment in row if moment is not None), default=None)

    async def around_circle(self, given: MemberDelegation) -> list[MemberDelegation]:
        """Return the delegations in force that can be reached from the two members of `given`, in the order given.

        They are those of the space of `given`, or of every space if `given` is for every guild.
        """
        within = true() if given.everywhere else _counting(mandates.c.space == given.space)
        standing = _standing(within, given.given_at)
        both = standing.where(mandates.c.delegator.in_((given.delegator, given.delegate))).order_by(None)
        reached = both.with_only_columns(mandates.c.delegator.label("member")).cte(recursive=True)
        leads_on = standing.where(mandates.c.delegator == reached.c.member).order_by(None)
        reached = reached.union(leads_on.with_only_columns(mandates.c.delegate))
        return await self._read(standing.where(mandates.c.delegator.in_(select(reached.c.member))))

    async def of(self, guild: GuildId, delegator: MemberId, now: Timestamp) -> list[MemberDelegation]:
        """Return the delegations in force from a member, in the order given."""
        return await self._read(_standing(_of(guild), now).where(mandates.c.delegator == delegator))

    async def to(self, guild: GuildId, delegate: MemberId, now: Timestamp) -> list[MemberDelegation]:
        """Return the delegations in force to a member, in the order given."""
        return await self._read(_standing(_of(guild), now).where(mandates.c.delegate == delegate))

    async def at(self, space: SpaceId, delegator: MemberId, at: Timestamp) -> list[MemberDelegation]:
        """Return a delegator's delegations that were in force at `at`."""
        asked = select(mandates).where(_IN_FORCE[0], mandates.c.delegator == delegator).order_by(mandates.c.id)
        return await self._read(asked, same_space=space, moment=at)

    async def around(self, space: SpaceId, delegate: MemberId, at: Timestamp) -> list[MemberDelegation]:
        """Return all delegations in force at `at` of every member who then had one to this delegate."""
        same = {"same_space": space, "moment": at, "same_delegate": delegate}
        return [_member_delegation(row) for row in await _PREPARED_COUNTING_FOR.run(self._connection, same)]

    async def _read(self, asked: Select[tuple[object, ...]], **values: int) -> list[MemberDelegation]:
        return [_member_delegation(row) for row in await self._connection.execute(asked, values)]


def _counting(there: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a delegation applies to `there`; one for every guild always does."""
    return or_(there, mandates.c.everywhere)


def _of(guild: GuildId) -> ColumnElement[bool]:
    return _counting(mandates.c.guild == guild)


def _standing(within: ColumnElement[bool], now: Timestamp) -> Select[tuple[object, ...]]:
    """Select delegations that are neither taken back nor expired."""
    return (
        select(mandates)
        .where(
            within,
            mandates.c.cleared_at.is_(None),
            or_(mandates.c.until.is_(None), mandates.c.until >= now),
        )
        .order_by(mandates.c.id)
    )


def _member_delegation(row: Stored) -> MemberDelegation:
    return MemberDelegation(
        guild=GuildId(row.guild),
        space=SpaceId(row.space),
        delegator=MemberId(row.delegator),
        delegate=MemberId(row.delegate),
        topic=cast("VotingType", row.topic) if row.topic else None,
        given_at=Timestamp(row.given_at),
        until=None if row.until is None else Timestamp(row.until),
        cleared_at=None if row.cleared_at is None else Timestamp(row.cleared_at),
        everywhere=bool(row.everywhere),
    )
