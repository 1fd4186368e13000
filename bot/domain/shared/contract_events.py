"""Events of contracts: which are wanted, and in which blocks they are known to be complete, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.shared.types import Address, Block, ChainId


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Which events are wanted of a chain.

    `name` is what they are kept under, `source` what people call their contract. No address means any. `topics` are
    alternatives by position, an empty one means any; an event has at least so many. `begins` are first blocks, by
    chain, where they are known: none is earlier. Of more than `most` events nobody wants to know further ones: what is
    told is more than that, and need not be all.
    """

    name: str
    source: str
    addresses: tuple[Address, ...] = ()
    topics: tuple[tuple[str, ...], ...] = ()
    begins: Mapping[ChainId, int] = field(default_factory=dict)
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event at its place in the chain, in lower-case hexadecimal. `index` is its number within the block."""

    address: Address
    topics: tuple[str, ...]
    data: str
    block: int
    block_hash: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """All events of a subscription from block `first` to block `last` are known, as `witnesses` say.

    A witness is a fingerprint of an endpoint. One endpoint that said the same twice stands there twice. Nobody: what is
    known was contradicted, and is to be read again.
    """

    first: int
    last: Block
    witnesses: tuple[str, ...]

    @property
    def confirmed(self) -> bool:
        """Whether two endpoints said the same."""
        return len(set(self.witnesses)) > 1


def extended(known: Sequence[Extent], fresh: Extent) -> list[Extent]:
    """Return the extents, in order, after `fresh` was read: it replaces what lies within it, and joins its like.

    Raises:
        ValueError: it neither begins where a known one does nor behind the last.

    """
    before = [extent for extent in known if extent.last.number < fresh.first]
    after = [
        replace(extent, first=max(extent.first, fresh.last.number + 1))
        for extent in known
        if extent.last.number > fresh.last.number
    ]
    begins = {extent.first for extent in known} | ({known[-1].last.number + 1} if known else {fresh.first})
    if fresh.first not in begins:
        raise ValueError(f"events from block {fresh.first} on leave a gap, or split what is known")
    joined: list[Extent] = []
    for extent in (*before, fresh, *after):
        if joined and joined[-1].witnesses == extent.witnesses:
            joined[-1] = replace(extent, first=joined[-1].first)
        else:
            joined.append(extent)
    return joined


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRange:
    """What was read: the events of an extent, in their order."""

    extent: Extent
    events: tuple[Event, ...]
