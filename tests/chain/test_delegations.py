"""The registry's events are read whole, in order, each range once, and only from the chain that was pinned."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chain.network import Network
from bot.chain.reader import ChainReader
from bot.domain.errors import ChainFault, ChainUnavailable
from bot.domain.registry import EVERYWHERE, Delegation, in_force, space_ids
from bot.domain.types import Block
from bot.services.delegations import Delegations, PassingIndex
from tests.builders import an_address
from tests.chain.nodes import Patience
from tests.cli.node import RecordedNode, block_hash

SPACE, SHORT = space_ids("vote.example.eth")[1:]
CHAIN = 5


def event(block, index=0, delegator=1, delegate=2, space=EVERYWHERE):
    return Delegation(
        delegator=an_address(delegator),
        id=space,
        delegate=None if delegate is None else an_address(delegate),
        block=block,
        index=index,
    )


class Direct:
    """Carries requests to a node in memory."""

    def __init__(self, node):
        self.node = node

    async def request(self, payload):
        return [self.node.answer(one) for one in payload] if isinstance(payload, list) else self.node.answer(payload)

    async def close(self):
        pass


def reader(*nodes):
    urls = {f"https://node-{number}.example": Direct(node) for number, node in enumerate(nodes)}
    network = Network(id=CHAIN, name="Testnet", rpc_urls=tuple(urls))
    return ChainReader({CHAIN: network}, urls.__getitem__, sleep=Patience())


def block(node, number):
    return Block(chain=CHAIN, number=number, hash=block_hash(number), timestamp=node.time(number))


async def all_of(node, upto):
    served = Delegations(index=PassingIndex(), chain=reader(node))
    return await served.at(block(node, upto), (EVERYWHERE, SPACE, SHORT))


@settings(deadline=None)
@given(
    blocks=st.lists(st.integers(0, 4_000), unique=True, max_size=30),
    most=st.sampled_from([1, 2, 7, 100, 4_001]),
    upto=st.integers(3_000, 4_000),
)
async def test_ranges_are_split_as_the_node_wants_and_nothing_is_lost_or_doubled(blocks, most, upto):
    upto = upto if most > 2 else upto // 20
    events = [event(number, delegator=number + 1) for number in sorted(blocks)]
    node = RecordedNode(delegations=events, chain=CHAIN, final=4_000, most=most)
    assert await all_of(node, upto) == [one for one in events if one.block <= upto]
    covered = [number for first, last in node.ranges for number in range(first, last + 1)]
    assert covered == list(range(upto + 1)), "each block is asked for once, in order"


async def test_only_what_is_new_is_asked_for():
    node = RecordedNode(delegations=[event(5), event(50, delegate=3)], chain=CHAIN, final=100)
    served = Delegations(index=PassingIndex(), chain=reader(node))
    assert len(await served.at(block(node, 10), (EVERYWHERE,))) == 1
    assert len(await served.at(block(node, 60), (EVERYWHERE,))) == 2
    assert len(await served.at(block(node, 20), (EVERYWHERE,))) == 1, "an earlier block asks for nothing"
    assert node.ranges == [(0, 10), (11, 60)]


async def test_a_node_with_another_block_is_not_read():
    node = RecordedNode(delegations=[event(5)], chain=CHAIN, final=100)
    pinned = Block(chain=CHAIN, number=50, hash="0x" + "fe" * 32, timestamp=node.time(50))
    with pytest.raises(ChainUnavailable) as failed:
        await reader(node).delegations(None, pinned)
    assert failed.value.fault is ChainFault.LAGGING
    assert node.ranges == []


async def test_an_index_that_the_chain_has_left_is_told():
    node = RecordedNode(delegations=[event(5)], chain=CHAIN, final=100)
    gone = Block(chain=CHAIN, number=50, hash="0x" + "fe" * 32, timestamp=node.time(50))
    assert await reader(node).delegations(gone, block(node, 60)) is None


async def test_another_endpoint_serves_where_one_cannot():
    behind = RecordedNode(chain=CHAIN, final=10)
    good = RecordedNode(delegations=[event(5)], chain=CHAIN, final=100)
    events, head = await reader(behind, good).delegations(None, block(good, 60))
    assert (len(events), head.number) == (1, 60)


async def test_a_chain_without_the_registry_is_unreadable():
    node = RecordedNode(chain=CHAIN, registry=False)
    with pytest.raises(ChainUnavailable, match="no Delegate Registry"):
        await reader(node).delegations(None, block(node, 60))


async def test_a_registry_nobody_used_yet_holds_nothing():
    node = RecordedNode(chain=CHAIN)
    assert await all_of(node, 60) == []


async def test_the_registry_of_mainnet_is_read_from_its_first_block_on():
    node = RecordedNode(delegations=[event(11_225_400)], final=12_000_000)
    network = Network(id=1, name="Ethereum", rpc_urls=("https://node.example",))
    chain = ChainReader({1: network}, lambda _: Direct(node), sleep=Patience())
    pinned = Block(chain=1, number=11_300_000, hash=block_hash(11_300_000), timestamp=node.time(11_300_000))
    events, _ = await chain.delegations(None, pinned)
    assert len(events) == 1
    assert node.ranges == [(11_225_329, 11_300_000)]


def test_what_was_set_for_the_space_beats_what_was_set_for_everywhere_in_either_order():
    for first, second in ((1, 2), (2, 1)):
        records = [event(first, delegate=7), event(second, delegate=8, space=SPACE)]
        assert in_force(records) == {an_address(1): an_address(8)}


def test_clearing_the_space_leaves_what_was_set_for_everywhere():
    records = [event(1, delegate=7), event(2, delegate=8, space=SPACE), event(3, delegate=None, space=SPACE)]
    assert in_force(records) == {an_address(1): an_address(7)}
    assert in_force([*records, event(4, delegate=None)]) == {}


def test_a_delegate_that_is_replaced_is_cleared_and_set_in_one_transaction():
    records = [event(1, delegate=7), event(2, 4, delegate=None), event(2, 5, delegate=8)]
    assert in_force(reversed(records)) == {an_address(1): an_address(8)}


def test_of_two_spellings_of_the_space_the_later_counts():
    records = [event(2, delegate=7, space=SPACE), event(1, delegate=8, space=SHORT)]
    assert in_force(records) == {an_address(1): an_address(7)}
    assert space_ids("") == (EVERYWHERE,)
    assert space_ids("gnosis") == (EVERYWHERE, "0x" + b"gnosis".ljust(32, b"\0").hex())
