"""Results as files that prove them."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.proposals.proposal import State
from cogs._shared.proposal_autocomplete import Number, suggest
from cogs._shared.replies import Interaction, acknowledge, answer, explorers, guild_of
from cogs._shared.seen_proposals import proposal_view, spaces_listed
from cogs.audit.proof_button import ProofButton
from cogs.audit.result_cards import results_card
from cogs.audit.result_files import ResultButton, public_page, result_files


class Results(commands.Cog):
    """What was decided, and the proof."""

    SWITCH = None

    @app_commands.command(name="results", description="A result as files: the bundle that proves it, or a table")
    @app_commands.describe(proposal="The proposal, by number or words of its title; by itself the newest result")
    async def results(self, interaction: Interaction, proposal: Number | None = None) -> None:
        """Show a result with what hands out its files."""
        await acknowledge(interaction)
        app = interaction.client.app
        if proposal is not None:
            await proposal_view(interaction, proposal)
        spaces = await spaces_listed(interaction)
        found = await app.results.counted(guild_of(interaction), proposal, spaces)
        page = await public_page(app, found.view.proposal)
        files = [result_files(found.view.proposal)] if found.kept else []
        await answer(interaction, view=results_card(found, app.chain.chains(), explorers(app), files, page=page))

    @results.autocomplete("proposal")
    async def _suggest(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda view: view.state is State.CLOSED)


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its buttons."""
    bot.add_dynamic_items(ResultButton, ProofButton)
    await bot.add_cog(Results())
