"""Anvil with contracts of every kind that strategies read, and wallets that have something in each."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_hash.auto import keccak

from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import HttpTransport
from bot.chain.rpc.network import MULTICALL3
from bot.demo.contracts import contract
from bot.domain.delegation.onchain_registry import REGISTRY, space_ids
from bot.domain.shared.addresses import checksummed
from bot.domain.shared.types import ChainId
from tests.chain.batch.test_read_methods_anvil import ANVIL, answering
from tests.presence import present

CONTRACTS = Path(__file__).parents[1] / "contracts"
Json = dict[str, Any]

CHAIN = ChainId(31_337)
SPACE = "vote.example.eth"
AGGREGATE = "0x" + "a9" * 20
NOBODY = "0x" + "00" * 20
DECIMALS = (0, 6, 8, 18, 27, 36)
IDS = tuple(range(1, 13))
KINDS = (3, 9, 2**200)
"""Ids that many things of the shelf have."""
DAY = 86_400
PEOPLE = 18


class World:
    """What stands on the chain. At `blocks` it can be looked at; at `empty` only what reads others stands there."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.rng = random.Random("world")  # noqa: S311 - tokens, no secrets
        self.people = [checksummed("0x" + keccak(f"person {n}".encode())[12:].hex()) for n in range(PEOPLE)]
        self.coins: dict[str, int] = {}
        self.blocks: list[int] = []

    async def build(self) -> None:
        link = HttpTransport(self.url)
        self._endpoint = Endpoint(1, CHAIN, link)
        try:
            await answering(self._endpoint)
            self._payer = (await self._call("eth_accounts"))[0]
            await self._call("anvil_setCode", MULTICALL3, "0x" + contract("Aggregate3").runtime.hex())
            for address, name in ((AGGREGATE, "Aggregate"), (REGISTRY, "DelegateRegistry")):
                await self._call("anvil_setCode", address, _artefact(name)["runtime"])
            self.empty = await self._mined(1)
            for decimals in DECIMALS:
                self.coins[await self._deploy("Coin", ["uint8"], decimals)] = decimals
            self.shelf, self.vault = await self._deploy("Shelf"), await self._deploy("Vault")
            self.wallets = [*self.people, checksummed(self.vault)]
            for moment in range(3):
                await self._happen(moment)
                self.blocks.append(await self._mined(7))
                await self._mined(5_000 * (moment + 1))
        finally:
            await link.close()

    async def _happen(self, moment: int) -> None:
        """Change a little of everything."""
        for coin, decimals in self.coins.items():
            amounts = [self._amount(decimals) for _ in self.wallets]
            await self._send(coin, "hold(address[],uint256[])", self.wallets, amounts)
            some = self.rng.sample(self.wallets, 9)
            to = [self.rng.choice([*self.wallets, one, NOBODY]) for one in some]
            await self._send(coin, "delegate(address[],address[])", some, to)
        things = self.rng.sample(IDS, 7)
        owners = [self.rng.choice([*self.wallets[:5], NOBODY]) for _ in things]
        await self._send(self.shelf, "give(uint256[],address[])", things, owners)
        for number in KINDS:
            amounts = [self.rng.choice([0, 1, self.rng.randint(0, 10**6), 10**22]) for _ in self.wallets]
            amounts = [amount if number == KINDS[1] else amount % 10**9 for amount in amounts]
            await self._send(self.shelf, "stock(uint256,address[],uint256[])", number, self.wallets, amounts)
        await self._put_away()
        for wallet in self.people:
            await self._call("anvil_setBalance", wallet, hex(self._amount(18) % 10**24 + 10**18))
        await self._delegate(moment)

    async def _put_away(self) -> None:
        shares = [self._amount(18) // 1_000 * 1_000 for _ in self.wallets]
        rate = self.rng.randint(5 * 10**17, 3 * 10**18)
        await self._send(self.vault, "hold(address[],uint256[],uint256)", self.wallets, shares, rate)
        now = int((await self._call("eth_getBlockByNumber", "latest", False))["timestamp"], 16)
        amounts = [self.rng.choice([0, 1, -(10**18), 1]) * self._amount(18) % 2**126 for _ in self.wallets]
        amounts = [-amount if self.rng.random() < 0.2 else amount for amount in amounts]
        ends = [now + self.rng.randint(-100, 1_000) * DAY for _ in self.wallets]
        await self._send(self.vault, "lock(address[],int128[],uint256[])", self.wallets, amounts, ends)
        for _ in range(4):
            total = self._amount(18)
            begin = now - self.rng.randint(-20, 300) * DAY
            award = [self.rng.choice(self.wallets), total, begin, begin + self.rng.randint(0, 400) * DAY]
            await self._send(
                self.vault, "award(address,uint256,uint256,uint256,uint256)", *award, total // self.rng.randint(1, 9)
            )

    async def _delegate(self, moment: int) -> None:
        """Set, replace and clear delegations for everywhere and by two spellings of the space."""
        for place, number in zip(space_ids(SPACE), (9, 4, 4), strict=True):
            for giver in self.rng.sample(self.people, number):
                clear = moment and self.rng.random() < 0.25
                signature = "clearDelegate(bytes32)" if clear else "setDelegate(bytes32,address)"
                to = [] if clear else [self.rng.choice([*self.wallets, NOBODY])]
                await self._call("anvil_impersonateAccount", giver)
                await self._send(REGISTRY, signature, bytes.fromhex(place[2:]), *to, sender=giver, may_fail=True)

    def _amount(self, decimals: int) -> int:
        """Nothing, the least there is, whole tokens, a number of many digits, or a very large one."""
        unit = int(10**decimals)
        return self.rng.choice(
            [
                0,
                1,
                self.rng.choice([1, 10, 100, 1_000, 5_000]) * unit,
                self.rng.randint(1, 10**4) * unit,
                self.rng.randint(1, 10**5 * unit),
                int(self.rng.lognormvariate(7, 4) * 10**6) * unit // 10**6,
                self.rng.choice([10**6 * unit, 10**15, 2**120]),
            ]
        )

    async def _call(self, method: str, *params: Any) -> Any:
        return await self._endpoint.call(method, *params)

    async def _deploy(self, name: str, types: Sequence[str] = (), *args: object) -> str:
        data = _artefact(name)["bytecode"] + encode(types, args).hex()
        receipt = await self._transact({"from": self._payer, "data": data, "gas": hex(5_000_000)})
        return str(receipt["contractAddress"]).lower()

    async def _send(
        self, to: str, signature: str, *args: object, sender: str | None = None, may_fail: bool = False
    ) -> None:
        types = signature[signature.index("(") + 1 : -1].split(",")
        data = "0x" + keccak(signature.encode())[:4].hex() + encode(types, args).hex()
        receipt = await self._transact(
            {"from": sender or self._payer, "to": to, "data": data, "gas": hex(10_000_000), "gasPrice": "0x77359400"}
        )
        assert may_fail or int(receipt["status"], 16) == 1, signature

    async def _transact(self, call: Json) -> Json:
        digest = await self._call("eth_sendTransaction", call)
        for _ in range(500):
            receipt: Json | None = await self._call("eth_getTransactionReceipt", digest)
            if receipt is not None:
                return receipt
            await asyncio.sleep(0.005)
        raise AssertionError

    async def _mined(self, seconds: int) -> int:
        await self._call("anvil_mine", "0x2", hex(seconds))
        return int(await self._call("eth_blockNumber"), 16)


def _artefact(name: str) -> dict[str, str]:
    made: dict[str, str] = json.loads((CONTRACTS / f"{name}.json").read_text())
    return made


@contextmanager
def built() -> Iterator[World]:
    """Start anvil, build the world, and stop anvil."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([present(ANVIL), "--port", str(port), "--silent", "--timestamp", "1700000000"])
    try:
        world = World(f"http://127.0.0.1:{port}")
        asyncio.run(world.build())
        yield world
    finally:
        process.kill()
        process.wait()
