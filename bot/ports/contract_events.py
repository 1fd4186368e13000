"""What was read from contract events, stored by chain with the blocks for which it is complete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from bot.domain.shared.contract_events import Event, Extent
from bot.domain.shared.types import ChainId

T = TypeVar("T")


class EventRecords(Protocol[T]):
    """Stored facts from the events of one subscription."""

    async def extents(self, chain: ChainId) -> list[Extent]:
        """Return the block ranges in which all events are known, with their witnesses, in order and without gaps."""
        ...

    async def put(self, facts: Sequence[T], extent: Extent) -> None:
        """Store that exactly these facts are in the blocks of `extent`.

        It begins where a known extent begins, or after all of them.
        """
        ...

    async def within(self, chain: ChainId, first: int, last: int) -> list[T]:
        """Return the facts of these blocks, both ends included, oldest first."""
        ...

    async def doubt(self, chain: ChainId) -> None:
        """Remove the witnesses of a chain's events, so that they are read again."""
        ...

    async def clear(self, chain: ChainId) -> None:
        """Remove all facts of a chain."""
        ...


class ContractEventRepository(Protocol):
    """Events as they were told, by the name of their subscription; each method as that of `EventRecords`."""

    async def extents(self, subscription: str, chain: ChainId) -> list[Extent]: ...
    async def put(self, subscription: str, events: Sequence[Event], extent: Extent) -> None: ...
    async def within(self, subscription: str, chain: ChainId, first: int, last: int) -> list[Event]: ...
    async def doubt(self, subscription: str, chain: ChainId) -> None: ...
    async def clear(self, subscription: str, chain: ChainId) -> None: ...
