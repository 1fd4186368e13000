"""Addresses of one's own: good once, for one purpose, for ten minutes; stored as a hash."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app.composition import App
from bot.domain.shared.errors import ChallengeUnusable, NotConfigured, SignatureRejected, TicketUnusable
from bot.domain.shared.types import Block, ChainId, MemberId, Timestamp
from bot.domain.wallets.signature_claim import Claim, Verdict
from bot.domain.wallets.web_ticket import TICKET_LIFE, Purpose
from bot.settings import Settings, StorageSettings, WebSettings
from bot.storage.repositories.audit.audit_log import SqlLog
from tests.builders import GUILD, an_address
from tests.fakes import FakeChain, FakeClock

MEMBER = MemberId(1_100_000_000_000_000_001)
NAMES: dict[str, Any] = {"guild_name": "Hearthspan", "member_name": "finn"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class Waiting(FakeChain):
    """A chain that waits with what signatures prove, if it is told to."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock=clock)
        self.asked, self.answers_at = asyncio.Event(), asyncio.Event()
        self.answers_at.set()

    async def signed(
        self, claims: Sequence[Claim], at: Mapping[ChainId, Block] | None = None, *, before: Timestamp | None = None
    ) -> list[Verdict]:
        self.asked.set()
        await self.answers_at.wait()
        return await super().signed(claims, at, before=before)


@pytest.fixture
def chain(clock: FakeClock) -> Waiting:
    return Waiting(clock=clock)


@pytest.fixture
async def app(database: str, clock: FakeClock, chain: Waiting) -> AsyncIterator[App]:
    settings = Settings(
        storage=StorageSettings(url=SecretStr(database)),
        web=WebSettings(base_url="https://vote.example.org"),
    )
    async with App.open(settings, clock=clock, chain=chain) as app:
        yield app


async def issued(app: App, purpose: Purpose = Purpose.LINK) -> str:
    invited = await app.tickets.issue(purpose, GUILD, MEMBER, **NAMES)
    found = re.fullmatch(rf"https://vote\.example\.org/{purpose}/([A-Za-z0-9_-]{{43}})", invited.url)
    assert found is not None
    return found[1]


async def reason(app: App, token: str, purpose: Purpose = Purpose.LINK) -> str:
    with pytest.raises(TicketUnusable) as refused:
        await app.tickets.look(token, purpose)
    return refused.value.reason


async def asked(app: App, chain: FakeChain, number: int = 7) -> tuple[str, str]:
    """The nonce of a text for a wallet, and what that wallet signed it with."""
    challenge = await app.wallets.challenge(GUILD, MEMBER, an_address(number), **NAMES)
    signature = "0x" + hashlib.sha512(challenge.nonce.encode()).hexdigest() + "1b"
    chain.signers[signature] = an_address(number)
    return challenge.nonce, signature


async def linked(app: App) -> list[str]:
    return [wallet.address for wallet in await app.wallets.of(GUILD, MEMBER)]


async def test_looking_uses_nothing_up_and_linking_does(app: App, chain: Waiting) -> None:
    token = await issued(app)
    for _ in range(3):
        ticket = await app.tickets.look(token, Purpose.LINK)
        assert (ticket.guild, ticket.member, ticket.guild_name, ticket.member_name) == (
            GUILD,
            MEMBER,
            "Hearthspan",
            "finn",
        )
    await app.wallets.confirm(GUILD, MEMBER, *await asked(app, chain), ticket=ticket)
    assert await reason(app, token) == "used"


async def test_what_fails_uses_nothing_up(app: App, chain: Waiting) -> None:
    ticket = await app.tickets.look(token := await issued(app), Purpose.LINK)
    nonce, signature = await asked(app, chain)
    with pytest.raises(SignatureRejected):
        await app.wallets.confirm(GUILD, MEMBER, nonce, "0x" + "11" * 65, ticket=ticket)
    await app.tickets.look(token, Purpose.LINK)
    await app.wallets.confirm(GUILD, MEMBER, nonce, signature, ticket=ticket)


