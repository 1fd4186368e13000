"""An index of events is confirmed before it counts, and made anew where the chain says otherwise."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.delegation.onchain_registry import EVERYWHERE
from bot.domain.shared.contract_events import EventRange, Extent, Subscription
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Address, Block
from bot.ports.deadline import wait_at_most
from bot.services.delegation.registry_index import Delegations, InMemoryIndex, StoredIndex
from tests.builders import CHAIN, a_block, an_address
from tests.fakes import FakeChain
from tests.services.conftest import House

ANN, BEN, CID = an_address(1), an_address(2), an_address(3)


@pytest.fixture(params=["stored", "passing"])
def index(request: pytest.FixtureRequest, house: House) -> StoredIndex | InMemoryIndex:
    return StoredIndex(house.app.store) if request.param == "stored" else InMemoryIndex()


class DaoContracts:
    """Ann delegates to Ben, Ben to Cid, on a chain whose endpoints a test names."""

    def __init__(self, index: StoredIndex | InMemoryIndex, chain: FakeChain | None = None) -> None:
        self.chain, self.index = chain or FakeChain(), index
        self.chain.witnesses = ("one",)
        self.chain.register(ANN, BEN)
        self.chain.register(BEN, CID)
        self.served = Delegations(index=index, chain=self.chain, twice=True)

    async def known(self, *, confirm: bool, block: Block | None = None) -> dict[Address, Address | None]:
        found = await self.served.at(block or self.chain.head, (EVERYWHERE,), confirm=confirm)
        return {fact.delegator: fact.delegate for fact in found}

    async def witnesses(self) -> list[tuple[str, ...]]:
        return [extent.witnesses for extent in await self.index.extents(CHAIN)]


@pytest.fixture
def ledger(index: StoredIndex | InMemoryIndex) -> DaoContracts:
    return DaoContracts(index)


TRUE = {ANN: BEN, BEN: CID}


async def test_what_one_told_is_asked_of_two_before_it_counts(ledger: DaoContracts) -> None:
    assert await ledger.known(confirm=False) == TRUE
    assert await ledger.witnesses() == [("one",)]
    ledger.chain.witnesses = ("one", "other")
    assert await ledger.known(confirm=False) == TRUE
    assert len(ledger.chain.ranges) == 1, "for the eye, what is known is enough"
    assert await ledger.known(confirm=True) == TRUE
    assert await ledger.witnesses() == [("one", "other")]
    assert await ledger.known(confirm=True) == TRUE
    assert len(ledger.chain.ranges) == 2, "and is confirmed once"


@pytest.mark.parametrize("kept", [0, 1, 3])
async def test_what_one_told_wrongly_is_mended_before_it_counts(ledger: DaoContracts, kept: int) -> None:
    true = list(ledger.chain.registered)
    ledger.chain.registered = [replace(true[0], delegator=an_address(9 + one), index=one) for one in range(kept)]
    assert await ledger.known(confirm=False) != TRUE
    ledger.chain.registered, ledger.chain.witnesses = true, ("one", "other")
    assert await ledger.known(confirm=True) == TRUE
    assert await ledger.witnesses() == [("one", "other")]


async def test_the_only_endpoint_is_asked_twice_before_what_it_told_counts(ledger: DaoContracts) -> None:
    assert await ledger.known(confirm=False) == TRUE
    assert await ledger.known(confirm=True) == TRUE
    assert await ledger.witnesses() == [("one", "one")]
    assert await ledger.known(confirm=True) == TRUE
    assert len(ledger.chain.ranges) == 2
    ledger.chain.witnesses = ("one", "other")
    assert await ledger.known(confirm=True) == TRUE
    assert await ledger.witnesses() == [("one", "other")], "the same one twice confirms nothing once there is another"


async def test_an_only_endpoint_that_changes_its_mind_is_not_believed_at_once(ledger: DaoContracts) -> None:
    true = list(ledger.chain.registered)
    ledger.chain.registered = []
    assert await ledger.known(confirm=False) == {}
    ledger.chain.registered = true
    with pytest.raises(ChainUnavailable) as failed:
        await ledger.known(confirm=True)
    assert failed.value.fault is ChainFault.DISAGREEMENT
    assert await ledger.known(confirm=True) == TRUE, "what it goes on telling is"


async def test_only_what_is_not_confirmed_is_read_again(ledger: DaoContracts) -> None:
    ledger.chain.witnesses = ("one", "other")
    assert await ledger.known(confirm=True) == TRUE
    confirmed = ledger.chain.head
    ledger.chain.witnesses = ("one",)
    ledger.chain.register(CID, ANN)
    await ledger.known(confirm=False)
    ledger.chain.witnesses = ("one", "other")
    await ledger.known(confirm=True)
    assert ledger.chain.ranges[-2:] == [(confirmed.number + 1, ledger.chain.head.number)] * 2
    assert await ledger.witnesses() == [("one", "other")]


async def test_what_is_not_confirmed_but_later_than_the_block_need_not_be(ledger: DaoContracts) -> None:
    ledger.chain.witnesses = ("one", "other")
    pinned = ledger.chain.head
    assert await ledger.known(confirm=True) == TRUE
    ledger.chain.witnesses = ("one",)
    ledger.chain.register(CID, ANN)
    await ledger.known(confirm=False)
    ledger.chain.witnesses, ledger.chain.ranges = ("one", "other"), []
    assert await ledger.known(confirm=True, block=pinned) == TRUE
    assert ledger.chain.ranges == []


async def test_what_a_count_disagrees_with_is_read_again(ledger: DaoContracts) -> None:
    ledger.chain.witnesses = ("one", "other")
    true = list(ledger.chain.registered)
    ledger.chain.registered = []
    assert await ledger.known(confirm=True) == {}
    ledger.chain.registered = true
    assert await ledger.known(confirm=True) == {}, "two have told so"
    await ledger.served.doubt(CHAIN)
    assert await ledger.known(confirm=False) == TRUE
    assert await ledger.witnesses() == [("one", "other")]


async def test_an_index_of_before_is_read_once_more(ledger: DaoContracts) -> None:
    await ledger.index.put([], Extent(first=0, last=ledger.chain.head, witnesses=()))
    assert await ledger.known(confirm=False) == TRUE
    assert await ledger.known(confirm=False) == TRUE
    assert len(ledger.chain.ranges) == 1


async def test_a_block_that_the_chain_does_not_have_undoes_nothing(ledger: DaoContracts) -> None:
    assert await ledger.known(confirm=False) == TRUE
    ledger.chain.down = ChainFault.LAGGING  # as endpoints answer of a block that is none
    with pytest.raises(ChainUnavailable):
        await ledger.known(confirm=False, block=a_block(ledger.chain.head.number, hash="0x" + "fe" * 32))
    ledger.chain.down = None
    assert await ledger.known(confirm=False) == TRUE
    assert len(ledger.chain.ranges) == 1


async def test_a_last_block_that_the_chain_has_left_undoes_all(ledger: DaoContracts) -> None:
    assert await ledger.known(confirm=False) == TRUE
    ledger.chain.registered.pop()
    ledger.chain.blocks[-1] = a_block(ledger.chain.head.number, hash="0x" + "fe" * 32)
    assert await ledger.known(confirm=False) == {ANN: BEN}
    ledger.chain.blocks[-1] = a_block(ledger.chain.head.number, hash="0x" + "fd" * 32)
    ledger.chain.register(CID, ANN)
    assert await ledger.known(confirm=False) == {ANN: BEN, CID: ANN}


async def test_a_later_block_that_the_chain_has_left_undoes_what_is_known_of_earlier_ones(ledger: DaoContracts) -> None:
    ledger.chain.witnesses = ("one", "other")
    earlier = ledger.chain.head
    ledger.chain.mine(5)
    assert await ledger.known(confirm=True) == TRUE
    assert await ledger.known(confirm=True, block=earlier) == TRUE
    asked = len(ledger.chain.ranges)
    ledger.chain.reorganise(earlier.number)
    ledger.chain.registered.pop()
    now = next(block for block in ledger.chain.blocks if block.number == earlier.number)
    assert await ledger.known(confirm=True, block=now) == {ANN: BEN}
    assert len(ledger.chain.ranges) == asked + 1


async def test_whether_a_later_block_was_left_must_be_known_for_a_count_alone(
    ledger: DaoContracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.chain.witnesses = ("one", "other")
    earlier = ledger.chain.head
    ledger.chain.mine(5)
    assert await ledger.known(confirm=True) == TRUE

    async def one_is_out(_block: Block) -> bool:
        raise ChainUnavailable(CHAIN, ChainFault.UNREACHABLE)

    monkeypatch.setattr(ledger.chain, "has", one_is_out)
    assert await ledger.known(confirm=False, block=earlier) == TRUE
    with pytest.raises(ChainUnavailable):
        await ledger.known(confirm=True, block=earlier)


class Slow(FakeChain):
    """Tells no events before it may."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.may = asyncio.Event(), asyncio.Event()
        self.may.set()

    async def events(self, *args: Any, **fields: Any) -> EventRange | None:
        self.asked.set()
        await self.may.wait()
        return await super().events(*args, **fields)


