"""The buttons of a proposal's card and result: ways to vote, and what there is to read."""

from __future__ import annotations

from typing import Any, ClassVar, assert_never

import discord

from bot.domain.proposals.proposal import Proposal, State
from bot.domain.shared.errors import (
    CannotPropose,
    NotFound,
    NotVoting,
    NoVoter,
    Recused,
    TextChanged,
    WrongState,
)
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ProposalId
from bot.domain.voting import SYSTEMS
from bot.domain.voting.ballot_forms import Ranking, Set, Single, Stars, Weights
from bot.presentation.catalogue.messages import gettext as _
from bot.services.shared.proposal_view import ProposalView
from cogs._shared.cards import Row
from cogs._shared.chain_options import read_from_one
from cogs._shared.components import Buttons, Parsers, ProposalItem, StoredItem, pressed
from cogs._shared.formatting import plain
from cogs._shared.replies import Interaction, answer
from cogs._shared.seen_proposals import name_of, proposal_view
from cogs.audit.proof_button import ProofButton
from cogs.power.power_button import PowerButton, PowerNow
from cogs.proposals.draft_forms import show_draft
from cogs.proposals.proposal_cards import card_url, proposal_card
from cogs.proposals.read_button import ReadButton
from cogs.voting.ballot_forms import TypeButton, few
from cogs.voting.ballot_panels import OpenPanel
from cogs.voting.cast_ballot import cast
from cogs.voting.count_details import DetailsButton, details_name
from cogs.voting.rules_button import RulesButton
from cogs.voting.voters_list import VotersButton
from cogs.wallets.link_button import LinkMyWallet

MOST_BUTTONS = 5
"""Choices that are offered as buttons; more are offered in a menu."""
_STYLES = (discord.ButtonStyle.success, discord.ButtonStyle.danger, discord.ButtonStyle.secondary)
_LABEL, _OPTION = 80, 100


class VoteButton(ProposalItem, template=r"vote:(?P<proposal>\d{1,18}):(?P<choice>\d{1,2})"):
    """Casts a ballot for one choice; choice 0 is an approval ballot that names none."""

    READ: ClassVar[Parsers] = {"choice": int}

    def __init__(
        self,
        proposal: ProposalId,
        choice: int,
        label: str = "Vote",
        style: discord.ButtonStyle = discord.ButtonStyle.primary,
    ) -> None:
        super().__init__(proposal, discord.ui.Button(label=label, style=style, custom_id=f"vote:{proposal}:{choice}"))
        self.choice = choice

    @pressed("voting")
    async def callback(self, interaction: Interaction) -> None:
        """Cast it."""
        await cast(interaction, self.proposal, self.choice or ())


class BallotMenu(ProposalItem, template=r"ballot:(?P<proposal>\d{1,18})"):
    """Casts a ballot for what was chosen; a menu of which nothing need be chosen is an approval ballot."""

    TAKES_ITEM = True

    def __init__(self, proposal: ProposalId, menu: discord.ui.Select[Any]) -> None:
        menu.custom_id = f"ballot:{proposal}"
        super().__init__(proposal, menu)

    @pressed("voting")
    async def callback(self, interaction: Interaction) -> None:
        """Cast it."""
        if not isinstance(self.item, discord.ui.Select):
            raise NotFound(Thing.BALLOT, "")
        chosen = tuple(int(value) for value in self.item.values)
        many = self.item.min_values == 0
        await cast(interaction, self.proposal, chosen if many else chosen[0])


class ShowProposal(StoredItem, template=r"show-proposal:(?P<number>\d{1,9})"):
    """Shows a proposal of the server to whoever presses, as /proposal view does."""

    READ: ClassVar[Parsers] = {"number": int}

    def __init__(self, number: int) -> None:
        super().__init__(discord.ui.Button(label=_("Show the proposal"), custom_id=f"show-proposal:{number}"))
        self.number = number

    @pressed("proposals")
    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        await show_proposal(interaction, self.number)


