"""/delegate: letting another member vote for one, taking that back, seeing what stands."""

from __future__ import annotations

from typing import ClassVar, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.client.space_option import OPTION, InsteadOf
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.spaces import SpaceFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import MemberId
from bot.domain.spaces.space import Space
from bot.domain.voting import VotingType
from cogs._shared.command_space import ABOUT_A_SPACE, spaces_meant
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of, said_at
from cogs._shared.space_choice import in_space
from cogs._shared.typed_times import parse_deadline
from cogs.delegation.delegation_buttons import TakeBackButton, take_back_row
from cogs.delegation.delegation_cards import ended_card, given_card, member_delegations_card
from cogs.delegation.delegation_spaces import names_of, own_space, shown_spaces
from cogs.wallets.link_button import LinkMyWallet

HERE, EVERYWHERE = "this server", "every server with this bot"
Where = Literal["this server", "every server with this bot"]
IN_A_SPACE = {OPTION: InsteadOf(here=HERE, everywhere=EVERYWHERE)}


class Delegation(commands.GroupCog, name="delegate", description="Let a member you trust vote for you"):
    """Delegations between members."""

    SWITCH: ClassVar[str | None] = "delegation"

    @app_commands.command(name="set", extras=IN_A_SPACE)
    @app_commands.describe(
        member="Who votes with your power where you don't vote yourself",
        space="Where: in this server, unless you choose every server that this bot serves",
        topic="Only on proposals of this type; leave it out for all",
        until="The last day, like 2027-01-31, or a length of time like 90 days; leave it out for no end",
    )
    @app_commands.rename(topic="type")
    async def set(
        self,
        interaction: Interaction,
        member: discord.User,
        space: Where | None = None,
        topic: VotingType | None = None,
        until: app_commands.Range[str, 1, 60] | None = None,
    ) -> None:
        """Let a member vote for you; your own vote always comes first."""
        await acknowledge(interaction)
        _check_delegate(member)
        everywhere = space == EVERYWHERE
        end = None if until is None else parse_deadline(until, said_at(interaction), field=Field.END)

        async def give(interaction: Interaction, within: Space | None) -> None:
            app, guild, me = interaction.client.app, guild_of(interaction), member_of(interaction)
            told = await spaces_meant(interaction) if within is None else [within]
            before, _ = await app.member_delegations.of(guild, me)
            given = await app.member_delegations.give(
                guild,
                me,
                MemberId(member.id),
                topic=topic,
                until=end,
                everywhere=everywhere,
                said=said_at(interaction),
                seen=[one.id for one in told],
                **({} if within is None else {"space": within.number}),
            )
            wallets = bool(await app.wallets.of(guild, me))
            card = given_card(
                given,
                before,
                wallets=wallets,
                names=await names_of(interaction, told),
                only_roles=within is not None and bool(within.voters),
                rows=[] if wallets else [[LinkMyWallet()]],
            )
            await answer(interaction, view=card)

        if everywhere:
            await give(interaction, None)
        else:
            await in_space(interaction, give)

    @app_commands.command(name="clear", extras=IN_A_SPACE)
    @app_commands.describe(
        space="Only the delegation for this server alone, or for every one; leave it out for both",
        topic="Only the delegation for proposals of this type; leave it out for all of them",
    )
    @app_commands.rename(topic="type")
    async def clear(
        self, interaction: Interaction, space: Where | None = None, topic: VotingType | None = None
    ) -> None:
        """Take your delegation back, for proposals submitted from now on."""
        await acknowledge(interaction)
        everywhere = None if space is None else space == EVERYWHERE

        async def take_back(interaction: Interaction, within: Space | None) -> None:
            member_delegations = interaction.client.app.member_delegations
            guild, me = guild_of(interaction), member_of(interaction)
            told = await spaces_meant(interaction) if within is None else [within]
            ended = await member_delegations.take_back(
                guild,
                me,
                topic,
                everywhere=everywhere,
                said=said_at(interaction),
                **({} if within is None else {"space": within.number}),
            )
            names = await names_of(interaction, told)
            given, _ = await member_delegations.of(guild, me)
            left = [one for one in given if one.everywhere or one.space in [space.id for space in told]]
            here = "" if within is None else names.get(within.id, "")
            rows = [] if within is not None and within.archived_at else [await take_back_row(interaction, given)]
            card = ended_card(ended, left, topic, everywhere=everywhere, names=names, here=here, rows=rows)
            await answer(interaction, view=card)

        if everywhere:
            await take_back(interaction, None)
        elif (own := await own_space(interaction)) is not None:
            await take_back(interaction, own)
        else:
            await in_space(interaction, take_back)

    @app_commands.command(name="show", extras=ABOUT_A_SPACE)
    async def show(self, interaction: Interaction) -> None:
        """Show to whom you delegate and who delegates to you, where and until when."""
        await acknowledge(interaction)
        member_delegations, guild, me = (
            interaction.client.app.member_delegations,
            guild_of(interaction),
            member_of(interaction),
        )
        given, received = await member_delegations.of(guild, me)
        shown = await shown_spaces(interaction, given)
        told = {space.id for space in shown.all}
        mine = [one for one in given if one.everywhere or one.space in told]
        theirs = [one for one in received if one.everywhere or one.space in {space.id for space in shown.seen}]
        card = member_delegations_card(
            mine,
            theirs,
            await member_delegations.ahead(guild, me, [space.id for space in shown.seen]),
            await names_of(interaction, shown.all),
            others=len(given) - len(mine),
            rows=[await take_back_row(interaction, mine)],
        )
        await answer(interaction, view=card)


def _check_delegate(member: discord.User | discord.Member) -> None:
    if not isinstance(member, discord.Member):
        raise InvalidInput(Field.DELEGATE, SpaceFlaw.NOT_A_MEMBER)
    if member.bot:
        raise InvalidInput(Field.DELEGATE, SpaceFlaw.A_BOT)


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its button."""
    bot.add_dynamic_items(TakeBackButton)
    await bot.add_cog(Delegation())
