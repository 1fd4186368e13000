"""/help: the first steps, and the commands that the member may use here, by what people want."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from cogs._shared.command_space import may_change, spaces_meant, spaces_seen
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of, moderates
from cogs._shared.space_choice import several_spaces
from cogs.general.help_card import Usable, help_card


class Help(commands.Cog):
    """What can be done here."""

    SWITCH: ClassVar[str | None] = None

    @app_commands.command(name="help")
    async def help(self, interaction: Interaction) -> None:
        """Show what you can do here, and the first steps."""
        await acknowledge(interaction)
        app, guild = interaction.client.app, guild_of(interaction)
        off, meant = (await app.spaces.main(guild)).cogs_off, await spaces_meant(interaction)
        wallets = await app.wallets.of(guild, member_of(interaction))
        runs = any(may_change(interaction, space) for space in await spaces_seen(interaction))
        tree = interaction.client.tree.get_commands(guild=discord.Object(guild))
        card = help_card(
            meant,
            [space for space in meant if may_change(interaction, space)],
            wallets,
            commands_for(tree, interaction.permissions, manages=moderates(interaction), runs=runs),
            off=off,
            several=await several_spaces(interaction),
        )
        await answer(interaction, view=card)


def commands_for(
    tree: Iterable[app_commands.Command[commands.Cog, ..., object] | app_commands.Group | app_commands.ContextMenu],
    permissions: discord.Permissions,
    *,
    manages: bool,
    runs: bool,
) -> list[Usable]:
    """Return name and description of the commands that a member with these permissions may use, by name.

    `manages` tells whether they manage the server, `runs` whether they may change the rules of one of its spaces.
    """
    usable: list[Usable] = []
    for command in tree:
        if isinstance(command, app_commands.ContextMenu):
            continue
        if command.default_permissions is not None and not command.default_permissions <= permissions:
            continue
        leaves = command.walk_commands() if isinstance(command, app_commands.Group) else [command]
        allowed = manages or (runs and command.name != "space")
        usable += [
            (leaf.qualified_name, leaf.description.rstrip("."))
            for leaf in leaves
            if isinstance(leaf, app_commands.Command) and (allowed or not leaf.extras.get("moderators"))
        ]
    return sorted(usable)


async def setup(bot: Folkmoot) -> None:
    """Add the cog."""
    await bot.add_cog(Help())
