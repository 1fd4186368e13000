"""Keeps the stored events of a subscription complete up to a block, and confirmed by two endpoints where needed."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.ports.deadline import DEADLINE
from bot.services.shared.worker_thread import in_thread_if_many

if TYPE_CHECKING:  # the command line starts without what these load
    from bot.domain.shared.contract_events import Event, EventRange, Extent, Subscription
    from bot.domain.shared.types import Block, ChainId
    from bot.ports import ChainReader, EventRecords

T = TypeVar("T")
_log = logging.getLogger(__name__)

_REMEMBERED = 1_000


class EventIndex(Generic[T]):
    """Brings `records` up to a block: only what they lack is read, and what nobody confirmed is read again.

    `decode` turns an event into a record. With `twice`, what the only endpoint of a chain told is confirmed by asking
    it a second time, because its first answer may have been a passing fault. Work that takes more than `at_most`
    seconds continues in the next call, so that an endpoint that gives little at a time keeps nobody waiting.
    """

    def __init__(
        self,
        *,
        records: EventRecords[T],
        chain: ChainReader,
        wanted: Subscription,
        decode: Callable[[Event], T],
        twice: bool = False,
        at_most: float = math.inf,
    ) -> None:
        self._records, self._chain = records, chain
        self._wanted, self._decode, self._twice, self._at_most = wanted, decode, twice, at_most
        self._turns: defaultdict[ChainId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._seen: set[tuple[Block, Block]] = set()
        """Blocks, and later ones up to which events were known, that were seen to be of one chain."""

    async def bring_to(self, block: Block, *, confirm: bool) -> None:
        """Make sure that all events up to the final `block` are stored, with `confirm` from two endpoints if there are.

        What is more than the subscription's `most` is enough.

        Raises:
            ChainUnavailable: missing events could not be read, or not all yet; or endpoints differ.

        """
        if await self._complete(block, confirm=confirm):  # so that nobody waits for what another one reads
            return
        until = asyncio.get_running_loop().time() + self._at_most
        async with self._turn(block.chain):
            if not await self._is_of_this_chain(await self._records.extents(block.chain), block, confirm=confirm):
                await self._anew(block, confirm=confirm)
            await self._read_again(block, until, confirm=confirm)
            await self._go_on(block, until, confirm=confirm)

    async def doubt(self, chain: ChainId) -> None:
        """Have everything of a chain read again before it is used next, because something disagreed with it."""
        async with self._turns[chain]:
            await self._records.doubt(chain)

    @asynccontextmanager
    async def _turn(self, chain: ChainId) -> AsyncIterator[None]:
        """Be the one who reads. Raises ChainUnavailable: the turn did not come while somebody waits."""
        try:
            async with asyncio.timeout_at(DEADLINE.get()):
                await self._turns[chain].acquire()
        except TimeoutError:
            detail = f"the {self._wanted.source} is being read, and was not within the time that somebody waits"
            raise ChainUnavailable(chain, ChainFault.UNREACHABLE, detail) from None
        try:
            yield
        finally:
            self._turns[chain].release()

    async def _complete(self, block: Block, *, confirm: bool) -> bool:
        known = await self._records.extents(block.chain)
        if not known or not await self._is_of_this_chain(known, block, confirm=confirm):
            return False
        if known[-1].last.number < block.number and not await self._enough(block):
            return False
        return all(self._trusted(extent, confirm=confirm) for extent in known if extent.first <= block.number)

    async def _is_of_this_chain(self, known: Sequence[Extent], block: Block, *, confirm: bool) -> bool:
        """Return whether what is known does not end at blocks that the chain of `block` has left.

        Where it goes on behind `block`, the chain is asked once: what went back to an earlier block, and on from there
        in another way, may have left earlier events, too. What cannot be told now is believed, but for `confirm`:
        then ChainUnavailable is raised.
        """
        if any(extent.last.number == block.number and extent.last.hash != block.hash for extent in known):
            return False
        if not known or known[-1].last.number <= block.number or (block, known[-1].last) in self._seen:
            return True
        try:
            if not await self._chain.has(known[-1].last):
                return False
        except ChainUnavailable:
            if confirm:
                raise
            return True
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen.add((block, known[-1].last))
        return True

    async def _anew(self, block: Block, *, confirm: bool) -> None:
        """Begin again, with nothing known, once the chain was seen to have `block`."""
        read = await self._chain.events(self._wanted, None, block, confirm=confirm)
        await self._records.clear(block.chain)
        if read is not None:
            await self._records.put(await self._facts(read.events), read.extent)

    async def _read(self, after: Block | None, upto: Block, *, confirm: bool) -> EventRange | None:
        """Read events. That the chain has left `after` undoes what is known, so one alone is not believed in that."""
        read = await self._chain.events(self._wanted, after, upto, confirm=confirm)
        if read is None and not confirm:
            read = await self._chain.events(self._wanted, after, upto, confirm=True)
        return read

    async def _read_again(self, block: Block, until: float, *, confirm: bool) -> None:
        while True:
            known = await self._records.extents(block.chain)
            before = None
            for extent in known:
                if extent.first <= block.number and not self._trusted(extent, confirm=confirm):
                    break
                before = extent.last
            else:
                return
            reached = await self._compare(extent, before, confirm=confirm)
            if reached is None:
                return
            self._see_to_time(reached, block, until)

    async def _compare(self, extent: Extent, before: Block | None, *, confirm: bool) -> int | None:
        """Read again what is not trusted, from its first block on; return up to which, None: `before` is gone."""
        chain = extent.last.chain
        read = await self._read(before, extent.last, confirm=confirm)
        if read is None:
            await self._records.clear(chain)
            return None
        facts, fresh = await self._facts(read.events), read.extent
        stored = await self._records.within(chain, fresh.first, fresh.last.number)
        same = await in_thread_if_many(len(facts), lambda: facts == stored)
        if same and not fresh.confirmed:
            fresh = replace(fresh, witnesses=(*extent.witnesses, *fresh.witnesses)[-2:])
        await self._records.put(facts, fresh)
        if not same:
            _log.warning(
                "what was known of the %s on chain %s in blocks %s to %s was wrong; it is mended",
                self._wanted.source,
                chain,
                fresh.first,
                fresh.last.number,
            )
            if not fresh.confirmed and extent.witnesses:
                detail = f"what it tells of the {self._wanted.source} differs from what was told before"
                raise ChainUnavailable(chain, ChainFault.DISAGREEMENT, detail)
        return fresh.last.number

    async def _go_on(self, block: Block, until: float, *, confirm: bool) -> None:
        begun_anew = False
        while True:
            known = await self._records.extents(block.chain)
            after = known[-1].last if known else None
            if after is not None and (after.number >= block.number or await self._enough(block)):
                return
            read = await self._read(after, block, confirm=confirm)
            if read is not None:
                await self._records.put(await self._facts(read.events), read.extent)
                self._see_to_time(read.extent.last.number, block, until)
                continue
            await self._records.clear(block.chain)  # what counted as final is gone: nothing known can be trusted
            if begun_anew or after is None:
                detail = f"what it tells of block {after.number if after else 0:,} does not stay the same"
                raise ChainUnavailable(block.chain, ChainFault.BAD_ANSWER, detail)
            begun_anew = True

    def _see_to_time(self, reached: int, block: Block, until: float) -> None:
        """Raise ChainUnavailable where something is left to read, and the time for it is over."""
        if reached < block.number and asyncio.get_running_loop().time() >= until:
            detail = f"the {self._wanted.source} is known up to block {reached:,} of {block.number:,} so far"
            raise ChainUnavailable(block.chain, ChainFault.TOO_LARGE, detail)

    async def _enough(self, block: Block) -> bool:
        """Whether more is known than is wanted."""
        most = self._wanted.most
        return most is not None and len(await self._records.within(block.chain, 0, block.number)) > most

    async def _facts(self, events: Sequence[Event]) -> list[T]:
        return await in_thread_if_many(len(events), lambda: [self._decode(event) for event in events])

    def _trusted(self, extent: Extent, *, confirm: bool) -> bool:
        if not confirm or not extent.witnesses:
            return bool(extent.witnesses)
        if self._chain.endpoints(extent.last.chain) > 1:
            return extent.confirmed
        return not self._twice or len(extent.witnesses) > 1
