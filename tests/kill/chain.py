"""A chain in a process of its own, with a token whose balances a test sets."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson

from bot.demo.chain.genesis import address_of
from bot.demo.contracts import contract
from bot.domain.shared.types import Address, ChainId

CHAIN = ChainId(31_337)
TOKEN = contract("GovernanceToken")


class Chain:
    """Speaks to a development node at `url`; the first of its accounts owns the token."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self._session = url, session
        self.token = Address("")
        self._owner = ""

    async def ask(self, method: str, *params: object) -> Any:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        async with self._session.post(self.url, json=body) as response:
            answer = await response.json()
        assert "error" not in answer, answer
        return answer["result"]

    async def deploy(self) -> None:
        self._owner = (await self.ask("eth_accounts"))[0]
        receipt = await self._send({"data": "0x" + TOKEN.creation("Moot", "MOOT").hex()})
        self.token = Address(receipt["contractAddress"].lower())

    async def mint(self, to: Address, amount: int) -> None:
        """Give somebody more."""
        await self._send({"to": self.token, "data": "0x" + TOKEN.encode("mint", to, amount).hex()})

    async def hold(self, holder: int, amount: int) -> None:
        """Have an account of the node hold exactly so much: it is minted, or sent away."""
        wallet = address_of(holder)
        question = {"to": self.token, "data": "0x" + TOKEN.encode("balanceOf", wallet).hex()}
        more = amount - int(await self.ask("eth_call", question, "latest"), 16)
        if more > 0:
            await self.mint(wallet, more)
        elif more < 0:
            data = TOKEN.encode("transfer", Address(self._owner), -more)
            await self._send({"from": wallet, "to": self.token, "data": "0x" + data.hex()})

    async def _send(self, transaction: dict[str, str]) -> dict[str, Any]:
        sent = await self.ask("eth_sendTransaction", {"from": self._owner, **transaction})
        receipt: dict[str, Any] = await self.ask("eth_getTransactionReceipt", sent)
        assert int(receipt["status"], 16) == 1, receipt
        return receipt


@asynccontextmanager
async def running_chain() -> AsyncIterator[Chain]:
    """Run a node on loopback with the token on it."""
    node = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.demo.node", "--chain", str(CHAIN), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert node.stdout is not None
        first = orjson.loads(await node.stdout.readline())
        async with aiohttp.ClientSession() as session:
            chain = Chain(first["url"], session)
            await chain.deploy()
            yield chain
    finally:
        node.kill()
        await node.communicate()
