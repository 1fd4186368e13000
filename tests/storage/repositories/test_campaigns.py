from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import CampaignId, GuildId
from bot.domain.treasury.campaigns import Campaign
from bot.ports import Store
from tests.builders import (
    CHAIN,
    GUILD,
    NOW,
    ONE,
    a_block,
    a_campaign,
    a_holding,
    a_milestone,
    a_reading,
    a_watch,
)
from tests.presence import present


@pytest.fixture
async def campaign(store: Store, proposal: Proposal) -> Campaign:
    async with store.write() as repos:
        stored = await repos.treasury.add_campaign(a_campaign(space=proposal.space))
        await repos.commit()
    return stored


async def test_a_watchs_number_is_never_used_again(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        other = await repos.spaces.add(GUILD, "Another")
        first, second = [await repos.treasury.add_watch(a_watch(number=7)) for _ in range(2)]
        assert (first.number, second.number) == (1, 2)
        assert await repos.treasury.remove_watch(proposal.space, 2)
        assert not await repos.treasury.remove_watch(proposal.space, 2)
        assert not await repos.treasury.remove_watch(other.id, 1)
        assert (await repos.treasury.add_watch(a_watch(space=other.id))).number == 3
        assert (await repos.treasury.add_watch(a_watch())).number == 4
        assert [watch.number for watch in await repos.treasury.watches(proposal.space)] == [1, 4]
        assert [watch.number for watch in await repos.treasury.watches(other.id)] == [3]


async def test_a_campaign_is_found_with_its_milestones_by_id_and_by_number(store: Store, campaign: Campaign) -> None:
    async with store.read() as repos:
        assert campaign == a_campaign(id=campaign.id, space=campaign.space)
        assert await repos.treasury.campaign(campaign.id) == campaign
        assert await repos.treasury.campaign_numbered(GUILD, 1) == campaign
        assert await repos.treasury.campaigns(campaign.space) == [campaign]
        assert await repos.treasury.campaign_numbered(GuildId(GUILD + 1), 1) is None


async def test_of_two_sweeps_that_reach_a_milestone_one_is_told_so(store: Store, campaign: Campaign) -> None:
    async def reach(amount: int) -> bool:
        async with store.write() as repos:
            reached = await repos.treasury.reach(campaign.id, 1, a_reading(amount), NOW)
            await repos.commit()
            return reached

    assert [*await asyncio.gather(reach(100 * ONE), reach(101 * ONE))] == [True, False]
    async with store.read() as repos:
        milestones = present(await repos.treasury.campaign(campaign.id)).milestones
    assert milestones == (a_milestone(1, reached_at=NOW, reached_by=a_reading(100 * ONE)), a_milestone(2))


async def test_a_milestone_of_no_campaign_is_not_reached(store: Store, campaign: Campaign) -> None:
    async with store.write() as repos:
        assert not await repos.treasury.reach(CampaignId(campaign.id + 1), 1, a_reading(), NOW)
        assert not await repos.treasury.reach(campaign.id, 3, a_reading(), NOW)


async def test_a_campaign_is_open_until_its_last_milestone_is_reached(store: Store, campaign: Campaign) -> None:
    async with store.write() as repos:
        await repos.treasury.reach(campaign.id, 2, a_reading(), NOW)
        assert [one.id for one in await repos.treasury.open_campaigns()] == [campaign.id]
        await repos.treasury.reach(campaign.id, 1, a_reading(), NOW)
        assert await repos.treasury.open_campaigns() == []


async def test_a_reading_is_seen_by_all_that_look_at_its_holding_and_by_no_other(
    store: Store, campaign: Campaign
) -> None:
    coin = a_holding(token=None)
    async with store.write() as repos:
        for holding in (campaign.holding, coin, a_holding(1), a_holding(chain=CHAIN + 1)):
            await repos.treasury.add_watch(a_watch(holding=holding))
        await repos.treasury.record([a_reading(5), a_reading(7, holding=coin)])
        seen = [watch.reading for watch in await repos.treasury.watches(campaign.space)]
        assert seen == [a_reading(5), a_reading(7, holding=coin), None, None]
        assert present(await repos.treasury.campaign(campaign.id)).reading == a_reading(5)


async def test_a_reading_of_an_older_or_the_same_block_changes_nothing(store: Store, campaign: Campaign) -> None:
    async with store.write() as repos:
        for amount, number, newest in ((5, 100, 5), (6, 100, 5), (7, 99, 5), (8, 101, 8), (9, 100, 8)):
            await repos.treasury.record([a_reading(amount, block=a_block(number))])
            found = present(await repos.treasury.campaign(campaign.id))
            assert present(found.reading).amount == newest
        await repos.treasury.record([a_reading(1, block=a_block(103)), a_reading(2, block=a_block(102))])
        assert present(await repos.treasury.campaign(campaign.id)).reading == a_reading(1, block=a_block(103))
        await repos.treasury.record([])


async def test_a_reading_from_another_chain_is_refused(store: Store, campaign: Campaign) -> None:
    async with store.write() as repos:
        with pytest.raises(ValueError, match="chain"):
            await repos.treasury.record([a_reading(block=a_block(chain=CHAIN + 1))])


async def test_holdings_are_those_looked_at_each_once(store: Store, campaign: Campaign) -> None:
    async with store.write() as repos:
        await repos.treasury.add_watch(a_watch())
        other = await repos.spaces.add(GuildId(GUILD + 1), "Another")
        coin = a_holding(token=None)
        watch = await repos.treasury.add_watch(a_watch(holding=coin, guild=other.guild, space=other.id))
        assert await repos.treasury.holdings() == {a_holding(), coin}
        assert await repos.treasury.lookers() == {a_holding(): {campaign.space}, coin: {other.id}}
        await repos.treasury.remove_watch(other.id, watch.number)
        await repos.treasury.remove_watch(campaign.space, 1)
        assert await repos.treasury.holdings() == {a_holding()}


async def test_what_is_added_comes_with_the_newest_reading_of_its_holding(store: Store, campaign: Campaign) -> None:
    async with store.write() as repos:
        watch = await repos.treasury.add_watch(a_watch(reading=a_reading(5)))
        assert watch == a_watch(reading=a_reading(5))
        again = await repos.treasury.add_campaign(replace(campaign, reading=a_reading(4, block=a_block(99))))
        assert (again.number, again.reading) == (2, a_reading(5))
