"""Taking proposals back, as authors and moderators do it: asked first, with a reason, told once."""

from __future__ import annotations

import discord
import pytest
import simcord

from bot.domain.proposals.proposal import Proposal, Remover, State
from bot.domain.voting.ballot import Ballot
from cogs._shared.components import Buttons
from cogs.proposals.proposal_cards import proposal_card
from cogs.proposals.withdrawal_buttons import RemoveButton
from cogs.voting.card_buttons import card_rows
from tests.cogs.answers import answer, buttons, is_told, menus, present, text_of
from tests.cogs.conftest import World, fits, press_twice, said


async def _stored(world: World, proposal: Proposal) -> Proposal:
    return await world.app.cards.stored(proposal.id)


async def _state(world: World, proposal: Proposal) -> State:
    return (await _stored(world, proposal)).state(world.clock.now())


async def _delete(world: World, actor: simcord.MemberActor, reason: str = "It is spam.") -> simcord.InteractionResult:
    return await actor.slash(world.general, "proposal delete", proposal=1, reason=reason)


def _told(world: World) -> list[str]:
    """What was said in threads."""
    return [text_of(m) for thread in world.proposals.threads for m in thread.history() if is_told(m)]


async def test_withdrawing_asks_first_and_card_and_thread_say_so_once(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    asked = await ada.slash(world.general, "proposal withdraw", proposal=1, reason="I found a mistake.")
    assert "can't be undone" in said(asked)
    assert "I found a mistake." in said(asked)
    assert await _state(world, proposal) is State.VOTING
    await ada.click(answer(asked), label="Withdraw it")
    assert "Withdrawn: #1" in answer(asked).content
    await world.sweep()
    await world.restart()
    await world.sweep()
    card = world.card(proposal)
    view = await world.app.cards.current_view(proposal.id)
    fits(proposal_card(view, {}, card_rows(view)))
    assert text_of(card).strip().startswith("### Fund the mouse study\n**Withdrawn** · was to end <t:")
    assert "#1, proposed by" in text_of(card)
    assert "**Withdrawn by its author**" in text_of(card)
    assert "> I found a mistake." in text_of(card)
    assert "was to end" in text_of(card)
    assert "Quorum" not in text_of(card)
    (told,) = _told(world)
    assert "**Withdrawn by its author**" in told
    assert "> I found a mistake." in told


@pytest.mark.parametrize("step", ["withdraw", "delete"])
async def test_a_second_press_says_again_that_it_is_done(world: World, step: str) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    actor = ada if step == "withdraw" else world.moderator
    asked = await actor.slash(world.general, f"proposal {step}", proposal=1, reason="I found a mistake.")
    button, shown = f"{step.capitalize()} it", answer(asked)
    first = await press_twice(world, actor, shown, button)
    assert first.startswith("Withdrawn: #1" if step == "withdraw" else "Deleted: #1")
    assert shown.content == first
    assert present((await _stored(world, proposal)).tombstone).reason == "I found a mistake."


async def test_an_author_may_give_no_reason(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    asked = await ada.slash(world.general, "proposal withdraw", proposal=1)
    await ada.click(answer(asked), label="Withdraw it")
    assert present((await _stored(world, proposal)).tombstone).reason == ""
    await world.sweep()
    assert "No reason was given" in text_of(world.card(proposal))


async def test_what_members_have_voted_on_only_a_moderator_takes_back(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    asked = await ada.slash(world.general, "proposal withdraw", proposal=1)
    await ada.click(world.card(proposal), label="For")
    await ada.click(answer(asked), label="Withdraw it")
    assert "Only a moderator can take back what members have voted on" in answer(asked).content
    assert await _state(world, proposal) is State.VOTING
    late = await ada.slash(world.general, "proposal withdraw", proposal=1)
    assert "Only a moderator can take back what members have voted on" in said(late)
    assert answer(late).components == [], "it is refused before it is asked"
    deleting = await _delete(world, world.moderator)
    assert "1 vote already cast will count for nothing" in said(deleting)
    await world.moderator.click(answer(deleting), label="Delete it")
    assert "Deleted: #1" in answer(deleting).content
    await world.sweep()
    card = world.card(proposal)
    text = text_of(card)
    assert text.strip().startswith("### Fund the mouse study\n**Deleted** · was to end <t:")
    assert "**Deleted by a moderator**" in text
    assert "> It is spam." in text
    assert "votes that were cast are kept" in text
    assert str(world.moderator.id) not in text + _told(world)[-1]
    assert [button.label for button in buttons(card)] == [*("Read all", "Proof", "Discussion")], (
        "what there is to read, and no way to vote"
    )
    assert menus(card) == []
    assert len(await _ballots(world, proposal)) == 1
    assert present((await _stored(world, proposal)).tombstone).by is Remover.MODERATOR


async def _ballots(world: World, proposal: Proposal) -> list[Ballot]:
    async with world.app.store.read() as repos:
        return await repos.ballots.in_force(proposal.id)


async def test_a_press_on_a_card_that_is_not_drawn_again_yet_is_refused(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    card = world.card(proposal)
    await world.app.withdrawals.delete(world.guild_id, 1, "It is spam.", moderator=True)
    assert "was taken back, so it takes no more votes" in said(await ada.click(card, label="For"))
    assert await _ballots(world, proposal) == []


async def test_nobody_else_takes_back_anything(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    eve = await world.member("eve", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    assert "Only its author can withdraw" in said(await eve.slash(world.general, "proposal withdraw", proposal=1))
    assert "/proposal delete" in said(await world.moderator.slash(world.general, "proposal withdraw", proposal=1))
    for member in (ada, eve):
        assert "may manage this server" in said(await _delete(world, member))
    assert await _state(world, proposal) is State.VOTING


@pytest.mark.parametrize("step", ["withdraw", "delete"])
async def test_a_confirmation_in_the_wrong_hands_does_nothing(world: World, step: str) -> None:
    ada = await world.member("ada", 5, researcher=True)
    eve = await world.member("eve", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    embed = discord.Embed(description="```\nIt is spam.\n```")
    view = Buttons(RemoveButton(proposal.id, step))
    forged = await world.channel(world.general).send(embed=embed, view=view)
    await eve.click(forged, custom_id=f"{step}:{proposal.id}")
    assert await _state(world, proposal) is State.VOTING


async def test_the_reason_survives_the_question_as_it_was_typed_but_for_mentions(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    reason = "It asks **@everyone** to [click](https://evil.example) <@1234567890123456789>"
    asked = await _delete(world, world.moderator, reason)
    await world.moderator.click(answer(asked), label="Delete it")
    assert present((await _stored(world, proposal)).tombstone).reason == reason.replace(
        "<@1234567890123456789>", "a member"
    )
    await world.sweep()
    for text in (text_of(world.card(proposal)), *_told(world)):
        assert "@everyone" not in text
        assert "**@" not in text
    assert "\\*\\*" in said(await ada.slash(world.general, "proposal list"))


async def test_lists_strike_it_through_and_say_why(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    await world.open_proposal(ada, title="The open one")
    await world.open_proposal(ada, title="The spam")
    await world.app.withdrawals.delete(world.guild_id, 2, "It is spam.", moderator=True)
    everything = said(await ada.slash(world.general, "proposal list"))
    assert "**#2** Deleted · ~~The spam~~ · It is spam." in everything
    assert "~~The open one~~" not in everything
    gone = said(await ada.slash(world.general, "proposal list", state="withdrawn"))
    assert "The spam" in gone
    assert "The open one" not in gone


async def test_a_result_is_not_deleted(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    asked = await _delete(world, world.moderator)
    await world.later(present(proposal.terms).end - world.clock.now() + 1)
    await world.moderator.click(answer(asked), label="Delete it")
    assert "you can't delete it" in answer(asked).content
    await world.sweep(60)
    assert "you can't delete it" in said(await _delete(world, world.moderator))
    assert await _state(world, proposal) is State.CLOSED


async def test_what_can_be_taken_back_is_suggested_to_those_who_may(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    await world.draft(ada)
    await world.open_proposal(ada)
    withdrawable = await ada.autocomplete(world.general, "proposal withdraw", "proposal", "")
    deletable = await world.moderator.autocomplete(world.general, "proposal delete", "proposal", "")
    assert [one["value"] for one in withdrawable] == [2, 1]
    assert [one["value"] for one in deletable] == [2]
    assert await world.moderator.autocomplete(world.general, "proposal withdraw", "proposal", "") == []
