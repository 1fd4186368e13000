"""The repository of events that strategies read, by subscription and chain."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, insert, select

from bot.domain.shared.contract_events import Event, Extent, extended
from bot.domain.shared.types import Address, ChainId
from bot.storage.driver.statements import AnyConnection
from bot.storage.repositories.shared.event_ranges import SqlExtents
from bot.storage.tables import contract_events


class SqlContractEvents:
    """Events are stored with the blocks in which they are complete, in one transaction."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def extents(self, subscription: str, chain: ChainId) -> list[Extent]:
        """Return the block ranges whose events are all stored, and who confirmed them, in order and without a gap."""
        return await self._extents(subscription).of(chain)

    async def put(self, subscription: str, events: Sequence[Event], extent: Extent) -> None:
        """Store that exactly these are in the blocks of `extent`."""
        chain, extents = extent.last.chain, self._extents(subscription)
        await extents.replace(chain, extended(await extents.of(chain), extent))
        await self._connection.execute(
            delete(contract_events).where(*_within(subscription, chain, extent.first, extent.last.number))
        )
        rows = [
            {
                "chain": chain,
                "subscription": subscription,
                "block": event.block,
                "position": event.index,
                "block_hash": event.block_hash,
                "address": event.address,
                "topics": " ".join(event.topics),
                "data": event.data,
            }
            for event in events
        ]
        if rows:
            await self._connection.execute(insert(contract_events), rows)

    async def within(self, subscription: str, chain: ChainId, first: int, last: int) -> list[Event]:
        """Return those of these blocks, both ends included, oldest first."""
        asked = select(contract_events).where(*_within(subscription, chain, first, last))
        return [
            Event(
                address=Address(row.address),
                topics=tuple(row.topics.split()),
                data=row.data,
                block=row.block,
                block_hash=row.block_hash,
                index=row.position,
            )
            for row in await self._connection.execute(
                asked.order_by(contract_events.c.block, contract_events.c.position)
            )
        ]

    async def doubt(self, subscription: str, chain: ChainId) -> None:
        """Remove the witnesses of a chain's extents; events and extents stay."""
        await self._extents(subscription).doubt(chain)

    async def clear(self, subscription: str, chain: ChainId) -> None:
        """Forget everything of a chain."""
        await self._connection.execute(delete(contract_events).where(*_mine(subscription, chain)))
        await self._extents(subscription).replace(chain, [])

    def _extents(self, subscription: str) -> SqlExtents:
        return SqlExtents(self._connection, subscription)


def _mine(subscription: str, chain: ChainId) -> tuple[ColumnElement[bool], ...]:
    return contract_events.c.chain == chain, contract_events.c.subscription == subscription


def _within(subscription: str, chain: ChainId, first: int, last: int) -> tuple[ColumnElement[bool], ...]:
    return *_mine(subscription, chain), contract_events.c.block.between(first, last)
