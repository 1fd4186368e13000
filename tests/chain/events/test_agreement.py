"""No endpoint decides alone what happened: two must tell the same events where a chain has two."""

from __future__ import annotations

from typing import Any, Never

import pytest

from bot.domain.delegation.onchain_registry import REGISTRY_EVENTS
from bot.domain.shared.contract_events import Event, EventRange, Extent
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Block, ChainId, Timestamp
from bot.ports import ChainReader
from tests.chain.events.nodes import CHAIN, FINAL, Refused, Spoil, Spoiled, block, event, reader
from tests.cli.node import RecordedNode, block_hash

EVENTS = [event(5), event(50, delegate=3), event(70, delegator=4)]
UPTO, UPTO_ALL = block(90, FINAL), block(FINAL, FINAL)


def _changed(**fields: Any) -> Spoil:
    return lambda entries, first, last: [one | fields for one in entries]


def _of_other_blocks(entries: list[Any], first: int, last: int) -> list[Any]:
    return [one | {"blockHash": f"0x{number + 1:064x}"} for number, one in enumerate(entries)]


LIES: dict[str, Spoil] = {
    "nothing": lambda entries, first, last: [],
    "one less": lambda entries, first, last: [one for one in entries if one["blockNumber"] != hex(50)],
    "other data": _changed(data="0x01"),
    "of other blocks": _of_other_blocks,
    "taken back": _changed(removed=True),
}


async def read(
    *nodes: RecordedNode, confirm: bool = True, after: Block | None = None, upto: Block = UPTO
) -> EventRange:
    stretch = await reader(*nodes).events(REGISTRY_EVENTS, after, upto, confirm=confirm)
    assert stretch is not None
    return stretch


async def all_blocks(
    chain: ChainReader, *, confirm: bool = True, upto: Block = UPTO, reached: list[int] | None = None
) -> list[Event]:
    """Read to the end; two witnesses are there for all of it."""
    after: Block | None = None
    found: list[Event] = []
    while after is None or after.number < upto.number:
        stretch = await chain.events(REGISTRY_EVENTS, after, upto, confirm=confirm)
        assert stretch is not None
        assert len(stretch.extent.witnesses) == 2
        after = stretch.extent.last
        found += stretch.events
        if reached is not None:
            reached.append(after.number)
    return found


async def test_what_two_endpoints_tell_alike_has_both_as_witnesses() -> None:
    stretch = await read(Spoiled(EVENTS), Spoiled(EVENTS))
    assert [event.block for event in stretch.events] == [5, 50, 70]
    assert stretch.extent.confirmed
    assert (stretch.extent.first, stretch.extent.last) == (0, UPTO)


@pytest.mark.parametrize("confirm", [True, False])
@pytest.mark.parametrize("lie", LIES.values(), ids=list(LIES))
@pytest.mark.parametrize("place", [0, 1])
async def test_two_that_differ_decide_nothing(lie: Spoil, place: int, confirm: bool) -> None:
    nodes = [Spoiled(EVENTS), Spoiled(EVENTS)]
    nodes[place] = Spoiled(EVENTS, lie)
    with pytest.raises(ChainUnavailable) as failed:
        await all_blocks(reader(*nodes), confirm=confirm)
    assert failed.value.fault is ChainFault.DISAGREEMENT


@pytest.mark.parametrize("confirm", [True, False])
@pytest.mark.parametrize("lie", LIES.values(), ids=list(LIES))
@pytest.mark.parametrize("place", [0, 1, 2])
async def test_two_that_agree_beat_one_that_lies(lie: Spoil, place: int, confirm: bool) -> None:
    nodes = [Spoiled(EVENTS) for _ in range(3)]
    nodes[place] = Spoiled(EVENTS, lie)
    found = await all_blocks(reader(*nodes), confirm=confirm)
    assert [event.block for event in found] == [5, 50, 70]


