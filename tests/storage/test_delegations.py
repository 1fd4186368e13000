from __future__ import annotations

from bot.domain.registry import EVERYWHERE, Delegation
from tests.builders import CHAIN, a_block, an_address

SPACE = "0x" + b"vote.example".ljust(32, b"\0").hex()


def event(block, index=0, space=EVERYWHERE, delegate=2, delegator=1):
    return Delegation(
        delegator=an_address(delegator),
        id=space,
        delegate=None if delegate is None else an_address(delegate),
        block=block,
        index=index,
    )


async def test_events_come_back_by_space_and_up_to_a_block_in_their_order(store):
    events = [event(7, 3), event(7, 1, delegate=None), event(5), event(6, space=SPACE), event(9)]
    async with store.write() as books:
        await books.delegations.add(events, a_block(9))
        await books.commit()
    async with store.read() as books:
        assert await books.delegations.of(CHAIN, (EVERYWHERE,), 8) == [events[2], events[1], events[0]]
        assert await books.delegations.of(CHAIN, (EVERYWHERE, SPACE), 6) == [events[2], events[3]]
        assert await books.delegations.of(1, (EVERYWHERE,), 9) == []


async def test_the_head_moves_and_an_event_read_twice_is_stored_once(store):
    async with store.write() as books:
        assert await books.delegations.head(CHAIN) is None
        await books.delegations.add([event(5)], a_block(6))
        await books.delegations.add([event(5), event(8)], a_block(8))
        assert await books.delegations.head(CHAIN) == a_block(8)
        assert len(await books.delegations.of(CHAIN, (EVERYWHERE,), 8)) == 2
        await books.commit()


async def test_forgetting_a_chain_forgets_no_other(store):
    async with store.write() as books:
        await books.delegations.add([event(5)], a_block(6))
        await books.delegations.add([event(5)], a_block(6, chain=1))
        await books.delegations.clear(CHAIN)
        assert await books.delegations.head(CHAIN) is None
        assert await books.delegations.of(CHAIN, (EVERYWHERE,), 9) == []
        assert await books.delegations.head(1) == a_block(6, chain=1)
        await books.commit()
