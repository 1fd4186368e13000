"""Proposals: write, submit, list, view, change, take back."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.proposals.proposal import MAX_GROUND, MAX_VERSIONS, State, Text
from bot.domain.proposals.vote_rules import Rules
from bot.domain.shared.errors import NotFound, WrongState
from bot.domain.shared.types import MemberId
from bot.domain.voting import OFFERED, PARTIAL, SYSTEMS
from cogs._shared.chain_options import read_from_one
from cogs._shared.command_space import spaces_meant
from cogs._shared.proposal_autocomplete import Number, suggest
from cogs._shared.replies import Interaction, acknowledge, answer, explorers, guild_of, member_of, moderates, said_at
from cogs._shared.vote_rule_options import Ballots, Votes, assurance_of, shown_of
from cogs.proposals.draft_forms import DraftButton, DraftForm, FixButton, open_form, show_draft, submit
from cogs.proposals.proposal_cards import proposal_card
from cogs.proposals.proposal_list import proposal_list
from cogs.proposals.refused_forms import RefusedForms, Typed
from cogs.proposals.revision_cards import history_card
from cogs.proposals.withdrawal_buttons import DELETABLE, WITHDRAWABLE, RemoveButton, ask_to_delete, ask_to_withdraw
from cogs.voting.card_buttons import ReadButton, card_buttons
from cogs.voting.reasons_and_recusal import RECUSABLE, ask_to_recuse

Shown = Literal["open", "upcoming", "over", "withdrawn", "my drafts"]
_STATES: dict[str, tuple[State, ...]] = {
    "open": (State.VOTING,),
    "upcoming": (State.PENDING,),
    "over": (State.CLOSING, State.HELD, State.CLOSED),
    "withdrawn": (State.WITHDRAWN,),
    "my drafts": (State.DRAFT,),
}


class Proposals(commands.Cog):
    """Proposals from draft to the ballot box, or back."""

    SWITCH = "proposals"

    proposal = app_commands.Group(name="proposal", description="Propose, and see what is proposed")

    def __init__(self) -> None:
        self.refused_forms = RefusedForms()

    @proposal.command(name="new", description="Write a proposal; it stays a draft until you submit it")
    @app_commands.describe(
        type="How it is voted on; For, Against, Abstain unless you choose another",
        votes="What everybody sees of the votes before the result; by itself as the server's rules say",
        partial=f"Rankings may leave choices out ({', '.join(PARTIAL)}); by itself as the server's rules say",
        ballots="signed: each ballot is signed by its wallet; the server's rules may ask for it anyway",
    )
    @app_commands.choices(
        type=[app_commands.Choice(name=f"{voting}: {SYSTEMS[voting].offer}", value=voting) for voting in OFFERED]
    )
    async def new(
        self,
        interaction: Interaction,
        type: str = "basic",  # noqa: A002 - what members type
        votes: Votes | None = None,
        partial: bool | None = None,
        ballots: Ballots | None = None,
    ) -> None:
        """Open the form."""
        voting = next(offered for offered in OFFERED if offered == type)
        chosen = Rules(shown=shown_of(votes), partial=partial, assurance=assurance_of(interaction, ballots))
        empty = Typed(text=Text(title="", summary="", body=""), voting=voting, choices=(), chosen=chosen)
        await DraftForm(interaction, self.refused_forms, empty).show(interaction)

    @proposal.command(name="edit", description="Change what a proposal of yours says, until voting opens")
    @app_commands.describe(number="The proposal, by number or words of its title")
    async def edit(self, interaction: Interaction, number: Number) -> None:
        """Open the form with what it says."""
        await open_form(interaction, number)

    @proposal.command(name="submit", description="Put a draft of yours to the vote")
    @app_commands.describe(number="The draft, by number or words of its title")
    async def submit(self, interaction: Interaction, number: Number) -> None:
        """Submit it."""
        await acknowledge(interaction)
        await submit(interaction, number)

    @proposal.command(name="list", description="List proposals, the newest first")
    @app_commands.describe(state="Only those that stand like this", page="Which page, from 1")
    async def listing(
        self, interaction: Interaction, state: Shown | None = None, page: app_commands.Range[int, 1, 10_000] = 1
    ) -> None:
        """Show a page."""
        await acknowledge(interaction)
        spaces = {space.id for space in await spaces_meant(interaction)}
        views = await interaction.client.app.proposals.visible(guild_of(interaction), member_of(interaction))
        views = [view for view in views if view.proposal.space in spaces]
        if state is not None:
            views = [view for view in views if view.state in _STATES[state]]
        await answer(interaction, embed=proposal_list(views, page, state))

    @proposal.command(name="view", description="Show a proposal with its state, and vote on it")
    @app_commands.describe(number="The proposal, by number or words of its title")
    async def view(self, interaction: Interaction, number: Number) -> None:
        """Show its card, or the draft to its author."""
        await acknowledge(interaction)
        app = interaction.client.app
        view = await app.proposals.view(guild_of(interaction), number, member_of(interaction))
        if view.state is State.DRAFT:
            await show_draft(interaction, view.proposal)
            return
        card = proposal_card(view, app.chain.chains(), explorers(app), alone=read_from_one(app))
        await answer(interaction, embed=card, view=card_buttons(view) if view.proposal.terms else None)

    @proposal.command(name="history", description="Show every version of a proposal's text, and what names it")
    @app_commands.describe(
        number="The proposal, by number or words of its title",
        version="The version whose document comes as a file; by itself the one in force",
    )
    async def history(
        self, interaction: Interaction, number: Number, version: app_commands.Range[int, 1, MAX_VERSIONS] | None = None
    ) -> None:
        """List them, with the document that the identifier names."""
        await acknowledge(interaction)
        app = interaction.client.app
        proposal, versions = await app.text_revisions.history(guild_of(interaction), number)
        chosen = next((one for one in versions if one.number == version), None)
        if version is not None and chosen is None:
            raise NotFound("version", str(version))
        embed, file = history_card(proposal, versions, chosen, app.clock.now())
        await answer(interaction, embed=embed, file=file)

    @proposal.command(name="withdraw", description="Take a proposal of yours back, until the first vote on it is cast")
    @app_commands.describe(
        number="The proposal, by number or words of its title", reason="Why, for everybody to read; may stay empty"
    )
    async def withdraw(
        self, interaction: Interaction, number: Number, reason: app_commands.Range[str, 1, MAX_GROUND] | None = None
    ) -> None:
        """Ask for confirmation."""
        await acknowledge(interaction)
        await ask_to_withdraw(interaction, number, reason or "")

    @proposal.command(
        name="delete",
        description="Take a proposal off the table until voting ends or while its count waits (moderators)",
        extras={"moderators": True},
    )
    @app_commands.describe(number="The proposal, by number or words of its title", reason="Why, for everybody to read")
    async def delete(
        self, interaction: Interaction, number: Number, reason: app_commands.Range[str, 1, MAX_GROUND]
    ) -> None:
        """Ask for confirmation."""
        await acknowledge(interaction)
        await ask_to_delete(interaction, number, reason)

    @proposal.command(
        name="count",
        description="Count a vote an hour after its end though its chain stands still (moderators)",
        extras={"moderators": True},
    )
    @app_commands.describe(number="The proposal, by number or words of its title")
    async def count(self, interaction: Interaction, number: Number) -> None:
        """Have it counted, if its power can be read."""
        await acknowledge(interaction)
        if not moderates(interaction):
            raise app_commands.MissingPermissions(["manage_guild"])
        found = await interaction.client.app.lifecycle.decide(
            guild_of(interaction), number, by=member_of(interaction), moderator=True, said=said_at(interaction)
        )
        await answer(interaction, f"#{found.number} is counted. The result is announced in a moment.")

    @proposal.command(
        name="recuse", description="Have a member take no part in a vote (moderators)", extras={"moderators": True}
    )
    @app_commands.describe(number="The proposal, by number or words of its title", member="Who takes no part")
    async def recuse(self, interaction: Interaction, number: Number, member: discord.User) -> None:
        """Ask for confirmation."""
        await acknowledge(interaction)
        if not moderates(interaction):
            raise app_commands.MissingPermissions(["manage_guild"])
        view = await interaction.client.app.proposals.view(guild_of(interaction), number, member_of(interaction))
        if view.state not in RECUSABLE:
            raise WrongState(number=number, state=view.state, action="recuse anybody from")
        await ask_to_recuse(interaction, view.proposal, MemberId(member.id))

    @count.autocomplete("number")
    async def _suggest_waiting(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda view: view.state in (State.CLOSING, State.HELD))

    @recuse.autocomplete("number")
    async def _suggest_open(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda view: view.state in RECUSABLE)

    @edit.autocomplete("number")
    async def _suggest_unfixed(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        member, unfixed = interaction.user.id, (State.DRAFT, State.PENDING)
        return await suggest(interaction, typed, lambda view: view.state in unfixed and view.proposal.author == member)

    @submit.autocomplete("number")
    async def _suggest_drafts(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda view: view.state is State.DRAFT)

    @history.autocomplete("number")
    async def _suggest_submitted(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda view: view.proposal.terms is not None)

    @view.autocomplete("number")
    async def _suggest_any(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda _: True)

    @withdraw.autocomplete("number")
    async def _suggest_own(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        member = interaction.user.id
        return await suggest(
            interaction, typed, lambda view: view.state in WITHDRAWABLE and view.proposal.author == member
        )

    @delete.autocomplete("number")
    async def _suggest_deletable(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda view: view.state in DELETABLE)


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its buttons."""
    bot.add_dynamic_items(ReadButton, DraftButton, FixButton, RemoveButton)
    await bot.add_cog(Proposals())
