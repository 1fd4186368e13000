"""Real nodes that answer as recorded: a chain each, whose contracts are taught what was recorded of one run."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_hash.auto import keccak

from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import HttpTransport
from bot.chain.rpc.network import MULTICALL3
from bot.demo.contracts import contract
from bot.domain.delegation.onchain_registry import REGISTRY
from bot.domain.shared.types import ChainId
from tests.chain.batch.test_read_methods_anvil import ANVIL, answering
from tests.presence import present

Json = dict[str, Any]
Ask = Callable[..., Awaitable[Any]]
"""Calls a method of a node."""

CONTRACTS = Path(__file__).parents[1] / "contracts"
PAYER = "0x" + "fe" * 20
AT_BLOCK = "ve-balance-of-at"
"""Names in its calls the block at which it reads."""
COIN = "0x4d2301cc"
"""Of getEthBalance(address), by which Snapshot reads the chain's own coin."""
NEAR = 50
"""Blocks that lie between two at which a run asks; those of the recording were others."""


class Node:
    """Anvil with one chain id. `run` is taught within `replaying`, and forgotten after it."""

    def __init__(self, chain: int) -> None:
        self.chain = chain
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [present(ANVIL), "--port", str(port), "--silent", "--chain-id", str(chain), "--timestamp", "1700000000"]
        )

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    async def start(self) -> None:
        async with self.link() as call:
            await call("anvil_setCode", MULTICALL3, "0x" + contract("Aggregate3").runtime.hex())
            await call("anvil_setCode", REGISTRY, artefact("DelegateRegistry"))
            await call("anvil_setBalance", PAYER, hex(10**24))
            await call("anvil_impersonateAccount", PAYER)
            await call("anvil_mine", "0x2")

    async def teach(self, case: Json) -> None:
        """Let the contracts answer as they did in a run, those asked at an earlier block so many blocks before."""
        async with self.link() as call:
            self.kept = await call("evm_snapshot")
            told = [one for one in case["calls"] if int(one["network"]) == self.chain]
            if case["strategy"] == AT_BLOCK:
                told = at_height(told, case["snapshot"], await self._height(call, told))
            ages = sorted({0, *(_age(one, told) for one in told)}, reverse=True)
            for age, later in zip(ages, [*ages[1:], 0], strict=True):
                await self._answers(call, [one for one in told if _age(one, told) == age])
                if age > later + 1:
                    await call("anvil_mine", hex(age - later - 1))
            for one in sorted(case.get("delegations", ()), key=lambda one: one["timestamp"]):
                await self._delegate(call, one)

    async def time(self) -> int:
        async with self.link() as call:
            return int((await call("eth_getBlockByNumber", "latest", False))["timestamp"], 16)

    async def seal(self, moment: int) -> int:
        """Mine a block of that time, and one behind it that makes it final; return its height."""
        async with self.link() as call:
            for later in (moment, moment + 100):
                await call("evm_setNextBlockTimestamp", hex(later))
                await call("anvil_mine", "0x1")
            return int(await call("eth_blockNumber"), 16) - 1

    async def forget(self) -> None:
        async with self.link() as call:
            assert await call("evm_revert", self.kept)

    async def _height(self, call: Ask, told: Sequence[Json]) -> int:
        """Return at which height a run of one block is looked at, each of whose contracts is taught by itself."""
        return int(await call("eth_blockNumber"), 16) + len({one["to"] for one in told}) + 1

    async def _answers(self, call: Ask, told: Sequence[Json]) -> None:
        by_contract: defaultdict[str, list[Json]] = defaultdict(list)
        for one in told:
            if one["data"].startswith(COIN):
                await call("anvil_setBalance", "0x" + one["data"][-40:], hex(int(one["ret"], 16)))
            else:
                by_contract[one["to"]].append(one)
        for target in by_contract:
            await call("anvil_setCode", target, artefact("Recorder"))
        for target, some in by_contract.items():
            taught = [[bytes.fromhex(one[key][2:]) for one in some] for key in ("data", "ret")]
            await sent(call, PAYER, target, "teach(bytes[],bytes[])", ["bytes[]", "bytes[]"], taught)

    async def _delegate(self, call: Ask, one: Json) -> None:
        await call("anvil_impersonateAccount", one["delegator"])
        await call("anvil_setBalance", one["delegator"], hex(10**18))
        place = one["space"].encode().ljust(32, b"\0")
        types = ["bytes32", "address"]
        await sent(call, one["delegator"], REGISTRY, "setDelegate(bytes32,address)", types, [place, one["delegate"]])

    def link(self) -> _Link:
        """Open a connection, as a context that gives a function to call methods by."""
        return _Link(self.url, self.chain)


