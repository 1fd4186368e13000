"""Addresses: parsed from text, kept in lower case, shown with EIP-55 checksums."""

from __future__ import annotations

import re
from functools import lru_cache

from eth_hash.auto import keccak

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.amounts import AddressFlaw, OnOtherChain, SeveralAddresses, WrongDigitCount
from bot.domain.shared.errors.fields import AnyField, Field
from bot.domain.shared.pasted_text import bare
from bot.domain.shared.types import Address, ChainId

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_DIGITS = re.compile(r"(?:0[xX])?([0-9a-fA-F]+)")
_NAME = re.compile(r"[^\s:/]+(?:\.[^\s:/.]+)+")
_PREFIXED = re.compile(
    r"(?:eip155:(?P<id>[0-9]{1,16}):|ethereum:(?:pay-)?|(?P<short>[a-zA-Z0-9_-]{1,40}):)"
    r"(?P<address>0x[0-9a-fA-F]{40})(?P<at>@[0-9]{1,16})?"
)
_HASH_DIGITS = 64
ZERO = Address("0x" + "00" * 20)
_SHORT_NAMES = {
    "eth": 1, "gor": 5, "oeth": 10, "cro": 25, "bnb": 56, "gno": 100, "unichain": 130, "matic": 137, "pol": 137,
    "sonic": 146, "ftm": 250, "zksync": 324, "wc": 480, "metis-andromeda": 1_088, "zkevm": 1_101, "mnt": 5_000,
    "base": 8_453, "mode": 34_443, "arb1": 42_161, "arb-nova": 42_170, "celo": 42_220, "avax": 43_114, "ink": 57_073,
    "linea": 59_144, "berachain": 80_094, "blastmainnet": 81_457, "basesep": 84_532, "scr": 534_352,
    "sep": 11_155_111, "aurora": 1_313_161_554,
}  # fmt: skip
"""Chain ids by the short names that EIP-3770 puts before addresses. Not complete."""


def parse_address(text: str, *, field: AnyField = Field.ADDRESS, chain: ChainId | None = None) -> Address:
    """Read an address as people paste it: alone, or after its chain (EIP-3770, CAIP-10, EIP-681).

    `chain` is the chain on which it will be used; None if that does not matter.

    Raises:
        InvalidInput: not 20 bytes of hexadecimal, a mixed-case text whose EIP-55 checksum is wrong, or one that names
            another chain.

    """
    written = _word(text)
    named = chain_named_in(text)
    if chain is not None and named not in (None, chain):
        raise InvalidInput(field, OnOtherChain(named, chain))
    if (prefixed := _PREFIXED.fullmatch(written)) is not None:
        written = prefixed["address"]
    if not _ADDRESS.fullmatch(written):
        raise _no_address(written, field)
    digits = written[2:]
    address = Address("0x" + digits.lower())
    if digits not in (digits.lower(), digits.upper()) and checksummed(address) != "0x" + digits:
        raise InvalidInput(field, AddressFlaw.WRONG_CHECKSUM)
    return address


def chain_named_in(text: str) -> ChainId | None:
    """Return the chain that is named before an address; None if there is none, or it is not known here."""
    prefixed = _PREFIXED.fullmatch(_word(text))
    if prefixed is None:
        return None
    if prefixed["id"] or prefixed["at"]:
        return ChainId(int(prefixed["id"] or prefixed["at"][1:]))
    number = _SHORT_NAMES.get((prefixed["short"] or "").lower())
    return None if number is None else ChainId(number)


def _word(text: str) -> str:
    """Return an address without quotes or brackets around it, and without a full stop after it."""
    return bare(text).rstrip(".,;")


@lru_cache(maxsize=1_024)
def checksummed(address: Address) -> str:
    """Write an address with the capitals of EIP-55."""
    digits = address[2:]
    digest = keccak(digits.encode("ascii")).hex()
    return "0x" + "".join(c.upper() if int(h, 16) > 7 else c for c, h in zip(digits, digest, strict=False))  # noqa: PLR2004 - EIP-55


def short(address: Address) -> str:
    """Return an address shortened for a sentence: `0x12ab…89Ef`."""
    full = checksummed(address)
    return f"{full[:6]}…{full[-4:]}"


def _no_address(written: str, field: AnyField) -> InvalidInput:
    """Return an error that says what the text is instead, if that can be recognised."""
    if len(found := re.findall(r"0x[0-9a-fA-F]{40}\b", written)) > 1:
        return InvalidInput(field, SeveralAddresses(len(found)))
    if (digits := _DIGITS.fullmatch(written)) is not None:
        count = len(digits[1])
        if count == _HASH_DIGITS:
            return InvalidInput(field, AddressFlaw.HASH_OR_PRIVATE_KEY)
        return InvalidInput(field, WrongDigitCount(count, written[:2] == "0x"))
    if _NAME.fullmatch(written):
        return InvalidInput(field, AddressFlaw.A_NAME)
    return InvalidInput(field, AddressFlaw.NOT_AN_ADDRESS)
