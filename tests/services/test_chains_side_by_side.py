"""A chain that hangs holds up no other: whoever reads several asks them side by side."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app.composition import App
from bot.domain.power.chain_reads import Answers, Read
from bot.domain.shared.types import Block, ChainId, GuildId, RoleId, Timestamp, Token
from bot.domain.treasury.campaigns import Holding
from bot.settings import Settings, StorageSettings
from tests.builders import ANNOUNCEMENTS, AUTHOR, CHAIN, GUILD, ONE, TOKEN, TREASURY, a_strategy, a_token
from tests.fakes import FakeAnnouncer, FakeChain, FakeClock
from tests.services.conftest import House

HANGS, OTHER = ChainId(10), ChainId(100)


class Chains(FakeChain):
    """Three chains; once `hang` is called, what is asked of one waits until `go_on` is set."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock=clock)
        self.all: dict[ChainId, FakeChain] = {CHAIN: self}
        for chain in (HANGS, OTHER):
            self.all[chain] = FakeChain(chain=chain, clock=clock)
            self.all[chain].tokens = {TOKEN: a_token(chain=chain)}
        self.hanging = False
        self.go_on, self.hung = asyncio.Event(), asyncio.Event()
        self.asked: set[ChainId] = set()

    def hang(self) -> None:
        self.hanging = True
        self.asked.clear()

    async def _of(self, chain: ChainId) -> FakeChain:
        self.asked.add(chain)
        if self.hanging and chain == HANGS:
            self.hung.set()
            await self.go_on.wait()
        return self.all[chain]

    def chains(self) -> Mapping[ChainId, str]:
        return {chain: str(chain) for chain in self.all}

    async def finalized(self, chain: ChainId, **how: Any) -> Block:
        return await FakeChain.finalized(await self._of(chain), chain, **how)

    async def finalized_at(self, chain: ChainId, moment: Timestamp, **how: Any) -> Block:
        return await FakeChain.finalized_at(await self._of(chain), chain, moment, **how)

    async def newest(self, chain: ChainId, **how: Any) -> Block:
        return await FakeChain.newest(await self._of(chain), chain, **how)

    async def token(self, chain: ChainId, *asked: Any, **how: Any) -> Token:
        return await FakeChain.token(await self._of(chain), chain, *asked, **how)

    async def has(self, block: Block) -> bool:
        return await FakeChain.has(await self._of(block.chain), block)

    async def vouch(self, block: Block) -> None:
        await FakeChain.vouch(await self._of(block.chain), block)

    async def balances(self, holdings: Sequence[Holding], at: Mapping[ChainId, Block], **_: Any) -> list[int | None]:
        (chain,) = {holding.chain for holding in holdings}
        return await FakeChain.balances(await self._of(chain), holdings, {chain: at[chain]})

    async def read(self, reads: Sequence[Read], at: Mapping[ChainId, Block], **how: Any) -> list[Answers]:
        answers: list[Answers] = []
        for read in reads:
            answers += await FakeChain.read(await self._of(read.chain), [read], at, **how)
        return answers


@pytest.fixture
async def house(database: str) -> AsyncIterator[House]:
    clock = FakeClock()
    chain = Chains(clock)
    settings = Settings(storage=StorageSettings(url=SecretStr(database)))
    async with App.open(settings, clock=clock, chain=chain) as app:
        house = House(app=app, clock=clock, chain=chain, voice=FakeAnnouncer())
        await house.configure()
        yield house


def chains_of(house: House) -> Chains:
    assert isinstance(house.chain, Chains)
    return house.chain


async def held_up(house: House, job: Callable[[], Awaitable[object]], *chains: ChainId) -> None:
    """Run a job while a chain hangs, which it asks, and wait until it has asked the others all the same."""
    chain = chains_of(house)
    chain.hang()
    task = asyncio.ensure_future(job())
    async with asyncio.timeout(15):
        await chain.hung.wait()
        while True:
            if set(chains) <= chain.asked:
                break
            await asyncio.sleep(0.01)
    assert not task.done()
    chain.go_on.set()
    await task


