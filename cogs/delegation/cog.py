"""/delegate: letting another member vote for one, taking that back, seeing what stands."""

from __future__ import annotations

from typing import ClassVar, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.types import MemberId
from bot.domain.voting import VotingType
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of, said_at
from cogs._shared.typed_times import parse_deadline
from cogs.delegation.delegation_cards import ended_words, given_words, member_delegations_card

EVERYWHERE = "every server with this bot"
Space = Literal["this server", "every server with this bot"]


class Delegation(commands.GroupCog, name="delegate", description="Let a member you trust vote for you"):
    """Mandates between members."""

    SWITCH: ClassVar[str | None] = "delegation"

    @app_commands.command(name="set")
    @app_commands.describe(
        member="Who votes with your power where you don't vote yourself",
        space="Where: in this server, unless you choose every server that this bot serves",
        topic="Only on proposals held like this; leave it out for all",
        until="The last day, like 2027-01-31, or a length of time like 90 days; leave it out for no end",
    )
    async def set(
        self,
        interaction: Interaction,
        member: discord.User,
        space: Space | None = None,
        topic: VotingType | None = None,
        until: app_commands.Range[str, 1, 60] | None = None,
    ) -> None:
        """Let a member vote for you; your own vote always comes first."""
        await acknowledge(interaction)
        _check_delegate(member)
        app, guild, me = interaction.client.app, guild_of(interaction), member_of(interaction)
        said = said_at(interaction)
        end = None if until is None else parse_deadline(until, said, field="end")
        before, _ = await app.member_delegations.of(guild, me)
        given = await app.member_delegations.give(
            guild, me, MemberId(member.id), topic=topic, until=end, everywhere=space == EVERYWHERE, said=said
        )
        wallets = await app.wallets.of(guild, me)
        await answer(interaction, given_words(given, before, wallets=bool(wallets)))

    @app_commands.command(name="clear")
    @app_commands.describe(
        space="Only the delegation for this server alone, or for every one; leave it out for both",
        topic="Only the delegation for proposals held like this; leave it out for all of them",
    )
    async def clear(
        self, interaction: Interaction, space: Space | None = None, topic: VotingType | None = None
    ) -> None:
        """Take your delegation back, for proposals submitted from now on."""
        await acknowledge(interaction)
        member_delegations, guild, me = (
            interaction.client.app.member_delegations,
            guild_of(interaction),
            member_of(interaction),
        )
        everywhere = None if space is None else space == EVERYWHERE
        ended = await member_delegations.take_back(guild, me, topic, everywhere=everywhere, said=said_at(interaction))
        left, _ = await member_delegations.of(guild, me)
        await answer(interaction, ended_words(ended, left, topic, everywhere=everywhere))

    @app_commands.command(name="show")
    async def show(self, interaction: Interaction) -> None:
        """Show to whom you delegate and who delegates to you, where and until when."""
        await acknowledge(interaction)
        member_delegations, guild, me = (
            interaction.client.app.member_delegations,
            guild_of(interaction),
            member_of(interaction),
        )
        given, received = await member_delegations.of(guild, me)
        embed, file = member_delegations_card(given, received, await member_delegations.ahead(guild, me))
        await answer(interaction, embed=embed, file=file)


def _check_delegate(member: discord.User | discord.Member) -> None:
    if not isinstance(member, discord.Member):
        raise InvalidInput(field="delegate", problem="is not a member of this server", remedy="choose a member")
    if member.bot:
        raise InvalidInput(field="delegate", problem="is a bot, and bots don't vote", remedy="choose a person")


async def setup(bot: Folkmoot) -> None:
    """Add the cog."""
    await bot.add_cog(Delegation())
