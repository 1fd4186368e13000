"""The services on a real database, with a chain and a clock that tests move."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app.composition import App
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import GuildId, MemberId, Units
from bot.domain.spaces.space import Space
from bot.domain.voting.ballot import Ballot, Receipt
from bot.domain.wallets.wallet import Wallet
from bot.settings import Settings, StorageSettings
from tests.builders import (
    ANNOUNCEMENTS,
    AUTHOR,
    GUILD,
    MODERATORS,
    ONE,
    PROPOSALS,
    RESEARCHER,
    a_strategy,
    a_text,
    an_address,
)
from tests.conftest import on_both
from tests.fakes import FakeAnnouncer, FakeChain, FakeClock
from tests.logs import disagreements, link


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run all that stands here on both databases."""
    on_both(metafunc)


@dataclass
class House:
    """A configured guild, and short words for what its members do."""

    app: App
    clock: FakeClock
    chain: FakeChain
    voice: FakeAnnouncer
    members: list[MemberId] = field(default_factory=list)
    tampered: bool = False

    async def configure(self, guild: GuildId = GUILD) -> Space:
        spaces = self.app.spaces
        await spaces.set_strategies(guild, json.dumps([a_strategy().to_json()]))
        await spaces.set_channels(guild, proposals=PROPOSALS, announcements=ANNOUNCEMENTS, moderators=MODERATORS)
        return await spaces.set_proposers(guild, roles=[RESEARCHER], power="1000")

    async def member(self, number: int, tokens: int = 0, guild: GuildId = GUILD) -> MemberId:
        """A member with one linked wallet, the `number`-th address, that holds whole `tokens`."""
        member, address = MemberId(1_100_000_000_000_000_000 + number), an_address(number)
        if tokens:
            self.chain.give(address, tokens * ONE)
        async with self.app.store.write() as repos:
            await link(repos, Wallet(guild=guild, member=member, address=address, linked_at=self.clock.now()))
            await repos.commit()
        return member

    async def draft(self, author: MemberId = AUTHOR, guild: GuildId = GUILD, **fields: Any) -> Proposal:
        space = await self.app.spaces.main(guild)
        return await self.app.proposals.draft(
            space, author, a_text(), fields.get("voting", "basic"), fields.get("choices", ("For", "Against", "Abstain"))
        )

    async def submit(self, **fields: Any) -> Proposal:
        draft = await self.draft(**fields)
        return await self.app.proposals.submit(draft.guild, draft.number, draft.author, [RESEARCHER])

    async def vote(self, proposal: Proposal, member: MemberId, mark: object) -> Receipt:
        receipt, _ = await self.app.voting.cast(proposal.guild, proposal.id, member, mark)
        return receipt

    async def ballots(self, proposal: Proposal) -> list[Ballot]:
        async with self.app.store.read() as repos:
            return await repos.ballots.in_force(proposal.id)

    async def stored(self, proposal: Proposal) -> Proposal:
        async with self.app.store.read() as repos:
            found = await repos.proposals.get(proposal.id)
        assert found is not None
        return found

    async def end(self, proposal: Proposal, late: int = 60) -> None:
        assert proposal.terms is not None
        self.clock.time = proposal.terms.end + late

    async def said(self) -> list[str]:
        """Send all that is due, and return the keys of what was said so far."""
        await self.app.outbox.send_due(self.voice)
        return [announcement.key for announcement in self.voice.said]

    async def rewrite_power(self, proposal: Proposal, number: int, tokens: int) -> None:
        """Have the stored ballot of a wallet say another power than the chain does."""
        self.tampered = True
        (ballot,) = [b for b in await self.ballots(proposal) if b.wallet == an_address(number)]
        async with self.app.store.write() as repos:
            units = Units(tokens * ONE)
            await repos.ballots.cast(replace(ballot, power=units, scores=(units,)))
            await repos.commit()


@pytest.fixture
async def house(database: str) -> AsyncIterator[House]:
    settings = Settings(storage=StorageSettings(url=SecretStr(database)))
    clock = FakeClock()
    chain = FakeChain(clock=clock)
    async with App.open(settings, clock=clock, chain=chain) as app:
        house = House(app=app, clock=clock, chain=chain, voice=FakeAnnouncer())
        await house.configure()
        yield house
        if not house.tampered:
            async with app.store.read() as repos:
                guilds = [space.guild for space in await repos.spaces.all()]
            found = [words for guild in guilds for words in await disagreements(app.store, guild)]
            assert found == [], "something was decided without an entry of the log"
