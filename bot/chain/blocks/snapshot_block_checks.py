"""Whether a block is fit for a snapshot: on its chain, with a parent, and with readable state."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chain.batch.batch_query import Place
from bot.chain.blocks.block_confirmation import header, unlike
from bot.chain.chain import Chain
from bot.chain.concurrency import gather_all
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import Json
from bot.chain.rpc.json_rpc import block_hash, count_of, quantity
from bot.chain.rpc.rpc_faults import CallFailed, NodeFault
from bot.domain.shared.addresses import ZERO
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Block, Timestamp


@dataclass(frozen=True, slots=True)
class _Vouched:
    """What an endpoint says of a block: its parent, and the zero address's balance in its state."""

    parent: str
    balance: int


async def vouch(chain: Chain, block: Block) -> None:
    """Check that two endpoints (if the chain has two) have the block with the same hash, parent and state.

    Raises as `Pool.agreed`: an endpoint that does not have it, or whose block makes no sense, cannot serve.
    """

    async def told(endpoint: Endpoint, place: Place) -> _Vouched:
        try:
            balance, found = await gather_all(
                (
                    endpoint.call("eth_getBalance", ZERO, place.where),
                    endpoint.call("eth_getBlockByHash", block.hash, False),
                )
            )
            parent = _parent_of(found, block)
            if block.number:
                _check_parent(await endpoint.call("eth_getBlockByHash", parent, False), parent, block)
        except CallFailed as failed:
            raise NodeFault(ChainFault.BAD_ANSWER, f"it does not tell of block {block.number}: {failed}") from None
        return _Vouched(parent, quantity(balance))

    await chain.at(block, told, differ=unlike)


async def stands(chain: Chain, block: Block) -> bool:
    """Return whether the chain has the block at its height, as two endpoints say where it has two.

    Raises as `Pool.agreed`, also where they do not have that height at all.
    """

    async def same(endpoint: Endpoint) -> bool:
        return (await header(endpoint, block.number)).hash == block.hash

    return (await chain.pool.agreed(same, unlike, Confirmation.REQUIRED)).value


def _parent_of(found: Json, block: Block) -> str:
    """Return the hash of a block's parent, once the block is what it was said to be."""
    if not isinstance(found, dict):
        raise NodeFault(ChainFault.LAGGING, f"it does not have the block {block.hash} that it named")
    told, parent = _read(found, block), block_hash(found.get("parentHash"))
    if told != block or parent == block.hash:
        raise NodeFault(ChainFault.BAD_ANSWER, f"it tells of block {block.number} differently by hash and by number")
    return parent


def _check_parent(found: Json, parent: str, block: Block) -> None:
    if not isinstance(found, dict):
        raise NodeFault(ChainFault.LAGGING, f"it does not have the parent of block {block.number}")
    told = _read(found, block)
    if told.hash != parent or told.number != block.number - 1 or told.timestamp > block.timestamp:
        raise NodeFault(ChainFault.BAD_ANSWER, f"the parent of its block {block.number} is not the block before it")


def _read(found: dict[str, Json], block: Block) -> Block:
    return Block(
        chain=block.chain,
        number=count_of(found.get("number")),
        hash=block_hash(found.get("hash")),
        timestamp=Timestamp(count_of(found.get("timestamp"))),
    )
