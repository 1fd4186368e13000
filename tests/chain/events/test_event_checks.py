"""What an endpoint gives as events is believed only if it is what was asked for and fits one chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from bot.chain.events.event_checks import checked, query
from bot.chain.rpc.rpc_faults import NodeFault
from bot.domain.delegation.onchain_registry import CLEAR, REGISTRY, REGISTRY_EVENTS, SET
from bot.domain.shared.contract_events import Subscription
from tests.builders import an_address

TOKEN, OTHER = an_address(0xAA), an_address(0xBB)
TRANSFER, WHO = "0x" + "dd" * 32, "0x" + "ee" * 32
ANYWHERE = Subscription(name="transfers", source="token", topics=((TRANSFER,),))
TO_WHO = Subscription(name="in", source="token", addresses=(TOKEN, OTHER), topics=((TRANSFER,), (), (WHO,)))


def entry(block: int = 5, index: int = 0, **fields: Any) -> dict[str, Any]:
    return {
        "address": TOKEN,
        "topics": [TRANSFER],
        "data": "0x",
        "blockNumber": hex(block),
        "blockHash": f"0x{block:064x}",
        "logIndex": hex(index),
        "removed": False,
    } | fields


def places(entries: Sequence[dict[str, Any]], wanted: Subscription = ANYWHERE) -> list[tuple[int, int]]:
    return [(event.block, event.index) for event in checked(entries, wanted, 1, 9)]


def test_events_are_put_in_their_order_and_each_counts_once() -> None:
    assert places([entry(7), entry(5, 2), entry(5, 1), entry(7)]) == [(5, 1), (5, 2), (7, 0)]


def test_an_event_that_was_taken_back_did_not_happen() -> None:
    assert places([entry(5, removed=True), entry(6)]) == [(6, 0)]
    without = entry(7)
    del without["removed"]
    assert places([without]) == [(7, 0)]


def test_capitals_are_the_same_address() -> None:
    (event,) = checked([entry(address=TOKEN.upper().replace("X", "x"))], ANYWHERE, 1, 9)
    assert event.address == TOKEN


@pytest.mark.parametrize(
    "bad",
    [
        None,
        {"a": 1},
        "0x",
        [None],
        [entry(removed="no")],
        [entry(0)],
        [entry(10)],
        [entry(5, 2**63)],
        [entry(address=None)],
        [entry(address="0x12")],
        [entry(topics=None)],
        [entry(topics=[])],
        [entry(topics=[WHO])],
        [entry(topics=[TRANSFER[:-1]])],
        [entry(topics=[TRANSFER] * 5)],
        [entry(data="0x123")],
        [entry(data=None)],
        [entry(blockNumber=None)],
        [entry(blockNumber=5)],
        [entry(blockHash=None)],
        [entry(blockHash="0x12")],
        [entry(logIndex=None)],
        [entry(data="0x01"), entry(data="0x02")],
        [entry(5, 0), entry(5, 1, blockHash="0x" + "ab" * 32)],
        [entry(5), entry(6, blockHash=f"0x{5:064x}")],
    ],
)
def test_what_is_malformed_elsewhere_or_contradicts_itself_is_refused(
    bad: str | Sequence[dict[str, Any] | None] | Mapping[str, int] | None,
) -> None:
    with pytest.raises(NodeFault):
        checked(bad, ANYWHERE, 1, 9)


@pytest.mark.parametrize(
    "stranger", [{"address": an_address(0xCC)}, {"topics": [TRANSFER, WHO]}, {"topics": [TRANSFER, WHO, TRANSFER]}]
)
def test_what_nobody_asked_for_is_refused(stranger: dict[str, Any]) -> None:
    wanted = entry(topics=[TRANSFER, TRANSFER, WHO])
    assert places([wanted], TO_WHO) == [(5, 0)]
    with pytest.raises(NodeFault, match="not asked for"):
        places([wanted, entry(6, topics=[TRANSFER, TRANSFER, WHO]) | stranger], TO_WHO)


def test_the_question_names_addresses_topics_and_blocks() -> None:
    assert query(REGISTRY_EVENTS, 1, 255) == {
        "fromBlock": "0x1",
        "toBlock": "0xff",
        "address": REGISTRY,
        "topics": [[SET, CLEAR]],
    }
    assert query(TO_WHO, 0, 1) == {
        "fromBlock": "0x0",
        "toBlock": "0x1",
        "address": [TOKEN, OTHER],
        "topics": [[TRANSFER], None, [WHO]],
    }
    assert query(Subscription(name="all", source="all"), 0, 1) == {"fromBlock": "0x0", "toBlock": "0x1"}
