"""Reading who owns a Safe, through nodes that take no batches or answer them otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.chain.rpc.http_transport import TransportFailed
from bot.domain.shared.types import ChainId
from bot.domain.wallets.safe import Safe
from tests.chain.nodes import CHAIN, Ask, Node, Scene, Spoil, each, error, reader, wallet

SAFE = Safe(address=wallet(77), chain=CHAIN, owners=(wallet(1), wallet(2)), threshold=2)


def word(number: int) -> str:
    return f"{number:064x}"


TOLD = {
    "0xa0e67e2b": word(32) + word(2) + "".join(word(int(owner, 16)) for owner in SAFE.owners),
    "0xe75235b8": word(SAFE.threshold),
    "0xf698da25": SAFE.domain_hash().hex(),
}


async def standing(payload: Any, ask: Ask) -> Any:
    """As if the Safe stood on the node's chain."""
    call = payload["params"][0] if payload["method"] == "eth_call" else {}
    if call.get("to") == SAFE.address:
        return {"jsonrpc": "2.0", "id": payload["id"], "result": "0x" + TOLD[call["data"]]}
    return await ask(payload)


def refusing_batches(refusal: TransportFailed | Callable[[Any, Any], Any]) -> Spoil:
    async def spoil(payload: Any, ask: Ask) -> Any:
        if isinstance(payload, dict):
            return await standing(payload, ask)
        if isinstance(refusal, TransportFailed):
            raise refusal
        return refusal(payload, await each(standing)(payload, ask))

    return spoil


@pytest.mark.parametrize(
    "refusal",
    [
        lambda asked, told: told,
        lambda asked, told: told[::-1],
        lambda asked, told: error(asked, -32600, "batches are not supported"),
        lambda asked, told: [error({"id": None}, -32600, "batch")],
        lambda asked, told: told[:1],
        lambda asked, told: [],
        lambda asked, told: None,
        lambda asked, told: [one | {"id": str(one["id"])} for one in told],
        TransportFailed(413, "<html>"),
        TransportFailed(403, "not in your plan"),
        TransportFailed(502, "<html>"),
        TransportFailed(),
    ],
    ids=["taken", "turned", "refused", "one error", "one", "none", "null", "text", "413", "403", "502", "a reset"],
)
@pytest.mark.parametrize("nodes", [1, 2])
async def test_a_safe_is_read_whatever_a_node_makes_of_batches(
    scene: Scene, refusal: TransportFailed | Callable[[Any, Any], Any], nodes: ChainId
) -> None:
    chain = reader(*(Node(scene.evm, refusing_batches(refusal)) for _ in range(nodes)))
    for _ in range(2):
        assert await chain.safe(CHAIN, SAFE.address) == SAFE
    assert await chain.safe(CHAIN, scene.token) is None
