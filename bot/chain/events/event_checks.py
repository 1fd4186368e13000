"""Checks the events that an endpoint returns: each must match the query, and all must fit one chain."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.chain.rpc.http_transport import Json
from bot.chain.rpc.json_rpc import count_of
from bot.chain.rpc.rpc_faults import NodeFault
from bot.domain.shared.contract_events import Event, Subscription
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address

_ADDRESS, _WORD = re.compile(r"0x[0-9a-f]{40}"), re.compile(r"0x[0-9a-f]{64}")
_DATA = re.compile(r"0x(?:[0-9a-f]{2})*")
_MOST_TOPICS = 4


def query(wanted: Subscription, first: int, last: int) -> Json:
    """Return the parameter of `eth_getLogs`."""
    asked: dict[str, Json] = {"fromBlock": hex(first), "toBlock": hex(last)}
    if wanted.addresses:
        asked["address"] = wanted.addresses[0] if len(wanted.addresses) == 1 else list(wanted.addresses)
    topics = [list(choice) or None for choice in wanted.topics]
    while topics and topics[-1] is None:
        topics.pop()
    if topics:
        asked["topics"] = topics
    return asked


def checked(answer: Json, wanted: Subscription, first: int, last: int) -> list[Event]:
    """Return the events of an answer in their order, without those that were taken back, each once.

    Raises:
        NodeFault: one is malformed, was not asked for, lies outside of the blocks, or contradicts another.

    """
    if not isinstance(answer, list):
        raise _bad("it gives no events where they are due")
    found: dict[tuple[int, int], Event] = {}
    hashes: dict[int, str] = {}
    for entry in answer:
        if not isinstance(entry, dict):
            raise _bad("one of its events is none")
        if _taken_back(entry):
            continue
        event = _event(entry)
        if not _asked_for(event, wanted):
            raise _bad("it gives events that were not asked for")
        if not first <= event.block <= last:
            raise _bad("it gives events of blocks that were not asked for")
        if found.setdefault((event.block, event.index), event) != event:
            raise _bad("two of its events are said to be the same one")
        if hashes.setdefault(event.block, event.block_hash) != event.block_hash:
            raise _bad("its events of one block name different blocks")
    if len(set(hashes.values())) != len(hashes):
        raise _bad("its events of different blocks name the same block")
    return [found[place] for place in sorted(found)]


def _taken_back(entry: Mapping[str, Json]) -> bool:
    removed = entry.get("removed", False)
    if not isinstance(removed, bool):
        raise _bad("it does not tell whether an event was taken back")
    return removed


def _event(entry: Mapping[str, Json]) -> Event:
    topics = entry.get("topics")
    if not isinstance(topics, list) or len(topics) > _MOST_TOPICS:
        raise _bad("an event of its has no topics")
    return Event(
        address=Address(_hexadecimal(entry.get("address"), _ADDRESS, "address")),
        topics=tuple(_hexadecimal(topic, _WORD, "topic") for topic in topics),
        data=_hexadecimal(entry.get("data"), _DATA, "data"),
        block=count_of(entry.get("blockNumber")),
        block_hash=_hexadecimal(entry.get("blockHash"), _WORD, "block"),
        index=count_of(entry.get("logIndex")),
    )


def _asked_for(event: Event, wanted: Subscription) -> bool:
    if wanted.addresses and event.address not in wanted.addresses:
        return False
    return len(event.topics) >= len(wanted.topics) and all(
        not choice or topic in choice for topic, choice in zip(event.topics, wanted.topics, strict=False)
    )


def _hexadecimal(value: Json, form: re.Pattern[str], what: str) -> str:
    text = value.lower() if isinstance(value, str) else ""
    if not form.fullmatch(text):
        raise _bad(f"an event of its has no well-formed {what}")
    return text


def _bad(detail: str) -> NodeFault:
    return NodeFault(ChainFault.BAD_ANSWER, detail)
