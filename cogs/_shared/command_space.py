"""Which space a command is about: found by where it is given, and named only where several could be meant."""

from __future__ import annotations

from collections.abc import Collection

import discord
from discord import app_commands

from bot.client.space_option import OPTION
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.spaces import SpaceFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import ChannelId
from bot.domain.spaces.meant_space import channels_of, meant
from bot.domain.spaces.space import Space
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.formatting import plain
from cogs._shared.replies import WHOSE, Interaction, guild_of, moderates

ABOUT_A_SPACE = {OPTION: True}
"""Marks a command that is about one space: where a server has several, it takes the option by which one is named."""


async def spaces_meant(interaction: Interaction) -> list[Space]:
    """Return the spaces that a command may be about, of those that the member sees. Raises NotFound."""
    return list(meant(await spaces_seen(interaction), named_space(interaction), _channels(interaction)))


async def spaces_seen(interaction: Interaction) -> list[Space]:
    """Return the active spaces that the member sees, by number."""
    app, guild = interaction.client.app, guild_of(interaction)
    active = await app.spaces.active(guild) or [await app.spaces.main(guild)]
    return [space for space in active if may_see(interaction, space)]


async def say_whose(interaction: Interaction, space: Space) -> None:
    """Make the answer begin with the space of a thing that was named outright, unless the command is about it."""
    if [one.id for one in await spaces_meant(interaction)] != [space.id]:
        interaction.extras[WHOSE] = _("This is of the space **{space}**.", space=plain(space.name, 60))


def may_see(interaction: Interaction, space: Space) -> bool:
    """Return whether the member sees a space: whether they may change it, may vote in it, or read one of its channels.

    Everybody sees the main space, and any space that has neither voters nor channels of its own.
    """
    if space.is_main or may_change(interaction, space) or has_role(interaction, space.voters):
        return True
    channels = channels_of(space)
    return any(_reads(interaction, channel) for channel in channels) or not (channels or space.voters)


def may_change(interaction: Interaction, space: Space) -> bool:
    """Return whether the member may change a space: they manage the server, or are a moderator of the space."""
    return moderates(interaction) or has_role(interaction, space.moderators)


def check_may_change(interaction: Interaction, space: Space) -> None:
    """Raise MissingPermissions unless the member may change the space."""
    if not may_change(interaction, space):
        raise app_commands.MissingPermissions(["manage_guild"])


async def check_channel(interaction: Interaction, space: Space, channel: ChannelId) -> None:
    """Raise InvalidInput where a space's moderator, who does not manage the server, chose another space's channel."""
    if moderates(interaction) or channel in channels_of(space):
        return
    others = await interaction.client.app.spaces.active(space.guild)
    if any(channel in channels_of(other) for other in others):
        raise InvalidInput(Field.CHANNEL, SpaceFlaw.CHANNEL_OF_ANOTHER_SPACE)


def has_role(interaction: Interaction, roles: Collection[int]) -> bool:
    """Return whether the member has one of the roles, by what Discord says with this very interaction."""
    member = interaction.user
    return isinstance(member, discord.Member) and any(role.id in roles for role in member.roles)


def knows_roles(interaction: Interaction) -> bool:
    """Return whether the server's roles are known, without which a member seems to have none.

    From the start of a session they are not, until Discord sends the server.
    """
    return interaction.guild is not None and interaction.guild.get_role(interaction.guild.id) is not None


def named_space(interaction: Interaction) -> int | None:
    """Return the number of the space that was named, None where none was."""
    named = getattr(interaction.namespace, OPTION, None)
    return named if isinstance(named, int) and named > 0 else None


def space_suffix(space: Space, offered: Collection[Space]) -> str:
    """Return what to put behind a choice where several spaces are offered."""
    return f" · {plain(space.name, 40)}" if len(offered) > 1 else ""


def _reads(interaction: Interaction, channel: ChannelId) -> bool:
    guild, member = interaction.guild, interaction.user
    found = guild.get_channel(channel) if guild is not None else None
    return found is not None and isinstance(member, discord.Member) and found.permissions_for(member).view_channel


def _channels(interaction: Interaction) -> list[ChannelId]:
    """Return where a command is given, and what that belongs to."""
    found = [interaction.channel_id, getattr(interaction.channel, "parent_id", None)]
    return [ChannelId(one) for one in found if one is not None]
