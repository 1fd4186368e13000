"""Ranges begin small, double after success, and halve after any failure, as long as a single block is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Never

import pytest

from bot.chain.events.range_reader import RangeWidth, events_between
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import TransportFailed
from bot.domain.delegation.onchain_registry import REGISTRY_EVENTS
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Block
from bot.ports import ChainReader
from tests.chain.events.nodes import CHAIN, FINAL, Direct, Refused, Spoil, Spoiled, block, event, reader
from tests.chain.nodes import Patience

EVENTS = [event(number, delegator=number) for number in (3, 90_000, 90_001, 700_000, FINAL)]
UPTO = block(FINAL, FINAL)

REFUSALS: dict[str, Callable[[], Exception]] = {
    "a wording that nobody has seen": lambda: Refused(-32099, "the moon is in the wrong house"),
    "no such method, which it does have": lambda: Refused(-32601, "eth_getLogs is not available for this range"),
    "limit exceeded": lambda: Refused(-32005, "limit exceeded"),
    "too many requests": lambda: Refused(429, "too many requests"),
    "a known wording": lambda: Refused(-32614, "eth_getLogs is limited to 10,000 range"),
    "a gateway's page": lambda: TransportFailed(504, "<html>gateway time-out</html>"),
    "out of order": lambda: TransportFailed(500, "internal error"),
    "nothing at all": lambda: TransportFailed(None),
    "a payload that is too large": lambda: TransportFailed(413, ""),
    "forbidden": lambda: TransportFailed(403, "your plan does not allow this"),
}


async def read_all(chain: ChainReader, upto: Block = UPTO) -> list[int]:
    after: Block | None = None
    found: list[int] = []
    while after is None or after.number < upto.number:
        stretch = await chain.events(REGISTRY_EVENTS, after, upto, confirm=True)
        assert stretch is not None
        after = stretch.extent.last
        found += [event.block for event in stretch.events]
    return found


def narrow(most: int, refusal: Callable[[], Exception]) -> Spoil:
    def spoil(entries: list[Any], first: int, last: int) -> list[Any]:
        if last - first + 1 > most:
            raise refusal()
        return entries

    return spoil


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=list(REFUSALS))
@pytest.mark.parametrize("most", [100_000, 10_000, 700])
async def test_any_failure_of_a_wide_range_means_a_narrower_one(refusal: Callable[[], Exception], most: int) -> None:
    node, patience = Spoiled(EVENTS, narrow(most, refusal)), Patience()
    chain = reader(node, sleep=patience)
    assert await read_all(chain) == [event.block for event in EVENTS]
    assert patience.waits == [], "less is asked for at once, instead of the same after a while"
    assert len(node.refused) <= 12 + len(node.ranges) // 20, "what a node allows is remembered"
    wide = len(node.refused)
    assert await read_all(chain) == [event.block for event in EVENTS]
    assert len(node.refused) - wide <= 1 + len(node.ranges) // 60, "also from one time to the next"


async def test_ranges_begin_small_and_double() -> None:
    node = Spoiled(EVENTS)
    await read_all(reader(node))
    widths = [last - first + 1 for first, last in node.ranges]
    assert widths[:5] == [1_024, 2_048, 4_096, 8_192, 16_384]
    assert len(widths) < 20


async def test_a_node_that_refuses_even_one_block_is_given_up_at_once() -> None:
    def refuse(entries: list[Any], first: int, last: int) -> Never:
        raise Refused(-32099, "no")

    node = Spoiled(EVENTS, refuse)
    with pytest.raises(ChainUnavailable) as failed:
        await read_all(reader(node))
    assert failed.value.fault is ChainFault.BAD_ANSWER
    assert len(node.refused) == 4, "a range, and one block of it, in both rounds of the pool"


async def test_a_node_that_asks_for_patience_gets_it() -> None:
    left = [3]

    def busy(entries: list[Any], first: int, last: int) -> list[Any]:
        if left[0]:
            left[0] -= 1
            raise Refused(429, "too many requests")
        return entries

    patience = Patience()
    assert await read_all(reader(Spoiled(EVENTS, busy), sleep=patience)) == [event.block for event in EVENTS]
    assert len(patience.waits) == 2


@pytest.mark.parametrize("most", [100, 1_000, 1_024])
async def test_an_answer_of_a_round_number_of_events_is_not_believed_to_be_whole(most: int) -> None:
    events = [event(10_000 + number // 2, number % 2, delegator=number + 1) for number in range(2_700)]
    node = Spoiled(events, lambda entries, first, last: entries[:most])
    assert len(await read_all(reader(node))) == len(events)


async def test_a_round_number_of_events_in_one_block_is_whole() -> None:
    events = [event(50, number, delegator=number + 1) for number in range(1_000)]
    assert len(await read_all(reader(Spoiled(events)), block(60, FINAL))) == 1_000


async def test_an_entry_that_is_no_answer_to_the_question_makes_the_endpoint_unusable() -> None:
    def stuck(entries: list[Any], first: int, last: int) -> list[Any]:
        return [entry for entry in Spoiled(EVENTS).logs(0, FINAL) if entry["blockNumber"] == hex(3)]

    with pytest.raises(ChainUnavailable, match="blocks that were not asked for"):
        await read_all(reader(Spoiled(EVENTS, stuck)), block(700_000, FINAL))


async def test_very_many_events_end_a_reading_at_the_same_block_whatever_an_endpoint_takes_at_once() -> None:
    """With all of that block, so that the next reading goes on behind it, and nobody's memory is filled."""
    many = [event(1_000 + number // 3, index=number % 3, delegator=number + 1) for number in range(99)]
    node = Spoiled(many)
    for blocks in (1, 7, 1_024, 100_000):
        width = RangeWidth()
        width.blocks = blocks
        endpoint = Endpoint(1, CHAIN, Direct(node))
        events, last = await events_between(endpoint, REGISTRY_EVENTS, 990, 1_020, width, most=40)
        assert last == many[39].block
        assert [one.block for one in events] == [one.block for one in many if one.block <= last]
    events, last = await events_between(endpoint, REGISTRY_EVENTS, last + 1, 1_020, width, most=40)
    assert (len(events), last) == (21, 1_020)
