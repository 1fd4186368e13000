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
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of, moderates
from cogs._shared.space_choice import in_space
from cogs.spaces.settings_cards import Place, place_line
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

    async def change(interaction: Interaction, space: Space) -> None:
        spaces, guild = interaction.client.app.spaces, guild_of(interaction)
        changed = await spaces.set_channels(
            guild,
            proposals=ChannelId(proposals.id) if proposals else None,
            announcements=ChannelId(announcements.id) if announcements else None,
            moderators=ChannelId(moderators.id) if moderators else None,
            audit=ChannelId(audit.id) if audit else None,
            space=space.number,
            by=member_of(interaction),
        )
        places = places_of(interaction.guild, changed, await spaces.main(guild))
        lines = [await in_force(interaction, changed), *(f"- {place_line(place)}" for place in places)]
        await answer(interaction, "\n".join(lines))

    await in_space(interaction, change, moderating=True)


def places_of(guild: discord.Guild | None, space: Space, main: Space) -> list[Place]:
    """Return the configured channels with what the bot lacks in each now; the audit log's channel is the server's."""
    configured = (
        (Use.PROPOSALS, space.proposals_channel),
        (Use.ANNOUNCEMENTS, space.announcements_channel),
        (Use.MODERATORS, space.moderators_channel),
        (Use.AUDIT, main.audit_channel),
    )
    return [_place(guild, use, channel) for use, channel in configured]


def _place(guild: discord.Guild | None, use: Use, channel: ChannelId | None) -> Place:
    if guild is None or channel is None:
        return Place(use=use.value, channel=channel)
    found = guild.get_channel(channel)
    if found is None:
        return Place(use=use.value, channel=channel, gone=True)
    return Place(use=use.value, channel=channel, lacking=missing(found.permissions_for(guild.me), use))
