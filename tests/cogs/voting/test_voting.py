"""Voting as members do it: with the buttons and menus of a card."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any, Never

import discord
import pytest

from bot.domain.power.chain_reads import Answers
from bot.domain.proposals.proposal import GRACE, Proposal
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import MemberId, MessageId, Timestamp
from bot.domain.spaces.space import DAY
from bot.domain.voting import VotingType
from bot.domain.voting.ballot import Ballot
from tests.builders import ONE, a_strategy, an_address
from tests.cogs.answers import answer, buttons, menus, present, text_of
from tests.cogs.conftest import World, fits, parts, said


def _ids(message: discord.Message) -> list[str | None]:
    return [item.custom_id for item in buttons(message)] + [item.custom_id for item in menus(message)]


async def _ballots(world: World, proposal: Proposal) -> list[Ballot]:
    async with world.app.store.read() as repos:
        return await repos.ballots.in_force(proposal.id)


async def test_a_press_is_recorded_with_its_power_and_answers_with_a_receipt(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    bob = await world.member("bob", 12_400)
    proposal = await world.open_proposal(ada)
    result = await bob.click(world.card(proposal), label="For")
    assert result.ephemeral
    text = said(result)
    assert "\nRecorded: **For**, with 12,400 VITA of power.\n" in text
    assert "can change it until <t:" in text
    (ballot,) = await _ballots(world, proposal)
    assert (ballot.mark, ballot.power, ballot.member) == (1, 12_400 * ONE, bob.id)
    assert f"Receipt {ballot.receipt[:8]} " in text
    power = said(await bob.click(answer(result).message, label="My power"))
    assert "tokens in the wallet · Ethereum · 0x" in power
    assert "block 10" in power


async def test_tokens_that_move_after_the_snapshot_change_nothing(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    bob = await world.member("bob", 100)
    cy = await world.member("cy", 0)
    proposal = await world.open_proposal(ada)
    world.chain.give(world.people["bob"], 0)
    world.chain.give(world.people["cy"], 100 * ONE)
    assert "with 100 VITA" in said(await bob.click(world.card(proposal), label="For"))
    refused = said(await cy.click(world.card(proposal), label="For"))
    assert "no voting power in VITA at Ethereum block" in refused
    assert "/power" in refused
    assert len(await _ballots(world, proposal)) == 1


async def test_the_last_vote_counts_and_the_receipt_says_what_it_replaced(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    await ada.click(world.card(proposal), label="For")
    world.clock.time += 1
    text = said(await ada.click(world.card(proposal), label="Against"))
    assert "It replaces your earlier vote: For." in text
    (ballot,) = await _ballots(world, proposal)
    assert ballot.mark == 2


async def test_a_double_click_is_one_ballot(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    first = await ada.click(world.card(proposal), label="For")
    second = await ada.click(world.card(proposal), label="For")
    assert "Recorded: **For**" in said(first)
    assert "confirms your earlier vote" in said(second)
    assert len(await _ballots(world, proposal)) == 1


async def test_two_members_at_once_are_both_counted(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    bob = await world.member("bob", 7)
    proposal = await world.open_proposal(ada)
    cast = world.app.voting.cast
    await asyncio.gather(
        *(
            cast(world.guild_id, proposal.id, MemberId(actor.id), mark)
            for _ in range(5)
            for actor, mark in ((ada, 1), (bob, 2))
        )
    )
    assert sorted(ballot.power for ballot in await _ballots(world, proposal)) == [5 * ONE, 7 * ONE]
    await world.sweep(60)
    card = text_of(world.card(proposal))
    assert "2 wallets voted with 12 VITA" in card
    assert "41.7 % · 5" in card


async def test_buttons_work_after_a_restart(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    await world.restart()
    assert "Recorded: **Against**" in said(await ada.click(world.card(proposal), label="Against"))


async def test_a_member_without_a_wallet_is_led_to_linking_one(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    bob = await world.member("bob")
    proposal = await world.open_proposal(ada)
    assert "/wallet link" in said(await bob.click(world.card(proposal), label="For"))


async def test_after_the_end_a_press_is_refused_in_words(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    await world.later(3 * DAY + 1)
    text = said(await ada.click(world.card(proposal), label="For"))
    assert "ended <t:" in text
    assert "not recorded" in text
    assert not await _ballots(world, proposal)


async def test_before_the_start_there_are_no_vote_buttons(world: World) -> None:
    await world.configure(voting_delay=3600)
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    assert not [custom_id for custom_id in _ids(world.card(proposal)) if custom_id and custom_id.startswith("vote:")]
    assert "**Opens later** · opens <t:" in text_of(world.card(proposal))
    await world.sweep(3600)
    assert f"vote:{proposal.id}:1" in _ids(world.card(proposal))


@pytest.mark.parametrize(
    ("custom_id", "words"),
    [
        ("vote:999999999:1", "no proposal"),
        ("vote:{id}:9", "choice is not on the ballot"),
        ("vote:{id}:0", "choice is not on the ballot"),
    ],
)
async def test_a_forged_press_is_refused_in_words(world: World, custom_id: str, words: str) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    card = world.card(proposal)
    stored = world.env.backend.get_message(card.channel.id, card.id)
    button = next(part for part in parts(stored.components) if part.get("label") == "For")
    button["custom_id"] = custom_id.format(id=proposal.id)
    assert words in said(await ada.click(card, label="For"))
    assert not await _ballots(world, proposal)


async def test_a_press_from_another_guild_is_refused(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    other = world.env.create_guild("Elsewhere")
    channel = other.create_text_channel("general")
    eve = other.add_member(world.env.create_user("eve"))
    await world.env.settle()
    card = world.card(proposal)
    copy = await world.channel(channel).send(view=_view_of(card))
    assert "no proposal" in said(await eve.click(copy, label="For"))
    assert not await _ballots(world, proposal)


def _view_of(message: discord.Message) -> discord.ui.LayoutView:
    return discord.ui.LayoutView.from_message(message, timeout=None)


async def test_more_than_five_choices_come_as_a_menu(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    choices = tuple(f"Lab {number}" for number in range(1, 26))
    proposal = await world.open_proposal(ada, voting="single-choice", choices=choices)
    result = await ada.select(world.card(proposal), ["25"], custom_id=f"ballot:{proposal.id}")
    assert "Recorded: **Lab 25**" in said(result)


async def test_up_to_five_choices_come_as_buttons(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada, voting="single-choice", choices=("A", "B", "C", "D", "E"))
    assert "Recorded: **E**" in said(await ada.click(world.card(proposal), label="E"))


async def test_approval_takes_several_and_none(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada, voting="approval", choices=("Mice", "Yeast", "Worms"))
    card = world.card(proposal)
    assert "Recorded: **Mice and Worms**" in said(await ada.select(card, ["3", "1"]))
    assert "Recorded: **none of the choices**" in said(await ada.click(card, label="Approve none of them"))
    (ballot,) = await _ballots(world, proposal)
    assert ballot.mark == ()


async def test_an_unreadable_chain_records_nothing_and_says_so(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    world.chain.down = ChainFault.UNREACHABLE
    text = said(await ada.click(world.card(proposal), label="For"))
    assert "Ethereum could not be read just now" in text
    world.chain.down, world.chain.silent = None, {world.people["ada"]}
    text = said(await ada.click(world.card(proposal), label="For"))
    assert "Unknown is not zero" in text
    assert not await _ballots(world, proposal)


async def test_status_shows_the_receipt_again_and_teaches_without_one(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    bob = await world.member("bob", 5)
    proposal = await world.open_proposal(ada)
    await ada.click(world.card(proposal), label="For")
    text = said(await ada.slash(world.general, "vote status", proposal=proposal.number))
    assert "Your vote: **For**, with 5 VITA" in text
    (ballot,) = await _ballots(world, proposal)
    assert f"Receipt {ballot.receipt[:8]} " in text
    assert "You have not voted" in said(await bob.slash(world.general, "vote status", proposal=proposal.number))
    assert "no proposal 77" in said(await bob.slash(world.general, "vote status", proposal=77))


async def test_a_failure_that_nobody_foresaw_apologises_with_a_reference_that_is_in_the_log(
    world: World, unforeseen: list[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)

    async def explode(*args: object, **kwargs: object) -> Never:
        raise RuntimeError("the secret is quinine")

    unforeseen.append("unforeseen error")
    monkeypatch.setattr(world.chain, "read", explode)
    text = said(await ada.click(world.card(proposal), label="For"))
    assert "Sorry" in text
    assert "quinine" not in text
    reference = text.split("reference ")[1].split(",")[0]
    assert f"unforeseen error {reference}" in caplog.text


async def test_a_vote_on_a_part_that_is_off_is_refused(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    await world.app.spaces.switch_cog(world.guild_id, "voting", on=False)
    await world.client.sync_guild(world.guild_id)
    assert "turned off" in said(await ada.click(world.card(proposal), label="For"))


async def test_a_receipt_of_many_wallets_fits_and_leads_to_every_part_in_a_file(world: World) -> None:
    strategies = tuple(
        a_strategy(params={"address": an_address(0xABC000 + n), "symbol": f"S{n}", "decimals": 18}) for n in range(10)
    )
    await world.configure(strategies=strategies)
    ada = await world.member("ada", researcher=True)
    for wallet in range(10):
        address = await world.link(ada, 5000 + wallet, 1)
        for n in range(10):
            world.chain.give(address, 123_456_789_012_345_678_901_234_567 + n, token=an_address(0xABC000 + n))
    await world.later(2_000)  # each of these is a block of twelve seconds
    proposal = await world.open_proposal(ada)
    result = await ada.click(world.card(proposal), label="For")
    fits(answer(result))
    assert "… and 5 more wallets" in said(result)
    power = await ada.click(answer(result).message, label="My power")
    (file,) = answer(power).attachments
    assert file.filename == "voting-power.csv"
    assert (await file.read()).decode().count("\n") == 101


async def test_a_press_is_acknowledged_before_anything_is_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    seen: list[bool] = []
    read = world.chain.read

    async def watched(*args: Any, **kwargs: Any) -> list[Answers]:
        seen.append(any("/callback" in request.path for request in world.env.http_requests[before:]))
        return await read(*args, **kwargs)

    monkeypatch.setattr(world.chain, "read", watched)
    before = len(world.env.http_requests)
    await ada.click(world.card(proposal), label="For")
    assert seen == [True]


async def test_the_grace_lets_a_press_under_way_arrive_but_no_later_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    end = present(proposal.terms).end
    read = world.chain.read

    async def slow(*args: Any, **kwargs: Any) -> list[Answers]:
        world.clock.time = end + GRACE
        return await read(*args, **kwargs)

    monkeypatch.setattr(world.chain, "read", slow)
    assert "not recorded" in said(await ada.click(world.card(proposal), label="For"))
    assert not await _ballots(world, proposal)


async def test_a_press_is_of_the_time_at_which_discord_took_it(world: World) -> None:
    """The machine's clock runs two hours fast, and voting goes on for one."""
    ada = await world.member("ada", 0, researcher=True)
    bob = await world.member("bob", 100)
    proposal = await world.open_proposal(ada)
    assert proposal.terms is not None
    await world.later(proposal.terms.end - world.clock.time - 3_600)
    world.chain.stands = int(world.env.now().timestamp())
    world.clock.time += 7_200
    await world.sweep(0)
    assert "Recorded: **For**" in said(await bob.click(world.card(proposal), label="For"))
    (ballot,) = await _ballots(world, proposal)
    assert abs(ballot.cast_at - world.chain.stands) < 5
    await world.env.advance_time(3_700)
    world.chain.stands += 3_700
    assert "ended" in said(await bob.click(world.card(proposal), label="Against"))
    assert [ballot.mark for ballot in await _ballots(world, proposal)] == [1]


