"""How contracts are asked whether they signed (EIP-1271), and what an EIP-6492 signature wraps."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chain.question import WORD
from bot.domain.types import Address

SUFFIX = bytes.fromhex("6492") * 16
SELECTOR, LEGACY_SELECTOR = bytes.fromhex("1626ba7e"), bytes.fromhex("20c13b0b")
"""Of `isValidSignature(bytes32,bytes)` and `isValidSignature(bytes,bytes)`; each is also what says yes."""
YES, LEGACY_YES = SELECTOR.ljust(WORD, b"\0"), LEGACY_SELECTOR.ljust(WORD, b"\0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """A signature, and the call of a factory that puts its contract in place."""

    factory: Address
    preparation: bytes
    signature: bytes


def unwrap(signature: bytes) -> Wrapped | None:
    """Read `(address factory, bytes preparation, bytes signature)` before the suffix; None if that is not there."""
    raw = signature.removesuffix(SUFFIX)
    preparation, inner = _bytes_at(raw, WORD), _bytes_at(raw, 2 * WORD)
    if preparation is None or inner is None or any(raw[:12]):
        return None
    return Wrapped(factory=Address("0x" + raw[12:WORD].hex()), preparation=preparation, signature=inner)


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


def _bytes_at(raw: bytes, head: int) -> bytes | None:
    if len(raw) < 3 * WORD:
        return None
    at = int.from_bytes(raw[head : head + WORD], "big")
    size = int.from_bytes(raw[at : at + WORD], "big") if at <= len(raw) - WORD else len(raw)
    start = at + WORD
    return raw[start : start + size] if start + size <= len(raw) else None
