"""Answers the reads of an evaluation: calls from the chain, events from their indices; also total supplies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from bot.domain.power import scale_of
from bot.domain.power.chain_reads import Delegations as DelegationsRead
from bot.domain.power.chain_reads import Earlier, View
from bot.domain.power.chain_reads import Events as EventsRead
from bot.domain.power.strategy_catalogue import decimals_of
from bot.domain.proposals.vote_rules import check_supply
from bot.domain.shared.endpoint_confirmation import Alone, Confirmation
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Address, Units
from bot.services.outages import gather_in_order
from bot.services.shared.worker_thread import in_thread_if_many

if TYPE_CHECKING:  # imported for types only, so that the command line starts without them
    from bot.domain.delegation.onchain_registry import Delegation
    from bot.domain.power.chain_reads import Answers, Read
    from bot.domain.power.strategy import ReadSteps, Strategy
    from bot.domain.shared.contract_events import Event, Subscription
    from bot.domain.shared.types import Block, ChainId
    from bot.ports import ChainReader

T = TypeVar("T")
_TOTAL_SUPPLY = bytes.fromhex("18160ddd")  # totalSupply()


class DelegationsAt(Protocol):
    """Returns delegations of the Delegate Registry."""

    async def at(
        self, block: Block, ids: Sequence[str], *, confirm: bool = False, alone: Alone | None = None
    ) -> Sequence[Delegation]:
        """Return what was set and cleared under `ids` up to and including `block`. Raises ChainUnavailable.

        If only one endpoint confirmed any of it, the chain is added to `alone`.
        """
        ...


class EventsAt(Protocol):
    """Returns events of contracts."""

    async def at(
        self, block: Block, wanted: Subscription, *, confirm: bool = False, alone: Alone | None = None
    ) -> Sequence[Event]:
        """Return the events up to and including `block`, oldest first. Raises ChainUnavailable.

        If only one endpoint confirmed any of it, the chain is added to `alone`.
        """
        ...


async def answered(
    steps: ReadSteps[T],
    chain: ChainReader,
    delegations: DelegationsAt,
    events: EventsAt,
    blocks: Mapping[ChainId, Block],
    *,
    confirm: Confirmation = Confirmation.REQUIRED,
    alone: Alone | None = None,
    many: int = 1,
) -> T:
    """Answer all reads of an evaluation at `blocks`, and return its result.

    `confirm` and `alone` are those of `ChainReader`. `many` is the number of wallets: with very many, or very large
    answers, the evaluation runs in a thread. Raises as `ChainReader.read`.
    """
    step = await in_thread_if_many(many, lambda: _step(steps, None))
    while not isinstance(step, _Done):
        reads = step
        answers = await _answer(reads, chain, delegations, events, blocks, confirm=confirm, alone=alone)
        step = await in_thread_if_many(max(many, sum(map(len, answers))), partial(_step, steps, answers))
    return step.value


async def _answer(
    reads: Sequence[Read],
    chain: ChainReader,
    delegations: DelegationsAt,
    events: EventsAt,
    blocks: Mapping[ChainId, Block],
    *,
    confirm: Confirmation,
    alone: Alone | None,
) -> list[Answers]:
    """Return the answers in order; a chain's events are read one after another, all else concurrently."""
    counts = confirm is Confirmation.REQUIRED
    plain: list[int] = []
    of_events: defaultdict[ChainId, list[int]] = defaultdict(list)
    for place, read in enumerate(reads):
        (of_events[read.chain] if isinstance(read, DelegationsRead | EventsRead) else plain).append(place)

    async def read_plain() -> list[tuple[int, Answers]]:
        found = await _read([reads[place] for place in plain], chain, blocks, confirm, alone)
        return list(zip(plain, found, strict=True))

    async def read_events(at: ChainId) -> list[tuple[int, Answers]]:
        found: list[tuple[int, Answers]] = []
        for place in of_events[at]:
            match reads[place]:
                case DelegationsRead(ids=ids):
                    found.append((place, await delegations.at(blocks[at], ids, confirm=counts, alone=alone)))
                case EventsRead(wanted=wanted):
                    found.append((place, await events.at(blocks[at], wanted, confirm=counts, alone=alone)))
        return found

    told = await gather_in_order([read_plain(), *map(read_events, of_events)]) if of_events else [await read_plain()]
    known = dict(pair for some in told for pair in some)
    return [known[place] for place in range(len(reads))]


async def _read(
    reads: Sequence[Read],
    chain: ChainReader,
    blocks: Mapping[ChainId, Block],
    confirm: Confirmation,
    alone: Alone | None,
) -> list[Answers]:
    """Return the answers in order, each at its chain's pinned block, or as many blocks before it as it asks for."""
    by_age: dict[int, list[int]] = {}
    for place, read in enumerate(reads):
        by_age.setdefault(read.blocks if isinstance(read, Earlier) else 0, []).append(place)
    found: dict[int, Answers] = {}
    for age, places in by_age.items():
        some = [read.read if isinstance(read, Earlier) else read for read in map(reads.__getitem__, places)]
        at = blocks
        if age:  # a block before a final one is final too, so it never changes
            chains = list(dict.fromkeys(read.chain for read in some))
            earlier = (chain.numbered(one, blocks[one].number - age, confirm=confirm, alone=alone) for one in chains)
            at = dict(zip(chains, await gather_in_order(earlier), strict=True))
        found |= zip(places, await chain.read(some, at, confirm=confirm, alone=alone), strict=True)
    return [found[place] for place in range(len(reads))]


@dataclass(frozen=True, slots=True)
class _Done(Generic[T]):
    value: T


def _step(steps: ReadSteps[T], answers: Sequence[Answers] | None) -> Sequence[Read] | _Done[T]:
    """Run the evaluation one step; return its next reads, or its result."""
    try:
        return next(steps) if answers is None else steps.send(answers)
    except StopIteration as done:
        return _Done(done.value)


async def total_supply(chain: ChainReader, strategies: Sequence[Strategy], blocks: Mapping[ChainId, Block]) -> Units:
    """Return the total supply of the token that the strategies count one for one, in units of their scale.

    Two endpoints must agree on it where its chain has two.

    Raises:
        InvalidInput: they count no such token.
        ChainUnavailable: the chain could not be read, or the contract states no supply.

    """
    strategy = check_supply(strategies)
    token = Address(str(strategy.params["address"]))
    view = View(chain=strategy.network, target=token, data=_TOTAL_SUPPLY)
    ((amount,),) = await chain.read([view], blocks)
    if amount is None:
        raise ChainUnavailable(strategy.network, ChainFault.BAD_ANSWER, "the token states no total supply")
    return Units(int(amount) * 10 ** (scale_of(strategies) - decimals_of(strategy)))
