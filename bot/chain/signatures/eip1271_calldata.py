"""How contracts are asked whether they signed (EIP-1271)."""

from __future__ import annotations

from bot.chain.batch.batch_query import WORD

SELECTOR, LEGACY_SELECTOR = bytes.fromhex("1626ba7e"), bytes.fromhex("20c13b0b")
"""Of `isValidSignature(bytes32,bytes)` and `isValidSignature(bytes,bytes)`; each is also what says yes."""
YES, LEGACY_YES = SELECTOR.ljust(WORD, b"\0"), LEGACY_SELECTOR.ljust(WORD, b"\0")


def question(digest: bytes, signature: bytes) -> bytes:
    """Write the calldata of EIP-1271."""
    return SELECTOR + digest + _number(2 * WORD) + _dynamic(signature)


def legacy_question(digest: bytes, signature: bytes) -> bytes:
    """Write the calldata of its predecessor, the digest being the bytes."""
    return LEGACY_SELECTOR + _number(2 * WORD) + _number(4 * WORD) + _dynamic(digest) + _dynamic(signature)


def _dynamic(data: bytes) -> bytes:
    return _number(len(data)) + data + bytes(-len(data) % WORD)


def _number(number: int) -> bytes:
    return number.to_bytes(WORD, "big")