class _Link:
    def __init__(self, url: str, chain: int) -> None:
        self.transport = HttpTransport(url, time_out=60)
        self.endpoint = Endpoint(1, ChainId(chain), self.transport)

    async def __aenter__(self) -> Ask:
        await answering(self.endpoint)
        return self.endpoint.call

    async def __aexit__(self, *_: object) -> None:
        await self.transport.close()


async def sent(call: Ask, sender: str, to: str, signature: str, types: Sequence[str], values: Sequence[object]) -> None:
    """Call a contract in a transaction, and wait for it."""
    data = "0x" + keccak(signature.encode())[:4].hex() + encode(types, values).hex()
    digest = await call("eth_sendTransaction", {"from": sender, "to": to, "data": data, "gas": hex(25_000_000)})
    for _ in range(500):
        if (receipt := await call("eth_getTransactionReceipt", digest)) is not None:
            assert int(receipt["status"], 16) == 1, signature
            return
        await asyncio.sleep(0.005)
    raise AssertionError


def at_height(told: Sequence[Json], recorded: int, height: int) -> list[Json]:
    """Return the calls with another block where they end with that of the recording."""
    ends = [f"{number:064x}" for number in (recorded, height)]
    return [{**one, "data": one["data"].removesuffix(ends[0]) + ends[1]} for one in told]


def _age(one: Json, told: Sequence[Json]) -> int:
    """Return how many blocks before the newest of the same contract a call is asked here."""
    if not isinstance(one["block"], int):
        return 0
    blocks = [other["block"] for other in told if other["to"] == one["to"] and isinstance(other["block"], int)]
    return NEAR if max(blocks) > one["block"] else 0


def artefact(name: str) -> str:
    """Return what a contract of ours runs."""
    return str(json.loads((CONTRACTS / f"{name}.json").read_text())["runtime"])


def moved(case: Json, heights: Mapping[int, int]) -> Json:
    """Return a run's parameters with the blocks that they name as near, or as high, as they are on the nodes."""
    params = dict(case["params"])
    if "offsetCheck" in params:
        params["offsetCheck"] = NEAR
    if "startBlocks" in params:
        recorded = {case["network"]: case["snapshot"], **case["blocks"]}
        params["startBlocks"] = {
            chain: heights[int(chain)] + start - recorded[chain] for chain, start in params["startBlocks"].items()
        }
    return params


@contextmanager
def replaying(nodes: dict[int, Node], case: Json) -> Iterator[dict[int, int]]:
    """Teach a run to the nodes of its chains, starting those that do not run; yield the height of each."""
    chains = sorted(map(int, {case["network"], *case.get("blocks", ()), *(one["network"] for one in case["calls"])}))
    for chain in chains:
        if chain not in nodes:
            nodes[chain] = Node(chain)
            asyncio.run(nodes[chain].start())
    for chain in chains:
        asyncio.run(nodes[chain].teach(case))
    moment = max(asyncio.run(nodes[chain].time()) for chain in chains) + 1
    heights = {chain: asyncio.run(nodes[chain].seal(moment + (chain == int(case["network"])))) for chain in chains}
    try:
        yield heights
    finally:
        for chain in chains:
            asyncio.run(nodes[chain].forget())
