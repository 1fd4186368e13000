"""Reads the events of a block range through one endpoint, in steps that it accepts."""

from __future__ import annotations

import asyncio

from bot.chain.events.event_checks import checked, query
from bot.chain.rpc.endpoint import AT_ONCE, Endpoint
from bot.chain.rpc.http_transport import Json
from bot.chain.rpc.rpc_faults import CallFailed, NodeFault
from bot.domain.shared.contract_events import Event, Subscription
from bot.domain.shared.errors import ChainFault

_FIRST_WIDTH = 1_024
_MOST_PATIENCE = 64
_ROUND_HUNDRED, _ROUND_POWER = 100, 256
_MOST_REQUESTS = 32
"""How many times the blocks that it gives at once an endpoint may be asked for in one reading."""


_FEW = 500
"""Events that are checked at once; more are in a thread, so that nobody else waits for them."""
MOST_EVENTS = 50_000
"""Events after which a reading ends, with all of the block that the last of them is in."""


class RangeTooNarrow(NodeFault):
    """The endpoint accepts so few blocks at once that reading the range would take too many requests."""

    def __init__(self, blocks: int) -> None:
        what = "one block" if blocks == 1 else f"{blocks:,} blocks"
        super().__init__(ChainFault.TOO_LARGE, f"it gives the events of {what} at once and no more")


class RangeWidth:
    """How many blocks an endpoint is asked about at once: few at first, twice as many after each success.

    After a failure half as many; but as many once more where it answered for as many before, since that may be chance.
    Each time that a doubling fails it takes twice as many successes before the next, so that a limit costs few requests
    however often it is met; each time that one holds, half as many.
    """

    def __init__(self) -> None:
        self.blocks = _FIRST_WIDTH
        self._needed, self._successes = 1, 0
        self._doubled = True
        self._proven = self._failed = False

    def took(self, blocks: int) -> None:
        """Note that a request for so many blocks succeeded."""
        if blocks < self.blocks:
            return
        if self._doubled:
            self._needed, self._doubled = max(1, self._needed // 2), False
        self._successes += 1
        self._proven, self._failed = True, False
        if self._successes >= self._needed:
            self.blocks, self._successes, self._doubled, self._proven = self.blocks * 2, 0, True, False

    def refused(self, blocks: int, *, perhaps_by_chance: bool = False) -> None:
        """Note that a request for so many blocks failed, or gave an answer that cannot be trusted."""
        if perhaps_by_chance and self._proven and not self._failed:
            self._failed = True
            return
        if self._doubled or (self._successes and not perhaps_by_chance):  # else it is still on its way down
            self._needed = min(_MOST_PATIENCE, self._needed * 2)
        self._proven, self._failed = self._doubled, False  # as many as before it was doubled it did answer for
        self.blocks, self._successes, self._doubled = max(1, min(self.blocks, blocks // 2)), 0, False


async def events_between(
    endpoint: Endpoint, wanted: Subscription, first: int, last: int, width: RangeWidth, *, most: int = MOST_EVENTS
) -> tuple[list[Event], int]:
    """Return the events from block `first` to block `last`, in their order, and up to which block they are.

    Very many are not read to the last block, but all who tell the same are read up to the same.

    Whatever the failure, less is asked for, as long as the endpoint answers for a single block; an answer of a round
    number of events counts as cut. Raises NodeFault and CallFailed, of a single block; and Narrowed.
    """
    found: list[Event] = []
    at = first
    while at <= last:
        if last - at >= _MOST_REQUESTS * width.blocks:
            raise RangeTooNarrow(width.blocks)
        end = min(last, at + width.blocks - 1)
        several = end > at
        events = await (_attempt(endpoint, wanted, at, end, width) if several else _asked(endpoint, wanted, at, end))
        if events is None:
            continue
        width.took(end - at + 1)
        found += events
        at = end + 1
        if len(found) >= most:
            last = min(last, found[most - 1].block)
    return [event for event in found if event.block <= last], last


async def _attempt(
    endpoint: Endpoint, wanted: Subscription, first: int, last: int, width: RangeWidth
) -> list[Event] | None:
    """Return the events of several blocks, None if so many are refused; raise if not even one block is served."""
    try:
        given = await _impatiently(endpoint, wanted, first, last)
        events = await _checked(given, wanted, first, last)
    except (NodeFault, CallFailed) as failure:
        too_large = isinstance(failure, NodeFault) and failure.kind is ChainFault.TOO_LARGE
        if not too_large:
            await _asked(endpoint, wanted, first, first)
        width.refused(last - first + 1, perhaps_by_chance=not too_large)
        return None
    if _round(len(given)) or _round(len(events)):
        width.refused(last - first + 1)
        return None
    return events


async def _impatiently(endpoint: Endpoint, wanted: Subscription, first: int, last: int) -> Json:
    token = AT_ONCE.set(True)
    try:
        return await _ask(endpoint, wanted, first, last)
    finally:
        AT_ONCE.reset(token)


async def _ask(endpoint: Endpoint, wanted: Subscription, first: int, last: int) -> Json:
    return await endpoint.call("eth_getLogs", query(wanted, first, last))


async def _asked(endpoint: Endpoint, wanted: Subscription, first: int, last: int) -> list[Event]:
    return await _checked(await _ask(endpoint, wanted, first, last), wanted, first, last)


async def _checked(given: Json, wanted: Subscription, first: int, last: int) -> list[Event]:
    if not isinstance(given, list) or len(given) <= _FEW:
        return checked(given, wanted, first, last)
    return await asyncio.to_thread(checked, given, wanted, first, last)


def _round(count: int) -> bool:
    """Whether a number of events looks like a limit: hundreds, or a power of two."""
    if count >= _ROUND_POWER and count & (count - 1) == 0:
        return True
    return count >= _ROUND_HUNDRED and count % _ROUND_HUNDRED == 0
