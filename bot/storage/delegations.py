"""The book of the Delegate Registry's events, by chain, and up to which block they are complete."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.registry import Delegation
from bot.domain.types import Address, Block, ChainId, Timestamp
from bot.storage.statements import conflicting_insert, insert_new
from bot.storage.tables import delegation_heads, delegations


class SqlDelegations:
    """Events are stored with the block up to which they are complete, in one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def head(self, chain: ChainId) -> Block | None:
        """Return the block up to which the events of a chain are stored, None if none is."""
        stored = await self._connection.execute(select(delegation_heads).where(delegation_heads.c.chain == chain))
        row = stored.one_or_none()
        if row is None:
            return None
        return Block(chain=chain, number=row.block, hash=row.block_hash, timestamp=Timestamp(row.block_time))

    async def add(self, events: Sequence[Delegation], head: Block) -> None:
        """Store events, and that nothing is missing up to `head`."""
        rows = [
            {
                "chain": head.chain,
                "block": event.block,
                "position": event.index,
                "delegator": event.delegator,
                "space": event.id,
                "delegate": event.delegate,
            }
            for event in events
        ]
        await insert_new(self._connection, delegations, rows)
        fresh = {"block": head.number, "block_hash": head.hash, "block_time": head.timestamp}
        stored = conflicting_insert(self._connection, delegation_heads).values(chain=head.chain, **fresh)
        await self._connection.execute(stored.on_conflict_do_update(index_elements=["chain"], set_=fresh))

    async def clear(self, chain: ChainId) -> None:
        """Forget everything of a chain."""
        for table in (delegations, delegation_heads):
            await self._connection.execute(delete(table).where(table.c.chain == chain))

    async def of(self, chain: ChainId, ids: Sequence[str], upto: int) -> list[Delegation]:
        """Return the events under `ids` up to block `upto`, oldest first."""
        asked = (
            select(delegations)
            .where(delegations.c.chain == chain, delegations.c.space.in_(ids), delegations.c.block <= upto)
            .order_by(delegations.c.block, delegations.c.position)
        )
        return [
            Delegation(
                delegator=Address(row.delegator),
                id=row.space,
                delegate=None if row.delegate is None else Address(row.delegate),
                block=row.block,
                index=row.position,
            )
            for row in await self._connection.execute(asked)
        ]
