"""The real contracts of ENS, from their npm packages, on a real node: the registry where it stands on Ethereum."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_hash.auto import keccak

from bot.chain.chain_reader import ChainReader
from bot.chain.ens import MAINNET, REGISTRY, namehash
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import HttpTransport
from bot.chain.rpc.network import Network
from bot.domain.shared.types import Address
from tests.chain.batch.test_read_methods_anvil import ANVIL, answering
from tests.chain.signatures.wallet_contracts import call

PACKAGES = Path(__file__).parents[1] / "node/node_modules/@ensdomains"
pytestmark = [
    pytest.mark.anvil,
    pytest.mark.timeout(60),
    pytest.mark.skipif(ANVIL is None, reason="anvil is not installed: npm ci in tests/node, or set FOLKMOOT_ANVIL"),
    pytest.mark.skipif(not PACKAGES.is_dir(), reason="ENS's npm packages are not installed"),
]


def artefact(package: str, name: str) -> Any:
    return json.loads((PACKAGES / package / "build/contracts" / f"{name}.json").read_bytes())


def word(address: str) -> str:
    return address[2:].rjust(64, "0")


class Ens:
    """Anvil as Ethereum: Ada owns ada.eth and names herself so; Ben claims her name; Cleo's name leads to nobody."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def build(self) -> None:
        link = HttpTransport(self.url, time_out=20)
        try:
            endpoint = Endpoint(1, MAINNET, link)
            await answering(endpoint)
            self._call = endpoint.call
            self.owner, self.ada, self.ben, self.cleo, self.dan = (await self._call("eth_accounts"))[:5]
            await self._found()
            await self._name("ada", self.ada, self.ada)
            await self._name("cleo", self.cleo, "0x" + "00" * 20)
            await self._name("Dan", self.dan, self.dan)
            for who, name in ((self.ada, "ada"), (self.ben, "ada"), (self.cleo, "cleo"), (self.dan, "Dan")):
                await self.transact(Address(self.reverse), call("setName(string)", f"{name}.eth"), who)
            await self._call("anvil_mine", "0x64")
        finally:
            await link.close()

    async def _found(self) -> None:
        await self._call("anvil_setCode", REGISTRY, artefact("ens", "ENSRegistry")["deployedBytecode"])
        await self._call("anvil_setStorageAt", REGISTRY, "0x" + keccak(bytes(64)).hex(), "0x" + word(self.owner))
        resolver = artefact("resolver", "PublicResolver")["bytecode"] + word(REGISTRY)
        self.resolver = await self.deploy(resolver)
        default = await self.deploy(artefact("resolver", "DefaultReverseResolver")["bytecode"] + word(REGISTRY))
        reverse = artefact("resolver", "ReverseRegistrar")["bytecode"] + word(REGISTRY) + word(default)
        await self.own(bytes(32), "eth", self.owner)
        await self.own(bytes(32), "reverse", self.owner)
        self.reverse = await self.deploy(reverse)
        await self.own(namehash("reverse"), "addr", Address(self.reverse))

    async def _name(self, label: str, owner: Address, leads_to: str) -> None:
        node = namehash(f"{label}.eth")
        await self.own(namehash("eth"), label, owner)
        await self.transact(REGISTRY, call("setResolver(bytes32,address)", node, self.resolver), owner)
        await self.transact(Address(self.resolver), call("setAddr(bytes32,address)", node, leads_to), owner)

    async def own(self, node: bytes, label: str, owner: Address) -> None:
        data = call("setSubnodeOwner(bytes32,bytes32,address)", node, keccak(label.encode()), owner)
        await self.transact(REGISTRY, data, self.owner)

    async def deploy(self, code: str) -> str:
        receipt = await self.transact(None, bytes.fromhex(code[2:]), self.owner)
        return str(receipt["contractAddress"])

    async def transact(self, to: Address | None, data: bytes, sender: Address) -> Any:
        asked = {"from": sender, "gas": hex(8_000_000), "data": "0x" + data.hex()} | ({"to": to} if to else {})
        sent = await self._call("eth_sendTransaction", asked)
        for _ in range(500):
            if (receipt := await self._call("eth_getTransactionReceipt", sent)) is not None:
                assert int(receipt["status"], 16) == 1, data[:4].hex()
                return receipt
            await asyncio.sleep(0.01)
        raise AssertionError


@pytest.fixture(scope="module")
def town() -> Iterator[Ens]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([str(ANVIL), "--port", str(port), "--chain-id", str(MAINNET), "--silent"])
    try:
        town = Ens(f"http://127.0.0.1:{port}")
        asyncio.run(town.build())
        yield town
    finally:
        process.kill()
        process.wait()


async def test_real_names_are_shown_where_they_lead_back(town: Ens) -> None:
    reader = ChainReader({MAINNET: Network(id=MAINNET, name="Ethereum", rpc_urls=(town.url,))})
    try:
        wallets = [Address(one.lower()) for one in (town.ada, town.ben, town.cleo, town.dan, town.owner)]
        assert await reader.names(wallets) == {wallets[0]: "ada.eth"}
    finally:
        await reader.close()
