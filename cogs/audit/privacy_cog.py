"""/privacy: what is stored on a member, for that member alone, and forgetting it."""

from __future__ import annotations

import io
import re
import zlib
from typing import Any, ClassVar, Self

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.shared.types import GuildId, MemberId, RoleId
from bot.ports import MemberGone, RoleRefused, Undelivered
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card
from cogs._shared.components import pressed
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of
from cogs.audit.privacy_messages import asked_words, forgotten_words

_MOST = 8_000_000
"""Bytes of a file that Discord takes in every server, with room to spare."""
_GZIP = 31
_COLOUR = 0xD83C3E


class ForgetButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"forget:(?P<agreed>[0-9a-f]{16})"):
    """Confirms that whoever presses it is forgotten. It holds what the member was told of votes that stay."""

    def __init__(self, agreed: str) -> None:
        super().__init__(
            discord.ui.Button(label=_("Forget me here"), style=discord.ButtonStyle.danger, custom_id=f"forget:{agreed}")
        )
        self.agreed = agreed

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls(match["agreed"])

    @pressed(None, first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Forget the member, unless votes of theirs count by now that they were not told of."""
        app, guild, member = interaction.client.app, guild_of(interaction), member_of(interaction)
        if (await app.privacy.preview(guild, member)).agreed != self.agreed:
            await _ask(interaction)
            return
        # First, because once the member is forgotten nothing tells any more that the role was given.
        roles = await app.roles.given(guild, member)
        kept = [role for role in roles if not await _taken(interaction, guild, member, role)]
        done = await app.privacy.forget(guild, member, self.agreed)
        if done is None:
            await app.roles.met(guild, member, kept)
            await _ask(interaction)
            return
        await answer(interaction, view=Card([forgotten_words(done, kept)]))


class Privacy(commands.GroupCog, name="privacy", description="What I store on you here, and forgetting it."):
    """Members' own data."""

    SWITCH: ClassVar[str | None] = None

    @app_commands.command(name="export")
    async def export(self, interaction: Interaction) -> None:
        """Get all that I store on you in this server, as a file."""
        await acknowledge(interaction)
        app = interaction.client.app
        content = await app.privacy.export(guild_of(interaction), member_of(interaction))
        packed = len(content) > _MOST
        if packed:
            packer = zlib.compressobj(wbits=_GZIP)
            content = packer.compress(content) + packer.flush()
        file = discord.File(
            io.BytesIO(content),
            filename="stored-on-me.json.gz" if packed else "stored-on-me.json",
            description=_("All that is stored on you in this server"),
        )
        text = _(
            "All that I store on you in this server, by table. It holds your links and your votes: keep it to "
            "yourself. Next: /privacy forget erases it."
        )
        await answer(interaction, text, file=file)

    @app_commands.command(name="forget")
    async def forget(self, interaction: Interaction) -> None:
        """Have me forget you in this server; I say first what goes and what stays."""
        await acknowledge(interaction)
        await _ask(interaction)


async def _taken(interaction: Interaction, guild: GuildId, member: MemberId, role: RoleId) -> bool:
    """Take back a role that was given for holdings; return whether that succeeded."""
    try:
        await interaction.client.guild_roles.take(guild, member, role, "The member asked to be forgotten")
    except MemberGone:
        return True
    except (RoleRefused, Undelivered):
        return False
    return True


async def _ask(interaction: Interaction) -> None:
    preview = await interaction.client.app.privacy.preview(guild_of(interaction), member_of(interaction))
    card = Card(asked_words(preview).split("\n"), [[ForgetButton(preview.agreed)]], colour=_COLOUR)
    await answer(interaction, view=card)


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its button."""
    await bot.add_cog(Privacy())
    bot.add_dynamic_items(ForgetButton)
