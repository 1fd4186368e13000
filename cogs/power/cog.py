"""A member's voting power, now or for a proposal, with every part and the reason where it is zero."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.proposals.proposal import State
from cogs._shared.proposal_autocomplete import Number, suggest
from cogs._shared.replies import Interaction, acknowledge, answer, explorers, guild_of, member_of
from cogs.power.power_card import power_card


class Power(commands.Cog):
    """Voting power, explained."""

    SWITCH = "power"

    @app_commands.command(name="power", description="Show your voting power and where every part of it comes from")
    @app_commands.describe(proposal="At this proposal's block; leave it out for the power you have now")
    async def power(self, interaction: Interaction, proposal: Number | None = None) -> None:
        """Show the report."""
        await acknowledge(interaction)
        app = interaction.client.app
        report = await app.power.report(guild_of(interaction), member_of(interaction), proposal)
        embed, file = power_card(report, app.chain.chains(), explorers(app))
        await answer(interaction, embed=embed, file=file)

    @power.autocomplete("proposal")
    async def _suggest(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda view: view.state is not State.DRAFT)


async def setup(bot: Folkmoot) -> None:
    """Add the cog."""
    await bot.add_cog(Power())
