"""What stands below a proposal's card: buttons or a menu to vote with, and one to read the whole text."""

from __future__ import annotations

import re
from typing import Any, Self, assert_never

import discord

from bot.domain.proposals.proposal import Proposal, State
from bot.domain.shared.errors import NotFound
from bot.domain.shared.types import ProposalId
from bot.domain.voting import SYSTEMS
from bot.domain.voting.ballot_forms import Ranking, Set, Single, Stars, Weights
from bot.services.shared.proposal_view import ProposalView
from cogs._shared.components import Buttons, pressed
from cogs._shared.formatting import plain
from cogs._shared.replies import Interaction, answer
from cogs._shared.seen_proposals import pressed_proposal
from cogs.proposals.proposal_cards import whole_text
from cogs.voting.ballot_forms import TypeButton, few
from cogs.voting.ballot_panels import OpenPanel
from cogs.voting.cast_ballot import cast
from cogs.voting.count_details import DetailsButton, details_name

MOST_BUTTONS = 5
"""Choices that are offered as buttons; more are offered in a menu."""
_STYLES = (discord.ButtonStyle.success, discord.ButtonStyle.danger, discord.ButtonStyle.secondary)
_LABEL, _OPTION = 80, 100


class VoteButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"vote:(?P<proposal>\d{1,18}):(?P<choice>\d{1,2})"
):
    """Casts a ballot for one choice; choice 0 is an approval ballot that names none."""

    def __init__(
        self,
        proposal: ProposalId,
        choice: int,
        label: str = "Vote",
        style: discord.ButtonStyle = discord.ButtonStyle.primary,
    ) -> None:
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=f"vote:{proposal}:{choice}"))
        self.proposal, self.choice = proposal, choice

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls(ProposalId(int(match["proposal"])), int(match["choice"]))

    @pressed("voting")
    async def callback(self, interaction: Interaction) -> None:
        """Cast it."""
        await cast(interaction, self.proposal, self.choice or ())


class BallotMenu(discord.ui.DynamicItem[discord.ui.Select[Any]], template=r"ballot:(?P<proposal>\d{1,18})"):
    """Casts a ballot for what was chosen; a menu of which nothing need be chosen is an approval ballot."""

    def __init__(self, proposal: ProposalId, menu: discord.ui.Select[Any]) -> None:
        menu.custom_id = f"ballot:{proposal}"
        super().__init__(menu)
        self.proposal = proposal

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        if not isinstance(item, discord.ui.Select):
            raise NotFound("ballot", "")
        return cls(ProposalId(int(match["proposal"])), item)

    @pressed("voting")
    async def callback(self, interaction: Interaction) -> None:
        """Cast it."""
        chosen = tuple(int(value) for value in self.item.values)
        many = self.item.min_values == 0
        await cast(interaction, self.proposal, chosen if many else chosen[0])


class ReadButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"read:(?P<proposal>\d{1,18})"):
    """Shows the whole text to whoever presses."""

    def __init__(self, proposal: ProposalId) -> None:
        super().__init__(
            discord.ui.Button(
                label="Read all", style=discord.ButtonStyle.secondary, custom_id=f"read:{proposal}", row=4
            )
        )
        self.proposal = proposal

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls(ProposalId(int(match["proposal"])))

    @pressed("proposals")
    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        found = await pressed_proposal(interaction, self.proposal)
        if found.submitted_at is None:
            raise NotFound("proposal", "")
        embed, file = whole_text(found)
        await answer(interaction, embed=embed, file=file)


def card_buttons(view: ProposalView) -> Buttons:
    """Return what stands below a card: ways to vote while that is possible, and the whole text."""
    proposal = view.proposal
    items: list[discord.ui.Item[Any]] = []
    if view.state is State.VOTING:
        items = _ways_to_vote(proposal)
    return Buttons(*items, *_details(view), ReadButton(proposal.id))


def result_buttons(view: ProposalView) -> Buttons:
    """Return what stands below a result."""
    return Buttons(*_details(view))


def _details(view: ProposalView) -> list[discord.ui.Item[Any]]:
    name = details_name(view.tally) if view.tally is not None else ""
    return [DetailsButton(view.proposal.id, name)] if name else []


def _ways_to_vote(proposal: Proposal) -> list[discord.ui.Item[Any]]:
    form = SYSTEMS[proposal.voting].form
    match form:
        case Ranking():
            return [OpenPanel(proposal.id, "Rank the choices"), TypeButton(proposal.id)]
        case Stars():
            return [OpenPanel(proposal.id, "Give stars"), TypeButton(proposal.id)]
        case Weights() if few(proposal):
            return [TypeButton(proposal.id, "Give weights", discord.ButtonStyle.primary)]
        case Weights():
            return [OpenPanel(proposal.id, "Give weights"), TypeButton(proposal.id)]
        case Set():
            menu = _menu(proposal, "Approve any number of choices", most=len(proposal.choices), fewest=0)
            return [menu, VoteButton(proposal.id, 0, "Approve none of them", discord.ButtonStyle.secondary)]
        case Single():
            return _one_choice(proposal)
        case _:
            assert_never(form)


def _one_choice(proposal: Proposal) -> list[discord.ui.Item[Any]]:
    if len(proposal.choices) > MOST_BUTTONS:
        return [_menu(proposal, "Choose one", most=1, fewest=1)]
    sides = SYSTEMS[proposal.voting].for_against
    return [
        VoteButton(
            proposal.id, index, plain(label, _LABEL), _STYLES[index - 1] if sides else discord.ButtonStyle.primary
        )
        for index, label in enumerate(proposal.choices, start=1)
    ]


def _menu(proposal: Proposal, placeholder: str, *, most: int, fewest: int) -> BallotMenu:
    options = [
        discord.SelectOption(label=plain(label, _OPTION), value=str(index))
        for index, label in enumerate(proposal.choices, start=1)
    ]
    menu: discord.ui.Select[Any] = discord.ui.Select(
        placeholder=placeholder, min_values=fewest, max_values=most, options=options
    )
    return BallotMenu(proposal.id, menu)
