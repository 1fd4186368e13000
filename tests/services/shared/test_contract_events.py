"""What contracts told is read once, kept by subscription, and read again where it is doubted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.shared.contract_events import Event, Subscription
from bot.domain.shared.types import ChainId
from bot.services.shared.contract_events import ContractEvents, StoredEvents
from tests.builders import CHAIN, an_address
from tests.fakes import FakeChain
from tests.services.conftest import House

FACTORY = an_address(9)
KIND = "0x" + "0c" * 32


def told(block: int, index: int, value: str) -> Event:
    return Event(
        address=FACTORY, topics=(KIND, value), data="0x", block=block, block_hash=f"0x{block:064x}", index=index
    )


def wanted(value: str) -> Subscription:
    return Subscription(name=f"of {value}", source="factory", addresses=(FACTORY,), topics=((KIND,), (value,)))


ONE, OTHER = "0x" + "01" * 32, "0x" + "02" * 32


class Told(ContractEvents):
    """Those of a chain that tests change."""

    fake: FakeChain


@pytest.fixture(params=["stored", "passing"])
def events(request: pytest.FixtureRequest, house: House) -> Told:
    chain = FakeChain()
    records = (lambda name: StoredEvents(house.app.store, name)) if request.param == "stored" else None
    made = Told(chain=chain, records=records, twice=True)
    made.fake = chain
    chain.told = [told(99, 0, ONE), told(100, 1, OTHER), told(100, 2, ONE)]
    return made


async def test_each_subscription_has_what_it_asked_for_up_to_the_block(events: Told) -> None:
    at = events.fake.head
    assert await events.at(at, wanted(ONE)) == [told(99, 0, ONE), told(100, 2, ONE)]
    assert await events.at(at, wanted(OTHER)) == [told(100, 1, OTHER)]
    assert await events.at(events.fake.blocks[0], wanted(ONE)) == [told(99, 0, ONE)]


async def test_what_is_known_is_not_read_again_and_what_is_new_alone_is_read(events: Told) -> None:
    await events.at(events.fake.head, wanted(ONE), confirm=True)
    known = events.fake.head
    events.fake.ranges.clear()
    await events.at(known, wanted(ONE), confirm=True)
    assert events.fake.ranges == []
    events.fake.mine()
    events.fake.told.append(told(101, 0, ONE))
    assert await events.at(events.fake.head, wanted(ONE), confirm=True) == [
        told(99, 0, ONE),
        told(100, 2, ONE),
        told(101, 0, ONE),
    ]
    assert events.fake.ranges == [(known.number + 1, 101)]


async def test_of_more_events_than_are_wanted_no_further_ones_are_read(events: Told) -> None:
    few = replace(wanted(ONE), most=1)
    assert len(await events.at(events.fake.head, few, confirm=True)) > 1
    events.fake.ranges.clear()
    events.fake.mine(5)
    assert len(await events.at(events.fake.head, few, confirm=True)) > 1
    assert events.fake.ranges == []
    assert len(await events.at(events.fake.blocks[0], few, confirm=True)) == 1, "up to a block there were fewer"


async def test_what_one_endpoint_alone_told_is_said_and_confirmed_before_it_counts(events: Told) -> None:
    events.fake.witnesses = ("one",)
    alone: set[ChainId] = set()
    await events.at(events.fake.head, wanted(ONE), alone=alone)
    assert alone == {CHAIN}
    events.fake.witnesses, alone = ("one", "other"), set()
    await events.at(events.fake.head, wanted(ONE), confirm=True, alone=alone)
    assert alone == set()
    assert len(events.fake.ranges) == 2


async def test_what_is_doubted_is_read_again_for_every_subscription(events: Told) -> None:
    true = list(events.fake.told)
    events.fake.told = []
    for value in (ONE, OTHER):
        assert await events.at(events.fake.head, wanted(value), confirm=True) == []
    events.fake.told = true
    assert await events.at(events.fake.head, wanted(ONE), confirm=True) == [], "two have told so"
    await events.doubt(CHAIN)
    assert len(await events.at(events.fake.head, wanted(ONE), confirm=True)) == 2
    assert len(await events.at(events.fake.head, wanted(OTHER), confirm=True)) == 1
