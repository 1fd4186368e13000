"""Proposals: write, submit, list, view, withdraw."""

from __future__ import annotations

import re
from typing import Any, Literal, Self

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Folkmoot
from bot.domain.errors import NotAllowed, NotFound, WrongState
from bot.domain.proposal import Proposal, State, Text
from bot.domain.rules import Rules
from bot.domain.types import MemberId, ProposalId
from bot.domain.voting import OFFERED
from bot.services.proposal_view import ProposalView
from cogs._ballots import ReadButton, card_buttons
from cogs._cards.proposal import proposal_card, proposal_list
from cogs._cards.systems import OFFERS
from cogs._choosing import Number, suggest
from cogs._drafts import DraftButton, DraftForm, Drawer, FixButton, Typed, open_form, show_draft, submit
from cogs._replies import Interaction, acknowledge, answer, explorers, guild_of, member_of, moderates
from cogs._rules import Votes, shown_of
from cogs._taking_part import RECUSABLE, ask_to_recuse
from cogs._views import Buttons, pressed
from cogs._words import plural, quoted

Shown = Literal["open", "upcoming", "over", "withdrawn", "my drafts"]
_STATES: dict[str, tuple[State, ...]] = {
    "open": (State.VOTING,),
    "upcoming": (State.PENDING,),
    "over": (State.CLOSING, State.HELD, State.CLOSED),
    "withdrawn": (State.WITHDRAWN,),
    "my drafts": (State.DRAFT,),
}
_WITHDRAWABLE = (State.DRAFT, State.PENDING, State.VOTING)


class WithdrawButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"withdraw:(?P<proposal>\d{1,18})"):
    """Confirms a withdrawal."""

    def __init__(self, proposal: ProposalId) -> None:
        super().__init__(
            discord.ui.Button(label="Withdraw it", style=discord.ButtonStyle.danger, custom_id=f"withdraw:{proposal}")
        )
        self.proposal = proposal

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls(ProposalId(int(match["proposal"])))

    @pressed("proposals", first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Withdraw it; who may is asked again."""
        app, guild = interaction.client.app, guild_of(interaction)
        found = await app.cards.stored(self.proposal)
        if found.guild != guild:
            raise NotFound("proposal", "")
        taken = await app.proposals.withdraw(
            guild, found.number, member_of(interaction), moderator=moderates(interaction)
        )
        told = "Its card says so in a moment." if taken.submitted_at else "Nobody else saw it."
        title = quoted(taken.text.title, 80)
        await answer(interaction, f"Withdrawn: #{taken.number} ({title}). {told}", embed=None, view=None)


class Proposals(commands.Cog):
    """Proposals from draft to withdrawal."""

    SWITCH = "proposals"

    proposal = app_commands.Group(name="proposal", description="Propose, and see what is proposed")

    def __init__(self) -> None:
        self.drawer = Drawer()

    @proposal.command(name="new", description="Write a proposal; it stays a draft until you submit it")
    @app_commands.describe(
        type="How it is voted on; For, Against, Abstain unless you choose another",
        votes="What everybody sees of the votes before the result; by itself as the server's rules say",
        partial="Rankings may leave choices out (ranked-choice, copeland); by itself as the server's rules say",
    )
    @app_commands.choices(
        type=[app_commands.Choice(name=f"{voting}: {OFFERS[voting]}", value=voting) for voting in OFFERED]
    )
    async def new(
        self,
        interaction: Interaction,
        type: str = "basic",  # noqa: A002 - what members type
        votes: Votes | None = None,
        partial: bool | None = None,
    ) -> None:
        """Open the form."""
        voting = next(offered for offered in OFFERED if offered == type)
        chosen = Rules(shown=shown_of(votes), partial=partial)
        empty = Typed(text=Text(title="", summary="", body=""), voting=voting, choices=(), chosen=chosen)
        await DraftForm(interaction, self.drawer, empty).show(interaction)

    @proposal.command(name="edit", description="Change a draft of yours")
    @app_commands.describe(number="The draft, by number or words of its title")
    async def edit(self, interaction: Interaction, number: Number) -> None:
        """Open the form with what the draft says."""
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
        views = await interaction.client.app.proposals.visible(guild_of(interaction), member_of(interaction))
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
        card = proposal_card(view, app.chain.chains(), explorers(app))
        await answer(interaction, embed=card, view=card_buttons(view) if view.proposal.terms else None)

    @proposal.command(name="withdraw", description="Take a proposal back before it is counted")
    @app_commands.describe(number="The proposal, by number or words of its title")
    async def withdraw(self, interaction: Interaction, number: Number) -> None:
        """Ask for confirmation."""
        await acknowledge(interaction)
        member = member_of(interaction)
        view = await interaction.client.app.proposals.view(guild_of(interaction), number, member)
        if view.proposal.author != member and not moderates(interaction):
            raise NotAllowed("its author or a moderator", "withdraw a proposal")
        if view.state not in _WITHDRAWABLE:
            raise WrongState(number=number, state=view.state, action="withdraw")
        await answer(interaction, _question(view.proposal, view), view=Buttons(WithdrawButton(view.proposal.id)))

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

    @recuse.autocomplete("number")
    async def _suggest_open(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda view: view.state in RECUSABLE)

    @edit.autocomplete("number")
    @submit.autocomplete("number")
    async def _suggest_drafts(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda view: view.state is State.DRAFT)

    @view.autocomplete("number")
    async def _suggest_any(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await suggest(interaction, typed, lambda _: True)

    @withdraw.autocomplete("number")
    async def _suggest_withdrawable(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        member, any_ = interaction.user.id, moderates(interaction)
        return await suggest(
            interaction,
            typed,
            lambda view: view.state in _WITHDRAWABLE and (any_ or view.proposal.author == member),
        )


def _question(proposal: Proposal, view: ProposalView) -> str:
    votes = view.progress.ballots if view.progress else 0
    lost = f" {plural(votes, 'vote')} already cast will count for nothing." if votes else ""
    return f"Withdraw #{proposal.number} ({quoted(proposal.text.title, 80)})? This can't be undone.{lost}"


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its buttons."""
    bot.add_dynamic_items(ReadButton, DraftButton, FixButton, WithdrawButton)
    await bot.add_cog(Proposals())
