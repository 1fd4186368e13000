"""Proposals: write, submit, list, view, change, take back."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.proposals.proposal import MAX_GROUND, MAX_VERSIONS, State, Text
from bot.domain.proposals.vote_rules import Rules
from bot.domain.shared.errors import NotFound, WrongState
from bot.domain.shared.errors.kinds import Step, Thing
from bot.domain.shared.types import MemberId
from bot.domain.spaces.space import Space
from bot.domain.voting import OFFERED, SYSTEMS
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.command_space import ABOUT_A_SPACE
from cogs._shared.proposal_autocomplete import Number, suggest
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of, said_at
from cogs._shared.seen_proposals import check_moderates, check_sees, spaces_listed
from cogs._shared.space_choice import in_space
from cogs._shared.vote_rule_options import Ballots, Votes, assurance_of, shown_of
from cogs.proposals.draft_forms import DraftButton, FixButton, open_form
from cogs.proposals.drafts.author_check import begin_draft
from cogs.proposals.drafts.draft_steps import submit
from cogs.proposals.proposal_list import listed_page, proposal_list
from cogs.proposals.read_button import ReadButton
from cogs.proposals.refused_forms import RefusedForms, Typed
from cogs.proposals.revision_cards import history_card
from cogs.proposals.withdrawal_buttons import DELETABLE, WITHDRAWABLE, RemoveButton, ask_to_delete, ask_to_withdraw
from cogs.voting.card_buttons import show_proposal
from cogs.voting.reasons_and_recusal import RECUSABLE, ask_to_recuse

Shown = Literal["open", "upcoming", "over", "withdrawn", "my drafts"]
_STATES: dict[str, tuple[State, ...]] = {
    "open": (State.VOTING,),
    "upcoming": (State.PENDING,),
    "over": (State.CLOSING, State.HELD, State.CLOSED),
    "withdrawn": (State.WITHDRAWN,),
    "my drafts": (State.DRAFT,),
}


async def _suggest_waiting(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    return await suggest(interaction, typed, lambda view: view.state in (State.CLOSING, State.HELD))


async def _suggest_open(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    return await suggest(interaction, typed, lambda view: view.state in RECUSABLE)


async def _suggest_unfixed(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    member, unfixed = interaction.user.id, (State.DRAFT, State.PENDING)
    return await suggest(interaction, typed, lambda view: view.state in unfixed and view.proposal.author == member)


async def _suggest_drafts(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    return await suggest(interaction, typed, lambda view: view.state is State.DRAFT)


async def _suggest_submitted(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    return await suggest(interaction, typed, lambda view: view.proposal.terms is not None)


async def _suggest_any(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    return await suggest(interaction, typed, lambda _: True)


async def _suggest_own(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    member = interaction.user.id
    return await suggest(interaction, typed, lambda view: view.state in WITHDRAWABLE and view.proposal.author == member)


async def _suggest_deletable(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    return await suggest(interaction, typed, lambda view: view.state in DELETABLE)


class Proposals(commands.Cog):
    """Writes, submits, shows, changes and takes back proposals."""

    SWITCH = "proposals"

    proposal = app_commands.Group(name="proposal", description="Propose, and see what is proposed")

    def __init__(self) -> None:
        self.refused_forms = RefusedForms()

    @proposal.command(
        name="new", description="Write a proposal; it stays a draft until you submit it", extras=ABOUT_A_SPACE
    )
    @app_commands.describe(
        type="How it is voted on; For, Against, Abstain unless you choose another",
        votes="What everybody sees of the votes before the result; by itself as the server's rules say",
        partial="Rankings may leave choices out, where the type allows it; by itself as the server's rules say",
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

        async def write(interaction: Interaction, space: Space) -> None:
            await begin_draft(interaction, self.refused_forms, space, replace(empty, space=space.number))

        await in_space(interaction, write, form=True)

    @proposal.command(name="edit", description="Change what a proposal of yours says, until voting opens")
    @app_commands.describe(number="The proposal, by number or words of its title")
    @app_commands.rename(number="proposal")
    @app_commands.autocomplete(number=_suggest_unfixed)
    async def edit(self, interaction: Interaction, number: Number) -> None:
        """Open the form with what it says."""
        await open_form(interaction, number)

    @proposal.command(name="submit", description="Put a draft of yours to the vote")
    @app_commands.describe(number="The draft, by number or words of its title")
    @app_commands.rename(number="proposal")
    @app_commands.autocomplete(number=_suggest_drafts)
    async def submit(self, interaction: Interaction, number: Number) -> None:
        """Submit it."""
        await acknowledge(interaction)
        await submit(interaction, number)

    @proposal.command(name="list", description="List proposals, the newest first", extras=ABOUT_A_SPACE)
    @app_commands.describe(state="Only those that stand like this", page="Which page, from 1")
    async def listing(
        self, interaction: Interaction, state: Shown | None = None, page: app_commands.Range[int, 1, 10_000] = 1
    ) -> None:
        """Show a page."""
        await acknowledge(interaction)
        views = await interaction.client.app.proposals.visible(guild_of(interaction), member_of(interaction))
        spaces = await spaces_listed(interaction)
        views = [view for view in views if view.proposal.space in spaces]
        if state is not None:
            views = [view for view in views if view.state in _STATES[state]]
        names = {space.id: space.name for space in spaces.values()} if len(spaces) > 1 else {}
        shown = listed_page(views, page)
        cards = interaction.client.app.cards
        counted = [
            await cards.current_view(one.proposal.id) if one.state is State.VOTING else one for one in shown.views
        ]
        await answer(interaction, view=proposal_list(replace(shown, views=counted), state, names))

    @proposal.command(name="view", description="Show a proposal with its state, and vote on it")
    @app_commands.describe(number="The proposal, by number or words of its title")
    @app_commands.rename(number="proposal")
    @app_commands.autocomplete(number=_suggest_any)
    async def view(self, interaction: Interaction, number: Number) -> None:
        """Show its card, or the draft to its author."""
        await acknowledge(interaction)
        await show_proposal(interaction, number)

    @proposal.command(name="history", description="Show every version of a proposal's text, and what names it")
    @app_commands.describe(
        number="The proposal, by number or words of its title",
        version="The version whose document comes as a file; by itself the one in force",
    )
    @app_commands.rename(number="proposal")
    @app_commands.autocomplete(number=_suggest_submitted)
    async def history(
        self, interaction: Interaction, number: Number, version: app_commands.Range[int, 1, MAX_VERSIONS] | None = None
    ) -> None:
        """List them, with the document that the identifier names."""
        await acknowledge(interaction)
        app = interaction.client.app
        proposal, versions = await app.text_revisions.history(guild_of(interaction), number)
        await check_sees(interaction, proposal)
        chosen = next((one for one in versions if one.number == version), None)
        if version is not None and chosen is None:
            raise NotFound(Thing.VERSION, str(version))
        await answer(interaction, view=history_card(proposal, versions, chosen, app.clock.now()))

    @proposal.command(name="withdraw", description="Take a proposal of yours back, until the first vote on it is cast")
    @app_commands.describe(
        number="The proposal, by number or words of its title", reason="Why, for everybody to read; may stay empty"
    )
    @app_commands.rename(number="proposal")
    @app_commands.autocomplete(number=_suggest_own)
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
    @app_commands.rename(number="proposal")
    @app_commands.autocomplete(number=_suggest_deletable)
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
    @app_commands.rename(number="proposal")
    @app_commands.autocomplete(number=_suggest_waiting)
    async def count(self, interaction: Interaction, number: Number) -> None:
        """Have it counted, if its power can be read."""
        await acknowledge(interaction)
        await check_moderates(interaction, number)
        found = await interaction.client.app.lifecycle.count_without_chain(
            guild_of(interaction), number, by=member_of(interaction), moderator=True, said=said_at(interaction)
        )
        await answer(interaction, _("#{number} is counted. The result is announced in a moment.", number=found.number))

    @proposal.command(
        name="recuse", description="Have a member take no part in a vote (moderators)", extras={"moderators": True}
    )
    @app_commands.describe(number="The proposal, by number or words of its title", member="Who takes no part")
    @app_commands.rename(number="proposal")
    @app_commands.autocomplete(number=_suggest_open)
    async def recuse(self, interaction: Interaction, number: Number, member: discord.User) -> None:
        """Ask for confirmation."""
        await acknowledge(interaction)
        view = await check_moderates(interaction, number)
        if view.state not in RECUSABLE:
            raise WrongState(number=number, state=view.state, step=Step.RECUSE_ANYBODY)
        await ask_to_recuse(interaction, view.proposal, MemberId(member.id))


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its buttons."""
    bot.add_dynamic_items(ReadButton, DraftButton, FixButton, RemoveButton)
    await bot.add_cog(Proposals())
