"""Content identifiers (CID): a value is named by the hash of its canonical form."""

from __future__ import annotations

from base64 import b32encode
from hashlib import sha256

from bot.domain.audit.hashing.canonical_json import Canonical, canonical

_RAW_SHA256 = bytes((0x01, 0x55, 0x12, 0x20))
"""CID version 1, codec raw, multihash sha2-256 of 32 bytes (multiformats)."""


def cid(content: bytes) -> str:
    """Return the CIDv1 of raw bytes, in base32: what `ipfs add --raw-leaves --cid-version 1` names one block."""
    return "b" + b32encode(_RAW_SHA256 + sha256(content).digest()).decode().rstrip("=").lower()


def cid_of(value: Canonical) -> str:
    """Return the CIDv1 of a value's canonical form. Raises ValueError as `canonical` does."""
    return cid(canonical(value))
