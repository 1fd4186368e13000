"""Reads the parameters of a strategy as people write them, and says what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

from bot.domain.power.exact_numbers import fraction
from bot.domain.power.strategy import MAX_DECIMALS, MAX_STRATEGIES, Strategy
from bot.domain.shared.addresses import parse_address
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults import InputFault
from bot.domain.shared.errors.faults.amounts import AddressFlaw
from bot.domain.shared.errors.faults.strategies import (
    NotAListOf,
    NotAUsableNumber,
    NotAWholeNumber,
    NotOneOf,
    ParamFlaw,
    WholeNumberMissing,
    WholeNumberOutOfRange,
    WrongNumberOfStrategies,
)
from bot.domain.shared.errors.fields import Param
from bot.domain.shared.types import ChainId

_LARGEST = 2**256
_MOST_PLACES, _MOST_LISTED = 36, 10_000
_WHOLE = re.compile(r"([0-9]{1,78})|0[xX]([0-9a-fA-F]{1,64})")
"""A uint256 in either notation."""
_BREAKS = re.compile(r"\s+")
_HIDING = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200c\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U0010ffff]"
)
"""Controls, format characters but the joiner, private ones and those that are none, as of Unicode 16."""
_LONGEST = 120
"""Characters of a number: a uint256 and its places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """The parameters `raw` of a strategy on `network`, in the space named `space` (None: not known).

    `parse` reads a strategy inside this one. Every method raises InvalidInput.
    """

    raw: Mapping[str, object]
    network: ChainId
    space: str | None
    parse: Callable[[object, str], Strategy]

    def has(self, name: str) -> bool:
        """Return whether it is given."""
        return self.raw.get(name) is not None

    def _given(self, name: str, default: object) -> object:
        """Return what is given; a field that was left empty is not, where there is a default."""
        if not self.has(name) or (self.raw[name] == "" and default is not None):
            return default
        return self.raw[name]

    def address(self, name: str = "address", *, chain: ChainId | None = None) -> str:
        """Read the address of a contract, on this network unless another chain is named; in lower case."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            raise wrong(name, AddressFlaw.MISSING)
        return parse_address(value, field=Param(name), chain=chain or self.network)

    def addresses(self, name: str = "addresses") -> list[str]:
        """Read a list of addresses."""
        return [parse_address(str(entry), field=Param(name)) for entry in self.listed(name)]

    def listed(self, name: str) -> list[object]:
        """Read a list."""
        value = self.raw.get(name)
        if not isinstance(value, list) or len(value) > _MOST_LISTED:
            raise wrong(name, NotAListOf(_MOST_LISTED))
        return value

    def symbol(self, default: str) -> str:
        """Read `symbol`, a label of any length and script; signs that would move or hide others are left out.

        Which ones does not depend on Python's table of characters: a document is read by others as it was written.
        """
        value = self.raw.get("symbol") or default
        if not isinstance(value, str):
            raise wrong("symbol", ParamFlaw.SYMBOL_NOT_TEXT)
        return _HIDING.sub("", _BREAKS.sub(" ", value)).strip() or default

    def decimals(self, default: int = 18) -> int:
        """Read `decimals`: 18 unless told, as in ethers."""
        return self.whole("decimals", default, high=MAX_DECIMALS)

    def whole(self, name: str, default: int | None = None, *, low: int = 0, high: int = _LARGEST - 1) -> int:
        """Read a whole number, given as a number, as decimal text or as hexadecimal text behind 0x."""
        value = self._given(name, default)
        if isinstance(value, str) and (digits := _WHOLE.fullmatch(value.strip())):
            value = int(digits[1], 10) if digits[1] else int(digits[2], 16)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        most = None if high == _LARGEST - 1 else high
        if value is None:
            raise wrong(name, WholeNumberMissing(low, most))
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong(name, NotAWholeNumber(low, most))
        if not low <= value <= high:
            raise wrong(name, WholeNumberOutOfRange(low, most))
        return value

    def whole_or(self, name: str, default: int, *, high: int = _LARGEST - 1) -> int | str:
        """Read a whole number of which 0 stands for `default`, but not its text, as in Snapshot's code.

        It comes back so that it is read as the same again.
        """
        value = self.whole(name, default, high=high) if self.raw.get(name) else default
        return value or "0"

    def number_or(self, name: str, default: int) -> int | float | str:
        """Read a number that may have decimal places, of which 0 stands for `default`, but not its text."""
        return self.number(name, default) or default

    def number(self, name: str, default: float | None = None, *, signed: bool = False) -> int | float | str:
        """Read a number that may have decimal places, and return it as it was written."""
        return read_number(name, self._given(name, default), signed=signed)

    def word(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """Read one of several words."""
        value = self.raw.get(name) or default
        if value not in allowed:
            raise wrong(name, NotOneOf(allowed))
        return str(value)

    def strategy(self, name: str = "strategy") -> dict[str, object]:
        """Read one inner strategy, on this one's network unless it names its own."""
        return self.inner(self.raw.get(name), name).to_json()

    def strategies(
        self, name: str = "strategies", most: int = MAX_STRATEGIES, *, least: int = 1
    ) -> list[dict[str, object]]:
        """Read a list of inner strategies."""
        entries = self.listed(name)
        if not least <= len(entries) <= most:
            raise wrong(name, WrongNumberOfStrategies(len(entries), least, most))
        return [self.inner(entry, f"{name} {index}").to_json() for index, entry in enumerate(entries, start=1)]

    def inner(self, entry: object, name: str) -> Strategy:
        """Read one inner strategy that stands at `name`."""
        if isinstance(entry, dict) and not entry.get("network"):
            entry = {**entry, "network": str(self.network)}
        return self.parse(entry, name)


def wrong(name: str, fault: InputFault) -> InvalidInput:
    """Say that a parameter is wrong."""
    return InvalidInput(Param(name), fault)


def read_number(name: str, value: object, *, signed: bool = False) -> int | float | str:
    """Check that `value` is a finite number or its text, and return it as it is."""
    if isinstance(value, int | float | str) and not isinstance(value, bool) and len(str(value)) <= _LONGEST:
        try:
            number = fraction(value) if isfinite(float(value)) else None
        except (ValueError, OverflowError):
            number = None
        if number is not None and _usable(number, signed=signed):
            return value
    raise wrong(name, NotAUsableNumber(signed, _MOST_PLACES))


def _usable(number: Fraction, *, signed: bool) -> bool:
    return (signed or number >= 0) and abs(number) < _LARGEST and (number * 10**_MOST_PLACES).denominator == 1
