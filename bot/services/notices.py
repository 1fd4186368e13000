"""Telling a guild's moderators what is wrong, once."""

from __future__ import annotations

from bot.domain.announcement import Topic
from bot.domain.types import ChannelId, GuildId, Timestamp
from bot.ports import Books

NOWHERE = ChannelId(0)
"""The channel of a notice in a guild that has set none; `/config show` shows it all the same."""


async def notice(books: Books, guild: GuildId, *, key: str, problem: str, remedy: str, at: Timestamp) -> None:
    """Store a notice unless one with this `key` was ever stored for the guild. Both texts are plain sentences."""
    space = await books.spaces.of(guild)
    await books.outbox.add(
        key=f"notice/{guild}/{key}",
        topic=Topic.NOTICE,
        guild=guild,
        channel=(space.moderators_channel if space else None) or NOWHERE,
        facts={"problem": problem, "remedy": remedy},
        at=at,
    )
