"""Channels: finding one, missing permissions, earlier messages of the bot, a card's thread."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import discord

from bot.client.discord_client import Folkmoot
from bot.domain.announcements.announcement import Announcement
from bot.domain.announcements.delivery_fault import DeliveryFault, DeliveryRefusal
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import ChannelId, GuildId, MessageId
from bot.ports import Undeliverable, Undelivered
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import shows
from cogs._shared.formatting import listed, plain

Place = discord.TextChannel | discord.Thread | discord.VoiceChannel | discord.StageChannel

_THREAD_EXISTS = 160004
_REFUSED = (400, 403)
_THREAD_NAME = 100
_LOOK_BACK = timedelta(days=1)
"""By how much this machine's clock may be ahead of Discord's; more is nothing once it is set back."""
_MOST = 2_000
"""Messages that are looked through for an earlier attempt."""


async def place(client: Folkmoot, channel: ChannelId, guild: GuildId) -> Place:
    """Return a channel of a guild in which to write: as `readable`, and an archived thread is unarchived.

    Raises:
        Undeliverable: it is another guild's, or not one for messages, or a locked thread.
        discord.HTTPException: it is gone, out of sight, or could not be asked for.

    """
    return await opened(await readable(client, channel, guild))


async def readable(client: Folkmoot, channel: ChannelId, guild: GuildId) -> Place:
    """Return a channel of a guild as it is, fetched from Discord if it is not cached. Raises as `place`."""
    found = client.get_channel(channel) or await client.fetch_channel(channel)
    if not isinstance(found, discord.abc.GuildChannel | discord.Thread) or found.guild.id != guild:
        raise Undeliverable(DeliveryRefusal(DeliveryFault.OTHER_SERVER, channel))
    if not isinstance(found, Place):
        raise Undeliverable(DeliveryRefusal(DeliveryFault.NO_MESSAGES, channel))
    return found


async def opened(where: Place) -> Place:
    """Return a channel in which to write: an archived thread is unarchived. Raises Undeliverable for a locked one."""
    if isinstance(where, discord.Thread) and where.archived:
        try:
            return await where.edit(archived=False)
        except discord.Forbidden:
            raise Undeliverable(DeliveryRefusal(DeliveryFault.THREAD_LOCKED, where.id)) from None
    return where


def lacking(where: Place, *, writes: bool = True, files: bool = False) -> str:
    """Return the permissions that the bot needs to read or write there and lacks, in words; nothing if all is well."""
    me: discord.Member | None = where.guild.me
    if me is None:
        raise Undelivered("the server is not in reach yet")
    held = where.permissions_for(me)
    speaks = "send_messages_in_threads" if isinstance(where, discord.Thread) else "send_messages"
    needed = ["view_channel", "read_message_history"]
    if writes:
        needed += [speaks, "embed_links", *(["attach_files"] if files else [])]
    return listed([name.replace("_", " ").title() for name in needed if not getattr(held, name)])


def check_permitted(where: Place, *, writes: bool = True, files: bool = False) -> None:
    """Raise Undeliverable where the bot lacks a permission to read or write."""
    if missing := lacking(where, writes=writes, files=files):
        raise Undeliverable(DeliveryRefusal(DeliveryFault.LACKING, where.id, missing))


async def find(client: Folkmoot, where: Place | discord.DMChannel, announcement: Announcement) -> MessageId | None:
    """Return the message that an earlier attempt at this announcement left, if one did."""
    began = announcement.created_at if announcement.since is None else announcement.since
    since = min(datetime.fromtimestamp(began, UTC), datetime.now(UTC)) - _LOOK_BACK
    async for message in where.history(limit=_MOST, after=since, oldest_first=False):
        if message.author == client.user and shows(message, announcement.ref):
            return MessageId(message.id)
    return None


def is_from_before(message: MessageId, announcement: Announcement) -> bool:
    """Return whether a message was posted before its announcement was stored."""
    return discord.utils.snowflake_time(message) < datetime.fromtimestamp(announcement.created_at, UTC)


async def is_gone(client: Folkmoot, thread: ChannelId) -> bool:
    """Return whether a thread was deleted. Raises discord.HTTPException if Discord does not say."""
    try:
        await client.fetch_channel(thread)
    except discord.NotFound:
        return True
    except discord.Forbidden:
        return False
    return False


async def start_thread(where: Place, card: MessageId, proposal: Proposal) -> ChannelId | None:
    """Return the discussion thread of a card, started now or by an earlier attempt; None if it can't be started."""
    if not isinstance(where, discord.TextChannel):
        return None
    try:
        thread = await where.get_partial_message(card).create_thread(
            name=plain(_("Proposal {number}: {title}", number=proposal.number, title=proposal.text.title), _THREAD_NAME)
        )
    except discord.HTTPException as error:
        if error.code == _THREAD_EXISTS:
            # A thread that grows from a message has the message's id.
            return ChannelId(card)
        if error.status in _REFUSED:
            return None
        raise
    return ChannelId(thread.id)
