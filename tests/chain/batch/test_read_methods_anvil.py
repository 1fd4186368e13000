"""A real node: every read method on contracts that misbehave, at past blocks, in chunks of full size."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_hash.auto import keccak

from bot.chain.batch.batch_query import BatchQuery, Place
from bot.chain.batch.batch_reader import BatchReader
from bot.chain.batch.joint.joint_reader import JointReader
from bot.chain.batch.read_methods import Aggregated, Created, Mapped, Plain
from bot.chain.blocks.final_blocks import newest_before
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import HttpTransport
from bot.chain.rpc.network import MULTICALL3
from bot.chain.rpc.rpc_faults import NodeFault
from bot.demo.contracts import contract
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address, Block, ChainId
from tests.chain.nodes import BALANCE_OF, GET_VOTES

ANVIL = next(
    (
        str(path)
        for path in (
            os.environ.get("FOLKMOOT_ANVIL"),
            Path(__file__).parents[2] / "node/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil",
            shutil.which("anvil"),
        )
        if path and Path(path).is_file()
    ),
    None,
)
pytestmark = [
    pytest.mark.anvil,
    pytest.mark.skipif(ANVIL is None, reason="anvil is not installed: npm ci in tests/node, or set FOLKMOOT_ANVIL"),
]
CHAIN = ChainId(31_337)
HOLDERS = 4_001
READ_METHODS = [Mapped(), Created(), Aggregated(), Plain()]


def holder(number: int) -> Address:
    return Address(f"0x{0x1234567890ABCDEF1234 * number + 1:040x}")


class Counting(HttpTransport):
    """Counts requests."""

    requests = 0

    async def request(self, payload: Any) -> Any:
        self.requests += 1
        return await super().request(payload)


async def newest(endpoint: Endpoint) -> Block:
    head = await endpoint.header("latest")
    assert head is not None
    return head


class Anvil:
    """A node with a token of which holder `n` has `n` + 1 (before block `early` nobody), and one that misbehaves."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def build(self) -> None:
        link = HttpTransport(self.url, time_out=5)
        try:
            await self._build(Endpoint(1, CHAIN, link))
        finally:
            await link.close()

    async def _build(self, endpoint: Endpoint) -> None:
        self._call = endpoint.call
        await answering(endpoint)
        self.owner = (await self._call("eth_accounts"))[0]
        self.token = await self.deploy("GovernanceToken", "Moot", "MOOT")
        self.hostile = await self.deploy("Hostile")
        for mood in range(6):
            await self.send(self.hostile, contract("Hostile").encode("set", holder(mood), 10 + mood, mood))
        await self._call("anvil_setCode", MULTICALL3, "0x" + contract("Aggregate3").runtime.hex())
        slot = await self.slot_of_balances()
        await self._call("anvil_mine", "0x3", "0xc")
        self.early = await newest(endpoint)
        await self._call("anvil_mine", "0x1", "0xc")
        calls = [
            ("anvil_setStorageAt", (self.token, at(holder(number), slot), f"0x{number + 1:064x}"))
            for number in range(HOLDERS)
        ]
        for first in range(0, HOLDERS, 1_000):
            await endpoint.batch(calls[first : first + 1_000])
        await self._call("anvil_mine", "0x2", "0xc")
        self.late = await newest(endpoint)
        await self._call("anvil_mine", "0x2", "0xc")

    async def slot_of_balances(self) -> int:
        """Mint to one and look for the slot that changed."""
        probe = Address("0x" + "fe" * 20)
        await self.send(self.token, contract("GovernanceToken").encode("mint", probe, 77))
        for slot in range(32):
            if int(await self._call("eth_getStorageAt", self.token, at(probe, slot), "latest"), 16) == 77:
                return slot
        raise AssertionError

    async def deploy(self, name: str, *args: str) -> Address:
        receipt = await self.transact({"data": "0x" + contract(name).creation(*args).hex()})
        return Address(receipt["contractAddress"].lower())

    async def send(self, to: Address, data: bytes) -> None:
        await self.transact({"to": to, "data": "0x" + data.hex()})

    async def transact(self, call: Mapping[str, str]) -> Any:
        sent = await self._call("eth_sendTransaction", {"from": self.owner, "gas": hex(5_000_000), **call})
        for _ in range(500):
            if (receipt := await self._call("eth_getTransactionReceipt", sent)) is not None:
                assert int(receipt["status"], 16) == 1
                return receipt
            await asyncio.sleep(0.01)
        raise AssertionError


def at(address: str, slot: int) -> str:
    """Where a mapping at `slot` keeps what it has for `address`."""
    return "0x" + keccak(bytes(12) + bytes.fromhex(address[2:]) + slot.to_bytes(32, "big")).hex()


async def answering(endpoint: Endpoint) -> None:
    """Wait until the node has started."""
    for _ in range(100):
        with suppress(NodeFault):
            return await endpoint.verify()
        await asyncio.sleep(0.1)
    raise AssertionError


def place(block: Block) -> Place:
    where = {"blockHash": block.hash, "requireCanonical": True}
    return Place(block=block, where=where, multicall=MULTICALL3)


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([str(ANVIL), "--port", str(port), "--silent"])
    try:
        node = Anvil(f"http://127.0.0.1:{port}")
        asyncio.run(node.build())
        yield node
    finally:
        process.kill()
        process.wait()


