"""The channels of a space, and which permissions the bot lacks there."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client.permissions import Use, missing
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.general import GeneralFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import ChannelId
from bot.domain.spaces.space import Space
from cogs._shared.replies import Interaction, acknowledge, guild_of, member_of, moderates
from cogs._shared.space_choice import in_space
from cogs.spaces.settings_words import Place, place_line
from cogs.spaces.setup_answers import answer_set
from cogs.spaces.space_words import in_force


async def set_channels(
    interaction: Interaction,
    proposals: discord.TextChannel | None,
    announcements: discord.TextChannel | None,
    moderators: discord.TextChannel | None,
    audit: discord.TextChannel | None,
) -> None:
    """Set the given channels of a space; the channel of the audit log is set for the whole server."""
    await acknowledge(interaction)
    if proposals is announcements is moderators is audit is None:
        raise InvalidInput(Field.CHANNELS, GeneralFlaw.NONE_GIVEN)
    if audit is not None and not moderates(interaction):
        raise app_commands.MissingPermissions(["manage_guild"])
    given = (_id(channel) for channel in (proposals, announcements, moderators, audit))
    proposals_id, announcements_id, moderators_id, audit_id = given

    async def change(interaction: Interaction, space: Space) -> None:
        await put_channels(
            interaction,
            space,
            proposals=proposals_id,
            announcements=announcements_id,
            moderators=moderators_id,
            audit=audit_id,
        )

    await in_space(interaction, change, moderating=True)


async def put_channels(
    interaction: Interaction,
    space: Space,
    *,
    proposals: ChannelId | None = None,
    announcements: ChannelId | None = None,
    moderators: ChannelId | None = None,
    audit: ChannelId | None = None,
) -> None:
    """Set the given channels of a space that the member may change, and answer with all of them."""
    spaces, guild = interaction.client.app.spaces, guild_of(interaction)
    changed = await spaces.set_channels(
        guild,
        proposals=proposals,
        announcements=announcements,
        moderators=moderators,
        audit=audit,
        space=space.number,
        by=member_of(interaction),
    )
    places = places_of(interaction.guild, changed, await spaces.main(guild))
    lines = [await in_force(interaction, changed), *(f"- {place_line(place)}" for place in places)]
    await answer_set(interaction, changed, lines)


def places_of(guild: discord.Guild | None, space: Space, main: Space) -> list[Place]:
    """Return the configured channels with what the bot lacks in each now; the audit log's channel is the server's."""
    configured = (
        (Use.PROPOSALS, space.proposals_channel),
        (Use.ANNOUNCEMENTS, space.announcements_channel),
        (Use.MODERATORS, space.moderators_channel),
        (Use.AUDIT, main.audit_channel),
    )
    return [_place(guild, use, channel) for use, channel in configured]


def _id(channel: discord.TextChannel | None) -> ChannelId | None:
    return None if channel is None else ChannelId(channel.id)


def _place(guild: discord.Guild | None, use: Use, channel: ChannelId | None) -> Place:
    if guild is None or channel is None:
        return Place(use=use, channel=channel)
    found = guild.get_channel(channel)
    if found is None:
        return Place(use=use, channel=channel, gone=True)
    return Place(use=use, channel=channel, lacking=missing(found.permissions_for(guild.me), use))
