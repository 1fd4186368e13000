"""Voting with the buttons and menus of a card, and what one's own vote is."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.proposals.proposal import State
from bot.domain.proposals.vote_rules import Assurance
from bot.domain.shared.errors import InvalidInput, WrongState
from bot.domain.shared.errors.faults.ballots import BallotFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Step
from cogs._shared.proposal_autocomplete import Number, suggest
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of
from cogs._shared.seen_proposals import proposal_view
from cogs.audit.result_cards import receipt_words
from cogs.audit.result_files import attachment
from cogs.voting.ballot_forms import FixBallot, TypeButton
from cogs.voting.ballot_panels import OpenPanel, PanelItem
from cogs.voting.card_buttons import BallotMenu, ShowProposal, VoteButton, refusal_buttons
from cogs.voting.cards.receipt import no_ballot, receipt_card
from cogs.voting.cast_ballot import open_vote
from cogs.voting.count_details import DetailsButton
from cogs.voting.reasons_and_recusal import RECUSABLE, ReasonButton, RecuseButton, ask_to_recuse
from cogs.voting.rules_button import RulesButton
from cogs.voting.signing_links import lead_to_signing
from cogs.voting.voters_list import VotersButton


class Voting(commands.Cog):
    """Ballots and receipts."""

    SWITCH = "voting"

    vote = app_commands.Group(name="vote", description="Your votes")

    @vote.command(name="status", description="Show how you voted on a proposal, with which power")
    @app_commands.describe(proposal="The proposal, by number or words of its title")
    async def status(self, interaction: Interaction, proposal: Number) -> None:
        """Show the receipt of the ballot that counts."""
        await acknowledge(interaction)
        app, guild, member = interaction.client.app, guild_of(interaction), member_of(interaction)
        view = await proposal_view(interaction, proposal)
        receipt = await app.voting.own_receipt(guild, proposal, member)
        if receipt is None:
            await answer(interaction, no_ballot(view.proposal, view.now))
            return
        card = receipt_card(receipt, view.proposal, view.now, app.chain.chains(), again=True)
        await answer(interaction, view=card)

    @vote.command(name="sign", description="Open the page where your wallet signs your ballot")
    @app_commands.describe(proposal="The proposal, by number or words of its title")
    async def sign(self, interaction: Interaction, proposal: Number) -> None:
        """Lead there, if the vote takes signed ballots now."""
        await acknowledge(interaction)
        view = await proposal_view(interaction, proposal)
        found = await open_vote(interaction, view.proposal.id)
        if found.terms is None or found.terms.rules.assurance is not Assurance.SIGNED:
            raise InvalidInput(Field.PROPOSAL, BallotFlaw.TAKES_NO_SIGNED_BALLOTS)
        await lead_to_signing(interaction, found)

    @sign.autocomplete("proposal")
    async def _suggest_voting(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda view: view.state is State.VOTING)

    @vote.command(name="receipt", description="Your votes on a proposal as a file that proves that they are counted")
    @app_commands.describe(proposal="The proposal, by number or words of its title")
    async def receipt(self, interaction: Interaction, proposal: Number) -> None:
        """Hand it out."""
        await acknowledge(interaction)
        app, member = interaction.client.app, member_of(interaction)
        await proposal_view(interaction, proposal)
        found, file = await app.results.receipt(guild_of(interaction), proposal, member)
        if file is None:
            await answer(interaction, no_ballot(found, app.clock.now()))
            return
        await answer(interaction, receipt_words(found), file=attachment(file, found, "receipt.json"))

    @vote.command(name="recuse", description="Take no part in a vote, because of a conflict of interest")
    @app_commands.describe(proposal="The proposal, by number or words of its title")
    async def recuse(self, interaction: Interaction, proposal: Number) -> None:
        """Ask for confirmation."""
        await acknowledge(interaction)
        member = member_of(interaction)
        view = await proposal_view(interaction, proposal)
        if view.state not in RECUSABLE:
            raise WrongState(number=proposal, state=view.state, step=Step.RECUSE_ONESELF)
        await ask_to_recuse(interaction, view.proposal, member)

    @recuse.autocomplete("proposal")
    async def _suggest_open(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda view: view.state in RECUSABLE)

    @status.autocomplete("proposal")
    @receipt.autocomplete("proposal")
    async def _suggest(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda view: view.state is not State.DRAFT)


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its buttons."""
    bot.add_dynamic_items(VoteButton, BallotMenu, OpenPanel, PanelItem, TypeButton, FixBallot, DetailsButton)
    bot.add_dynamic_items(ReasonButton, RecuseButton, RulesButton, VotersButton)
    bot.add_dynamic_items(ShowProposal)
    bot.next_steps.refusal_buttons.append(refusal_buttons)
    await bot.add_cog(Voting())