@pytest.mark.parametrize("most", [10, 333, 1_000])
async def test_an_endpoint_that_gives_so_many_events_and_no_more_is_found_and_asked_for_less(most: int) -> None:
    events = [event(10 + number // 7, number % 7, delegator=number + 1) for number in range(3_000)]
    cutting = Spoiled(events, lambda entries, first, last: entries[:most])
    assert len(await all_blocks(reader(Spoiled(events), cutting), upto=block(5_000, FINAL))) == len(events)


async def test_an_endpoint_that_cuts_costs_few_requests_more() -> None:
    events = [event(10 + number, delegator=number + 1) for number in range(3_000)]
    sound, cutting = Spoiled(events), Spoiled(events, lambda entries, first, last: entries[:999])
    assert len(await all_blocks(reader(sound, cutting), upto=UPTO_ALL)) == len(events)
    assert len(sound.ranges) + len(cutting.ranges) < 80


async def test_what_all_tell_before_they_differ_is_kept() -> None:
    events = [event(number * 100, delegator=number) for number in range(1, 500)]
    lying = Spoiled(events, lambda entries, first, last: [one for one in entries if one["blockNumber"] != hex(30_000)])
    reached: list[int] = []
    with pytest.raises(ChainUnavailable) as failed:
        await all_blocks(reader(Spoiled(events), lying), upto=UPTO_ALL, reached=reached)
    assert failed.value.fault is ChainFault.DISAGREEMENT
    assert reached[-1] == 29_999


async def test_one_alone_is_believed_for_the_moment_where_no_other_serves_and_stands_as_the_only_witness() -> None:
    down = Spoiled(EVENTS, final=10)
    stretch = await read(down, Spoiled(EVENTS), confirm=False)
    assert len(stretch.extent.witnesses) == 1
    with pytest.raises(ChainUnavailable):
        await read(down, Spoiled(EVENTS), confirm=True)


async def test_one_address_given_twice_is_one_witness() -> None:
    node = Spoiled(EVENTS)
    chain = reader(node, rpc_urls=("https://node-0.example", "https://NODE-0.example:443/"))
    assert chain.endpoints(CHAIN) == 1
    stretch = await chain.events(REGISTRY_EVENTS, None, UPTO, confirm=True)
    assert stretch is not None
    assert not stretch.extent.confirmed


async def test_a_node_with_another_block_is_not_read() -> None:
    node = Spoiled(EVENTS)
    pinned = Block(chain=CHAIN, number=50, hash="0x" + "fe" * 32, timestamp=Timestamp(node.time(50)))
    with pytest.raises(ChainUnavailable) as failed:
        await read(node, upto=pinned)
    assert failed.value.fault is ChainFault.LAGGING
    assert node.ranges == []


async def test_events_that_follow_a_block_which_the_chain_has_left_are_told_to_be_none() -> None:
    gone = Block(chain=CHAIN, number=50, hash="0x" + "fe" * 32, timestamp=Timestamp(RecordedNode(final=FINAL).time(50)))
    for nodes in ([Spoiled(EVENTS)], [Spoiled(EVENTS), Spoiled(EVENTS)]):
        assert await reader(*nodes).events(REGISTRY_EVENTS, gone, UPTO, confirm=True) is None


async def test_one_endpoint_that_has_left_the_block_does_not_undo_what_is_known() -> None:
    class Forked(Spoiled):
        def result(self, method: str, params: list[Any]) -> Any:
            found: Any = super().result(method, params)
            return found | {"hash": "0x" + "fe" * 32} if params and params[0] == hex(50) else found

    with pytest.raises(ChainUnavailable) as failed:
        await read(Forked(EVENTS), Spoiled(EVENTS), after=block(50, FINAL))
    assert failed.value.fault is ChainFault.DISAGREEMENT


async def test_events_of_another_last_block_are_no_events() -> None:
    def fork(entries: list[Any], first: int, last: int) -> list[Any]:
        return [one | {"blockHash": "0x" + "fe" * 32} for one in entries]

    with pytest.raises(ChainUnavailable, match="another block 70"):
        await read(Spoiled(EVENTS, fork), upto=block(70, FINAL))


async def test_another_endpoint_serves_where_one_cannot() -> None:
    def refuse(entries: list[Any], first: int, last: int) -> Never:
        raise Refused(-32601, "eth_getLogs is not available")

    stretch = await read(Spoiled(EVENTS, refuse), Spoiled(EVENTS), Spoiled(EVENTS))
    assert stretch.extent.confirmed


@pytest.mark.parametrize("confirm", [True, False])
async def test_a_chain_without_the_contract_is_unreadable(confirm: bool) -> None:
    nodes = [RecordedNode(chain=CHAIN, registry=False) for _ in range(2)]
    upto = block(60, nodes[0].final)
    with pytest.raises(ChainUnavailable, match="no Delegate Registry"):
        await read(*nodes, confirm=confirm, upto=upto)
    with pytest.raises(ChainUnavailable, match="no Delegate Registry"):
        await read(nodes[0], confirm=confirm, upto=upto)


async def test_nothing_is_asked_of_blocks_before_the_first() -> None:
    node = RecordedNode(delegations=[event(11_225_400)], final=12_000_000)
    chain = reader(node, id=1)
    upto = Block(
        chain=ChainId(1), number=11_226_000, hash=block_hash(11_226_000), timestamp=Timestamp(node.time(11_226_000))
    )
    stretch = await chain.events(REGISTRY_EVENTS, None, upto, confirm=True)
    assert node.ranges == [(11_225_329, 11_226_000)]
    assert stretch is not None
    assert stretch.extent == Extent(first=0, last=upto, witnesses=stretch.extent.witnesses), "nothing is earlier"
