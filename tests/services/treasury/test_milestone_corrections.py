"""A milestone that another reading of its block contradicts is taken back, and corrected where it was announced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.announcements.announcement import Announcement, Topic
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Timestamp
from bot.domain.treasury.campaigns import Campaign
from bot.ports import Undeliverable
from bot.services.treasury.milestone_corrections import WATCHED
from tests.builders import GUILD, ONE, TOKEN, TREASURY
from tests.refusals_of_discord import SHUT
from tests.services.conftest import House
from tests.services.treasury.test_campaigns import campaign


@pytest.fixture
async def lied(house: House) -> Campaign:
    """A campaign whose first milestone was reached by a reading that was not true."""
    started = await campaign(house)
    house.chain.give(TREASURY, 100 * ONE)
    block = house.chain.head.number
    assert await house.app.treasury.observe() == 1
    assert await house.said() == [f"campaign/{started.id}/milestone/1"]
    house.chain._balances[TOKEN, TREASURY] = [(block, 99 * ONE)]
    return started


async def corrections(house: House) -> list[Announcement]:
    await house.app.outbox.send_due(house.voice)
    return [one for one in house.voice.said if one.topic is Topic.MILESTONE_CORRECTED]


async def test_a_milestone_that_stands_is_left_alone(house: House) -> None:
    await campaign(house)
    house.chain.give(TREASURY, 100 * ONE)
    await house.app.treasury.observe()
    house.chain.give(TREASURY, 0)  # it was spent since: at its own block it was there
    assert await house.app.corrections.look_again() == 0
    assert await corrections(house) == []


async def test_one_that_its_own_block_contradicts_is_taken_back_and_corrected_once(
    house: House, lied: Campaign
) -> None:
    assert await house.app.corrections.look_again() == 1
    assert await house.app.corrections.look_again() == 0
    (said,) = await corrections(house)
    assert said.facts["announcement"] == f"campaign/{lied.id}/milestone/1"
    assert said.facts["amount"] == str(99 * ONE)
    found = await house.app.treasury.campaign(GUILD, lied.number)
    assert (found.milestones[0].reached_at, found.milestones[0].reached_by) == (None, None)


async def test_reached_after_all_it_is_said_in_its_place_and_not_again(house: House, lied: Campaign) -> None:
    await house.app.corrections.look_again()
    house.clock.time += 60
    house.chain.give(TREASURY, 100 * ONE)
    assert await house.app.treasury.observe() == 1
    assert [one.facts["amount"] for one in await corrections(house)] == [str(99 * ONE), None]
    assert [one.key for one in house.voice.said if one.topic is Topic.MILESTONE] == [f"campaign/{lied.id}/milestone/1"]


async def test_what_cannot_be_read_takes_nothing_back(house: House, lied: Campaign) -> None:
    house.chain.down = ChainFault.UNREACHABLE
    assert await house.app.corrections.look_again() == 0
    house.chain.down = None
    house.chain.silent.add(TREASURY)
    assert await house.app.corrections.look_again() == 0
    house.chain.silent.clear()
    assert await house.app.corrections.look_again() == 1


async def test_after_some_days_it_rests(house: House, lied: Campaign) -> None:
    house.clock.time += WATCHED + 1
    assert await house.app.corrections.look_again() == 0


@pytest.fixture
async def reached(house: House) -> Campaign:
    """A campaign whose first milestone was reached in a block, after which others came."""
    started = await campaign(house)
    house.chain.give(TREASURY, 100 * ONE)
    assert await house.app.treasury.observe() == 1
    await house.app.outbox.send_due(house.voice)
    house.chain.mine(2)
    return started


async def test_a_milestone_whose_block_the_chain_left_is_taken_back_by_the_block_that_stands_there(
    house: House, reached: Campaign
) -> None:
    left = house.chain.head.number - 2
    house.chain.reorganise(left)
    assert await house.app.corrections.look_again() == 1
    (said,) = await corrections(house)
    assert (said.facts["amount"], said.facts["block"], said.facts["left"]) == ("0", left, left)
    assert (await house.app.treasury.campaign(GUILD, reached.number)).milestones[0].reached_at is None


async def test_a_milestone_that_the_new_blocks_show_too_stands_on_one_of_them(house: House, reached: Campaign) -> None:
    before = (await house.app.treasury.campaign(GUILD, reached.number)).milestones[0]
    assert before.reached_by is not None
    house.chain.reorganise(before.reached_by.block.number)
    house.chain._balances[TOKEN, TREASURY] = [(before.reached_by.block.number, 130 * ONE)]
    for _ in range(2):
        assert await house.app.corrections.look_again() == 0
    after = (await house.app.treasury.campaign(GUILD, reached.number)).milestones[0]
    assert after.reached_by is not None
    assert (after.reached_at, after.reached_by.amount) == (before.reached_at, 130 * ONE)
    assert after.reached_by.block in house.chain.blocks
    assert [one.facts["amount"] for one in await corrections(house)] == [None], "the announcement names another block"


async def test_a_block_that_was_left_decides_nothing_before_another_is_final_there(
    house: House, reached: Campaign
) -> None:
    house.chain.reorganise(house.chain.head.number - 2)
    house.chain.unfinal = 3
    assert await house.app.corrections.look_again() == 0
    house.chain.unfinal = 2
    assert await house.app.corrections.look_again() == 1


async def test_a_block_that_takes_its_place_after_the_deadline_reaches_nothing(house: House) -> None:
    started = await campaign(house, deadline=house.clock.now() + 60)
    house.chain.give(TREASURY, 100 * ONE)
    assert await house.app.treasury.observe() == 1
    assert started.deadline is not None
    house.chain.blocks[-1] = replace(house.chain.head, hash="0x" + "ab" * 32, timestamp=Timestamp(started.deadline + 1))
    assert await house.app.corrections.look_again() == 1


async def test_one_taken_back_before_it_could_be_announced_is_never_said_to_be_reached(house: House) -> None:
    started = await campaign(house)
    house.chain.give(TREASURY, 100 * ONE)
    block = house.chain.head.number
    await house.app.treasury.observe()
    house.voice.fail = [Undeliverable(SHUT)]
    await house.said()
    house.chain._balances[TOKEN, TREASURY] = [(block, 99 * ONE)]
    assert await house.app.corrections.look_again() == 1
    house.clock.time += 60
    await house.said()
    assert not [one for one in house.voice.said if one.topic is Topic.MILESTONE]
    house.chain.give(TREASURY, 100 * ONE)
    assert await house.app.treasury.observe() == 1
    await house.said()
    assert [one.key for one in house.voice.said if one.topic is Topic.MILESTONE] == [
        f"campaign/{started.id}/milestone/1"
    ]


async def test_one_taken_back_whose_announcement_may_stand_is_corrected_there(house: House) -> None:
    await campaign(house)
    house.chain.give(TREASURY, 100 * ONE)
    block = house.chain.head.number
    await house.app.treasury.observe()
    house.voice.lost = 1
    await house.said()
    house.chain._balances[TOKEN, TREASURY] = [(block, 99 * ONE)]
    assert await house.app.corrections.look_again() == 1
    house.clock.time += 60
    assert [one.facts["amount"] for one in await corrections(house)] == [str(99 * ONE)]
