"""Part b: the balances of many wallets at a past block of a real node, over loopback."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from web3 import AsyncHTTPProvider, AsyncWeb3

from bot.chain.batch.batch_query import BatchQuery
from bot.chain.batch.read_methods import BALANCE_OF, Mapped
from bot.chain.chain_reader import ChainReader
from bot.chain.rpc.endpoint import IN_FLIGHT
from bot.chain.rpc.http_transport import HttpTransport, Json
from bot.chain.rpc.network import MULTICALL3, Network
from bot.domain.power.chain_reads import PerWallet
from tests.benchmarks import peers
from tests.benchmarks.anvil import CHAIN, running_anvil
from tests.benchmarks.frame import Measured, Options, Report, Row, faster, take_turns, within
from tests.benchmarks.holders import Holders, holders, put_multicall3
from tests.benchmarks.peers import Missing
from tests.benchmarks.talk import Peer, talking

HERE = Path(__file__).parent
WALLETS = 20_000
_WEB3_CHUNK = 500
_BALANCE_OF_ABI = [
    {
        "type": "function",
        "name": "balanceOf",
        "stateMutability": "view",
        "inputs": [{"name": "holder", "type": "address"}],
        "outputs": [{"name": "", "type": "uint256"}],
    }
]
_AGGREGATE3_ABI = [
    {
        "type": "function",
        "name": "aggregate3",
        "stateMutability": "payable",
        "inputs": [
            {
                "name": "calls",
                "type": "tuple[]",
                "components": [
                    {"name": "target", "type": "address"},
                    {"name": "allowFailure", "type": "bool"},
                    {"name": "callData", "type": "bytes"},
                ],
            }
        ],
        "outputs": [
            {
                "name": "returnData",
                "type": "tuple[]",
                "components": [{"name": "success", "type": "bool"}, {"name": "returnData", "type": "bytes"}],
            }
        ],
    }
]


class Recording(HttpTransport):
    """Keeps what was sent."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.sent: list[Json] = []

    async def request(self, payload: Json) -> Json:
        self.sent.append(payload)
        return await super().request(payload)


class Ours:
    """The bot's reader as the bot opens it; the first read, in which it proves its way, is not measured."""

    def __init__(self, url: str) -> None:
        self._transport = Recording(url)
        network = Network(id=CHAIN, name="Anvil", rpc_urls=(url,))
        self.reader = ChainReader({CHAIN: network}, lambda _: self._transport)

    async def read(self, *reads: Any, held: Holders, expected: Sequence[Sequence[int]]) -> float:
        self._transport.sent.clear()
        start = time.perf_counter()
        answers = await self.reader.read(reads, {CHAIN: held.block})
        seconds = time.perf_counter() - start
        assert [list(answer) for answer in answers] == [list(each) for each in expected], "wrong numbers"
        return seconds

    @property
    def sent(self) -> list[Json]:
        """Every request of the newest read."""
        return self._transport.sent


async def floor(url: str, bodies: Sequence[bytes]) -> float:
    """Send bytes that are ready by the same HTTP client, as many at once, and let nobody read the answers."""
    waiting = deque(bodies)

    async def work() -> None:
        while waiting:
            async with session.post(url, data=waiting.popleft(), allow_redirects=False) as response:
                assert len(await response.read()) > _ANSWERED

    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=16), headers=headers) as session:
        for _ in range(2):  # once to connect
            waiting.extend(bodies if not waiting else ())
            start = time.perf_counter()
            await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
            seconds = time.perf_counter() - start
    return seconds


_ANSWERED = 1_000


