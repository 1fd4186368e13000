"""A real node on loopback, filled with the holders of a token faster than any transaction would."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson
from eth_hash.auto import keccak

from bot.domain.shared.types import Address, Block, ChainId, Timestamp
from tests.benchmarks import peers

CHAIN = ChainId(1)
"""Ethereum's, because the peers know where things stand there."""
_BATCH = 1_000
Call = tuple[str, Sequence[Any]]


class Anvil:
    """Asks the node, many things at once."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self._session = url, session

    async def ask(self, method: str, *params: Any) -> Any:
        return (await self.ask_all([(method, params)]))[0]

    async def ask_all(self, calls: Iterable[Call]) -> list[Any]:
        """Ask in batches; whatever fails ends the benchmark."""
        requests = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}
            for number, (method, params) in enumerate(calls)
        ]
        answers: list[Any] = []
        for start in range(0, len(requests), _BATCH):
            async with self._session.post(self.url, data=orjson.dumps(requests[start : start + _BATCH])) as response:
                batch = sorted(orjson.loads(await response.read()), key=lambda answer: int(answer["id"]))
            answers += [answer["result"] for answer in batch]
        return answers

    async def deploy(self, creation: bytes) -> Address:
        """Create a contract from the node's first account."""
        (owner, *_) = await self.ask("eth_accounts")
        call = {"from": owner, "data": "0x" + creation.hex(), "gas": hex(8_000_000)}
        digest = await self.ask("eth_sendTransaction", call)
        await self.mine()
        receipt = await self.ask("eth_getTransactionReceipt", digest)
        assert receipt["status"] == "0x1", receipt
        return Address(receipt["contractAddress"].lower())

    async def store(self, contract: Address, words: Mapping[bytes, int]) -> None:
        """Write words into a contract's storage; a block must be mined for them to stand."""
        await self.ask_all(
            ("anvil_setStorageAt", (contract, "0x" + slot.hex(), f"0x{word:064x}")) for slot, word in words.items()
        )

    async def mine(self, blocks: int = 1) -> Block:
        await self.ask("anvil_mine", hex(blocks))
        found = await self.ask("eth_getBlockByNumber", "latest", False)
        return Block(
            chain=CHAIN,
            number=int(found["number"], 16),
            hash=found["hash"],
            timestamp=Timestamp(int(found["timestamp"], 16)),
        )


def slot_of(key: Address, mapping: int) -> bytes:
    """Return where a Solidity mapping in slot `mapping` keeps the value of an address."""
    return keccak(bytes(12) + bytes.fromhex(key[2:]) + mapping.to_bytes(32, "big"))


@asynccontextmanager
async def running_anvil() -> AsyncIterator[Anvil]:
    """Run one, which mines when told. Raises Missing."""
    process = await asyncio.create_subprocess_exec(
        *(str(peers.anvil()), "--port", "0", "--host", "127.0.0.1", "--chain-id", str(CHAIN), "--no-mining"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            while not (found := re.search(rb"Listening on (127\.0\.0\.1:\d+)", await process.stdout.readline())):
                assert process.returncode is None, "anvil ended"
        drain = asyncio.create_task(_drained(process.stdout))
        headers = {"Content-Type": "application/json"}
        async with aiohttp.ClientSession(headers=headers) as session:
            yield Anvil(f"http://{found[1].decode()}", session)
        drain.cancel()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _drained(stream: asyncio.StreamReader) -> None:
    while await stream.read(1 << 16):
        pass
