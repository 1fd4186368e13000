"""Events that strategies read: an index for each subscription, brought up to a block when one is asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.services.shared.event_index import EventIndex
from bot.services.shared.events_in_memory import EventsInMemory

if TYPE_CHECKING:  # the command line starts without what these load
    from bot.domain.shared.contract_events import Event, Extent, Subscription
    from bot.domain.shared.types import Block, ChainId
    from bot.ports import Alone, ChainReader, EventRecords, Store


class ContractEvents:
    """Answers from `records` of each subscription, by its name. `twice` and `at_most` as for `EventIndex`."""

    def __init__(
        self,
        *,
        chain: ChainReader,
        records: Callable[[str], EventRecords[Event]] | None = None,
        twice: bool = False,
        at_most: float = math.inf,
    ) -> None:
        self._chain, self._twice, self._at_most = chain, twice, at_most
        self._records = records or (lambda _name: EventsInMemory["Event"]())
        self._known: dict[str, tuple[EventRecords[Event], EventIndex[Event]]] = {}

    async def at(
        self, block: Block, wanted: Subscription, *, confirm: bool = False, alone: Alone | None = None
    ) -> list[Event]:
        """Return the events up to `block`, which is final, oldest first.

        With `confirm`, two endpoints said so where the chain has two. If one alone said any of it, the chain is
        added to `alone`.

        Raises:
            ChainUnavailable: the events that are lacking could not be read, or endpoints differ.

        """
        records, index = self._of(wanted)
        await index.bring_to(block, confirm=confirm)
        if alone is not None:
            known = await records.extents(block.chain)
            if any(extent.first <= block.number and not extent.confirmed for extent in known):
                alone.add(block.chain)
        return await records.within(block.chain, 0, block.number)

    async def doubt(self, chain: ChainId) -> None:
        """Have all that was asked for of a chain read again before it is used next: a count disagreed with it."""
        for _, index in self._known.values():
            await index.doubt(chain)

    def _of(self, wanted: Subscription) -> tuple[EventRecords[Event], EventIndex[Event]]:
        if wanted.name not in self._known:
            records = self._records(wanted.name)
            index = EventIndex(
                records=records,
                chain=self._chain,
                wanted=wanted,
                decode=lambda event: event,
                twice=self._twice,
                at_most=self._at_most,
            )
            self._known[wanted.name] = records, index
        return self._known[wanted.name]


class StoredEvents:
    """The records of one subscription in the database."""

    def __init__(self, store: Store, subscription: str) -> None:
        self._store, self._subscription = store, subscription

    async def extents(self, chain: ChainId) -> list[Extent]:
        """Return in which blocks all is known, and by whom."""
        async with self._store.read() as repos:
            return await repos.contract_events.extents(self._subscription, chain)

    async def put(self, facts: Sequence[Event], extent: Extent) -> None:
        """Store what is in the blocks of `extent`, in one transaction."""
        async with self._store.write() as repos:
            await repos.contract_events.put(self._subscription, facts, extent)
            await repos.commit()

    async def within(self, chain: ChainId, first: int, last: int) -> list[Event]:
        """Return what is stored of these blocks."""
        async with self._store.read() as repos:
            return await repos.contract_events.within(self._subscription, chain, first, last)

    async def doubt(self, chain: ChainId) -> None:
        """Forget who said what is known of a chain."""
        async with self._store.write() as repos:
            await repos.contract_events.doubt(self._subscription, chain)
            await repos.commit()

    async def clear(self, chain: ChainId) -> None:
        """Forget a chain."""
        async with self._store.write() as repos:
            await repos.contract_events.clear(self._subscription, chain)
            await repos.commit()
