from __future__ import annotations

import pytest

from bot.domain.delegation.onchain_registry import EVERYWHERE, Delegation
from bot.domain.shared.contract_events import Extent
from bot.domain.shared.types import ChainId
from bot.ports import Store
from tests.builders import CHAIN, a_block, an_address

SPACE = "0x" + b"vote.example".ljust(32, b"\0").hex()


def event(
    block: int, index: int = 0, space: str = EVERYWHERE, delegate: int | None = 2, delegator: int = 1
) -> Delegation:
    return Delegation(
        delegator=an_address(delegator),
        id=space,
        delegate=None if delegate is None else an_address(delegate),
        block=block,
        index=index,
    )


def extent(first: int, last: int, *witnesses: str, chain: ChainId = CHAIN) -> Extent:
    return Extent(first=first, last=a_block(last, chain=chain), witnesses=witnesses)


async def test_events_come_back_by_space_and_up_to_a_block_in_their_order(store: Store) -> None:
    events = [event(7, 3), event(7, 1, delegate=None), event(5), event(6, space=SPACE), event(9)]
    async with store.write() as repos:
        await repos.delegations.put(events, extent(0, 9, "a"))
        await repos.commit()
    async with store.read() as repos:
        assert await repos.delegations.of(CHAIN, (EVERYWHERE,), 8) == [events[2], events[1], events[0]]
        assert await repos.delegations.of(CHAIN, (EVERYWHERE, SPACE), 6) == [events[2], events[3]]
        assert await repos.delegations.of(ChainId(1), (EVERYWHERE,), 9) == []
        assert await repos.delegations.within(CHAIN, 6, 7) == [events[3], events[1], events[0]]


async def test_an_extent_that_is_read_again_replaces_what_was_kept_of_its_blocks_and_no_others(store: Store) -> None:
    async with store.write() as repos:
        await repos.delegations.put([event(5), event(6)], extent(0, 8, "a"))
        await repos.delegations.put([event(10)], extent(9, 12, "a"))
        assert await repos.delegations.extents(CHAIN) == [extent(0, 12, "a")], "extents of the same witnesses are one"
        await repos.delegations.put([event(6), event(7)], extent(0, 7, "a", "b"))
        assert await repos.delegations.extents(CHAIN) == [extent(0, 7, "a", "b"), extent(8, 12, "a")]
        assert [one.block for one in await repos.delegations.of(CHAIN, (EVERYWHERE,), 12)] == [6, 7, 10]
        await repos.delegations.put([event(10)], extent(8, 12, "a", "b"))
        assert await repos.delegations.extents(CHAIN) == [extent(0, 12, "a", "b")]
        await repos.commit()


async def test_an_extent_that_would_leave_a_gap_is_refused(store: Store) -> None:
    async with store.write() as repos:
        await repos.delegations.put([], extent(0, 8, "a"))
        with pytest.raises(ValueError, match="leave a gap"):
            await repos.delegations.put([], extent(10, 12, "a"))


async def test_what_is_doubted_has_no_witness(store: Store) -> None:
    async with store.write() as repos:
        await repos.delegations.put([event(5)], extent(0, 8, "a", "b"))
        await repos.delegations.put([], extent(0, 8, "a", chain=ChainId(1)))
        await repos.delegations.doubt(CHAIN)
        assert await repos.delegations.extents(CHAIN) == [extent(0, 8)]
        assert await repos.delegations.extents(ChainId(1)) == [extent(0, 8, "a", chain=ChainId(1))]
        assert len(await repos.delegations.of(CHAIN, (EVERYWHERE,), 8)) == 1
        await repos.commit()


async def test_forgetting_a_chain_forgets_no_other(store: Store) -> None:
    async with store.write() as repos:
        await repos.delegations.put([event(5)], extent(0, 6, "a"))
        await repos.delegations.put([event(5)], extent(0, 6, "a", chain=ChainId(1)))
        await repos.delegations.clear(CHAIN)
        assert await repos.delegations.extents(CHAIN) == []
        assert await repos.delegations.of(CHAIN, (EVERYWHERE,), 9) == []
        assert await repos.delegations.extents(ChainId(1)) == [extent(0, 6, "a", chain=ChainId(1))]
        await repos.commit()
