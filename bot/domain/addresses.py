"""Addresses: text in, lower-case keys inside, EIP-55 checksums where people see them."""

from __future__ import annotations

import re
from functools import lru_cache

from eth_hash.auto import keccak

from bot.domain.errors import InvalidInput
from bot.domain.types import Address

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
ZERO = Address("0x" + "00" * 20)


def parse_address(text: str, *, field: str = "address") -> Address:
    """Read an address as a person pastes it.

    Raises:
        InvalidInput: not 20 bytes of hexadecimal, or a mixed-case text whose EIP-55 checksum is wrong.

    """
    text = text.strip()
    if not _ADDRESS.fullmatch(text):
        raise InvalidInput(
            field=field, problem="is not an address", remedy="paste 0x followed by 40 hexadecimal digits"
        )
    digits = text[2:]
    address = Address("0x" + digits.lower())
    if digits not in (digits.lower(), digits.upper()) and checksummed(address) != "0x" + digits:
        raise InvalidInput(
            field=field,
            problem="has a wrong checksum, so a character is mistyped",
            remedy="copy it again from your wallet",
        )
    return address


@lru_cache(maxsize=1_024)
def checksummed(address: Address) -> str:
    """Write an address with the capitals of EIP-55."""
    digits = address[2:]
    digest = keccak(digits.encode("ascii")).hex()
    return "0x" + "".join(c.upper() if int(h, 16) > 7 else c for c, h in zip(digits, digest, strict=False))  # noqa: PLR2004 - EIP-55


def short(address: Address) -> str:
    """Write an address for a sentence: `0x12ab…89Ef`."""
    full = checksummed(address)
    return f"{full[:6]}…{full[-4:]}"
