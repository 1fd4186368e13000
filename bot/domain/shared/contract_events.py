"""Contract events: which ones are needed, and for which blocks they are known to be complete, by which endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.shared.types import Address, Block, ChainId


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Which events of a chain are read.

    `name` is the key under which they are stored, `source` what people call the contract. Without an address, events of
    any contract match. `topics` are alternatives by position, where an empty one matches anything; an event has at
    least that many. `begins` are the first blocks by chain, where known: there are no earlier events.
    """

    name: str
    source: str
    addresses: tuple[Address, ...] = ()
    topics: tuple[tuple[str, ...], ...] = ()
    begins: Mapping[ChainId, int] = field(default_factory=dict)
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event with its place in the chain, in lower-case hexadecimal. `index` is its log index within the block."""

    address: Address
    topics: tuple[str, ...]
    data: str
    block: int
    block_hash: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """All events of a subscription from block `first` to block `last` are known, as the `witnesses` say.

    A witness is the fingerprint of an endpoint; an endpoint that gave the same answer twice is listed twice. Without
    witnesses, the events were contradicted and will be read again.
    """

    first: int
    last: Block
    witnesses: tuple[str, ...]

    @property
    def confirmed(self) -> bool:
        """Whether there are two witnesses."""
        return len(set(self.witnesses)) > 1


def extended(known: Sequence[Extent], fresh: Extent) -> list[Extent]:
    """Return the extents, in order, after `fresh` was read: it replaces what it covers and joins equal neighbours.

    Raises:
        ValueError: it begins neither at the start of a known extent nor after the last one.

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
    """The events of an extent, in their order."""

    extent: Extent
    events: tuple[Event, ...]
