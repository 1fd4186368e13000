"""Signatures of contracts that are not deployed yet, as EIP-6492 wraps them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.shared.types import Address

SUFFIX = bytes.fromhex("6492") * 16
"""How each of them ends."""
_WORD = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """A signature, and the call of a factory that puts its contract in place."""

    factory: Address
    preparation: bytes
    signature: bytes


def unwrap(signature: bytes) -> Wrapped | None:
    """Read `(address factory, bytes preparation, bytes signature)` before the suffix; None if that is not there."""
    raw = signature.removesuffix(SUFFIX)
    preparation, inner = _bytes_at(raw, _WORD), _bytes_at(raw, 2 * _WORD)
    if preparation is None or inner is None or any(raw[:12]):
        return None
    return Wrapped(factory=Address("0x" + raw[12:_WORD].hex()), preparation=preparation, signature=inner)


def inner(signature: bytes) -> bytes:
    """Return what a contract that stands is asked about: the signature that is wrapped, or else the signature."""
    wrapped = unwrap(signature) if signature.endswith(SUFFIX) else None
    return signature if wrapped is None else wrapped.signature


def _bytes_at(raw: bytes, head: int) -> bytes | None:
    if len(raw) < 3 * _WORD:
        return None
    at = int.from_bytes(raw[head : head + _WORD], "big")
    size = int.from_bytes(raw[at : at + _WORD], "big") if at <= len(raw) - _WORD else len(raw)
    start = at + _WORD
    return raw[start : start + size] if start + size <= len(raw) else None
