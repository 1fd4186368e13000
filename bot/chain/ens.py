"""Names in the Ethereum Name Service: what a wallet calls itself, where that name leads back to the wallet.

A name is for the eye alone. Whatever a resolver does (revert, work without end, answer garbage, or ask to be looked up
elsewhere, which is never done), it is no worse than having no name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from eth_hash.auto import keccak

from bot.chain.batch.batch_query import Place
from bot.chain.batch.plain_calls import plainly
from bot.chain.rpc.endpoint import Call, Endpoint
from bot.chain.rpc.json_rpc import data_of
from bot.domain.shared.types import Address, ChainId

MAINNET = ChainId(1)
REGISTRY = Address("0x00000000000c2e074ec69a0dfb2997ba6c7d2e1e")
GAS = 200_000
"""What one call may burn: several times what the resolvers in use need, and too little for an answer of megabytes."""
LONGEST = 64
"""Signs of a name that is shown."""
_RESOLVER, _NAME, _ADDR = (bytes.fromhex(one) for one in ("0178b8bf", "691f3431", "3b3b57de"))
_NOBODY = Address("0x" + "00" * 20)
_WORD = 32
_LABEL = re.compile(r"(?!..--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
"""Plain labels, which ENSIP-15 leaves as they are; of others only its long tables could say what they look like."""


async def names(endpoint: Endpoint, place: Place, wallets: Sequence[Address]) -> dict[Address, str]:
    """Return the names of those wallets that have a plain one which leads back to them. Raises NodeFault."""
    asked = list(dict.fromkeys(wallets))
    nodes = [namehash(f"{wallet[2:]}.addr.reverse") for wallet in asked]
    claimed = [text_of(raw) for raw in await _resolve(endpoint, place, nodes, _NAME)]
    named = {wallet: name for wallet, name in zip(asked, claimed, strict=True) if name and is_plain(name)}
    back = await _resolve(endpoint, place, [namehash(name) for name in named.values()], _ADDR)
    return {wallet: name for (wallet, name), raw in zip(named.items(), back, strict=True) if _address(raw) == wallet}


def namehash(name: str) -> bytes:
    """Return the node of a name, as EIP-137 defines it."""
    node = bytes(_WORD)
    for label in reversed(name.split(".") if name else []):
        node = keccak(node + keccak(label.encode()))
    return node


def is_plain(name: str) -> bool:
    """Return whether a name is at least two plain labels, and short enough to be shown."""
    labels = name.split(".")
    return len(name) <= LONGEST and len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)


def text_of(raw: bytes | None) -> str | None:
    """Read the one text that a call gave; None where it gave none, or one too long to be shown."""
    if raw is None or len(raw) < 2 * _WORD:
        return None
    at = int.from_bytes(raw[:_WORD], "big")
    size = int.from_bytes(raw[at : at + _WORD], "big") if at <= len(raw) - _WORD else LONGEST + 1
    text = raw[at + _WORD : at + _WORD + size] if size <= LONGEST else b""
    return text.decode("ascii", "replace") if text and len(text) == size else None


async def _resolve(endpoint: Endpoint, place: Place, nodes: Sequence[bytes], selector: bytes) -> list[bytes | None]:
    """Ask each node's resolver, as the registry has it; None where there is none, or it says nothing."""
    resolvers = [_address(raw) for raw in await _ask(endpoint, place, [(REGISTRY, _RESOLVER + node) for node in nodes])]
    there = [at for at, resolver in enumerate(resolvers) if resolver not in (None, _NOBODY)]
    asked = [(Address(str(resolvers[at])), selector + nodes[at]) for at in there]
    given = dict(zip(there, await _ask(endpoint, place, asked), strict=True))
    return [given.get(at) for at in range(len(nodes))]


async def _ask(endpoint: Endpoint, place: Place, asked: Sequence[tuple[Address, bytes]]) -> list[bytes | None]:
    """Answer calls, each with little gas, in one request where the endpoint takes a batch."""
    if not asked:
        return []
    calls: list[Call] = [
        ("eth_call", ({"to": target, "data": "0x" + data.hex(), "gas": hex(GAS)}, place.where))
        for target, data in asked
    ]
    return [data_of(result) for result in await plainly(endpoint, place, calls)]


def _address(raw: bytes | None) -> Address | None:
    """Read one address; None where a call gave anything else."""
    if raw is None or len(raw) != _WORD or any(raw[:12]):
        return None
    return Address("0x" + raw[12:].hex())