async def campaigns(house: House, deadline: int | None = None) -> None:
    """One on each chain, the one that will hang in the middle."""
    for chain in (CHAIN, HANGS, OTHER):
        await house.app.treasury.start_campaign(
            await house.app.spaces.main(GUILD),
            AUTHOR,
            title=f"On {chain}",
            chain=chain,
            treasury=TREASURY,
            token=TOKEN,
            targets=[("Trial", "100")],
            channel=ANNOUNCEMENTS,
            deadline=None if deadline is None else Timestamp(deadline),
        )
        chains_of(house).all[chain].give(TREASURY, 100 * ONE)


async def reached(house: House, chain: ChainId) -> None:
    """Wait until the milestone on a chain is noted."""
    space = await house.app.spaces.main(GUILD)
    async with asyncio.timeout(15):
        while True:
            for one in await house.app.treasury.campaigns(space):
                if one.holding.chain == chain and one.milestones[0].reached_at is not None:
                    return
            await asyncio.sleep(0.01)


async def test_a_milestone_is_noted_while_another_chain_hangs(house: House) -> None:
    await campaigns(house)
    chain = chains_of(house)
    chain.hang()
    task = asyncio.create_task(house.app.treasury.observe())
    for sound in (CHAIN, OTHER):
        await reached(house, sound)
    assert not task.done()
    chain.go_on.set()
    assert await task == 3


async def test_milestones_are_read_again_while_another_chain_hangs(house: House) -> None:
    await campaigns(house)
    assert await house.app.treasury.observe() == 3
    await held_up(house, house.app.corrections.look_again, CHAIN, OTHER)


async def test_what_was_held_at_deadlines_is_read_while_another_chain_hangs(house: House) -> None:
    await campaigns(house, house.clock.now() + 30)
    for one in chains_of(house).all.values():
        one.mine(9)
    house.clock.time += 90
    await held_up(house, house.app.treasury._deadlines.look, CHAIN, OTHER)


async def vote(house: House, *networks: ChainId) -> None:
    strategies = [a_strategy(network=network).to_json() for network in networks]
    await house.app.spaces.set_strategies(GUILD, json.dumps(strategies))
    await house.submit()


async def test_clocks_are_compared_while_another_chain_hangs(house: House) -> None:
    for network in (CHAIN, HANGS, OTHER):
        await vote(house, network)
    await held_up(house, house.app.clocks.watch, CHAIN, OTHER)


async def test_a_vote_is_counted_while_a_chain_hangs_that_another_reads_besides(house: House) -> None:
    await vote(house, CHAIN, HANGS)
    await vote(house, CHAIN)
    house.clock.time += 30 * 86_400
    chain = chains_of(house)
    chain.hang()
    task = asyncio.create_task(house.app.lifecycle.close_due())
    async with asyncio.timeout(15):
        while True:
            if any("result" in key for key in await house.said()):
                break
            await asyncio.sleep(0.01)
    assert not task.done()
    chain.go_on.set()
    assert await task == 2


async def test_blocks_are_pinned_on_all_chains_at_once(house: House) -> None:
    strategies = [a_strategy(network=network) for network in (CHAIN, HANGS, OTHER)]
    await held_up(house, lambda: house.app.power.snapshot(strategies), OTHER)


async def test_whether_a_vote_lost_its_blocks_is_asked_of_all_chains_at_once(house: House) -> None:
    await vote(house, HANGS, OTHER)
    async with house.app.store.read() as repos:
        (proposal,) = await repos.proposals.undecided()
    await held_up(house, lambda: house.app.snapshots.lost(proposal), OTHER)


async def test_roles_are_looked_at_while_a_chain_hangs_that_several_servers_read(house: House) -> None:
    for guild, network in ((GuildId(1), HANGS), (GuildId(2), HANGS), (GuildId(3), OTHER)):
        await house.configure(guild)
        await house.member(int(guild), guild=guild)
        await house.app.spaces.set_strategies(guild, json.dumps([a_strategy(network=network).to_json()]))
        space = await house.app.spaces.main(guild)
        await house.app.roles.add(space, RoleId(7), name="Holder", minimum="1", by=AUTHOR)
    await held_up(house, house.app.role_evaluation.check_all, OTHER)