async def test_nobody_waits_for_what_another_reads_again(index: StoredIndex | InMemoryIndex) -> None:
    slow = Slow()
    ledger = DaoContracts(index, slow)
    assert await ledger.known(confirm=False) == TRUE
    slow.asked.clear()
    slow.may.clear()
    count = asyncio.create_task(ledger.known(confirm=True))
    await slow.asked.wait()
    assert await ledger.known(confirm=False) == TRUE, "a vote does not wait for a count"
    slow.may.set()
    assert await count == TRUE
    assert await ledger.witnesses() == [("one", "one")]


class Crawling(FakeChain):
    """Tells the events of one block at a time."""

    async def events(
        self, wanted: Subscription, after: Block | None, upto: Block, *, confirm: bool = False
    ) -> EventRange | None:
        blocks = [block for block in self.blocks if after is None or block.number > after.number]
        return await super().events(
            wanted, after, min(upto, blocks[0], key=lambda block: block.number), confirm=confirm
        )


async def test_what_takes_long_is_gone_on_with_the_next_time_and_keeps_nobody(
    index: StoredIndex | InMemoryIndex,
) -> None:
    ledger = DaoContracts(index, Crawling())
    ledger.served = Delegations(index=index, chain=ledger.chain, twice=True, at_most=0)
    parts = len(ledger.chain.blocks)
    for confirm in (False, True):  # read, and read again
        for _ in range(parts - 1):
            with pytest.raises(ChainUnavailable, match="so far") as failed:
                await ledger.known(confirm=confirm)
            assert failed.value.fault is ChainFault.TOO_LARGE
        assert await ledger.known(confirm=confirm) == TRUE
    assert len(ledger.chain.ranges) == 2 * parts, "each time a part is kept"


