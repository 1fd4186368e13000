"""A member's voting power, now or for a proposal, with every part and the reason where it is zero."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.proposals.proposal import State
from cogs._shared.command_space import ABOUT_A_SPACE
from cogs._shared.proposal_autocomplete import Number, suggest
from cogs._shared.replies import Interaction, acknowledge, answer, explorers, guild_of, member_of
from cogs._shared.seen_proposals import proposal_view
from cogs.power.power_button import PowerButton, PowerNow, show_power_now
from cogs.power.power_card import power_card


async def _suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    return await suggest(interaction, typed, lambda view: view.state is not State.DRAFT)


class Power(commands.Cog):
    """Voting power, explained."""

    SWITCH = "power"

    @app_commands.command(
        name="power",
        description="Show your voting power and where every part of it comes from",
        extras=ABOUT_A_SPACE,
    )
    @app_commands.describe(proposal="At this proposal's block; leave it out for the power you have now")
    @app_commands.autocomplete(proposal=_suggest)
    async def power(self, interaction: Interaction, proposal: Number | None = None) -> None:
        """Show the report."""
        await acknowledge(interaction)
        if proposal is None:
            await show_power_now(interaction)
            return
        app = interaction.client.app
        await proposal_view(interaction, proposal)
        report = await app.power.report(guild_of(interaction), member_of(interaction), proposal)
        back = "" if report.proposal is None else f"power:{report.proposal.id}"
        await answer(interaction, view=power_card(report, app.chain.chains(), explorers(app), back=back))


async def setup(bot: Folkmoot) -> None:
    """Add the cog."""
    bot.add_dynamic_items(PowerButton, PowerNow)
    await bot.add_cog(Power())
