"""Nodes that keep events, as sound or as unsound as a test wants them, and readers over them."""

from __future__ import annotations

from bot.chain.chain_reader import ChainReader
from bot.chain.rpc.http_transport import TransportFailed
from bot.chain.rpc.network import Network
from bot.domain.delegation.onchain_registry import EVERYWHERE, Delegation
from bot.domain.shared.types import Block
from tests.builders import an_address
from tests.chain.nodes import Patience
from tests.cli.node import RecordedNode, block_hash

CHAIN = 5
FINAL = 2_000_000


def event(block, index=0, delegator=1, delegate=2, space=EVERYWHERE):
    return Delegation(
        delegator=an_address(delegator),
        id=space,
        delegate=None if delegate is None else an_address(delegate),
        block=block,
        index=index,
    )


def block(number, final=100, chain=CHAIN):
    time = RecordedNode(final=final).time(number)
    return Block(chain=chain, number=number, hash=block_hash(number), timestamp=time)


class Direct:
    """Carries requests to a node in memory."""

    def __init__(self, node):
        self.node = node

    async def request(self, payload):
        return [self.node.answer(one) for one in payload] if isinstance(payload, list) else self.node.answer(payload)

    async def close(self):
        pass


class Spoiled(RecordedNode):
    """Gives what `spoil` makes of its entries for a range; that may raise `Refused` or `Silent`."""

    def __init__(self, events=(), spoil=lambda entries, first, last: entries, **fields):
        super().__init__(delegations=events, **({"chain": CHAIN, "final": FINAL} | fields))
        self.spoil = spoil
        self.refused = []

    def logs(self, first, last):
        return self.spoil(super().logs(first, last), first, last)

    def answer(self, asked):
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

    def __init__(self, code, message):
        super().__init__(message)
        self.code, self.message = code, message


def reader(*nodes, sleep=None, **network):
    urls = {f"https://node-{number}.example": Direct(node) for number, node in enumerate(nodes)}
    fields = {"id": CHAIN, "name": "Testnet", "rpc_urls": tuple(urls)} | network
    return ChainReader({fields["id"]: Network(**fields)}, urls.__getitem__, sleep=sleep or Patience())
