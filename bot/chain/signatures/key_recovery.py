"""Recovers the account that signed a digest (ECDSA on secp256k1)."""

from __future__ import annotations

from collections.abc import Iterable

from coincurve import PublicKey
from eth_hash.auto import keccak

from bot.domain.shared.types import Address
from bot.domain.wallets.signature_flaw import Flaw

_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
"""The order of the group of secp256k1."""
_SIZE = 65
_SIZES = {64: Flaw.COMPACT, 32: Flaw.HASH}
"""The flaw of a signature that is not 65 bytes long, by its length in bytes; any other length is malformed."""
_RECOVERY = {0: b"\0", 1: b"\1", 27: b"\0", 28: b"\1"}


def signer(digest: bytes, signature: bytes) -> Address | Flaw:
    """Return the account that signed `digest`, or the flaw for which `signature` is not one of an account's key.

    A signature is r, s, v in 65 bytes, v being 0, 1, 27 or 28. Each signature has two equivalent forms; only the one
    with the lower s is accepted, so that nobody can derive a second valid signature from it.
    """
    if len(signature) != _SIZE:
        return _SIZES.get(len(signature), Flaw.MALFORMED)
    r, s, parity = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
    if parity not in _RECOVERY or not 0 < r < _ORDER or not 0 < s < _ORDER:
        return Flaw.MALFORMED
    if s > _ORDER // 2:
        return Flaw.MALLEABLE
    try:
        key = PublicKey.from_signature_and_message(signature[:64] + _RECOVERY[parity], digest, hasher=None)
    except Exception:  # noqa: BLE001 - coincurve raises a bare Exception where the numbers belong to no point
        return Flaw.MALFORMED
    return Address("0x" + keccak(key.format(compressed=False)[1:])[12:].hex())


def recover_all(signed: Iterable[tuple[bytes, bytes]]) -> list[Address | Flaw]:
    """Return `signer` of each pair of digest and signature, in order.

    One thread: a second one would gain only a tenth to a third, because Python takes most of the time, not
    libsecp256k1.
    """
    return [signer(digest, signature) for digest, signature in signed]
