"""Recovers who signed a personal message (EIP-191)."""

from __future__ import annotations

import re

from coincurve import PublicKey
from eth_hash.auto import keccak

from bot.domain.errors import SignatureRejected
from bot.domain.types import Address

_SIGNATURE = re.compile(r"(?:0x)?([0-9a-fA-F]{130})")
_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
"""The number of points of secp256k1."""


def recover(text: str, signature: str) -> Address:
    """Return who signed `text`.

    The signature is r, s, v in 65 bytes of hexadecimal, v being 0, 1, 27 or 28. Of the two forms that every
    signature has, only the one with the lower s is taken, so that nobody can make a second one out of it.

    Raises:
        SignatureRejected: anything else.

    """
    match = _SIGNATURE.fullmatch(signature.strip())
    if match is None:
        raise SignatureRejected(expected=None, signer=None)
    raw = bytes.fromhex(match[1])
    r, s, v = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:64], "big"), raw[64]
    if v not in {0, 1, 27, 28} or not 0 < r < _ORDER or not 0 < s <= _ORDER // 2:
        raise SignatureRejected(expected=None, signer=None)
    try:
        key = PublicKey.from_signature_and_message(raw[:64] + bytes([v % 27]), personal_digest(text), hasher=None)
    except Exception as error:
        # coincurve raises a bare Exception where the numbers belong to no point
        raise SignatureRejected(expected=None, signer=None) from error
    return Address("0x" + keccak(key.format(compressed=False)[1:])[12:].hex())


def personal_digest(text: str) -> bytes:
    """Return the digest that `personal_sign` signs."""
    message = text.encode()
    return keccak(b"\x19Ethereum Signed Message:\n" + str(len(message)).encode() + message)