@pytest.fixture
async def link(anvil: Anvil) -> AsyncIterator[Counting]:
    link = Counting(anvil.url)
    yield link
    await link.close()


@pytest.mark.parametrize("read_method", READ_METHODS, ids=lambda read_method: type(read_method).__name__)
@pytest.mark.parametrize("about", ["balances", "votes", "hostile", "coin"])
@pytest.mark.parametrize("when", ["early", "late"])
async def test_every_read_method_says_what_plain_calls_say_on_a_real_node(
    anvil: Anvil, link: Counting, read_method: Mapped | Created | Aggregated | Plain, about: str, when: str
) -> None:
    target = {"balances": anvil.token, "votes": anvil.token, "hostile": anvil.hostile, "coin": None}[about]
    selector = GET_VOTES if about == "votes" else BALANCE_OF
    question = BatchQuery() if target is None else BatchQuery(target=target, selector=selector)
    block = getattr(anvil, when)
    wallets = [*(holder(number) for number in range(60)), Address(anvil.owner.lower()), holder(3), holder(2)]
    endpoint = Endpoint(1, CHAIN, link)
    truth = await Plain().ask(endpoint, place(block), question, wallets)
    batch_reader = BatchReader(endpoint, (read_method,))
    assert await batch_reader.ask(question, wallets, place(block)) == truth
    if any(truth) or read_method.itself:  # else a contract that answers by who calls looks the same
        assert batch_reader.proven_method(question.target, question.selector) == type(read_method).__name__.lower()
    if about == "balances":
        assert truth[:60] == [number + 1 if when == "late" else 0 for number in range(60)]
    if about == "hostile":
        assert truth[:5] == [10, None, None, None, None]


@pytest.mark.parametrize("read_method", READ_METHODS, ids=lambda read_method: type(read_method).__name__)
async def test_several_contracts_at_once_say_what_plain_calls_say_on_a_real_node(
    anvil: Anvil, link: Counting, read_method: Mapped | Created | Aggregated | Plain
) -> None:
    endpoint = Endpoint(1, CHAIN, link)
    batch_reader = BatchReader(endpoint, (read_method,))
    joint = JointReader(endpoint, batch_reader)
    wallets = [holder(number) for number in range(60)]
    questions = [
        BatchQuery(target=anvil.token, selector=BALANCE_OF),
        BatchQuery(target=anvil.token, selector=GET_VOTES),
        BatchQuery(target=anvil.hostile, selector=BALANCE_OF),
        BatchQuery(),
    ]
    for block in (anvil.early, anvil.late):
        truth = [await Plain().ask(endpoint, place(block), question, wallets) for question in questions]
        for _ in range(2):
            assert await joint.ask([(question, wallets) for question in questions], place(block)) == truth
    link.requests = 0
    await joint.ask([(question, wallets) for question in (questions[0], questions[3])], place(anvil.late))
    assert link.requests <= 2  # batches are of 500 calls; those that burn all gas beside them left nothing smaller


async def test_full_chunks_are_taken_in_n_over_chunk_requests(anvil: Anvil, link: Counting) -> None:
    batch_reader = BatchReader(Endpoint(1, CHAIN, link))
    everybody = [holder(number) for number in range(HOLDERS)]
    for selector, expected, requests in (
        (BALANCE_OF, [number + 1 for number in range(HOLDERS)], 3),
        (GET_VOTES, [0] * HOLDERS, 4),
    ):
        question = BatchQuery(target=anvil.token, selector=selector)
        for attempt in range(2):
            link.requests = 0
            assert await batch_reader.ask(question, everybody, place(anvil.late)) == expected
            assert batch_reader.proven_method(question.target, question.selector) == "mapped"
            if attempt:
                assert link.requests == requests


async def test_wallets_that_burn_all_gas_are_unknown_and_the_others_known(anvil: Anvil, link: Counting) -> None:
    batch_reader = BatchReader(Endpoint(1, CHAIN, link))
    honest, burning = holder(0), holder(2)
    wallets = [honest] * 40 + [burning] * 13 + [honest] * 60
    question = BatchQuery(target=anvil.hostile, selector=BALANCE_OF)
    assert await batch_reader.ask(question, wallets, place(anvil.late)) == [10] * 40 + [None] * 13 + [10] * 60
    assert batch_reader.proven_method(question.target, question.selector) == "mapped"


async def test_a_block_that_a_real_node_does_not_have_is_lagging(anvil: Anvil, link: Counting) -> None:
    endpoint = Endpoint(1, CHAIN, link)
    assert await endpoint.pin(anvil.late) == place(anvil.late).where
    elsewhere = replace(anvil.late, hash="0x" + "ab" * 32)
    question = BatchQuery(target=anvil.token, selector=BALANCE_OF)
    with pytest.raises(NodeFault) as caught:
        await BatchReader(endpoint).ask(question, [holder(1)], place(elsewhere))
    assert caught.value.kind is ChainFault.LAGGING


async def test_the_time_of_a_block_is_found_on_a_real_node(anvil: Anvil, link: Counting) -> None:
    endpoint = Endpoint(1, CHAIN, link)
    head = await newest(endpoint)
    found = await newest_before(endpoint, head, anvil.early.timestamp, 12.0)
    assert found.timestamp <= anvil.early.timestamp
    following = await endpoint.header(hex(found.number + 1))
    assert following is not None
    assert following.timestamp > anvil.early.timestamp
