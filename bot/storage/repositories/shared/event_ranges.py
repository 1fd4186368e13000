"""In which blocks the events of a subscription are complete, and who said so."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, insert, select, update

from bot.domain.shared.contract_events import Extent
from bot.domain.shared.types import Block, ChainId, Timestamp
from bot.storage.driver.statements import AnyConnection
from bot.storage.tables import event_extents


class SqlExtents:
    """The extents of one subscription, named as in `Subscription.name`."""

    def __init__(self, connection: AnyConnection, subscription: str) -> None:
        self._connection, self._subscription = connection, subscription

    async def of(self, chain: ChainId) -> list[Extent]:
        """Return the extents of a chain in order."""
        asked = select(event_extents).where(*self._mine(chain)).order_by(event_extents.c.first)
        return [
            Extent(
                first=row.first,
                last=Block(chain=chain, number=row.last, hash=row.last_hash, timestamp=Timestamp(row.last_time)),
                witnesses=tuple(row.witnesses.split()),
            )
            for row in await self._connection.execute(asked)
        ]

    async def replace(self, chain: ChainId, extents: Sequence[Extent]) -> None:
        """Replace the extents of a chain by these."""
        await self._connection.execute(delete(event_extents).where(*self._mine(chain)))
        rows = [
            {
                "chain": chain,
                "subscription": self._subscription,
                "first": extent.first,
                "last": extent.last.number,
                "last_hash": extent.last.hash,
                "last_time": extent.last.timestamp,
                "witnesses": " ".join(extent.witnesses),
            }
            for extent in extents
        ]
        if rows:
            await self._connection.execute(insert(event_extents), rows)

    async def doubt(self, chain: ChainId) -> None:
        """Remove the witnesses of a chain's extents; the extents stay."""
        await self._connection.execute(update(event_extents).where(*self._mine(chain)).values(witnesses=""))

    def _mine(self, chain: ChainId) -> tuple[ColumnElement[bool], ...]:
        return event_extents.c.chain == chain, event_extents.c.subscription == self._subscription
