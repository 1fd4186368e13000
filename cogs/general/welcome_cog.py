"""The bot says hello in a server that it joined, once: what it is, and the button with which setting it up begins."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any, ClassVar, Self

import discord
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.client.lost_responses import LOST
from bot.domain.shared.errors import StorageUnavailable
from bot.domain.shared.types import GuildId, Timestamp
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card
from cogs._shared.command_space import may_change, spaces_seen
from cogs._shared.components import pressed
from cogs._shared.replies import Interaction, answer
from cogs.spaces.settings_cards import COLOUR
from cogs.spaces.setup_answers import answer_set
from cogs.spaces.setup_steps import steps_left

_log = logging.getLogger(__name__)


class StartButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(r"welcome:start")):
    """Begins setting up for who may; a member is told that they need not."""

    def __init__(self) -> None:
        super().__init__(
            discord.ui.Button(label=_("Set me up"), style=discord.ButtonStyle.primary, custom_id="welcome:start")
        )

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls()

    @pressed(None)
    async def callback(self, interaction: Interaction) -> None:
        """Show the first step that is left."""
        spaces = [space for space in await spaces_seen(interaction) if may_change(interaction, space)]
        if not spaces:
            await answer(interaction, view=Card([thanks()], colour=COLOUR))
            return
        space = next((space for space in spaces if steps_left(space)), spaces[0])
        await answer_set(interaction, space, [_("**Three steps to your first vote**, each with a button.")])


def welcome_card() -> Card:
    """Say what the bot is."""
    texts = [
        f"### {_('Hello, I am Folkmoot')}",
        "\n".join(
            [
                _("I run this DAO's votes: members propose, vote with their wallets' power, and see what was decided."),
                _("Anybody can check each result. I only read chains, and never ask for a key or a payment."),
            ]
        ),
        f"-# {_('A moderator begins with the button. /help shows what everybody can do here.')}",
    ]
    return Card(texts, [[StartButton()]], colour=COLOUR)


def thanks() -> str:
    """Say to a member that others set the bot up, and what they can do meanwhile."""
    return _(
        "Thank you for looking! Moderators set me up here, so there is nothing that you need to do. Next: /help shows "
        "what you can do, and /wallet link links your wallet."
    )


class Welcome(commands.Cog):
    """Says hello once to each server that the bot joins."""

    SWITCH: ClassVar[str | None] = None

    def __init__(self, bot: Folkmoot) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say hello, unless that was said for this joining."""
        me: discord.Member | None = guild.me
        since = me.joined_at if me is not None else None
        joined = self._bot.app.clock.now() if since is None else Timestamp(int(since.timestamp()))
        try:
            if await self._bot.app.space_list.greets(GuildId(guild.id), joined):
                await _say_hello(guild)
        except StorageUnavailable as error:
            _log.warning("no hello in guild %s: %s", guild.id, error)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Say hello again if the server invites the bot again."""
        try:
            await self._bot.app.space_list.left(GuildId(guild.id))
        except StorageUnavailable as error:
            _log.warning("that guild %s was left is not noted: %s", guild.id, error)


async def _say_hello(guild: discord.Guild) -> None:
    """Post it in the first channel that takes it; it is not tried again once Discord may have posted it."""
    for channel in _writable(guild):
        try:
            await channel.send(view=welcome_card(), nonce=f"hello{guild.id}")
        except (discord.Forbidden, discord.NotFound):
            continue
        except (discord.DiscordException, *LOST) as error:
            _log.warning("no hello in guild %s: Discord did not take it (%s)", guild.id, type(error).__name__)
        return
    _log.info("no hello in guild %s: I may write in none of its channels", guild.id)


def _writable(guild: discord.Guild) -> Iterator[discord.TextChannel]:
    """Return the system channel, then the others from the top, those in which the bot may write."""
    first = [guild.system_channel] if guild.system_channel is not None else []
    for channel in dict.fromkeys([*first, *guild.text_channels]):
        allowed = channel.permissions_for(guild.me)
        if allowed.view_channel and allowed.send_messages:
            yield channel


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its button."""
    await bot.add_cog(Welcome(bot))
    bot.add_dynamic_items(StartButton)
