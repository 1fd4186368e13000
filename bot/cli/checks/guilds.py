"""Asks Discord, over REST alone, whether the token works and what the bot may do in the channels it posts in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping

import aiohttp
import discord

from bot.cli.checks.findings import Finding, ok, problem, warning
from bot.client.permissions import Use, invite_link, missing
from bot.domain.shared.types import ChannelId, GuildId
from bot.domain.spaces.space import Space
from bot.domain.treasury.campaigns import Campaign

Places = Mapping[GuildId, Mapping[ChannelId, frozenset[Use]]]
"""By guild the channels in which the bot posts, and for what."""


def places(spaces: Iterable[Space], campaigns: Iterable[Campaign]) -> Places:
    """Return every configured channel by guild; a guild without any has an empty entry."""
    found: dict[GuildId, dict[ChannelId, frozenset[Use]]] = {}
    for space in spaces:
        uses = found.setdefault(space.guild, {})
        for channel, use in (
            (space.proposals_channel, Use.PROPOSALS),
            (space.announcements_channel, Use.ANNOUNCEMENTS),
            (space.moderators_channel, Use.MODERATORS),
            (space.audit_channel, Use.AUDIT),
        ):
            if channel is not None:
                uses[channel] = uses.get(channel, frozenset()) | {use}
    for campaign in campaigns:
        uses = found.setdefault(campaign.guild, {})
        uses[campaign.channel] = uses.get(campaign.channel, frozenset()) | {Use.MILESTONES}
    return found


async def check_discord(token: str | None, where: Places) -> AsyncIterator[Finding]:
    """Say whether the token is accepted, then look at every guild."""
    if token is None:
        yield problem(
            "discord.token is missing",
            "write the bot's token, from the Bot page of discord.com/developers/applications",
        )
        return
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        try:
            await client.login(token)
            joined = {guild.id async for guild in client.fetch_guilds(limit=None, with_counts=False)}
        except discord.LoginFailure:
            yield problem("Discord refuses the token", "reset it on the application's Bot page and write the new one")
            return
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            yield problem(f"Discord does not answer ({_reason(error)})", "check the connection and discord.api_base")
            return
        invite = invite_link(client.application_id or 0)
        yield ok(f"token accepted: {client.user}, in {len(joined)} guilds")
        yield ok(f"invite link: {invite}")
        with_roles = invite_link(client.application_id or 0, optional=True)
        yield ok(f"invite link, if you want roles by holdings: {with_roles}")
        if not joined:
            yield warning("the bot is in no guild", "open the invite link above")
        for guild, channels in where.items():
            if guild not in joined:
                yield warning(f"guild {guild} is configured, but the bot is not in it", "open the invite link above")
                continue
            try:
                async for finding in _check_guild(client, guild, channels):
                    yield finding
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                yield problem(f"guild {guild} cannot be looked at ({_reason(error)})", "try again")


async def _check_guild(
    client: discord.Client, guild_id: GuildId, channels: Mapping[ChannelId, frozenset[Use]]
) -> AsyncIterator[Finding]:
    guild = await client.fetch_guild(guild_id, with_counts=False)
    name = f"guild {guild.name} ({guild.id})"
    for use in (Use.PROPOSALS, Use.MODERATORS):
        if not any(use in uses for uses in channels.values()):
            yield warning(f"{name} has no channel for {use.value}", "a moderator sets it with /config channels")
    if not channels:
        return
    me = await guild.fetch_member(client.user.id if client.user else 0)
    found = {channel.id: channel for channel in await guild.fetch_channels()}
    for channel_id, uses in channels.items():
        purpose = " and ".join(sorted(use.value for use in uses))
        channel = found.get(channel_id)
        if channel is None:
            yield problem(
                f"{name}: the channel for {purpose} ({channel_id}) is gone",
                "a moderator sets another with /config channels",
            )
            continue
        granted = channel.permissions_for(me)
        lacking = list(dict.fromkeys(label for use in Use if use in uses for label in missing(granted, use)))
        if lacking:
            yield problem(
                f"{name}: in #{channel.name} (for {purpose}) the bot lacks {', '.join(lacking)}",
                "grant it to the bot's role in the channel's permissions",
            )
        else:
            yield ok(f"{name}: #{channel.name} (for {purpose}) has every permission")


def _reason(error: Exception) -> str:
    return f"HTTP {error.status}" if isinstance(error, discord.HTTPException) else type(error).__name__
