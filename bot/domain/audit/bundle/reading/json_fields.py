"""Reads fields out of untrusted JSON: each has a type and a form, and an error names the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from bot.domain.audit.bundle.reading.bundle_file import Malformed
from bot.domain.power.voting_power import MOST_DIGITS
from bot.domain.shared.types import Address, ChainId, Timestamp, Units

T = TypeVar("T")
Kind = TypeVar("Kind", bound=StrEnum)

ADDRESS = re.compile(r"0x[0-9a-f]{40}")
HASH = re.compile(r"[0-9a-f]{64}")
_UNITS = re.compile(rf"0|[1-9][0-9]{{0,{MOST_DIGITS - 1}}}")
_CHAIN = re.compile(r"[1-9][0-9]{0,15}")
_SHARE = re.compile(r"(?:0|[1-9][0-9]{0,19})(?:/[1-9][0-9]{0,19})?")


class Fields:
    """One JSON object. It has all fields in `required`, perhaps some in `optional`, and no others."""

    def __init__(self, value: object, place: str, required: Iterable[str], optional: Iterable[str] = ()) -> None:
        self._place = place
        if not isinstance(value, dict):
            raise Malformed(place, "is no object")
        self._value: dict[str, Any] = value
        needed = frozenset(required)
        if not needed <= value.keys():
            raise Malformed(place, f"lacks {', '.join(sorted(needed - value.keys()))}")
        if strange := value.keys() - needed - frozenset(optional):
            raise Malformed(place, f"holds “{min(strange)[:60]}”, which is not known here")

    def __contains__(self, name: str) -> bool:
        return name in self._value

    def raw(self, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Return the value of a field as it is."""
        return self._value[name]

    def place(self, name: str) -> str:
        """Return the path of a field, for error messages."""
        return f"{self._place} {name}".strip()

    def object(self, name: str, required: Iterable[str], optional: Iterable[str] = ()) -> Fields:
        """Return an object."""
        return Fields(self._value[name], self.place(name), required, optional)

    def mapping(self, name: str) -> Mapping[str, Any]:
        """Return an object with arbitrary keys."""
        value = self._value[name]
        if not isinstance(value, dict):
            raise Malformed(self.place(name), "is no object")
        return value

    def list(self, name: str, most: int | None = None) -> list[Any]:
        """Return a list."""
        value = self._value[name]
        if not isinstance(value, list):
            raise Malformed(self.place(name), "is no list")
        if most is not None and len(value) > most:
            raise Malformed(self.place(name), f"holds more than {most}")
        return value

    def text(self, name: str, form: re.Pattern[str] | None = None) -> str:
        """Return a text."""
        return text(self._value[name], self.place(name), form)

    def whole(self, name: str) -> int:
        """Return a whole number that is not negative."""
        value = self._value[name]
        if type(value) is not int or value < 0:
            raise Malformed(self.place(name), "is no whole number")
        return value

    def time(self, name: str) -> Timestamp:
        """Return a time in seconds."""
        return Timestamp(self.whole(name))

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self._value[name]
        if not isinstance(value, bool):
            raise Malformed(self.place(name), "is neither true nor false")
        return value

    def units(self, name: str) -> Units:
        """Return an amount."""
        return units(self._value[name], self.place(name))

    def address(self, name: str) -> Address:
        """Return an address in lower case."""
        return Address(self.text(name, ADDRESS))

    def share(self, name: str) -> Fraction:
        """Return a share, written like `1/2`."""
        return Fraction(self.text(name, _SHARE))

    def one_of(self, name: str, kind: type[Kind]) -> Kind:
        """Return a member of the enumeration `kind`."""
        return one_of(self._value[name], self.place(name), kind)


def text(value: object, place: str, form: re.Pattern[str] | None = None) -> str:
    """Return `value` if it is a text that matches `form`. Raises Malformed."""
    if not isinstance(value, str):
        raise Malformed(place, "is no text")
    if form is not None and form.fullmatch(value) is None:
        raise Malformed(place, f"is “{value[:80]}”, which has not the form that it needs")
    return value


def units(value: object, place: str) -> Units:
    """Return an amount from a decimal text. Raises Malformed."""
    if not isinstance(value, str) or _UNITS.fullmatch(value) is None:
        raise Malformed(place, "is no amount (digits in a text)")
    return Units(int(value))


def chain(value: object, place: str) -> ChainId:
    """Return a chain id from a decimal text. Raises Malformed."""
    return ChainId(int(text(value, place, _CHAIN)))


def one_of(value: object, place: str, kind: type[Kind]) -> Kind:
    """Return a member of the enumeration `kind`. Raises Malformed."""
    if not isinstance(value, str) or value not in tuple(kind):
        raise Malformed(place, f"is none of: {', '.join(kind)}")
    return kind(value)


def each(values: Mapping[str, Any], place: str, take: Callable[[object, str], T]) -> dict[str, T]:
    """Apply `take` to every value of an object with arbitrary keys."""
    return {name: take(value, f"{place} {name[:80]}") for name, value in values.items()}
