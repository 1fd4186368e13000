"""Claims that an address signed something, and what can be said of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eth_hash.auto import keccak

from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address, Block, ChainId
from bot.domain.wallets.signature_flaw import Flaw

MAX_SIGNATURE = 16_384
"""Bytes: enough for a contract of 250 owners, and for what a wallet that is not deployed brings along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """That `address` signed `digest`, as `signature` is to prove: on `chain`, if a contract stands at the address."""

    chain: ChainId
    address: Address
    digest: bytes
    signature: bytes


class Kind(StrEnum):
    """By what an address is known to have signed."""

    ACCOUNT = "account"
    """Its own key (ECDSA)."""
    CONTRACT = "contract"
    """The contract that stands there says so (EIP-1271)."""
    DELEGATED = "delegated account"
    """The code to which its account is delegated says so (EIP-7702); its own key did not sign."""
    LEGACY = "legacy contract"
    """The contract says so in the older form, which takes bytes instead of a digest."""
    COUNTERFACTUAL = "counterfactual contract"
    """The contract that its factory would put there says so (EIP-6492)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """The address signed. `block` is where its contract said so; None where no chain was asked."""

    kind: Kind
    block: Block | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid:
    """The address did not sign, or not in a way that we take.

    `signer` is whose key signed, where the signature is an account's. `block` is where the chain was asked.
    """

    flaw: Flaw
    signer: Address | None = None
    block: Block | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The chain that would have to be asked could not be read."""

    chain: ChainId
    fault: ChainFault
    detail: str


Verdict = Valid | Invalid | Unknown


def personal_digest(text: str) -> bytes:
    """Return the digest that `personal_sign` signs (EIP-191)."""
    return personal_digest_of(text.encode())


def personal_digest_of(message: bytes) -> bytes:
    """Return the digest that `personal_sign` signs of bytes (EIP-191)."""
    return keccak(b"\x19Ethereum Signed Message:\n" + str(len(message)).encode() + message)