async def test_a_moderator_counts_a_vote_whose_chain_stands_still(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    bob = await world.member("bob", 100)
    proposal = await world.open_proposal(ada)
    assert proposal.terms is not None
    await bob.click(world.card(proposal), label="For")
    world.chain.stands = world.clock.time
    await world.later(proposal.terms.end - world.clock.time + 3_700)
    await world.sweep()
    refused = said(await bob.slash(world.general, "proposal count", proposal=proposal.number))
    assert "Only members who may manage this server" in refused
    assert "counted" in said(await world.moderator.slash(world.moderators, "proposal count", proposal=proposal.number))
    assert (await world.app.cards.stored(proposal.id)).result is not None


async def test_a_power_that_one_provider_told_is_corrected_and_the_receipt_says_so(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    bob = await world.member("bob", 100)
    proposal = await world.open_proposal(ada)
    world.chain.lies = {world.people["bob"]: 0}
    refused = said(await bob.click(world.card(proposal), label="For"))
    assert "One provider alone says so" in refused
    assert "vote again in a few minutes" in refused
    world.chain.lies = {world.people["bob"]: 7 * ONE}
    assert "with 7 VITA" in said(await bob.click(world.card(proposal), label="For"))
    world.chain.lies = None
    corrected = said(await bob.click(world.card(proposal), label="For"))
    assert "with 100 VITA" in corrected
    assert "it is **100 VITA**, not 7 VITA, as one provider alone had said." in corrected


async def test_a_power_that_the_count_corrected_is_told_to_moderators_and_to_the_member(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    bob = await world.member("bob", 100)
    proposal = await world.open_proposal(ada)
    assert proposal.terms is not None
    world.chain.lies = {world.people["bob"]: 7 * ONE}
    await bob.click(world.card(proposal), label="For")
    world.chain.lies = None
    await world.later(proposal.terms.end + GRACE - world.clock.time)
    await world.sweep()
    await world.sweep()
    status = said(await bob.slash(world.general, "vote status", proposal=proposal.number))
    assert "**100 VITA** counts, not 7 VITA" in status
    told = "\n".join(map(text_of, world.moderators.history()))
    told += "\n".join(m.content for m in world.moderators.history())
    assert "100 instead of 7" in told


@pytest.mark.parametrize(("voting", "label"), [("basic", "For"), ("ranked-choice", "Rank the choices")])
async def test_a_card_of_before_a_restored_backup_takes_no_vote_on_the_proposal_that_has_its_id_now(
    world: World, voting: VotingType, label: str
) -> None:
    ada = await world.member("ada", 5, researcher=True)
    choices = ("For", "Against", "Abstain")
    proposal = await world.open_proposal(ada, voting=voting, choices=choices)
    card = world.card(proposal)
    later = Timestamp(int(time.time()) + 86_400)

    async def known_as(number: MessageId) -> None:
        async with world.app.store.write() as repos:
            stored = await repos.proposals.get(proposal.id)
            assert stored is not None
            await repos.proposals.save(replace(stored, card=number, created_at=later, submitted_at=later))
            await repos.commit()

    await known_as(MessageId(card.id + 1))
    told = said(await ada.click(card, label=label))
    assert "is of a proposal that I have no record of any more, as after a backup was restored" in told
    assert "Next: use the newer card" in told
    async with world.app.store.read() as repos:
        assert await repos.ballots.in_force(proposal.id) == []
    await known_as(MessageId(card.id))
    pressed = await ada.click(card, label=label)
    assert "no record" not in said(pressed)
