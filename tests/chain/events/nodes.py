"""Nodes that keep events, as sound or as unsound as a test wants them, and readers over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bot.chain.chain_reader import ChainReader
from bot.chain.rpc.http_transport import TransportFailed
from bot.chain.rpc.network import Network
from bot.domain.delegation.onchain_registry import EVERYWHERE, Delegation
from bot.domain.shared.types import Block, ChainId, Timestamp
from tests.builders import an_address
from tests.chain.nodes import Patience
from tests.cli.node import RecordedNode, block_hash

CHAIN = ChainId(5)
FINAL = 2_000_000
Spoil = Callable[[Any, int, int], Any]
"""Takes the entries of a range, and its first and last block."""


def event(
    block: int, index: int = 0, delegator: int = 1, delegate: int | None = 2, space: str = EVERYWHERE
) -> Delegation:
    return Delegation(
        delegator=an_address(delegator),
        id=space,
        delegate=None if delegate is None else an_address(delegate),
        block=block,
        index=index,
    )


def block(number: int, final: int = 100, chain: ChainId = CHAIN) -> Block:
    time = RecordedNode(final=final).time(number)
    return Block(chain=chain, number=number, hash=block_hash(number), timestamp=Timestamp(time))


class Direct:
    """Carries requests to a node in memory."""

    def __init__(self, node: RecordedNode) -> None:
        self.node = node

    async def request(self, payload: Any) -> Any:
        return [self.node.answer(one) for one in payload] if isinstance(payload, list) else self.node.answer(payload)

    async def close(self) -> None:
        pass


class Spoiled(RecordedNode):
    """Gives what `spoil` makes of its entries for a range; that may raise `Refused` or `Silent`."""

    def __init__(
        self, events: Sequence[Delegation] = (), spoil: Spoil = lambda entries, _first, _last: entries, **fields: Any
    ) -> None:
        super().__init__(delegations=events, **({"chain": CHAIN, "final": FINAL} | fields))
        self.spoil = spoil
        self.refused: list[Any] = []

    def logs(self, first: int, last: int) -> Any:
        return self.spoil(super().logs(first, last), first, last)

    def answer(self, asked: Any) -> Any:
        try:
            return super().answer(asked)
        except Refused as refused:
            self.refused.append(asked)
            return {"jsonrpc": "2.0", "id": asked["id"], "error": {"code": refused.code, "message": refused.message}}
        except TransportFailed:
            self.refused.append(asked)
            raise


class Refused(Exception):
    """The node answers with this error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def reader(*nodes: RecordedNode, sleep: Patience | None = None, **network: Any) -> ChainReader:
    urls = {f"https://node-{number}.example": Direct(node) for number, node in enumerate(nodes)}
    fields: dict[str, Any] = {"id": CHAIN, "name": "Testnet", "rpc_urls": tuple(urls)} | network
    return ChainReader({fields["id"]: Network(**fields)}, urls.__getitem__, sleep=sleep or Patience())