async def web3_multicall(held: Holders) -> float:
    """Read by contract objects and Multicall3, as web3's documentation leads to."""
    web3 = AsyncWeb3(AsyncHTTPProvider(held.node.url))
    start = time.perf_counter()
    token = web3.eth.contract(address=web3.to_checksum_address(held.token), abi=_BALANCE_OF_ABI)
    multicall = web3.eth.contract(address=web3.to_checksum_address(MULTICALL3), abi=_AGGREGATE3_ABI)

    async def some(wallets: Sequence[str]) -> list[int]:
        calls = [
            (token.address, True, token.encode_abi("balanceOf", [web3.to_checksum_address(wallet)]))
            for wallet in wallets
        ]
        results = await multicall.functions.aggregate3(calls).call(block_identifier=held.block.number)
        return [web3.codec.decode(["uint256"], data)[0] for _, data in results]

    chunks = [held.wallets[at : at + _WEB3_CHUNK] for at in range(0, len(held.wallets), _WEB3_CHUNK)]
    found = await asyncio.gather(*(some(chunk) for chunk in chunks))
    seconds = time.perf_counter() - start
    await web3.provider.disconnect()
    assert [amount for chunk in found for amount in chunk] == held.balances, "wrong numbers"
    return seconds


def by_peer(peer: Peer, question: dict[str, Any], expected: Sequence[int]) -> Measured:
    """Let a peer read; check every number."""

    async def measured() -> float:
        answer = await peer.ask(question)
        assert [int(amount, 16) for amount in answer["answers"]] == list(expected), "wrong numbers"
        return float(answer["seconds"])

    return measured


def question_of(held: Holders, name: str, wallets: Sequence[str], target: str) -> dict[str, Any]:
    """Return what the peers' processes are asked."""
    return {
        "url": held.node.url,
        "network": str(CHAIN),
        "multicall": MULTICALL3,
        "abi": f"function {name}(address) view returns (uint256)",
        "name": name,
        "token": target,
        "wallets": list(wallets),
        "block": held.block.number,
    }


async def measure(asked: Options, report: Report) -> None:
    """Print the rows of this part."""
    report.title(f"Balances of {WALLETS:,} wallets at a past block of anvil")
    packages = peers.node_packages()
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(running_anvil())
        await put_multicall3(node, packages)
        held = await holders(node, WALLETS)
        ours = Ours(node.url)
        stack.push_async_callback(ours.reader.close)
        read = PerWallet(chain=CHAIN, target=held.token, selector=BALANCE_OF, wallets=held.wallets)

        async def our_read() -> float:
            return await ours.read(read, held=held, expected=[held.balances])

        await our_read()
        await our_read()
        requests = len(ours.sent)
        bodies = [orjson.dumps(payload) for payload in ours.sent]
        question = question_of(held, "balanceOf", held.wallets, held.token)
        methods: dict[str, Measured] = {
            "ours": our_read,
            "floor": lambda: floor(node.url, bodies),
            "web3": lambda: web3_multicall(held),
        }
        snapshot = await stack.enter_async_context(talking("node", HERE / "snapshot_reads.mjs", cwd=packages))
        methods["snapshot"] = by_peer(snapshot, question, held.balances)
        try:
            python = await asyncio.to_thread(peers.multicall_python)
        except Missing as missing:
            report.leave_out("PyPI multicall", str(missing))
        else:
            pypi = await stack.enter_async_context(talking(python, HERE / "multicall_reads.py"))
            methods["pypi"] = by_peer(pypi, question, held.balances)
        taken = await take_turns(methods, asked.runs)
    name = "balances"
    report.row(faster(name, taken["ours"], "snapshot.js multicall", taken["snapshot"], at_least=40))
    report.row(faster(name, taken["ours"], f"web3 + Multicall3, {_WEB3_CHUNK} a call", taken["web3"], at_least=150))
    if "pypi" in taken:
        report.row(faster(name, taken["ours"], "PyPI multicall, 2,000 a call", taken["pypi"]))
    report.row(within(name, taken["ours"], "requests built beforehand", taken["floor"], at_most=1.5))
    chunk = Mapped().most(BatchQuery(target=held.token, selector=BALANCE_OF))
    fewest = -(-WALLETS // chunk)
    report.row(
        Row(
            name="requests",
            ours=str(requests),
            peer=f"{WALLETS:,} wallets, {chunk:,} a request",
            ratio="",
            target=f"= {fewest}",
            good=requests == fewest,
        )
    )
