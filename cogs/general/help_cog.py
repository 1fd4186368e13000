"""/help: the commands that are on here and that the person may use, and the first steps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.spaces.space import Space
from bot.domain.wallets.wallet import Wallet
from bot.presentation.markdown.safe_text import cut
from cogs._shared.command_space import may_change, spaces_meant
from cogs._shared.formatting import listed, quoted
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of, moderates
from cogs._shared.space_choice import several_spaces
from cogs.spaces.setup_steps import missing

_COLOUR = discord.Colour(0x4A7FD0)
_MOST = 4_096
_SPACES = 5
"""Most spaces that are listed with what they lack: a field holds 1,024 characters."""
_REST = "/config show shows the rest"


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
        moderator = moderates(interaction)
        usable = commands_for(interaction.client.tree.get_commands(guild=discord.Object(guild)), moderator=moderator)
        embed = help_embed(
            meant,
            [space for space in meant if may_change(interaction, space)],
            wallets,
            usable,
            off=off,
            several=await several_spaces(interaction),
        )
        await answer(interaction, embed=embed)


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
    spaces: Sequence[Space],
    moderated: Sequence[Space],
    wallets: Sequence[Wallet],
    usable: Sequence[tuple[str, str]],
    *,
    off: Collection[str] = (),
    several: bool = False,
) -> discord.Embed:
    """Show the commands, a line each, and the steps to take first in the spaces that are meant.

    The person may configure those that are `moderated`. Parts that are `off` are left out; with `several` spaces in the
    server those that lack something are named.
    """
    lines = [f"**/{name}**: {description}" for name, description in usable]
    embed = discord.Embed(title="What you can do here", description=cut("\n".join(lines), _MOST), colour=_COLOUR)
    if steps := _member_steps(spaces, wallets, off):
        embed.add_field(name="First steps", value="\n".join(steps), inline=False)
    if moderated:
        steps = _moderator_steps(moderated, several=several)
        embed.add_field(name="For moderators", value="\n".join(steps), inline=False)
    embed.set_footer(
        text="Only you see answers to commands. The bot reads chains and never asks for a key or a payment."
    )
    return embed


def _member_steps(spaces: Sequence[Space], wallets: Sequence[Wallet], off: Collection[str]) -> list[str]:
    steps = []
    if "wallets" not in off:
        done = f"done: you have linked {len(wallets)}" if wallets else "sign a text, which costs nothing"
        steps.append(f"Link your wallet: /wallet link ({done})")
    if "power" not in off:
        steps.append("See your voting power, and why it is what it is: /power")
    if "voting" not in off:
        channels = dict.fromkeys(f"<#{space.proposals_channel}>" for space in spaces if space.proposals_channel)
        where = f"in {listed(list(channels))}" if channels else "once proposals are posted"
        steps.append(f"Vote with the buttons below a proposal, {where}; you can change your vote until it ends")
    return [f"{number}. {step}" for number, step in enumerate(steps, start=1)]


def _moderator_steps(spaces: Sequence[Space], *, several: bool) -> list[str]:
    lacking = [(space, missing(space)) for space in spaces]
    lacking = [(space, lacks) for space, lacks in lacking if lacks]
    if not lacking:
        return ["Everything that the first proposal needs is set. /config show shows the rules, and what is wrong now"]
    if len(lacking) == 1:
        ((space, lacks),) = lacking
        where = f" in “{quoted(space.name, 60)}”" if several else ""
        return [f"Before the first proposal{where}, set:", *(f"- {entry}" for entry in lacks), _REST]
    lines = [f"- “{quoted(space.name, 60)}”: {listed([_command(one) for one in lacks])}" for space, lacks in lacking]
    shown = lines[:_SPACES]
    if len(lines) > len(shown):
        shown.append(f"- and {len(lines) - len(shown)} more spaces: /space list")
    return ["Before the first proposal in each, set:", *shown, _REST]


def _command(entry: str) -> str:
    """Return the command with which something is set."""
    return entry.rpartition(": ")[2]


async def setup(bot: Folkmoot) -> None:
    """Add the cog."""
    await bot.add_cog(Help())
