"""What events say, kept as long as the program runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from bot.domain.shared.contract_events import extended

if TYPE_CHECKING:  # the command line starts without what these load
    from bot.domain.shared.contract_events import Extent
    from bot.domain.shared.types import ChainId


class _Placed(Protocol):
    """What was said at a place of the chain."""

    @property
    def block(self) -> int: ...
    @property
    def index(self) -> int: ...


F = TypeVar("F", bound=_Placed)


class EventsInMemory(Generic[F]):
    """The records of one subscription."""

    def __init__(self) -> None:
        self._extents: defaultdict[ChainId, list[Extent]] = defaultdict(list)
        self._facts: defaultdict[ChainId, list[F]] = defaultdict(list)

    async def extents(self, chain: ChainId) -> list[Extent]:
        """Return in which blocks all is known, and by whom."""
        return list(self._extents[chain])

    async def put(self, facts: Sequence[F], extent: Extent) -> None:
        """Keep what is in the blocks of `extent`."""
        chain, first, last = extent.last.chain, extent.first, extent.last.number
        self._extents[chain] = extended(self._extents[chain], extent)
        others = [fact for fact in self._facts[chain] if not first <= fact.block <= last]
        self._facts[chain] = sorted([*others, *facts], key=lambda fact: (fact.block, fact.index))

    async def within(self, chain: ChainId, first: int, last: int) -> list[F]:
        """Return what is kept of these blocks."""
        return [fact for fact in self._facts[chain] if first <= fact.block <= last]

    async def doubt(self, chain: ChainId) -> None:
        """Forget who said what is known of a chain."""
        self._extents[chain] = [replace(extent, witnesses=()) for extent in self._extents[chain]]

    async def clear(self, chain: ChainId) -> None:
        """Forget a chain."""
        self._extents.pop(chain, None)
        self._facts.pop(chain, None)
