"""Part i: how long the event loop is held up while a large vote is shown, counted, and handed out."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import orjson
from aiohttp import web
from pydantic import SecretStr

from bot.app.composition import App
from bot.app.memory_collection import settle
from bot.chain.events.range_reader import RangeWidth, events_between
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import HttpTransport
from bot.domain.delegation.onchain_registry import EVERYWHERE, REGISTRY, REGISTRY_EVENTS, SET
from bot.domain.proposals.proposal import GRACE, Proposal
from bot.domain.shared.types import MemberId, Units
from bot.domain.voting import VotingType
from bot.settings import Settings, StorageSettings
from tests.benchmarks.frame import Options, Report, Row, seconds
from tests.builders import AUTHOR, CHAIN, GUILD, PROPOSALS, RESEARCHER, TOKEN, a_ballot, a_strategy, a_text, an_address
from tests.fakes import FakeChain, FakeClock
from tests.serving import serving

EVENTS = (1_001, 10_001, 25_001)
"""Events in one answer; a round number of them would count as cut."""
BALLOTS, LONGEST = 20_000, 0.05
"""Ballots, and the seconds for which nobody may be held up, at any size."""


async def measure(asked: Options, report: Report) -> None:
    """Measure the longest stall of each; what is counted is checked."""
    settle()  # as the bot does once it is connected
    report.title(f"The longest for which all others are held up by a vote of {BALLOTS:,} ballots")
    for count in EVENTS:
        report.row(_row(f"{count:,} events read", [await _events(count) for _ in range(asked.runs)]))
    for voting in ("basic", "ranked-choice"):
        stalls: dict[str, list[float]] = {}
        for _ in range(asked.runs):
            for name, stall in (await _story(voting)).items():
                stalls.setdefault(name, []).append(stall)
        for name, found in stalls.items():
            report.row(_row(f"{voting}: {name}", found))


def _row(name: str, found: list[float]) -> Row:
    worst = median(found)
    target = f"≤ {seconds(LONGEST)}"
    return Row(name=name, ours=seconds(worst), peer="", ratio="", target=target, good=worst <= LONGEST)


async def _events(count: int) -> float:
    """Read so many events of the Delegate Registry from a node, and check each; return the longest stall."""
    registered = [a_log(number) for number in range(count)]

    async def answer(request: web.Request) -> web.Response:
        asked = await request.json()
        first, last = (int(asked["params"][0][end], 16) for end in ("fromBlock", "toBlock"))
        given = registered[first : last + 1]
        return web.Response(body=orjson.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": given}))

    application = web.Application()
    application.router.add_post("/", answer)
    width = RangeWidth()
    width.blocks = count
    async with serving(application) as url:
        transport = HttpTransport(f"{url}/")
        endpoint = Endpoint(1, CHAIN, transport)
        try:
            stall, read = await longest_stall(lambda: events_between(endpoint, REGISTRY_EVENTS, 0, count - 1, width))
        finally:
            await transport.close()
    assert isinstance(read, tuple)
    assert len(read[0]) == count
    return stall


def a_log(number: int) -> dict[str, object]:
    """One event of the registry, as a node writes it, in a block of its own."""
    topics = [SET, f"0x{number:064x}", EVERYWHERE, f"0x{number + 1:064x}"]
    place = {"blockNumber": hex(number), "blockHash": f"0x{number:064x}", "logIndex": "0x0", "removed": False}
    return {"address": REGISTRY, "topics": topics, "data": "0x", "transactionHash": f"0x{number:064x}", **place}


async def _story(voting: VotingType) -> dict[str, float]:
    clock = FakeClock()
    chain = FakeChain(clock=clock)
    stalls: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        settings = Settings(storage=StorageSettings(url=SecretStr(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")))
        async with App.open(settings, clock=clock, chain=chain) as app:
            proposal = await _voted(app, chain, voting)

            async def stall(name: str, work: Callable[[], Awaitable[object]]) -> object:
                stalls[name], made = await longest_stall(work)
                return made

            await stall("shown", lambda: app.cards.current_view(proposal.id))
            await stall("shown again", lambda: app.cards.current_view(proposal.id))
            assert proposal.terms is not None
            clock.time = proposal.terms.end + GRACE
            assert await stall("counted", app.lifecycle.close_due) == 1
            await stall("its bundle", lambda: app.results.bundle(GUILD, proposal.number))
            await stall("its table", lambda: app.results.table(GUILD, proposal.number))
            await stall("a receipt", lambda: app.results.receipt(GUILD, proposal.number, MemberId(1)))
            await stall("the log held against it", lambda: app.audit.verify(GUILD))
    return stalls


async def _voted(app: App, chain: FakeChain, voting: VotingType) -> Proposal:
    await app.spaces.set_strategies(GUILD, json.dumps([a_strategy().to_json()]))
    await app.spaces.set_channels(GUILD, proposals=PROPOSALS)
    await app.spaces.set_proposers(GUILD, roles=[RESEARCHER])
    choices = ("For", "Against", "Abstain") if voting == "basic" else tuple(f"Choice {n}" for n in range(1, 11))
    space = await app.spaces.main(GUILD)
    draft = await app.proposals.draft(space, AUTHOR, a_text(), voting, choices)
    for number in range(1, BALLOTS + 1):
        chain._balances[TOKEN, an_address(number)] = [(1, number * 10**15)]
    proposal = await app.proposals.submit(GUILD, draft.number, AUTHOR, [RESEARCHER])
    ballots = [
        replace(
            a_ballot(number, _mark(voting, number), number * 10**15),
            proposal=proposal.id,
            member=MemberId(number),
            scores=(Units(number * 10**15),),
            cid=proposal.cid,
            receipt=f"{number:032x}",
        )
        for number in range(1, BALLOTS + 1)
    ]
    async with app.store.write() as repos:
        await repos.ballots.cast_all(proposal.id, ballots)
        await repos.commit()
    return proposal


def _mark(voting: VotingType, number: int) -> int | tuple[int, ...]:
    if voting == "basic":
        return number % 3 + 1
    first = number % 10
    return tuple((first + place * (1 + 2 * (number % 2))) % 10 + 1 for place in range(10))


async def longest_stall(work: Callable[[], Awaitable[object]]) -> tuple[float, object]:
    """Do the work and return for how long the event loop did not come round at worst, and what was made."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    made = await work()
    await asyncio.sleep(0.002)
    watching.cancel()
    return longest, made
