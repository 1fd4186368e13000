"""How an interaction is acknowledged and answered: at once, for one member's eyes, by one message that is edited."""

from __future__ import annotations

import discord
from discord.utils import MISSING

from bot.app import App
from bot.client import Folkmoot
from bot.domain.types import ChainId, GuildId, MemberId

Interaction = discord.Interaction[Folkmoot]


async def acknowledge(interaction: Interaction, *, update: bool = False) -> None:
    """Tell Discord within its three seconds that an answer comes, before anything slow is asked.

    With `update` the answer changes the message that was pressed; otherwise it is a new one, for the member alone.
    """
    if interaction.response.is_done():
        return
    if update:
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)


async def answer(
    interaction: Interaction,
    content: str | None = MISSING,
    *,
    embed: discord.Embed | None = MISSING,
    view: discord.ui.View | None = MISSING,
    file: discord.File | None = None,
) -> None:
    """Answer for the member alone. After `acknowledge` this edits the one answer, so repeating it is harmless."""
    if interaction.response.is_done():
        await interaction.edit_original_response(
            content=content, embed=embed, view=view, attachments=[file] if file else MISSING
        )
        return
    await interaction.response.send_message(
        content=None if content is MISSING else content,
        embed=MISSING if embed is None else embed,
        view=MISSING if view is None else view,
        file=file or MISSING,
        ephemeral=True,
    )


def explorers(app: App) -> dict[ChainId, str]:
    """Return the block explorers that are configured, by chain."""
    return {ChainId(chain): found.explorer for chain, found in app.settings.chains.items() if found.explorer}


def guild_of(interaction: Interaction) -> GuildId:
    """Return the guild; no command and no button of ours is offered outside one."""
    if interaction.guild_id is None:
        raise discord.app_commands.NoPrivateMessage
    return GuildId(interaction.guild_id)


def member_of(interaction: Interaction) -> MemberId:
    """Return who asks."""
    return MemberId(interaction.user.id)


def moderates(interaction: Interaction) -> bool:
    """Return whether the member may manage the server, by what Discord says with this very interaction."""
    return interaction.permissions.manage_guild
