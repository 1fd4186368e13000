"""An endpoint that gives less is asked for less: it neither keeps the others back, nor is it asked for ever."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest

from bot.domain.delegation.onchain_registry import REGISTRY_EVENTS, Delegation
from bot.domain.shared.contract_events import Event
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Block, ChainId
from bot.ports import ChainReader
from tests.chain.events.nodes import FINAL, Refused, Spoil, Spoiled, block, event, reader

MANY = [event(10 + number // 7, number % 7, delegator=number + 1) for number in range(2_990)]
FEW = [event(number, delegator=number) for number in (3, 900, 1_901, 19_990)]
UPTO = block(20_000, FINAL)


def at_most(blocks: int, after: int = 0) -> Spoil:
    """Give so many blocks at once and no more, but for the first `after` requests."""
    left = [after]

    def spoil(entries: list[Any], first: int, last: int) -> list[Any]:
        left[0] -= 1
        if left[0] < 0 and last - first + 1 > blocks:
            raise Refused(-32614, "eth_getLogs is limited")
        return entries

    return spoil


async def read_all(
    chain: ChainReader, upto: Block = UPTO, *, confirm: bool = True, after: Block | None = None
) -> list[tuple[int, int]]:
    found: list[Event] = []
    while after is None or after.number < upto.number:
        stretch = await chain.events(REGISTRY_EVENTS, after, upto, confirm=confirm)
        assert stretch is not None
        assert stretch.extent.confirmed
        after = stretch.extent.last
        found += stretch.events
    return [(event.block, event.index) for event in found]


def places(events: Sequence[Delegation | Event]) -> list[tuple[int, int]]:
    return [(event.block, event.index) for event in events]


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_one_of_three_that_takes_a_single_block_does_not_keep_two_back(place: int) -> None:
    nodes = [Spoiled(FEW) for _ in range(3)]
    nodes[place].spoil = at_most(1)
    assert await read_all(reader(*nodes)) == places(FEW)
    assert sum(len(node.ranges) for node in nodes) < 200


@pytest.mark.parametrize("confirm", [True, False])
@pytest.mark.parametrize("nodes", [1, 2])
async def test_one_that_comes_to_take_a_single_block_is_not_asked_for_all_of_a_reading_one_by_one(
    nodes: ChainId, confirm: bool
) -> None:
    shrunk = Spoiled(FEW, at_most(1, after=2))
    chain = reader(shrunk, *[Spoiled(FEW) for _ in range(nodes - 1)])
    stretch = await chain.events(REGISTRY_EVENTS, None, UPTO, confirm=confirm)
    assert stretch is not None
    assert len(shrunk.ranges) < 200
    assert stretch.extent.confirmed == (nodes > 1), "it confirms less, instead of nothing"
    assert stretch.extent.last.number < 200


async def test_of_three_one_that_takes_little_still_settles_what_the_others_contradict_each_other_in() -> None:
    def hide(entries: list[Any], first: int, last: int) -> list[Any]:
        return [entry for entry in entries if entry["blockNumber"] != hex(900)]

    nodes = [Spoiled(FEW), Spoiled(FEW, hide), Spoiled(FEW, at_most(10))]
    chain = reader(*nodes)
    assert await read_all(chain, block(2_000, FINAL)) == places(FEW[:3])


@pytest.mark.parametrize("confirm", [True, False])
async def test_one_that_tells_nothing_where_it_is_asked_for_much_is_asked_for_less(confirm: bool) -> None:
    def empty(entries: list[Any], first: int, last: int) -> list[Any]:
        return entries if last - first + 1 <= 100 else []

    assert await read_all(reader(Spoiled(FEW), Spoiled(FEW, empty)), confirm=confirm) == places(FEW)


@pytest.mark.parametrize("most", [333, 999])
async def test_two_that_cut_at_different_ends_are_asked_for_less(most: int) -> None:
    first_ones = Spoiled(MANY, lambda entries, first, last: entries[:most])
    last_ones = Spoiled(MANY, lambda entries, first, last: entries[-most:])
    assert await read_all(reader(first_ones, last_ones), block(500, FINAL)) == places(MANY)


@pytest.mark.parametrize("spoil", [{"removed": True}, {}], ids=["taken back", "twice"])
async def test_an_answer_that_was_cut_at_a_round_number_is_found_whatever_of_it_does_not_count(
    spoil: dict[str, bool],
) -> None:
    def cut(entries: list[Any], first: int, last: int) -> list[Any]:
        return [entry | spoil for entry in entries[:1]] + entries[:999] if len(entries) >= 999 else entries

    assert await read_all_of_one(reader(Spoiled(MANY, cut)), block(500, FINAL)) == places(MANY)


async def read_all_of_one(chain: ChainReader, upto: Block) -> Any:
    after: Block | None = None
    found: list[Event] = []
    while after is None or after.number < upto.number:
        stretch = await chain.events(REGISTRY_EVENTS, after, upto, confirm=True)
        assert stretch is not None
        after = stretch.extent.last
        found += stretch.events
    return places(found)


@pytest.mark.parametrize("each", [4, 5, 8])
async def test_one_that_fails_now_and_then_is_asked_for_much_all_the_same(each: int) -> None:
    asked = count()

    def flaky(entries: list[Any], first: int, last: int) -> list[Any]:
        if last > first and next(asked) % each == each - 1:
            raise Refused(-32000, "internal error")
        return entries

    node = Spoiled(FEW, flaky)
    assert await read_all_of_one(reader(node), block(FINAL, FINAL)) == places(FEW)
    assert len(node.ranges) < 300


async def test_events_of_a_chain_that_leaves_the_final_block_meanwhile_are_none() -> None:
    class Reorganised(Spoiled):
        """Once it was asked for events, it has other blocks from number 100 on."""

        def result(self, method: str, params: list[Any]) -> Any:
            found: Any = super().result(method, params)
            if method == "eth_getBlockByNumber" and self.ranges and int(params[0], 16) >= 100:
                return found | {"hash": f"0x{int(params[0], 16) + 2**200:064x}"}
            return found

    node = Reorganised(FEW, at_most(16))
    with pytest.raises(ChainUnavailable) as failed:
        await reader(node).events(REGISTRY_EVENTS, None, UPTO, confirm=True)
    assert failed.value.fault is ChainFault.LAGGING
