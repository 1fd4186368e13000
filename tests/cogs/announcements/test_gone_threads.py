"""Moderators delete a proposal's thread, or its whole channel: what is said there is said beside the card."""

from __future__ import annotations

from typing import Any

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import ChannelId, MemberId, ProposalId, RoleId
from cogs.announcements.message_contents import content_of
from tests.cogs.answers import is_told, present, text_of
from tests.cogs.conftest import World


async def _now(world: World, proposal: ProposalId) -> Proposal:
    return await world.app.cards.stored(proposal)


async def _delete(world: World, channel: int | None) -> None:
    await (await world.client.fetch_channel(present(channel))).delete()  # type: ignore[union-attr]
    await world.env.settle()


async def test_what_a_deleted_thread_cannot_take_is_said_beside_the_card(world: World) -> None:
    await world.configure(voting_delay=3600)
    proposal = await world.open_proposal(await world.member("ada", 5, researcher=True))
    await world.sweep()
    await _delete(world, (await _now(world, proposal.id)).thread)
    await world.app.withdrawals.withdraw(world.guild_id, proposal.number, proposal.author, "A mistake.")
    await world.sweep()
    await world.sweep(60)
    told = [text_of(message) for message in world.proposals.history() if is_told(message)]
    assert len([text for text in told if "A mistake." in text and "ithdrawn" in text]) == 2, "the card, and beside it"
    assert (await _now(world, proposal.id)).thread is None


async def test_a_card_that_moves_to_another_channel_because_its_own_was_deleted_gets_a_thread_there(
    world: World,
) -> None:
    proposal = await world.open_proposal(await world.member("ada", 5, researcher=True))
    await world.sweep()
    before = await _now(world, proposal.id)
    await _delete(world, before.thread)  # as Discord does with the threads of a channel
    await _delete(world, before.channel)
    other = world.guild.create_text_channel("second")
    await world.app.spaces.set_channels(world.guild_id, proposals=ChannelId(other.id))
    await world.app.voting.cast(world.guild_id, proposal.id, proposal.author, 1)
    for _ in range(3):
        await world.sweep(60)
    after = await _now(world, proposal.id)
    assert after.channel == other.id
    assert [thread.id for thread in other.threads] == [after.thread]


async def test_a_card_posted_before_its_channel_was_changed_is_noted_where_it_stands(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    draft = await world.draft(ada)
    await world.app.proposals.submit(world.guild_id, draft.number, MemberId(ada.id), [RoleId(world.researcher.id)])
    async with world.app.store.write() as repos:
        (due,) = await repos.outbox.due(world.clock.now(), 10)
        await repos.outbox.attempt(due.id, world.clock.now(), world.clock.now())
        await repos.commit()
    card: Any = await content_of(world.client, due, draft.id)
    posted = await world.channel(world.proposals).send(**card)
    await world.restart()  # its process had died before it noted where the card is
    other = world.guild.create_text_channel("second")
    await world.app.spaces.set_channels(world.guild_id, proposals=ChannelId(other.id))
    await world.app.voting.cast(world.guild_id, draft.id, MemberId(ada.id), 1)
    await world.sweep(60)
    noted = await _now(world, draft.id)
    assert (noted.card, noted.channel) == (posted.id, world.proposals.id)
    assert [thread.id for thread in world.proposals.threads] == [noted.thread]
    assert "1 wallet voted" in text_of(world.card(noted))
