"""The repository of spaces."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import delete, func, insert, select, update

from bot.domain.power import Strategy
from bot.domain.shared.types import ChannelId, GuildId, RoleId, SpaceId, Timestamp
from bot.domain.spaces.space import MAIN, Space
from bot.storage.driver.statements import AnyConnection, Stored
from bot.storage.repositories.proposals.vote_rules_rows import from_space_rules, to_space_rules
from bot.storage.repositories.shared.json_columns import from_json, from_strategies, to_json, to_strategies
from bot.storage.repositories.shared.readable_rows import readable
from bot.storage.tables import greetings, spaces


class SqlSpaces:
    """Spaces by guild."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def main(self, guild: GuildId) -> Space | None:
        """Return the guild's main space, None if it has none yet."""
        return await self.numbered(guild, MAIN)

    async def of(self, guild: GuildId, *, archived: bool = False) -> list[Space]:
        """Return the guild's active spaces by number, or all of them."""
        query = select(spaces).where(spaces.c.guild == guild).order_by(spaces.c.number)
        if not archived:
            query = query.where(spaces.c.archived_at.is_(None))
        return [_space(row) for row in await self._connection.execute(query)]

    async def get(self, space: SpaceId) -> Space:
        """Return a space by its id. Raises LookupError."""
        row = (await self._connection.execute(select(spaces).where(spaces.c.id == space))).one_or_none()
        if row is None:
            raise LookupError(f"no space {space}")
        return _space(row)

    async def numbered(self, guild: GuildId, number: int) -> Space | None:
        """Return a guild's space by its number, archived ones too."""
        query = select(spaces).where(spaces.c.guild == guild, spaces.c.number == number)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _space(row)

    async def add(self, guild: GuildId, name: str) -> Space:
        """Store a new space with the default rules and the guild's next number."""
        last = await self._connection.scalar(select(func.max(spaces.c.number)).where(spaces.c.guild == guild))
        number = (last or 0) + 1
        row = _columns(Space(id=SpaceId(0), guild=guild, name=name, number=number))
        stored = await self._connection.execute(insert(spaces).values(row).returning(*spaces.c))
        return _space(stored.one())

    async def save(self, space: Space) -> None:
        """Store every field of a space whose id is known. Raises LookupError if it is not."""
        changed = await self._connection.execute(update(spaces).where(spaces.c.id == space.id).values(_columns(space)))
        if not changed.rowcount:
            raise LookupError(f"no space {space.id}")

    async def changes(self, space: Space) -> dict[str, dict[str, str | None]]:
        """Return what saving it would change: by field, the texts before and after."""
        before = (await self._connection.execute(select(spaces).where(spaces.c.id == space.id))).mappings().one()
        return {
            field: {"before": _text(before[field]), "after": _text(value)}
            for field, value in _columns(space).items()
            if before[field] != value
        }

    async def all(self) -> list[Space]:
        """Return every space, oldest first."""
        found = await self._connection.execute(select(spaces).order_by(spaces.c.id))
        return readable(found, _space, spaces.name)

    async def greeted(self, guild: GuildId) -> Timestamp | None:
        """Return when the bot joined a guild that needs no greeting any more; None for one that it never greeted."""
        joined = await self._connection.scalar(select(greetings.c.joined_at).where(greetings.c.guild == guild))
        return None if joined is None else Timestamp(joined)

    async def greet(self, guild: GuildId, joined: Timestamp) -> None:
        """Note that a guild is greeted for the joining at that time."""
        await self.left(guild)
        await self._connection.execute(insert(greetings).values(guild=guild, joined_at=joined))

    async def left(self, guild: GuildId) -> None:
        """Note that the bot left a guild, so that it greets it again."""
        await self._connection.execute(delete(greetings).where(greetings.c.guild == guild))


def _columns(space: Space) -> dict[str, object]:
    return {
        "guild": space.guild,
        "number": space.number,
        "name": space.name,
        "strategies": to_json(from_strategies(space.strategies)),
        "proposals_channel": space.proposals_channel,
        "announcements_channel": space.announcements_channel,
        "moderators_channel": space.moderators_channel,
        "audit_channel": space.audit_channel,
        "proposer_roles": to_json(space.proposer_roles),
        "proposer_power": space.proposer_power,
        "voting_delay": space.voting_delay,
        "voting_period": space.voting_period,
        "rules": from_space_rules(space.rules),
        "cogs_off": to_json(sorted(space.cogs_off)),
        "public": space.public,
        "moderators": to_json(space.moderators),
        "voters": to_json(space.voters),
        "archived_at": space.archived_at,
    }


def _space(row: Stored) -> Space:
    return Space(
        id=SpaceId(row.id),
        guild=GuildId(row.guild),
        name=row.name,
        number=row.number,
        strategies=_to_strategies(row.strategies),
        proposals_channel=_channel(row.proposals_channel),
        announcements_channel=_channel(row.announcements_channel),
        moderators_channel=_channel(row.moderators_channel),
        audit_channel=_channel(row.audit_channel),
        proposer_roles=tuple(RoleId(role) for role in from_json(row.proposer_roles)),
        proposer_power=row.proposer_power,
        voting_delay=row.voting_delay,
        voting_period=row.voting_period,
        rules=to_space_rules(row.rules),
        cogs_off=frozenset(from_json(row.cogs_off)),
        public=bool(row.public),
        moderators=tuple(RoleId(role) for role in from_json(row.moderators)),
        voters=tuple(RoleId(role) for role in from_json(row.voters)),
        archived_at=None if row.archived_at is None else Timestamp(row.archived_at),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _channel(value: int | None) -> ChannelId | None:
    return None if value is None else ChannelId(value)


@lru_cache(maxsize=1_024)
def _to_strategies(stored: str) -> tuple[Strategy, ...]:
    """Read a list that stays the same; sweeps read the spaces of all servers."""
    return to_strategies(from_json(stored))