async def test_of_two_at_once_one_links(app: App, chain: Waiting) -> None:
    ticket = await app.tickets.look(await issued(app), Purpose.LINK)
    answers = [await asked(app, chain, number) for number in range(1, 9)]
    ended = await asyncio.gather(
        *(app.wallets.confirm(GUILD, MEMBER, *one, ticket=ticket) for one in answers), return_exceptions=True
    )
    assert sum(isinstance(error, TicketUnusable) for error in ended) == 7
    assert len(await linked(app)) == 1


async def test_a_process_that_is_killed_while_it_links_leaves_the_address_to_its_member_and_links_once(
    database: str, app: App, clock: FakeClock, chain: Waiting
) -> None:
    """At the moment of a kill the signature is with the chain. What is stored then is all that a new process has."""
    token, (nonce, signature) = await issued(app), await asked(app, chain)
    ticket = await app.tickets.look(token, Purpose.LINK)
    chain.answers_at.clear()
    killed = asyncio.create_task(app.wallets.confirm(GUILD, MEMBER, nonce, signature, ticket=ticket))
    await chain.asked.wait()
    other = FakeChain(clock=clock)
    other.signers |= chain.signers
    settings = Settings(
        storage=StorageSettings(url=SecretStr(database)), web=WebSettings(base_url="https://vote.example.org")
    )
    async with App.open(settings, clock=clock, chain=other) as after:
        again = await after.tickets.look(token, Purpose.LINK)
        await after.wallets.confirm(GUILD, MEMBER, nonce, signature, ticket=again)
        assert await reason(after, token) == "used"
    chain.answers_at.set()
    with pytest.raises(ChallengeUnusable):
        await killed
    assert await linked(app) == [an_address(7)]


async def test_what_is_stored_of_a_link_and_of_its_address_is_both_or_neither(
    app: App, chain: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await app.tickets.look(token := await issued(app), Purpose.LINK)
    nonce, signature = await asked(app, chain)

    async def cut(*_: object, **__: object) -> None:
        raise asyncio.CancelledError

    whole = SqlLog.append
    monkeypatch.setattr(SqlLog, "append", cut)
    with pytest.raises(asyncio.CancelledError):
        await app.wallets.confirm(GUILD, MEMBER, nonce, signature, ticket=ticket)
    assert await linked(app) == []
    assert await app.tickets.look(token, Purpose.LINK) == ticket
    monkeypatch.setattr(SqlLog, "append", whole)
    await app.wallets.confirm(GUILD, MEMBER, nonce, signature, ticket=ticket)
    assert await linked(app) == [an_address(7)]


async def test_a_ticket_ends_after_ten_minutes(app: App, clock: FakeClock) -> None:
    token = await issued(app)
    clock.time += TICKET_LIFE
    await app.tickets.look(token, Purpose.LINK)
    clock.time += 1
    assert await reason(app, token) == "expired"


async def test_a_ticket_is_for_one_purpose_and_cannot_be_made_up(app: App) -> None:
    token = await issued(app, Purpose.VOTE)
    assert await reason(app, token) == "unknown"
    assert await reason(app, "A" * 43) == "unknown"
    assert await reason(app, "") == "unknown"
    await app.tickets.look(token, Purpose.VOTE)


@pytest.mark.sqlite
async def test_the_database_holds_no_token(app: App, tmp_path: Path) -> None:
    token = await issued(app)
    files = list(tmp_path.iterdir())
    assert any(b"Hearthspan" in file.read_bytes() for file in files)
    assert not any(token.encode() in file.read_bytes() for file in files)


async def test_tickets_that_are_over_are_forgotten_after_a_day(app: App, clock: FakeClock) -> None:
    token = await issued(app)
    clock.time += TICKET_LIFE + 86_400
    assert await app.retention.remove_expired() == 0
    clock.time += 1
    assert await app.retention.remove_expired() == 1
    assert await reason(app, token) == "unknown"


async def test_without_pages_there_is_nothing_to_send_members_to(tmp_path: Path, clock: FakeClock) -> None:
    settings = Settings(storage=StorageSettings(url=SecretStr(f"sqlite:///{tmp_path}/other.sqlite3")))
    async with App.open(settings, clock=clock, chain=FakeChain()) as app:
        assert not app.tickets.on
        with pytest.raises(NotConfigured):
            await app.tickets.issue(Purpose.LINK, GUILD, MEMBER, **NAMES)
