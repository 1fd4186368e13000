"""Which spaces a server has: making, renaming, archiving and restoring them."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.spaces import SpaceFlaw, TooManySpaces
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import GuildId, MemberId, Timestamp
from bot.domain.spaces.space import MAX_SPACES, Space
from bot.domain.spaces.space_names import check_name
from bot.ports import Clock, Repositories, Store
from bot.services.audit.log_entries import space_step
from bot.services.shared.lookup import check_active, space_numbered


class SpaceList:
    """Makes, lists, renames, archives and restores spaces."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def new(self, guild: GuildId, name: str, *, by: MemberId) -> Space:
        """Create a space with the default rules, in which nothing is configured yet.

        Raises InvalidInput: its name is invalid, looks like that of another active space, or there are too many.
        """
        async with self._store.write() as repos:
            now = self._clock.now()
            await made_main(repos, guild, now)
            active = await repos.spaces.of(guild)
            name = check_name(name, active)
            _check_room(active)
            space = await repos.spaces.add(guild, name)
            await space_step(repos, space, Kind.SPACE_MADE, now, by=by)
            await repos.commit()
        return space

    async def all(self, guild: GuildId) -> list[Space]:
        """Return the guild's spaces by number, archived ones too."""
        async with self._store.read() as repos:
            return await repos.spaces.of(guild, archived=True)

    async def rename(self, guild: GuildId, number: int, name: str, *, by: MemberId) -> tuple[Space, Space]:
        """Rename a space, also an archived one; return it before and after.

        Raises NotFound, and InvalidInput: the name is its own, invalid, or looks like that of another active space.
        """
        async with self._store.write() as repos:
            now = self._clock.now()
            await made_main(repos, guild, now)
            before = await space_numbered(repos, guild, number)
            name = check_name(name, [one for one in await repos.spaces.of(guild) if one.id != before.id])
            if name == before.name:
                raise InvalidInput(Field.NAME, SpaceFlaw.NAME_UNCHANGED)
            space = replace(before, name=name)
            changes = await repos.spaces.changes(space)
            await repos.spaces.save(space)
            await space_step(repos, space, Kind.SPACE_RENAMED, now, by=by, facts={"changes": changes})
            await repos.commit()
        return before, space

    async def archive(self, guild: GuildId, number: int, *, by: MemberId) -> Space:
        """Archive a space: nothing new can be created in it, and open votes and campaigns go on to their end.

        Raises NotFound, and InvalidInput for the main space and for one that is archived already.
        """
        async with self._store.write() as repos:
            space = await space_numbered(repos, guild, number)
            if space.is_main:
                raise InvalidInput(Field.SPACE, SpaceFlaw.MAIN_SPACE_STAYS)
            check_active(space)
            now = self._clock.now()
            space = replace(space, archived_at=now)
            await repos.spaces.save(space)
            await space_step(repos, space, Kind.SPACE_ARCHIVED, now, by=by)
            await repos.commit()
        return space

    async def restore(self, guild: GuildId, number: int, *, by: MemberId) -> Space:
        """Make an archived space active again, with all that is configured in it.

        Raises NotFound, and InvalidInput where it is active, another took its name, or there are too many.
        """
        async with self._store.write() as repos:
            space = await space_numbered(repos, guild, number)
            if space.archived_at is None:
                raise InvalidInput(Field.SPACE, SpaceFlaw.NOT_ARCHIVED)
            active = await repos.spaces.of(guild)
            check_name(space.name, active)
            _check_room(active)
            space = replace(space, archived_at=None)
            await repos.spaces.save(space)
            await space_step(repos, space, Kind.SPACE_RESTORED, self._clock.now(), by=by)
            await repos.commit()
        return space

    async def greets(self, guild: GuildId, joined: Timestamp) -> bool:
        """Return whether a guild that the bot joined then is to be greeted now, and note that it is: true only once."""
        async with self._store.write() as repos:
            before = await repos.spaces.greeted(guild)
            if before is not None and joined <= before:
                return False
            await repos.spaces.greet(guild, joined)
            await repos.commit()
        return True

    async def left(self, guild: GuildId) -> None:
        """Note that the bot is not in a guild any more: once it joins again, it greets again."""
        async with self._store.write() as repos:
            await repos.spaces.left(guild)
            await repos.commit()


async def made_main(repos: Repositories, guild: GuildId, now: Timestamp, name: str = "") -> Space:
    """Return the guild's main space, made with the default rules if there is none yet."""
    if (space := await repos.spaces.main(guild)) is not None:
        return space
    space = await repos.spaces.add(guild, name or "DAO")
    await space_step(repos, space, Kind.SPACE_MADE, now)
    return space


def _check_room(active: list[Space]) -> None:
    if len(active) >= MAX_SPACES:
        raise InvalidInput(Field.SPACE, TooManySpaces(MAX_SPACES))
