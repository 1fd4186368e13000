"""Reads a chain's events up to a final block, from several endpoints, so that none decides alone what happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.chain.concurrency import gather_all
from bot.chain.events.range_reader import MOST_EVENTS, RangeTooNarrow, RangeWidth, events_between
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.endpoint_agreement import PAIR
from bot.chain.rpc.endpoint_pool import Pool
from bot.chain.rpc.rpc_faults import NoContract, NodeFault
from bot.domain.shared.contract_events import Event, EventRange, Extent, Subscription
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Address, Block

_STEPS = 15
"""How many times the blocks that every endpoint takes at once are read before they are handed over: while they double,
four requests."""

_Said = tuple[Block, tuple[Event, ...]]
"""The last block and the events up to it; None if the chain no longer has the block after which they begin."""


@dataclass(slots=True)
class _Answers:
    """What endpoints said of one range, by number, and who takes too few blocks at once to be asked for it."""

    said: dict[int, _Said | None] = field(default_factory=dict)
    narrow: set[int] = field(default_factory=set)


class EventReader:
    """Reads the events of one chain. `names` are the fingerprints of its endpoints, by number."""

    def __init__(self, pool: Pool, names: Mapping[int, str]) -> None:
        self._pool, self._names = pool, names
        self._widths: defaultdict[tuple[str, int], RangeWidth] = defaultdict(RangeWidth)

    async def read(self, wanted: Subscription, after: Block | None, upto: Block, *, confirm: bool) -> EventRange | None:
        """Return the events behind `after`, not always to `upto` at once; None: the chain has no such `after`.

        Two endpoints must say the same where the chain has two; of three, two. Without `confirm` one suffices if no
        other serves now.

        Raises:
            ChainUnavailable: DISAGREEMENT, if they say different things; or as `Pool.run`.
            NoContract: where the first events are read, no contract stands.

        """
        first = _first(wanted, upto) if after is None else after.number + 1
        most = upto.number - first + 1
        while True:
            most = min(most, _STEPS * self._taken(wanted))
            last = min(upto.number, first + most - 1)
            answers = _Answers()
            try:
                agreed = await self._agreed(wanted, after, first, last, upto, answers, confirm=confirm)
            except ChainUnavailable as differing:
                if answers.narrow:
                    most = self._narrower(wanted, answers.narrow, most)
                    continue
                lacking, same = _lacking(answers.said, first)
                if differing.fault is not ChainFault.DISAGREEMENT or most == 1 or not lacking:
                    raise
                most = max(1, min(same, most - 1))
                for number in lacking:
                    width = self._widths[wanted.name, number]
                    width.refused(width.blocks)
                continue
            if agreed is None:
                return None
            end, events = agreed
            witnesses = tuple(sorted(self._names[number] for number, one in answers.said.items() if one == agreed))
            if answers.narrow and len(witnesses) < PAIR:  # who tells less at once confirms less
                most = self._narrower(wanted, answers.narrow, most)
                continue
            begins = 0 if after is None else first  # nothing is earlier
            return EventRange(extent=Extent(first=begins, last=end, witnesses=witnesses), events=events)

    async def _agreed(
        self,
        wanted: Subscription,
        after: Block | None,
        first: int,
        last: int,
        upto: Block,
        answers: _Answers,
        *,
        confirm: bool,
    ) -> _Said | None:
        async def work(endpoint: Endpoint) -> _Said | None:
            try:
                found = await self._one(endpoint, wanted, after, first, last, upto)
            except RangeTooNarrow:
                answers.narrow.add(endpoint.number)
                raise
            answers.said[endpoint.number] = found
            return found

        wanting = Confirmation.REQUIRED if confirm else Confirmation.WANTED
        return (await self._pool.agreed(work, _difference, wanting)).value

    async def _one(
        self, endpoint: Endpoint, wanted: Subscription, after: Block | None, first: int, last: int, upto: Block
    ) -> _Said | None:
        """Return what one endpoint says, which has `upto` before it was asked for events and after."""
        ends = [block_of(endpoint, upto.number)]
        if after is not None:
            ends.append(block_of(endpoint, after.number))
        newest, *earlier = await gather_all(ends)
        if newest.hash != upto.hash:
            raise NodeFault(ChainFault.LAGGING, f"it has another block {upto.number}")
        if after is None:
            for address in wanted.addresses[:1]:
                await _stands(endpoint, address, upto.number)
        elif earlier[0].hash != after.hash:
            return None
        events, last = await events_between(
            endpoint, wanted, first, last, self._width(wanted, endpoint), most=_most(wanted)
        )
        end, *later = await gather_all(block_of(endpoint, number) for number in sorted({last, upto.number}))
        if (later or [end])[-1].hash != upto.hash:
            raise NodeFault(ChainFault.LAGGING, f"it has another block {upto.number}")
        if events and events[-1].block == last and events[-1].block_hash != end.hash:
            raise NodeFault(ChainFault.BAD_ANSWER, f"its events are of another block {last}")
        return end, tuple(events)

    def _taken(self, wanted: Subscription) -> int:
        """Return how many blocks as many endpoints take at once as must agree: of three, two."""
        widths = sorted((self._width(wanted, endpoint).blocks for endpoint in self._pool.endpoints), reverse=True)
        return widths[:PAIR][-1]

    def _narrower(self, wanted: Subscription, narrow: Collection[int], most: int) -> int:
        """Return how many blocks are asked for where `most` were too many for some."""
        return min(most - 1, _STEPS * max(self._widths[wanted.name, number].blocks for number in narrow))

    def _width(self, wanted: Subscription, endpoint: Endpoint) -> RangeWidth:
        return self._widths[wanted.name, endpoint.number]


def _first(wanted: Subscription, upto: Block) -> int:
    """Return where the events begin; a chain that is shorter is not the one that we know by that id."""
    known = wanted.begins.get(upto.chain, 0)
    return known if known <= upto.number else 0


def _most(wanted: Subscription) -> int:
    """Return after how many events a reading ends."""
    return MOST_EVENTS if wanted.most is None else min(MOST_EVENTS, wanted.most + 1)


async def block_of(endpoint: Endpoint, number: int) -> Block:
    """Return the block of that number. Raises NodeFault."""
    block = await endpoint.header(hex(number))
    if block is None or block.number != number:
        raise NodeFault(ChainFault.LAGGING, f"it does not have block {number}")
    return block


async def _stands(endpoint: Endpoint, address: Address, number: int) -> None:
    if not await endpoint.code(address, hex(number)):
        raise NoContract(address, number)


def _difference(one: _Said | None, other: _Said | None) -> str:
    """Return in words how the answers of two endpoints differ, empty if they do not."""
    if one == other:
        return ""
    if one is None or other is None:
        return "one of them does not have the block up to which events are known"
    if one[0] != other[0]:
        return f"they have different blocks {one[0].number:,}"
    alone = len(set(one[1]) ^ set(other[1]))
    what = "one event" if alone == 1 else f"{alone:,} events"
    return f"of {what} up to block {one[0].number:,} one of them alone tells"


def _lacking(said: Mapping[int, _Said | None], first: int) -> tuple[set[int], int]:
    """Return who tells nothing at places where others tell something, as one does that gives so much and no more.

    Besides, for how many blocks from `first` on all tell the same.
    """
    told = {number: frozenset(one[1]) for number, one in said.items() if one is not None}
    places = {number: {(event.block, event.index) for event in events} for number, events in told.items()}
    lacking = {number for number, some in places.items() if some != set().union(*places.values())}
    doubtful = frozenset[Event]().union(*told.values()) - frozenset.intersection(*told.values()) if told else ()
    return lacking, min((event.block for event in doubtful), default=first) - first
