"""Nobody types for nothing: whether a member can vote is looked at before a form or a panel is opened."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import simcord

from bot.domain.power.chain_reads import Answers
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import MemberId
from bot.domain.spaces.space import DAY
from bot.domain.voting import VotingType
from cogs._shared import replies
from cogs.voting.typed_ballots import form_access
from tests.cogs.answers import answer, form_rows
from tests.cogs.conftest import World, labels, said

WAYS: list[tuple[VotingType, str]] = [
    ("star", "Give stars"),
    ("star", "Type my vote"),
    ("ranked-choice", "Rank the choices"),
    ("schulze", "Type my vote"),
    ("weighted", "Give weights"),
    ("quadratic", "Give weights"),
]


async def _vote(world: World, voting: VotingType) -> tuple[simcord.MemberActor, Proposal]:
    """A member with power whose vote is open."""
    ada = await world.member("ada", 5, researcher=True)
    return ada, await world.open_proposal(ada, voting=voting, choices=("Mice", "Yeast", "Worms"))


async def _refused(world: World, actor: simcord.MemberActor, proposal: Proposal, label: str) -> str:
    result = await actor.click(world.card(proposal), label=label)
    assert result.modal is None
    assert not answer(result).embeds
    return "\n".join([said(result), *map(str, labels(answer(result)))])


@pytest.mark.parametrize(("voting", "label"), WAYS)
async def test_without_a_wallet_no_form_opens(world: World, voting: VotingType, label: str) -> None:
    _, proposal = await _vote(world, voting)
    ben = await world.member("ben")
    told = await _refused(world, ben, proposal, label)
    assert "You have linked no wallet here" in told
    assert told.splitlines()[-1] == "Link my wallet"


@pytest.mark.parametrize(("voting", "label"), WAYS)
async def test_without_power_no_form_opens(world: World, voting: VotingType, label: str) -> None:
    _, proposal = await _vote(world, voting)
    ben = await world.member("ben", 0)
    told = await _refused(world, ben, proposal, label)
    assert "You have no voting power in VITA" in told
    assert told.splitlines()[-1] == "Link another wallet"


@pytest.mark.parametrize(("voting", "label"), WAYS)
async def test_where_the_power_cannot_be_read_no_form_opens(world: World, voting: VotingType, label: str) -> None:
    ada, proposal = await _vote(world, voting)
    world.chain.down = ChainFault.UNREACHABLE
    assert "could not be read just now" in await _refused(world, ada, proposal, label)


async def test_who_votes_for_others_needs_no_wallet(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    ben = await world.member("ben")
    await ada.slash(world.general, "delegate set", member=ben)
    proposal = await world.open_proposal(ada, voting="star", choices=("Mice", "Yeast"))
    form = await ben.click(world.card(proposal), label="Type my vote")
    assert form_rows(form)


async def test_a_look_casts_nothing(world: World) -> None:
    actor, proposal = await _vote(world, "star")
    ada = MemberId(actor.id)
    assert await world.app.voting.could_cast(world.guild_id, proposal.id, ada) == 5 * 10**18
    assert await world.app.voting.own_receipt(world.guild_id, proposal.number, ada) is None
    async with world.app.store.read() as repos:
        assert await repos.ballots.in_force(proposal.id) == []


async def test_a_chain_that_is_slow_leads_to_the_form_by_a_button(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, proposal = await _vote(world, "weighted")
    told, read, acknowledge = asyncio.Event(), world.chain.read, replies.acknowledge

    async def acknowledged(interaction: Any) -> None:
        await acknowledge(interaction)
        told.set()

    async def hanging(*arguments: Any, **options: Any) -> list[Answers]:
        while not told.is_set():  # noqa: ASYNC110 - the simulated Discord settles only what waits for a time
            await asyncio.sleep(0.01)
        return await read(*arguments, **options)

    monkeypatch.setattr(form_access, "QUICK", 0.01)
    monkeypatch.setattr(form_access, "acknowledge", acknowledged)
    monkeypatch.setattr(world.chain, "read", hanging)
    result = await ada.click(world.card(proposal), label="Give weights")
    assert "You can vote, with 5 VITA." in said(result)
    assert labels(answer(result)) == ["Give weights"]
    form = await ada.click(answer(result), label="Give weights")
    assert [part["label"] for part in form_rows(form)] == ["1. Mice", "2. Yeast", "3. Worms"]


async def test_a_refusal_leads_to_the_proposal_by_a_button(world: World) -> None:
    ada, proposal = await _vote(world, "single-choice")
    card = world.card(proposal)
    await world.later(3 * DAY + 1)
    refused = await ada.click(card, label="Mice")
    assert labels(answer(refused)) == ["Show the proposal"]
    shown = await ada.click(answer(refused), label="Show the proposal")
    assert "### Fund the mouse study" in said(shown)
