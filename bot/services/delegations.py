"""Delegations of the registry: an index of its events that is brought up to a block when one is asked for."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import MutableMapping, Sequence
from typing import TYPE_CHECKING

from bot.domain.audit.bundle.parts import Registered
from bot.domain.registry import in_force

if TYPE_CHECKING:  # the command line starts without what these load
    from bot.domain.registry import Delegation
    from bot.domain.types import Block, ChainId
    from bot.ports import ChainReader, DelegationIndex, Store


class Delegations:
    """Answers from `index`; what it lacks is read from the chain first, and only that."""

    def __init__(self, *, index: DelegationIndex, chain: ChainReader) -> None:
        self._index, self._chain = index, chain
        self._turns: defaultdict[ChainId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def at(self, block: Block, ids: Sequence[str]) -> list[Delegation]:
        """Return what was set and cleared under `ids` up to `block`, which is final.

        Raises:
            ChainUnavailable: the events that the index lacks could not be read.

        """
        async with self._turns[block.chain]:
            head = await self._index.head(block.chain)
            if head is not None and head.number == block.number and head.hash != block.hash:
                await self._index.clear(block.chain)
                head = None
            while head is None or head.number < block.number:
                read = await self._chain.delegations(head, block)
                if read is None:  # what counted as final is gone: nothing of the index can be trusted
                    await self._index.clear(block.chain)
                    head = None
                    continue
                events, head = read
                await self._index.add(events, head)
        return await self._index.of(block.chain, ids, block.number)


Noted = MutableMapping["tuple[ChainId, tuple[str, ...]]", Registered]
"""What the registry gave, by chain and ids."""


class Noting:
    """Delegations that note what they answer."""

    def __init__(self, delegations: Delegations, noted: Noted) -> None:
        self._delegations, self._noted = delegations, noted

    async def at(self, block: Block, ids: Sequence[str]) -> list[Delegation]:
        """Return what `Delegations.at` does."""
        found = await self._delegations.at(block, ids)
        asked = (block.chain, tuple(ids))
        self._noted[asked] = Registered(chain=block.chain, ids=asked[1], given=in_force(found))
        return found


class StoredIndex:
    """The index in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def head(self, chain: ChainId) -> Block | None:
        """Return the block up to which a chain is indexed."""
        async with self._store.read() as books:
            return await books.delegations.head(chain)

    async def add(self, events: Sequence[Delegation], head: Block) -> None:
        """Store the events up to `head`."""
        async with self._store.write() as books:
            await books.delegations.add(events, head)
            await books.commit()

    async def clear(self, chain: ChainId) -> None:
        """Forget a chain."""
        async with self._store.write() as books:
            await books.delegations.clear(chain)
            await books.commit()

    async def of(self, chain: ChainId, ids: Sequence[str], upto: int) -> list[Delegation]:
        """Return the events under `ids` up to a block."""
        async with self._store.read() as books:
            return await books.delegations.of(chain, ids, upto)


class PassingIndex:
    """An index that lasts as long as the program does."""

    def __init__(self) -> None:
        self._heads: dict[ChainId, Block] = {}
        self._events: defaultdict[ChainId, list[Delegation]] = defaultdict(list)

    async def head(self, chain: ChainId) -> Block | None:
        """Return the block up to which a chain is indexed."""
        return self._heads.get(chain)

    async def add(self, events: Sequence[Delegation], head: Block) -> None:
        """Keep the events up to `head`."""
        self._events[head.chain].extend(events)
        self._heads[head.chain] = head

    async def clear(self, chain: ChainId) -> None:
        """Forget a chain."""
        self._events.pop(chain, None)
        self._heads.pop(chain, None)

    async def of(self, chain: ChainId, ids: Sequence[str], upto: int) -> list[Delegation]:
        """Return the events under `ids` up to a block."""
        return [event for event in self._events[chain] if event.id in ids and event.block <= upto]
