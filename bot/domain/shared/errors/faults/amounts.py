"""What can be wrong with amounts and addresses that are typed or pasted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from bot.domain.shared.errors.bases import Fault

if TYPE_CHECKING:
    from bot.domain.shared.types import ChainId


class AmountFlaw(Fault, Enum):
    """Kinds without further facts."""

    NOT_AN_AMOUNT = auto()
    TOO_LONG = auto()


@dataclass(frozen=True, slots=True)
class UnclearComma(Fault):
    """A dot or comma in `text` could be a decimal point or part groups of digits; `readings` are what it may mean."""

    text: str
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TooFine(Fault):
    """More decimal places than the token has, which is `decimals`."""

    decimals: int


class AddressFlaw(Fault, Enum):
    """Kinds without further facts."""

    NOT_AN_ADDRESS = auto()
    A_NAME = auto()
    WRONG_CHECKSUM = auto()
    HASH_OR_PRIVATE_KEY = auto()
    MISSING = auto()


@dataclass(frozen=True, slots=True)
class OnOtherChain(Fault):
    """The address names the chain `named`, and is to be used on `chain`."""

    named: ChainId
    chain: ChainId


@dataclass(frozen=True, slots=True)
class SeveralAddresses(Fault):
    """One address is wanted, and the text holds `number`."""

    number: int


@dataclass(frozen=True, slots=True)
class WrongDigitCount(Fault):
    """`digits` hexadecimal digits, of which an address has 40; `prefixed` says whether 0x stands before them."""

    digits: int
    prefixed: bool


AmountFault = AmountFlaw | UnclearComma | TooFine | AddressFlaw | OnOtherChain | SeveralAddresses | WrongDigitCount
