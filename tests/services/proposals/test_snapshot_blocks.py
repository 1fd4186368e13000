"""The block that a vote stands on is there, fits the clock, is not old; and moderators hear of one that is gone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app.composition import App
from bot.demo.chain.embedded_evm import Evm
from bot.domain.announcements.moderator_notice import WaitingReason
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import ChainFault, ChainUnavailable, UnfitBlock
from bot.domain.shared.types import Timestamp
from bot.services.proposals.snapshot_blocks import BLOCK_AHEAD
from bot.settings import Settings, StorageSettings
from tests.builders import AUTHOR, GUILD, NOW, PROPOSALS, RESEARCHER, a_text
from tests.chain.nodes import CHAIN, Ask, Node, Spoil, block_of, failing, reader
from tests.fakes import FakeAnnouncer, FakeClock

UNFINAL, FINAL = 5, 20
WRONG = "0x" + "ab" * 32


@dataclass
class Place:
    """A server whose votes read the embedded chain through nodes that a test spoils."""

    app: App
    evm: Evm
    clock: FakeClock
    nodes: list[Node]

    async def submit(self) -> Proposal:
        space = await self.app.spaces.main(GUILD)
        draft = await self.app.proposals.draft(space, AUTHOR, a_text(), "basic", ("For", "Against", "Abstain"))
        return await self.app.proposals.submit(GUILD, draft.number, AUTHOR, [RESEARCHER])

    async def told(self) -> list[str]:
        voice = FakeAnnouncer()
        await self.app.outbox.send_due(voice)
        return [one.key for one in voice.said if "notice" in one.key]


async def place_of(database: str, count: int, **network: Any) -> AsyncIterator[Place]:
    evm = Evm(chain_id=CHAIN, genesis=NOW - 600, unfinal=UNFINAL)
    evm.mine(FINAL + UNFINAL)
    nodes = [Node(evm) for _ in range(count)]
    clock = FakeClock(block_of(evm, FINAL).timestamp + 700)
    chain = reader(*nodes, **network)
    async with App.open(Settings(storage=StorageSettings(url=SecretStr(database))), clock=clock, chain=chain) as app:
        strategies = [{"name": "eth-balance", "network": str(CHAIN), "params": {}}]
        await app.spaces.set_strategies(GUILD, json.dumps(strategies))
        await app.spaces.set_channels(GUILD, proposals=PROPOSALS, moderators=PROPOSALS)
        await app.spaces.set_proposers(GUILD, roles=[RESEARCHER])
        yield Place(app, evm, clock, nodes)


@pytest.fixture(params=[1, 2, 3])
async def place(request: pytest.FixtureRequest, database: str) -> AsyncIterator[Place]:
    async for made in place_of(database, request.param):
        yield made


@pytest.fixture
async def lone(database: str) -> AsyncIterator[Place]:
    async for made in place_of(database, 1):
        yield made


@pytest.fixture
async def pair(database: str) -> AsyncIterator[Place]:
    async for made in place_of(database, 2):
        yield made


@pytest.fixture
async def slow(database: str) -> AsyncIterator[Place]:
    async for made in place_of(database, 2, max_final_age=86_400):
        yield made


def naming(**fields: str) -> Spoil:
    """A node that names a final block of which `fields` are not true; asked by number or hash, it tells the truth."""

    async def spoil(payload: Any, ask: Ask) -> Any:
        answer = await ask(payload)
        if payload["method"] == "eth_getBlockByNumber" and payload["params"][0] == "finalized":
            return answer | {"result": answer["result"] | fields}
        return answer

    return spoil


def telling(**fields: Any) -> Spoil:
    """A node all of whose answers about one block, however it is asked for, have these `fields`."""

    async def spoil(payload: Any, ask: Ask) -> Any:
        answer = await ask(payload)
        if payload["method"].startswith("eth_getBlockBy") and answer.get("result", {}):
            found = answer["result"]
            if int(found["number"], 16) == FINAL:
                return answer | {"result": found | fields}
        return answer

    return spoil


async def test_a_vote_stands_on_the_newest_final_block_with_its_parent_and_state(place: Place) -> None:
    proposal = await place.submit()
    assert proposal.terms is not None
    assert proposal.terms.snapshot == {CHAIN: block_of(place.evm, FINAL)}
    asked = [payload["method"] for node in place.nodes for payload in node.seen if isinstance(payload, dict)]
    assert asked.count("eth_getBlockByHash") >= 2 * min(2, len(place.nodes))


@pytest.mark.parametrize(
    "spoil",
    [
        naming(hash=WRONG),
        naming(number=hex(10**6)),
        naming(timestamp=hex(NOW - 500)),
        telling(parentHash=WRONG),
        telling(parentHash=None),
        telling(timestamp=hex(NOW - 500), hash=WRONG),
    ],
    ids=["hash", "number", "time", "parent", "no-parent", "time-and-hash"],
)
async def test_a_block_that_is_not_there_or_makes_no_sense_opens_no_vote(
    lone: Place, spoil: Callable[..., Awaitable[object]]
) -> None:
    lone.nodes[0].spoil = spoil
    with pytest.raises(ChainUnavailable) as caught:
        await lone.submit()
    assert caught.value.fault in {ChainFault.LAGGING, ChainFault.BAD_ANSWER}
    lone.nodes[0].spoil = None
    terms = (await lone.submit()).terms
    assert terms is not None
    assert terms.snapshot[CHAIN] == block_of(lone.evm, FINAL)


async def test_a_block_ahead_of_the_clock_opens_no_vote_beyond_a_small_skew(place: Place) -> None:
    at = block_of(place.evm, FINAL).timestamp
    place.clock.time = at - BLOCK_AHEAD - 1
    with pytest.raises(UnfitBlock) as caught:
        await place.submit()
    assert (caught.value.block, caught.value.age) == (block_of(place.evm, FINAL), -BLOCK_AHEAD - 1)
    place.clock.time = at - BLOCK_AHEAD
    assert (await place.submit()).terms is not None


async def test_an_old_block_opens_no_vote(place: Place) -> None:
    at = block_of(place.evm, FINAL).timestamp
    place.clock.time = at + 3_601
    with pytest.raises(UnfitBlock) as caught:
        await place.submit()
    assert (caught.value.age, caught.value.most) == (3_601, 3_600)
    place.clock.time = at + 3_600
    assert (await place.submit()).terms is not None


async def test_a_chain_that_is_final_only_after_hours_may_say_so(slow: Place) -> None:
    slow.clock.time = block_of(slow.evm, FINAL).timestamp + 80_000
    assert (await slow.submit()).terms is not None


async def test_one_of_two_that_rests_or_fails_leaves_no_other_to_choose_the_block_alone(pair: Place) -> None:
    pair.nodes[0].spoil = telling(hash=WRONG)
    pair.nodes[1].spoil = failing(429, times=1)
    with pytest.raises(ChainUnavailable) as caught:
        await pair.submit()
    assert caught.value.fault is ChainFault.DISAGREEMENT
    pair.nodes[1].spoil = failing(503)
    with pytest.raises(ChainUnavailable):
        await pair.submit()
    pair.nodes[0].spoil, pair.nodes[1].spoil = naming(hash=WRONG), failing(429, times=1)
    terms = (await pair.submit()).terms
    assert terms is not None
    assert terms.snapshot[CHAIN] == block_of(pair.evm, FINAL)


async def test_moderators_are_told_at_once_of_a_vote_whose_block_is_gone_and_once(place: Place) -> None:
    proposal = await place.submit()
    assert await place.app.snapshots.watch() == 0
    for node in place.nodes:
        node.spoil = telling(hash=WRONG)
    for _ in range(2):
        assert await place.app.snapshots.watch() == 1
    assert await place.told() == [f"notice/{GUILD}/gone/{proposal.id}/{CHAIN}"]


async def test_a_vote_whose_block_is_gone_is_never_counted_not_even_without_ballots(place: Place) -> None:
    proposal = await place.submit()
    assert proposal.terms is not None
    place.clock.time = Timestamp(proposal.terms.end + 1_000)
    place.evm.set_next_timestamp(proposal.terms.end + 900)
    place.evm.mine(1)
    for node in place.nodes:
        node.spoil = telling(hash=WRONG)
    assert await place.app.lifecycle.close_due() == 0
    async with place.app.store.read() as repos:
        held = await repos.proposals.get(proposal.id)
    assert held is not None
    assert held.held_reason == WaitingReason.GONE
    for node in place.nodes:
        node.spoil = None
    assert await place.app.lifecycle.close_due() == 1


async def test_a_chain_that_cannot_be_read_loses_no_block(place: Place) -> None:
    await place.submit()
    for node in place.nodes:
        node.spoil = failing(503)
    assert await place.app.snapshots.watch() == 0
    if len(place.nodes) > 1:
        place.nodes[0].spoil, place.nodes[1].spoil = telling(hash=WRONG), None
        assert await place.app.snapshots.watch() == 0
    assert await place.told() == []


async def test_votes_that_are_decided_are_not_looked_for(lone: Place) -> None:
    proposal = await lone.submit()
    assert proposal.terms is not None
    lone.clock.time = Timestamp(proposal.terms.end + 3_600)
    lone.evm.set_next_timestamp(proposal.terms.end + 3_600)
    lone.evm.mine(1)
    await lone.app.lifecycle.open_due()
    assert await lone.app.lifecycle.close_due() == 1
    lone.nodes[0].spoil = telling(hash=WRONG)
    assert await lone.app.snapshots.watch() == 0
