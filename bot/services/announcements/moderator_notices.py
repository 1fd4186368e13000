"""Notices that tell a guild's moderators, once each, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.announcements.announcement import Recurring, Topic
from bot.domain.announcements.moderator_notice import NoticeFact, read, stored
from bot.domain.shared.types import ChannelId, GuildId, SpaceId, Timestamp
from bot.domain.spaces.space import DAY, Space
from bot.ports import Clock, Repositories, Store

NOWHERE = ChannelId(0)
"""The channel id of a notice if none is configured; `/config show` shows such notices."""
RECENT = 7 * DAY
"""Seconds for which a notice is shown by `/config show`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is wrong (None: a kind this version does not know), since when, and whether its notice was posted."""

    fact: NoticeFact | None
    since: Timestamp
    posted: bool


class Notices:
    """Returns the notices of the last days, and stores those that come from Discord itself.

    Services store theirs by `notice`, in the transaction of what they tell.
    """

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def recent(self, space: Space) -> list[Notice]:
        """Return a space's notices of the last seven days, newest first; the server's own belong to the main space."""
        async with self._store.read() as repos:
            rows = await repos.outbox.notices(space, Timestamp(self._clock.now() - RECENT))
        return [
            Notice(
                fact=read(notice.facts),
                since=notice.created_at,
                posted=notice.told_at is not None,
            )
            for notice in rows
        ]

    async def tell(
        self,
        guild: GuildId,
        key: str,
        fact: NoticeFact,
        space: SpaceId | None = None,
        *,
        since: Timestamp | None = None,
    ) -> None:
        """Store a notice, as `notice` does, in a transaction of its own."""
        async with self._store.write() as repos:
            await notice(repos, guild, key=key, fact=fact, at=self._clock.now(), since=since, space=space)
            await repos.commit()

    async def end(self, guild: GuildId, key: str) -> None:
        """Note that the problem with this `key` is over, as `mended` does, in a transaction of its own."""
        async with self._store.write() as repos:
            await mended(repos, guild, key=key)
            await repos.commit()


async def notice(
    repos: Repositories,
    guild: GuildId,
    *,
    key: str,
    fact: NoticeFact,
    at: Timestamp,
    since: Timestamp | None = None,
    said: str = "",
    of: str = "",
    space: SpaceId | None = None,
) -> bool:
    """Store a notice; return False if the guild has one with this `key` that `mended` has not ended.

    `fact` says what is wrong. `space` is the space whose moderators are told; None: the server's. Of what comes about
    by itself, `since`, `said` and `of` are those of a `Recurring`, so that it is not posted again after a backup was
    restored; where `said` is empty, its key says all.
    """
    main = await repos.spaces.main(guild)
    own = main if space is None else await repos.spaces.get(space)
    channels = [one.moderators_channel for one in (own, main) if one is not None]
    return await repos.outbox.add(
        key=f"notice/{guild}/{key}",
        topic=Topic.NOTICE,
        guild=guild,
        channel=next(filter(None, channels), NOWHERE),
        facts=stored(fact),
        at=at,
        space=space,
        recurring=None if since is None else Recurring(since=since, said=said, of=f"notice/{guild}/{of}" if of else ""),
    )


async def told(repos: Repositories, guild: GuildId, *, key: str) -> bool:
    """Return whether the guild has a notice with this `key` that `mended` has not ended."""
    return await repos.outbox.find(f"notice/{guild}/{key}") is not None


async def mended(repos: Repositories, guild: GuildId, *, key: str) -> None:
    """Note that the problem with this `key` is over: if it comes back, a new notice is posted."""
    await repos.outbox.end(f"notice/{guild}/{key}")
