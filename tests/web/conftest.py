"""The real site on a loopback port, over real services, a real SQLite file and real signature checks."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from eth_account import Account
from eth_keys.exceptions import BadSignature
from eth_utils.exceptions import ValidationError
from pydantic import SecretStr

from bot.app.composition import App, open_site
from bot.domain.shared.types import Address, MemberId
from bot.domain.wallets.wallet import Wallet
from bot.domain.wallets.web_ticket import Purpose
from bot.presentation.pictures.drawing_process import DrawingProcess
from bot.settings import Settings, StorageSettings, WebSettings
from tests.builders import GUILD
from tests.fakes import FakeChain, FakeClock

FINN = MemberId(1_100_000_000_000_000_077)


class SigningChain(FakeChain):
    """Knows who signed what, from a library that is not ours."""

    async def signed(self, claims: Any, at: Any = None, *, before: Any = None) -> Any:
        for claim in claims:
            with suppress(BadSignature, ValidationError, ValueError, IndexError):  # it raises what it likes
                signer = Account._recover_hash(claim.digest, signature=claim.signature)
                self.signers["0x" + claim.signature.hex()] = Address(signer.lower())
        return await super().signed(claims, at, before=before)


@dataclass
class Web:
    """The site, and what is behind it."""

    app: App
    clock: FakeClock
    chain: FakeChain
    url: str
    http: aiohttp.ClientSession

    async def ticket(
        self, member: MemberId = FINN, *, purpose: Purpose = Purpose.LINK, name: str = "finn", guild: str = "Hearthspan"
    ) -> str:
        """The address that a member was given."""
        invited = await self.app.tickets.issue(purpose, GUILD, member, guild_name=guild, member_name=name)
        return invited.url

    async def wallets(self, member: MemberId = FINN) -> list[Wallet]:
        return await self.app.wallets.of(GUILD, member)

    async def tell(self, address: str, facts: object, **headers: str) -> tuple[int, dict[str, Any]]:
        """Send facts as the page's own script does."""
        async with self.http.post(address, json=facts, headers={"Origin": self.url, **headers}) as response:
            return response.status, await response.json()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def web(database: str, free_port: int, drawing: DrawingProcess) -> AsyncIterator[Web]:
    url = f"http://127.0.0.1:{free_port}"
    settings = Settings(
        storage=StorageSettings(url=SecretStr(database)),
        web=WebSettings(base_url=url, port=free_port),
    )
    clock = FakeClock()
    chain = SigningChain(clock=clock)
    async with (
        App.open(settings, clock=clock, chain=chain, drawing=drawing) as app,
        open_site(app),
        aiohttp.ClientSession(auto_decompress=False) as http,
    ):
        await app.spaces.main(GUILD, "Hearthspan")
        await app.spaces.set_public(GUILD, public=True)
        yield Web(app=app, clock=clock, chain=chain, url=url, http=http)
