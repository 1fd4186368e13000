"""Addresses of one's own: good once, for one purpose, for ten minutes; stored as a hash."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app.composition import App
from bot.domain.shared.errors import NotConfigured, TicketUnusable
from bot.domain.shared.types import MemberId
from bot.domain.wallets.web_ticket import TICKET_LIFE, Purpose
from bot.settings import Settings, StorageSettings, WebSettings
from tests.builders import GUILD
from tests.fakes import FakeChain, FakeClock

MEMBER = MemberId(1_100_000_000_000_000_001)
NAMES: dict[str, Any] = {"guild_name": "Hearthspan", "member_name": "finn"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def app(database: str, clock: FakeClock) -> AsyncIterator[App]:
    settings = Settings(
        storage=StorageSettings(url=SecretStr(database)),
        web=WebSettings(base_url="https://vote.example.org"),
    )
    async with App.open(settings, clock=clock, chain=FakeChain(clock=clock)) as app:
        yield app


async def issued(app: App, purpose: Purpose = Purpose.LINK) -> str:
    invited = await app.tickets.issue(purpose, GUILD, MEMBER, **NAMES)
    found = re.fullmatch(rf"https://vote\.example\.org/{purpose}/([A-Za-z0-9_-]{{43}})", invited.url)
    assert found is not None
    return found[1]


async def reason(app: App, token: str, purpose: Purpose = Purpose.LINK) -> str:
    with pytest.raises(TicketUnusable) as refused:
        async with app.tickets.spending(token, purpose):
            raise AssertionError("let in")
    with pytest.raises(TicketUnusable) as unseen:
        await app.tickets.look(token, purpose)
    assert unseen.value.reason == refused.value.reason
    return refused.value.reason


async def test_looking_uses_nothing_up_and_spending_does(app: App) -> None:
    token = await issued(app)
    for _ in range(3):
        ticket = await app.tickets.look(token, Purpose.LINK)
        assert (ticket.guild, ticket.member, ticket.guild_name, ticket.member_name) == (
            GUILD,
            MEMBER,
            "Hearthspan",
            "finn",
        )
    async with app.tickets.spending(token, Purpose.LINK) as spent:
        assert spent.member == MEMBER
    assert await reason(app, token) == "used"


async def test_what_fails_gives_the_ticket_back(app: App) -> None:
    token = await issued(app)
    for error in (RuntimeError, asyncio.CancelledError):
        with pytest.raises(error):
            async with app.tickets.spending(token, Purpose.LINK):
                raise error
    async with app.tickets.spending(token, Purpose.LINK):
        pass


async def test_of_two_at_once_one_is_let_in(app: App) -> None:
    token, let_in = await issued(app), []

    async def spend() -> None:
        async with app.tickets.spending(token, Purpose.LINK) as ticket:
            let_in.append(ticket)
            await asyncio.sleep(0.05)

    ended = await asyncio.gather(*(spend() for _ in range(8)), return_exceptions=True)
    assert len(let_in) == 1
    assert sum(isinstance(error, TicketUnusable) for error in ended) == 7


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
