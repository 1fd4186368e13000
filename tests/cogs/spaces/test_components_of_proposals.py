"""Buttons, menus and forms that bear a proposal's id: who does not see the proposal is told that there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord
import pytest

from bot.domain.proposals.proposal import Text
from bot.domain.shared.types import MemberId, ProposalId, RoleId, SpaceId
from bot.domain.voting import Mark
from cogs._shared.components import Form, ProposalItem
from cogs.audit.proof_button import ProofButton
from cogs.audit.result_files import ResultButton
from cogs.power.power_button import PowerButton
from cogs.proposals.draft_forms import DraftButton
from cogs.proposals.read_button import ReadButton
from cogs.proposals.withdrawal_buttons import RemoveButton
from cogs.treasury.campaign_buttons import CampaignPage
from cogs.treasury.treasury_pages import TreasuryPage
from cogs.voting.ballot_forms import FixBallot, TypeButton
from cogs.voting.ballot_panels import OpenPanel, PanelItem
from cogs.voting.card_buttons import BallotMenu, VoteButton
from cogs.voting.count_details import DetailsButton
from cogs.voting.panel_state import base36
from cogs.voting.reasons_and_recusal import ReasonButton, RecuseButton
from cogs.voting.rules_button import RulesButton
from cogs.voting.voters_list import VotersButton
from cogs.wallets.link_button import LinkMyWallet
from cogs.wallets.pressed_vote import CastButton
from cogs.wallets.way_back import write_vote
from tests.cogs.answers import form_rows
from tests.cogs.conftest import World, said
from tests.cogs.spaces.two_spaces import Side, Two, texts, two_spaces


@dataclass(frozen=True, kw_only=True)
class Of:
    """A kind of component: how one is made for a presser, and a proposal of a space that it works on."""

    make: Callable[[ProposalId, MemberId], ProposalItem]
    state: str


def menu(proposal: ProposalId, _: MemberId) -> ProposalItem:
    """The menu of an approval ballot."""
    options = [discord.SelectOption(label=value, value=value) for value in ("1", "2")]
    return BallotMenu(proposal, discord.ui.Select(min_values=0, max_values=2, options=options))


def panel(proposal: ProposalId, member: MemberId) -> ProposalItem:
    """The last step of a panel, in which all is ranked."""
    return PanelItem(proposal, discord.ui.Button(label="Cast", custom_id=f"work:{proposal}:{base36(member)}:321:cast"))


KINDS: Mapping[type[ProposalItem], Of] = {
    BallotMenu: Of(make=menu, state="open approval"),
    CastButton: Of(make=lambda proposal, _: CastButton(proposal, 1), state="open"),
    DetailsButton: Of(make=lambda proposal, _: DetailsButton(proposal), state="closed"),
    DraftButton: Of(make=lambda proposal, _: DraftButton(proposal, "discard"), state="draft of both"),
    FixBallot: Of(make=lambda proposal, _: FixBallot(proposal), state="open ranked"),
    OpenPanel: Of(make=lambda proposal, _: OpenPanel(proposal), state="open ranked"),
    PanelItem: Of(make=panel, state="open ranked"),
    PowerButton: Of(make=lambda proposal, _: PowerButton(proposal), state="open"),
    ProofButton: Of(make=lambda proposal, _: ProofButton(proposal), state="closed"),
    ReadButton: Of(make=lambda proposal, _: ReadButton(proposal), state="open"),
    ReasonButton: Of(make=lambda proposal, _: ReasonButton(proposal), state="open"),
    RecuseButton: Of(make=RecuseButton, state="open"),
    RemoveButton: Of(make=lambda proposal, _: RemoveButton(proposal, "withdraw"), state="open"),
    ResultButton: Of(make=lambda proposal, _: ResultButton(proposal, "bundle"), state="closed"),
    RulesButton: Of(make=lambda proposal, _: RulesButton(proposal), state="open"),
    TypeButton: Of(make=lambda proposal, _: TypeButton(proposal), state="open ranked"),
    VoteButton: Of(make=lambda proposal, _: VoteButton(proposal, 1), state="open"),
    VotersButton: Of(make=lambda proposal, _: VotersButton(proposal), state="closed"),
}
"""Every button and menu that bears the id of a proposal."""
OF_NO_PROPOSAL = {
    "ArchiveSpace", "CampaignButton", "CampaignPage", "ChannelMenu", "ChooseSpace", "FixButton", "FixRule",
    "FixStrategies", "ForgetButton", "LinkButton", "LinkMyWallet", "MinimumButton", "MoveButton", "NextStep",
    "PasteInstead", "PowerNow", "ProposersMenu", "RemoveRule", "RestoreSpace", "ShowProposal", "ShowRules",
    "StartButton", "TakeBackButton", "TakeSettings", "TreasuryPage", "UnlinkButton",
}  # fmt: skip
"""The others, by name: of a space, a rule, a wallet, a campaign, of what the process keeps for its presser, or of a
proposal by its number, which is looked up as a command does."""
FORMS = {
    "ReasonForm": ("open", ReasonButton),
    "BallotForm": ("open ranked", TypeButton),
    "WeightsForm": ("open weighted", TypeButton),
}
"""Every form that bears the id of a proposal, with the button that opens it."""
FORMS_OF_NO_PROPOSAL = {
    "AddressForm", "CampaignForm", "DraftForm", "MinimumForm", "RuleForm", "SignatureForm", "StrategiesForm",
}  # fmt: skip
"""The others, by name; what an author edits goes by its number, for its author alone."""
ABSENT = ProposalId(424_242)


@pytest.fixture
async def two(world: World) -> Two:
    return await two_spaces(world)


def of_proposals(two: Two) -> set[type[discord.ui.DynamicItem[Any]]]:
    """The components that Discord's client knows by an id with a proposal's in it."""
    known = two.world.client._connection._view_store._dynamic_items
    return {item for pattern, item in known.items() if "proposal" in pattern.groupindex}


async def test_every_component_and_form_is_among_those_that_are_pressed_here(two: Two) -> None:
    known = two.world.client._connection._view_store._dynamic_items
    assert of_proposals(two) == KINDS.keys()
    assert {item.__name__ for item in known.values()} - {kind.__name__ for kind in KINDS} == OF_NO_PROPOSAL
    assert {form.__name__ for form in Form.__subclasses__()} == FORMS.keys() | FORMS_OF_NO_PROPOSAL


def test_all_of_them_are_read_back_in_one_way() -> None:
    assert set(ProposalItem.__subclasses__()) == KINDS.keys()
    assert not [kind for kind in KINDS if "from_custom_id" in vars(kind)]


async def _id(two: Two, side: Side, state: str) -> ProposalId:
    view = await two.world.app.proposals.view(two.world.guild_id, side.numbers[state], _member(two, "both"))
    return view.proposal.id


def _member(two: Two, name: str) -> MemberId:
    return MemberId(two.actors[name].id)


async def _press(two: Two, name: str, kind: type[ProposalItem], proposal: ProposalId) -> str:
    """Press such a component in a channel that everybody reads; the answer, with what it was asked by left out."""
    item = KINDS[kind].make(proposal, _member(two, name))
    view = discord.ui.View(timeout=None)
    view.add_item(item)
    embed = discord.Embed(description="```\nIt is spam.\n```")
    forged = await two.world.channel(two.world.general).send(embed=embed, view=view)
    actor = two.actors[name]
    pressed = (
        await actor.select(forged, ["1"], custom_id=item.custom_id)
        if kind is BallotMenu
        else await actor.click(forged, custom_id=item.custom_id)
    )
    await two.world.env.settle()
    return (await texts(pressed)).replace(item.custom_id, "…")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
async def test_who_does_not_see_the_space_is_told_that_there_is_no_such_proposal(
    two: Two, kind: type[ProposalItem]
) -> None:
    hidden = await _id(two, two.group, KINDS[kind].state)
    before = await two.rows(two.group.space), await _marks(two, hidden)
    absent = await _press(two, "member", kind, ABSENT)
    assert "There is no proposal" in absent
    assert await _press(two, "member", kind, hidden) == absent
    assert (await two.rows(two.group.space), await _marks(two, hidden)) == before
    draft = await _id(two, two.main, "draft of both")
    assert await _press(two, "member", kind, draft) == absent
    assert "There is no proposal" not in await _press(two, "both", kind, hidden), "who sees it may"


@pytest.mark.parametrize("form", FORMS)
async def test_a_form_is_refused_to_who_sees_its_space_no_more(two: Two, form: str) -> None:
    state, opener = FORMS[form]
    hidden = await (_weighted(two) if state == "open weighted" else _id(two, two.group, state))
    gus = two.actors["group moderator"]
    view = discord.ui.View(timeout=None)
    view.add_item(item := KINDS[opener].make(hidden, _member(two, "group moderator")))
    opened = await gus.click(await two.world.channel(two.world.general).send(view=view), custom_id=item.custom_id)
    fields = [row["component"]["custom_id"] for row in form_rows(opened) if "component" in row]
    assert fields, form
    await _close(two.world, two.group)
    sent = await gus.submit_modal(opened, dict.fromkeys(fields, "3, 2, 1" if form == "BallotForm" else "1"))
    assert "There is no proposal" in said(sent)
    assert await _marks(two, hidden) == []


async def test_a_way_back_to_a_vote_that_one_does_not_see_leads_nowhere(two: Two) -> None:
    hidden = await _id(two, two.group, "open")
    told = {}
    for name, proposal in (("member", ABSENT), ("member", hidden), ("both", hidden)):
        button = LinkMyWallet(write_vote(proposal, 1))
        view = discord.ui.View(timeout=None).add_item(button)
        forged = await two.world.channel(two.world.general).send(view=view)
        pressed = await two.actors[name].click(forged, custom_id=button.custom_id)
        told[name, proposal] = await texts(pressed)
    assert told["member", hidden] == told["member", ABSENT]
    assert "is not here any more" in told["member", hidden]
    assert "basalt" in told["both", hidden]


async def test_who_presses_the_proposals_own_card_sees_it(two: Two) -> None:
    proposal = await two.world.app.cards.current_view(await _id(two, two.group, "open"))
    (card,) = [message for message in two.group.here.history() if message.id == proposal.proposal.card]
    assert "Receipt" in await texts(await two.actors["both"].click(card, label="For"))
    assert await _marks(two, proposal.proposal.id) == [1]


async def _weighted(two: Two) -> ProposalId:
    world, bob = two.world, _member(two, "both")
    text = Text(title="basalt weighted", summary="", body="basalt", discussion="")
    draft = await world.app.proposals.draft(two.group.space, bob, text, "weighted", ("basalt 1", "basalt 2"))
    await world.app.proposals.submit(world.guild_id, draft.number, bob, [RoleId(world.researcher.id)])
    await world.sweep()
    return draft.id


async def _close(world: World, side: Side) -> None:
    """Let only those with a role that nobody has see a space from now on."""
    async with world.app.store.write() as repos:
        space = await repos.spaces.get(side.space.id)
        hidden = replace(space, moderators=(), voters=(RoleId(side.holder.id),))
        hidden = replace(hidden, proposals_channel=None, announcements_channel=None, moderators_channel=None)
        await repos.spaces.save(hidden)
        await repos.commit()


async def _marks(two: Two, proposal: ProposalId) -> list[Mark]:
    async with two.world.app.store.read() as repos:
        return [ballot.mark for ballot in await repos.ballots.in_force(proposal)]


@pytest.mark.parametrize("kind", [CampaignPage, TreasuryPage])
async def test_who_does_not_see_a_space_turns_no_page_of_its_lists(
    two: Two, kind: type[CampaignPage | TreasuryPage]
) -> None:
    """The buttons bear the space, so one that is made up could name any."""

    async def answered(name: str, space: SpaceId) -> str:
        view = discord.ui.View(timeout=None)
        view.add_item(kind(space, 1))
        forged = await two.world.channel(two.world.general).send("A list", view=view)
        return await texts(await two.actors[name].click(forged, custom_id=kind(space, 1).custom_id))

    hidden = two.group.space.id
    assert two.group.mark in await answered("both", hidden)
    assert two.group.mark not in await answered("member", hidden)
    assert two.main.mark in await answered("member", two.main.space.id)
