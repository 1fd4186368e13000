"""The repository of what the Delegate Registry's events say, by chain, and in which blocks they are complete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delegation.onchain_registry import REGISTRY_EVENTS, Delegation
from bot.domain.shared.contract_events import Extent, extended
from bot.domain.shared.types import Address, ChainId
from bot.storage.driver.statements import AnyConnection, Stored
from bot.storage.repositories.shared.event_ranges import SqlExtents
from bot.storage.tables import delegations

_PART = 1_000
"""Rows that are read or stored at a time, so that everybody else is served between the parts."""


class SqlDelegations:
    """Events are stored with the blocks in which they are complete, in one transaction."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection
        self._extents = SqlExtents(connection, REGISTRY_EVENTS.name)

    async def extents(self, chain: ChainId) -> list[Extent]:
        """Return the block ranges whose events are all stored, and who confirmed them, in order and without a gap."""
        return await self._extents.of(chain)

    async def put(self, facts: Sequence[Delegation], extent: Extent) -> None:
        """Store that exactly these are in the blocks of `extent`."""
        chain = extent.last.chain
        await self._extents.replace(chain, extended(await self._extents.of(chain), extent))
        await self._connection.execute(delete(delegations).where(*_within(chain, extent.first, extent.last.number)))
        for start in range(0, len(facts), _PART):
            rows = [_row(chain, fact) for fact in facts[start : start + _PART]]
            await self._connection.execute(insert(delegations), rows)

    async def within(self, chain: ChainId, first: int, last: int) -> list[Delegation]:
        """Return those of these blocks, both ends included, oldest first."""
        return await self._found(*_within(chain, first, last))

    async def doubt(self, chain: ChainId) -> None:
        """Remove the witnesses of a chain's extents; events and extents stay."""
        await self._extents.doubt(chain)

    async def clear(self, chain: ChainId) -> None:
        """Forget everything of a chain."""
        await self._connection.execute(delete(delegations).where(delegations.c.chain == chain))
        await self._extents.replace(chain, [])

    async def of(self, chain: ChainId, ids: Sequence[str], upto: int) -> list[Delegation]:
        """Return those under `ids` up to block `upto`, oldest first."""
        return await self._found(
            delegations.c.chain == chain, delegations.c.space.in_(ids), delegations.c.block <= upto
        )

    async def _found(self, *conditions: ColumnElement[bool]) -> list[Delegation]:
        """Return them in their order, read a part at a time: anybody may set any number of them on chain."""
        asked = select(delegations).where(*conditions).order_by(delegations.c.block, delegations.c.position)
        found: list[Delegation] = []
        async with cast("AsyncConnection", self._connection).stream(asked) as stored:
            async for rows in stored.partitions(_PART):
                found.extend(map(_delegation, rows))
        return found


def _delegation(row: Stored) -> Delegation:
    return Delegation(
        delegator=Address(row.delegator),
        id=row.space,
        delegate=None if row.delegate is None else Address(row.delegate),
        block=row.block,
        index=row.position,
    )


def _row(chain: ChainId, fact: Delegation) -> dict[str, object]:
    return {
        "chain": chain,
        "block": fact.block,
        "position": fact.index,
        "delegator": fact.delegator,
        "space": fact.id,
        "delegate": fact.delegate,
    }


def _within(chain: ChainId, first: int, last: int) -> tuple[ColumnElement[bool], ...]:
    return delegations.c.chain == chain, delegations.c.block.between(first, last)
