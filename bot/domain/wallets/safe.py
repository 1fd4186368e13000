"""Safes: what their owners sign for a Safe to have signed, and how their signatures become the Safe's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.shared.addresses import checksummed
from bot.domain.shared.eip712 import Struct, Value, digest
from bot.domain.shared.types import Address, ChainId

_DOMAIN = Struct("EIP712Domain", {"chainId": "uint256", "verifyingContract": "address"})
_OLD_DOMAIN = Struct("EIP712Domain", {"verifyingContract": "address"})
_MESSAGE = Struct("SafeMessage", {"message": "bytes"})
BY_MESSAGE = 4
"""What a Safe adds to v where an owner's wallet signed the hash as a personal message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Safe:
    """A Safe as it is at a block: `threshold` of its `owners` have to sign. Before 1.3 its domain names no chain."""

    address: Address
    chain: ChainId
    owners: tuple[Address, ...]
    threshold: int
    names_chain: bool = True

    def domain_hash(self) -> bytes:
        """Return its domain separator."""
        return (_DOMAIN if self.names_chain else _OLD_DOMAIN).hash(self._domain())

    def message_hash(self, signed: bytes) -> bytes:
        """Return the digest that each owner signs for the Safe to have signed the digest `signed`."""
        return digest(self.domain_hash(), _MESSAGE.hash({"message": signed}))

    def typed_data(self, signed: bytes) -> dict[str, Any]:
        """Return what an owner's wallet is given for it by `eth_signTypedData_v4`."""
        domain = _DOMAIN if self.names_chain else _OLD_DOMAIN
        return {
            "domain": self._domain() | {"verifyingContract": checksummed(self.address)},
            "types": {"EIP712Domain": domain.json(), "SafeMessage": _MESSAGE.json()},
            "primaryType": "SafeMessage",
            "message": {"message": "0x" + signed.hex()},
        }

    def joined(self, signatures: Mapping[Address, bytes]) -> bytes | None:
        """Return the Safe's signature: as many of its owners' as it asks for, in order; None if there are fewer."""
        given = sorted(owner for owner in self.owners if owner in signatures)
        if not 0 < self.threshold <= len(given):
            return None
        return b"".join(signatures[owner] for owner in given[: self.threshold])

    def _domain(self) -> dict[str, Value]:
        chain: dict[str, Value] = {"chainId": self.chain} if self.names_chain else {}
        return {**chain, "verifyingContract": self.address}
