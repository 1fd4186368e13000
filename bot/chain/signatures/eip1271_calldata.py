"""The calldata that asks a contract whether it accepts a signature (EIP-1271)."""

from __future__ import annotations

from bot.chain.batch.batch_query import WORD

SELECTOR, LEGACY_SELECTOR = bytes.fromhex("1626ba7e"), bytes.fromhex("20c13b0b")
"""Selectors of `isValidSignature(bytes32,bytes)` and `isValidSignature(bytes,bytes)`, which are also their yes."""
YES, LEGACY_YES = SELECTOR.ljust(WORD, b"\0"), LEGACY_SELECTOR.ljust(WORD, b"\0")


def question(digest: bytes, signature: bytes) -> bytes:
    """Return the calldata of `isValidSignature(bytes32,bytes)`."""
    return SELECTOR + digest + _number(2 * WORD) + _dynamic(signature)


def legacy_question(digest: bytes, signature: bytes) -> bytes:
    """Return the calldata of the older `isValidSignature(bytes,bytes)`, with the digest as its first bytes."""
    return LEGACY_SELECTOR + _number(2 * WORD) + _number(4 * WORD) + _dynamic(digest) + _dynamic(signature)


def _dynamic(data: bytes) -> bytes:
    return _number(len(data)) + data + bytes(-len(data) % WORD)


def _number(number: int) -> bytes:
    return number.to_bytes(WORD, "big")
