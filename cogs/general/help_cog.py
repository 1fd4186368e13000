"""/help: the commands that are on here and that the person may use, and the first steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.spaces.space import Space
from bot.domain.wallets.wallet import Wallet
from cogs._shared.command_space import spaces_meant
from cogs._shared.formatting import cut
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of, moderates
from cogs.spaces.settings_cards import missing

_COLOUR = discord.Colour(0x4A7FD0)
_MOST = 4_096


class Help(commands.Cog):
    """What can be done here."""

    SWITCH: ClassVar[str | None] = None

    @app_commands.command(name="help")
    async def help(self, interaction: Interaction) -> None:
        """Show what you can do here, and the first steps."""
        await acknowledge(interaction)
        app, guild = interaction.client.app, guild_of(interaction)
        space = (await spaces_meant(interaction))[0]
        wallets = await app.wallets.of(guild, member_of(interaction))
        moderator = moderates(interaction)
        usable = commands_for(interaction.client.tree.get_commands(guild=discord.Object(guild)), moderator=moderator)
        await answer(interaction, embed=help_embed(space, wallets, usable, moderator=moderator))


def commands_for(
    tree: Iterable[app_commands.Command[commands.Cog, ..., object] | app_commands.Group | app_commands.ContextMenu],
    *,
    moderator: bool,
) -> list[tuple[str, str]]:
    """Return name and description of the commands that the person may use, by name."""
    usable: list[tuple[str, str]] = []
    for command in tree:
        if isinstance(command, app_commands.ContextMenu):
            continue
        if command.default_permissions is not None and not moderator:
            continue
        leaves = command.walk_commands() if isinstance(command, app_commands.Group) else [command]
        usable += [
            (leaf.qualified_name, leaf.description.rstrip("."))
            for leaf in leaves
            if isinstance(leaf, app_commands.Command) and (moderator or not leaf.extras.get("moderators"))
        ]
    return sorted(usable)


def help_embed(
    space: Space, wallets: Sequence[Wallet], usable: Sequence[tuple[str, str]], *, moderator: bool
) -> discord.Embed:
    """Show the commands, a line each, and the steps to take first."""
    lines = [f"**/{name}**: {description}" for name, description in usable]
    embed = discord.Embed(title="What you can do here", description=cut("\n".join(lines), _MOST), colour=_COLOUR)
    if steps := _member_steps(space, wallets):
        embed.add_field(name="First steps", value="\n".join(steps), inline=False)
    if moderator:
        embed.add_field(name="For moderators", value="\n".join(_moderator_steps(space)), inline=False)
    embed.set_footer(
        text="Only you see answers to commands. The bot reads chains and never asks for a key or a payment."
    )
    return embed


def _member_steps(space: Space, wallets: Sequence[Wallet]) -> list[str]:
    steps = []
    if "wallets" not in space.cogs_off:
        done = f"done: you have linked {len(wallets)}" if wallets else "sign a text, which costs nothing"
        steps.append(f"Link your wallet: /wallet link ({done})")
    if "power" not in space.cogs_off:
        steps.append("See your voting power, and why it is what it is: /power")
    if "voting" not in space.cogs_off:
        where = f"in <#{space.proposals_channel}>" if space.proposals_channel else "once proposals are posted"
        steps.append(f"Vote with the buttons below a proposal, {where}; you can change your vote until it ends")
    return [f"{number}. {step}" for number, step in enumerate(steps, start=1)]


def _moderator_steps(space: Space) -> list[str]:
    if lacking := missing(space):
        return ["Before the first proposal, set:", *(f"- {entry}" for entry in lacking), "/config show shows the rest"]
    return ["Everything that the first proposal needs is set. /config show shows the rules, and what is wrong now"]


async def setup(bot: Folkmoot) -> None:
    """Add the cog."""
    await bot.add_cog(Help())
