"""What contracts told is kept by subscription and chain, in its order."""

from __future__ import annotations

import pytest

from bot.domain.shared.contract_events import Event, Extent
from bot.domain.shared.types import ChainId
from bot.ports import Store
from tests.builders import CHAIN, a_block, an_address


def event(block: int, index: int = 0, data: str = "0x") -> Event:
    return Event(
        address=an_address(7),
        topics=("0x" + "0a" * 32, "0x" + "0b" * 32),
        data=data,
        block=block,
        block_hash=f"0x{block:064x}",
        index=index,
    )


def extent(first: int, last: int, *witnesses: str, chain: int = CHAIN) -> Extent:
    return Extent(first=first, last=a_block(last, chain=chain), witnesses=witnesses)


async def test_events_come_back_as_they_were_told_in_their_order(store: Store) -> None:
    told = [event(7, 3), event(7, 1, "0x01"), event(5), event(9)]
    async with store.write() as repos:
        await repos.contract_events.put("pairs", told, extent(0, 9, "a"))
        await repos.commit()
    async with store.read() as repos:
        assert await repos.contract_events.within("pairs", CHAIN, 5, 8) == [told[2], told[1], told[0]]
        assert await repos.contract_events.extents("pairs", CHAIN) == [extent(0, 9, "a")]
        assert await repos.contract_events.within("pairs", ChainId(1), 0, 9) == []


async def test_subscriptions_are_kept_apart_whatever_is_done_to_one(store: Store) -> None:
    async with store.write() as repos:
        for name in ("pairs", "others"):
            await repos.contract_events.put(name, [event(5)], extent(0, 8, "a", "b"))
        await repos.delegations.put([], extent(0, 8, "a", "b"))
        await repos.contract_events.doubt("pairs", CHAIN)
        assert await repos.contract_events.extents("pairs", CHAIN) == [extent(0, 8)]
        await repos.contract_events.clear("others", CHAIN)
        assert await repos.contract_events.extents("others", CHAIN) == []
        assert await repos.contract_events.within("others", CHAIN, 0, 9) == []
        assert await repos.contract_events.within("pairs", CHAIN, 0, 9) == [event(5)]
        assert await repos.delegations.extents(CHAIN) == [extent(0, 8, "a", "b")]
        await repos.commit()


async def test_an_extent_that_is_read_again_replaces_its_blocks_and_one_that_leaves_a_gap_is_refused(
    store: Store,
) -> None:
    async with store.write() as repos:
        await repos.contract_events.put("pairs", [event(5), event(8)], extent(0, 8, "a"))
        await repos.contract_events.put("pairs", [event(6)], extent(0, 7, "a", "b"))
        assert await repos.contract_events.within("pairs", CHAIN, 0, 9) == [event(6), event(8)]
        with pytest.raises(ValueError, match="leave a gap"):
            await repos.contract_events.put("pairs", [], extent(10, 12, "a"))
