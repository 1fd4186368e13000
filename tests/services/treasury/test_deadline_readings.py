"""What a treasury held by the deadline of a campaign counts, however late a block is final that shows it."""

from __future__ import annotations

from bot.domain.shared.errors import ChainFault
from bot.domain.treasury.campaigns import Campaign
from bot.services.treasury.deadline_readings import READ_FOR
from tests.builders import GUILD, ONE, TOKEN, TREASURY
from tests.services.conftest import House
from tests.services.treasury.test_campaigns import campaign


async def ended(house: House) -> Campaign:
    """A campaign in whose last seconds its first milestone is reached, in a block that is final only afterwards."""
    started = await campaign(house, deadline=house.clock.now() + 30)
    house.chain.give(TREASURY, 120 * ONE)
    assert started.deadline is not None
    assert house.chain.head.timestamp <= started.deadline
    house.chain.unfinal = 1
    assert await house.app.treasury.observe() == 0
    house.chain.mine(4)
    house.clock.time += 60
    return started


async def test_what_came_before_the_deadline_counts_though_it_is_final_only_later(house: House) -> None:
    started = await ended(house)
    assert await house.app.treasury.observe() == 1
    found = await house.app.treasury.campaign(GUILD, started.number)
    reading = found.milestones[0].reached_by
    assert reading is not None
    assert reading.amount == 120 * ONE
    reading_ = found.milestones[0].reached_by
    assert reading_ is not None
    assert started.deadline is not None
    assert reading_.block.timestamp <= started.deadline
    assert await house.said() == [f"campaign/{started.id}/milestone/1"]
    assert await house.app.treasury.observe() == 0


async def test_what_was_spent_since_counts_and_what_came_since_does_not(house: House) -> None:
    await ended(house)
    house.chain.give(TREASURY, 0)
    assert await house.app.treasury.observe() == 1
    house.chain.give(TREASURY, 900 * ONE)
    assert await house.app.treasury.observe() == 0


async def test_before_a_later_block_is_final_nothing_is_decided(house: House) -> None:
    await ended(house)
    house.chain.unfinal = 5
    assert await house.app.treasury.observe() == 0
    house.chain.unfinal = 0
    assert await house.app.treasury.observe() == 1


async def test_what_cannot_be_read_is_tried_again_and_given_up_after_days(house: House) -> None:
    started = await ended(house)
    house.chain.down = ChainFault.NEEDS_ARCHIVE
    assert await house.app.treasury.observe() == 0
    house.chain.down = None
    house.chain.silent.add(TREASURY)
    assert await house.app.treasury.observe() == 0
    house.chain.silent.clear()
    assert started.deadline is not None
    house.clock.time = started.deadline + READ_FOR + 1
    assert await house.app.treasury.observe() == 0
    house.clock.time -= 1
    assert await house.app.treasury.observe() == 1


async def test_many_that_cannot_be_read_keep_no_other_from_being_read(house: House) -> None:
    started = [await campaign(house, deadline=house.clock.now() + 30) for _ in range(9)]
    assert {one.holding.holder for one in started} == {TREASURY}
    house.chain.give(TREASURY, 120 * ONE)
    house.chain.unfinal = 1
    assert await house.app.treasury.observe() == 0
    house.chain.mine(4)
    house.clock.time += 60
    assert sum([await house.app.treasury.observe() for _ in range(2)]) == 9


async def test_another_campaign_is_reached_by_no_reading_from_before_it_began(house: House) -> None:
    await ended(house)
    house.chain.give(TREASURY, 0)
    house.chain.unfinal = 0
    later = await campaign(house)
    await house.app.treasury.observe()
    found = await house.app.treasury.campaign(GUILD, later.number)
    assert [milestone.reached_at for milestone in found.milestones] == [None, None]


async def test_one_that_is_taken_back_after_the_deadline_is_read_there_again(house: House) -> None:
    started = await campaign(house, deadline=house.clock.now() + 60)
    house.chain.give(TREASURY, 100 * ONE)
    early = house.chain.head.number
    assert await house.app.treasury.observe() == 1
    house.chain.mine(2)
    house.chain.give(TREASURY, 110 * ONE)
    by_deadline = house.chain.head.number
    assert started.deadline is not None
    assert house.chain.head.timestamp <= started.deadline
    house.chain.mine(6)
    house.clock.time += 90
    assert await house.app.treasury.observe() == 0, "its first milestone stands, the second was not reached in time"
    house.chain._balances[TOKEN, TREASURY] = [(early, 99 * ONE), (by_deadline, 110 * ONE)]
    assert await house.app.corrections.look_again() == 1
    assert await house.app.treasury.observe() == 1
    found = await house.app.treasury.campaign(GUILD, started.number)
    assert [milestone.reached_at is not None for milestone in found.milestones] == [True, False]
    assert await house.app.corrections.look_again() == 0
    assert await house.app.treasury.observe() == 0