async def show_proposal(interaction: Interaction, number: int) -> None:
    """Answer with a proposal's card, or with the draft if it is its author's. Raises NotFound."""
    app = interaction.client.app
    view = await proposal_view(interaction, number)
    if view.state is State.DRAFT:
        await show_draft(interaction, view.proposal)
        return
    space = await name_of(app, view.proposal)
    card = proposal_card(view, app.chain.chains(), card_rows(view), alone=read_from_one(app), space=space)
    await answer(interaction, view=card)


def refusal_buttons(_interaction: discord.Interaction[Any], error: BaseException) -> discord.ui.View | None:
    """Return the buttons that lead on from a refusal to vote or to propose; None for any other."""
    match error:
        case NotVoting() | NoVoter() | Recused() | TextChanged() | WrongState():
            return Buttons(ShowProposal(error.number))
        case CannotPropose():
            return Buttons(PowerNow(), LinkMyWallet(more=True))
        case _:
            return None


def card_rows(view: ProposalView, ref: str = "") -> list[Row]:
    """Return the rows of buttons of a card: ways to vote while that is possible, and what there is to read."""
    proposal = view.proposal
    ways = _ways_to_vote(proposal) if view.state is State.VOTING else []
    menus: list[Row] = [[way] for way in ways if isinstance(way, BallotMenu)]
    buttons = [way for way in ways if not isinstance(way, BallotMenu)]
    if view.state is State.WITHDRAWN:
        return [[ReadButton(proposal.id, ref), ProofButton(proposal.id), *_discussion(proposal)]]
    read = [ReadButton(proposal.id, ref), PowerButton(proposal.id), RulesButton(proposal.id), ProofButton(proposal.id)]
    return [*menus, [*buttons, *_details(view)], [*read, *_discussion(proposal)]]


def result_rows(view: ProposalView, ref: str = "", page: str | None = None) -> list[Row]:
    """Return the row of buttons of a result; `page` is the address at which anybody may read it, if there is one."""
    proposal = view.proposal
    public: list[discord.ui.Item[Any]] = [discord.ui.Button(label=_("Public page"), url=page)] if page else []
    if proposal.thread is None and (card := card_url(proposal)):
        public.append(discord.ui.Button(label=_("Go to the proposal"), url=card))
    told = [VotersButton(proposal.id), ProofButton(proposal.id, ref), RulesButton(proposal.id)]
    return [[*_details(view), *told], [*_discussion(proposal), *public]]


def read_row(proposal: Proposal, ref: str) -> list[Row]:
    """Return the row with the whole text, for what is announced of a proposal."""
    return [[ReadButton(proposal.id, ref)]]


def _discussion(proposal: Proposal) -> list[discord.ui.Item[Any]]:
    if proposal.thread is None:
        return []
    url = f"https://discord.com/channels/{proposal.guild}/{proposal.thread}"
    return [discord.ui.Button(label=_("Discussion"), url=url)]


def _details(view: ProposalView) -> list[discord.ui.Item[Any]]:
    name = details_name(view.tally) if view.tally is not None else ""
    return [DetailsButton(view.proposal.id, name)] if name else []


def _ways_to_vote(proposal: Proposal) -> list[discord.ui.Item[Any]]:
    form = SYSTEMS[proposal.voting].form
    match form:
        case Ranking():
            return [OpenPanel(proposal.id, _("Rank the choices")), TypeButton(proposal.id)]
        case Stars():
            return [OpenPanel(proposal.id, _("Give stars")), TypeButton(proposal.id)]
        case Weights() if few(proposal):
            return [TypeButton(proposal.id, _("Give weights"), discord.ButtonStyle.primary)]
        case Weights():
            return [OpenPanel(proposal.id, _("Give weights")), TypeButton(proposal.id)]
        case Set():
            menu = _menu(proposal, _("Approve any number of choices"), most=len(proposal.choices), fewest=0)
            return [menu, VoteButton(proposal.id, 0, _("Approve none of them"), discord.ButtonStyle.secondary)]
        case Single():
            return _one_choice(proposal)
        case _:
            assert_never(form)


def _one_choice(proposal: Proposal) -> list[discord.ui.Item[Any]]:
    if len(proposal.choices) > MOST_BUTTONS:
        return [_menu(proposal, _("Choose one"), most=1, fewest=1)]
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