async def test_who_waits_for_what_another_reads_is_told_in_time(index: StoredIndex | InMemoryIndex) -> None:
    slow = Slow()
    ledger = DaoContracts(index, slow)
    slow.may.clear()
    sweep = asyncio.create_task(ledger.known(confirm=True))
    await slow.asked.wait()

    async def vote() -> None:
        wait_at_most(0)
        await ledger.known(confirm=False)

    with pytest.raises(ChainUnavailable, match="is being read"):
        await asyncio.create_task(vote())
    slow.may.set()
    assert await sweep == TRUE


class Forgetful(FakeChain):
    """Never has a block any more that it told."""

    async def events(
        self, wanted: Subscription, after: Block | None, upto: Block, *, confirm: bool = False
    ) -> EventRange | None:
        return None if after else await super().events(wanted, after, self.blocks[0], confirm=confirm)


async def test_a_chain_that_leaves_each_block_that_it_tells_is_not_asked_without_end(
    index: StoredIndex | InMemoryIndex,
) -> None:
    ledger = DaoContracts(index, Forgetful())
    with pytest.raises(ChainUnavailable) as failed:
        await ledger.known(confirm=True)
    assert failed.value.fault is ChainFault.BAD_ANSWER
    assert len(ledger.chain.ranges) <= 3


class OneForked(FakeChain):
    """Of its endpoints one alone says that the chain has left every block; two together don't."""

    async def events(
        self, wanted: Subscription, after: Block | None, upto: Block, *, confirm: bool = False
    ) -> EventRange | None:
        if after is not None and confirm:
            raise ChainUnavailable(self.chain, ChainFault.UNREACHABLE, "endpoint 2: it does not answer")
        return None if after else await super().events(wanted, after, upto, confirm=confirm)


async def test_one_endpoint_alone_undoes_nothing_that_two_told(index: StoredIndex | InMemoryIndex) -> None:
    ledger = DaoContracts(index, OneForked())
    ledger.chain.witnesses = ("one", "other")
    pinned = ledger.chain.head
    assert await ledger.known(confirm=True) == TRUE
    ledger.chain.mine()
    with pytest.raises(ChainUnavailable):
        await ledger.known(confirm=False)
    assert await ledger.known(confirm=True, block=pinned) == TRUE
    assert await ledger.witnesses() == [("one", "other")]
