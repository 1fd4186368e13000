"""An index of the Delegate Registry's events, brought up to a block when that is asked for."""

from __future__ import annotations

import math
from collections.abc import MutableMapping, Sequence
from typing import TYPE_CHECKING

from bot.domain.audit.bundle.writing.sections import Registered
from bot.domain.delegation.onchain_registry import REGISTRY_EVENTS, delegation_of, in_force
from bot.services.shared.event_index import EventIndex
from bot.services.shared.events_in_memory import EventsInMemory
from bot.services.shared.worker_thread import in_thread_if_many

if TYPE_CHECKING:  # the command line starts without what these load
    from bot.domain.delegation.onchain_registry import Delegation
    from bot.domain.shared.contract_events import Extent
    from bot.domain.shared.types import Block, ChainId
    from bot.ports import Alone, ChainReader, DelegationIndex, Store


class Delegations:
    """Answers from `index`, which is brought up to date first. `twice` and `at_most` as for `EventIndex`."""

    def __init__(
        self, *, index: DelegationIndex, chain: ChainReader, twice: bool = False, at_most: float = math.inf
    ) -> None:
        self._index = index
        self._events = EventIndex(
            records=index, chain=chain, wanted=REGISTRY_EVENTS, decode=delegation_of, twice=twice, at_most=at_most
        )

    async def at(
        self, block: Block, ids: Sequence[str], *, confirm: bool = False, alone: Alone | None = None
    ) -> list[Delegation]:
        """Return what was set and cleared under `ids` up to `block`, which is final.

        With `confirm`, two endpoints said so where the chain has two. If one alone said any of it, the chain is
        added to `alone`.

        Raises:
            ChainUnavailable: the events that the index lacks could not be read, or endpoints differ.

        """
        await self._events.bring_to(block, confirm=confirm)
        if alone is not None:
            known = await self._index.extents(block.chain)
            if any(extent.first <= block.number and not extent.confirmed for extent in known):
                alone.add(block.chain)
        return await self._index.of(block.chain, ids, block.number)

    async def doubt(self, chain: ChainId) -> None:
        """Have all of a chain read again before it is used next, because a count contradicted it."""
        await self._events.doubt(chain)


Noted = MutableMapping["tuple[ChainId, tuple[str, ...]]", Registered]
"""Delegations as the registry returned them, by chain and ids."""


class RecordedDelegations:
    """Delegations that are also recorded in `noted`."""

    def __init__(self, delegations: Delegations, noted: Noted) -> None:
        self._delegations, self._noted = delegations, noted

    async def at(
        self, block: Block, ids: Sequence[str], *, confirm: bool = False, alone: Alone | None = None
    ) -> list[Delegation]:
        """Return what `Delegations.at` does."""
        found = await self._delegations.at(block, ids, confirm=confirm, alone=alone)
        asked = (block.chain, tuple(ids))
        given = await in_thread_if_many(len(found), lambda: in_force(found))
        self._noted[asked] = Registered(chain=block.chain, ids=asked[1], given=given)
        return found


class StoredIndex:
    """The index in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def extents(self, chain: ChainId) -> list[Extent]:
        """Return in which blocks all is known, and by whom."""
        async with self._store.read() as repos:
            return await repos.delegations.extents(chain)

    async def put(self, facts: Sequence[Delegation], extent: Extent) -> None:
        """Store what is in the blocks of `extent`, in one transaction."""
        async with self._store.write() as repos:
            await repos.delegations.put(facts, extent)
            await repos.commit()

    async def within(self, chain: ChainId, first: int, last: int) -> list[Delegation]:
        """Return what is stored of these blocks."""
        async with self._store.read() as repos:
            return await repos.delegations.within(chain, first, last)

    async def doubt(self, chain: ChainId) -> None:
        """Forget who said what is known of a chain."""
        async with self._store.write() as repos:
            await repos.delegations.doubt(chain)
            await repos.commit()

    async def clear(self, chain: ChainId) -> None:
        """Forget a chain."""
        async with self._store.write() as repos:
            await repos.delegations.clear(chain)
            await repos.commit()

    async def of(self, chain: ChainId, ids: Sequence[str], upto: int) -> list[Delegation]:
        """Return the events under `ids` up to a block."""
        async with self._store.read() as repos:
            return await repos.delegations.of(chain, ids, upto)


class InMemoryIndex(EventsInMemory["Delegation"]):
    """An index in memory, for command line tools."""

    async def of(self, chain: ChainId, ids: Sequence[str], upto: int) -> list[Delegation]:
        """Return the events under `ids` up to a block."""
        return [fact for fact in self._facts[chain] if fact.id in ids and fact.block <= upto]
