"""Nodes for tests: real answers of the embedded chain, spoiled where a test says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.chain.batch.batch_query import BatchQuery, Place
from bot.chain.chain_reader import ChainReader
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import TransportFailed
from bot.chain.rpc.network import MULTICALL3, Network
from bot.demo.chain.embedded_evm import Evm
from bot.demo.chain.genesis import account, address_of
from bot.demo.chain.json_rpc import Rpc
from bot.domain.power.chain_reads import PerWallet
from bot.domain.shared.types import Address, Block, ChainId, Timestamp

CHAIN = ChainId(31_337)
BALANCE_OF, GET_VOTES = bytes.fromhex("70a08231"), bytes.fromhex("9ab24eb0")
OWNER = account(0)

Ask = Callable[[Any], Awaitable[Any]]
Spoil = Callable[[Any, Ask], Awaitable[Any]]


class Node:
    """A node whose answers go through `spoil`, if there is one; `seen` keeps what it was sent."""

    def __init__(self, evm: Evm, spoil: Spoil | None = None, *, state_override: bool = True) -> None:
        self.rpc = Rpc(evm, state_override=state_override)
        self.spoil = spoil
        self.seen: list[Any] = []
        self.closed = False

    async def request(self, payload: Any) -> Any:
        self.seen.append(payload)
        return await (self.rpc.request(payload) if self.spoil is None else self.spoil(payload, self.rpc.request))

    async def close(self) -> None:
        self.closed = True

    def count(self, method: str) -> int:
        """How many requests asked for `method` (a batch by its first call)."""
        return sum((one[0] if isinstance(one, list) else one)["method"] == method for one in self.seen)


class Patience:
    """Takes the place of `asyncio.sleep`: remembers how long, and does not wait."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A token of which holder `n` (1 to 7) has half of `n` at block `early`, and `n` at block `late`."""

    evm: Evm
    token: Address
    hostile: Address
    treasury: Address
    badge: Address
    early: Block
    late: Block
    wallets: tuple[Address, ...]


def wallet(number: int) -> Address:
    """The `number`-th of many wallets; the first nineteen are people of the embedded chain."""
    return address_of(number) if number < 20 else Address(f"0x{0xABCDEF * number:040x}")


def block_of(evm: Evm, number: int | None = None) -> Block:
    sealed = evm.head if number is None else evm.block(number)
    return Block(chain=CHAIN, number=sealed.number, hash=sealed.hash, timestamp=Timestamp(sealed.header.timestamp))


def reader(*nodes: Any, sleep: Patience | None = None, **network: Any) -> ChainReader:
    """A reader of one chain with these nodes as its endpoints, in order."""
    by_url = {f"https://node-{number}.example/secret-key": node for number, node in enumerate(nodes)}
    fields: dict[str, Any] = {"id": CHAIN, "name": "Testnet", "rpc_urls": tuple(by_url)} | network
    return ChainReader({CHAIN: Network(**fields)}, by_url.__getitem__, sleep=sleep or Patience())


def balances(token: Address, wallets: Sequence[Address], selector: bytes = BALANCE_OF) -> PerWallet:
    return PerWallet(chain=CHAIN, target=token, selector=selector, wallets=tuple(wallets))


def error(payload: Any, code: int, message: str) -> Any:
    """An error of one call, or of a batch as a whole."""
    number = payload["id"] if isinstance(payload, dict) else None
    return {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}}


def each(spoil: Spoil) -> Spoil:
    """Spoil the calls of a batch as those that come by themselves."""

    async def spoil_each(payload: Any, ask: Ask) -> Any:
        if isinstance(payload, list):
            return [await spoil(one, ask) for one in payload]
        return await spoil(payload, ask)

    return spoil_each


def refusing(code: int, message: str, *, method: str = "eth_call", times: int | None = None) -> Spoil:
    """Answer `method` by an error, `times` times or always."""
    left = times

    async def spoil(payload: Any, ask: Ask) -> Any:
        nonlocal left
        if isinstance(payload, dict) and payload["method"] == method and (left is None or left > 0):
            left = None if left is None else left - 1
            return error(payload, code, message)
        return await ask(payload)

    return each(spoil)


def failing(status: int | None, text: str = "", retry_after: float | None = None, *, times: int | None = None) -> Spoil:
    """Answer with HTTP `status` (None: not at all), `times` times or always."""
    left = times

    async def spoil(payload: Any, ask: Ask) -> Any:
        nonlocal left
        if left is None or left > 0:
            left = None if left is None else left - 1
            raise TransportFailed(status, text, retry_after)
        return await ask(payload)

    return spoil


def is_mapped(payload: Any) -> bool:
    return isinstance(payload, dict) and payload["method"] == "eth_call" and len(payload["params"]) == 3


def place_of(block: Block) -> Place:
    where = {"blockHash": block.hash, "requireCanonical": True}
    return Place(block=block, where=where, multicall=MULTICALL3)


def endpoint_of(node: Node, **options: Any) -> Endpoint:
    return Endpoint(1, CHAIN, node, sleep=Patience(), **options)


def balance_of(token: Address) -> BatchQuery:
    return BatchQuery(target=token, selector=BALANCE_OF)
