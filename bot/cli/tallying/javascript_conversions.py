"""JavaScript's conversions between types of values, as far as ballots need them (ECMA-262, section 7.1)."""

from __future__ import annotations

import math
import re

_SPACE = " \t\n\v\f\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_TRIMMED = re.compile(rf"[{_SPACE}]*(.*?)[{_SPACE}]*", re.DOTALL)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WITH_BASE = re.compile(r"0(?:[xX]([0-9a-fA-F]+)|[oO]([0-7]+)|[bB]([01]+))")
_SAFE = 2**53
_PLAIN = 10**21
"""Whole numbers below this are written without an exponent."""


def is_number(value: object) -> bool:
    """Return whether `typeof value` is "number"."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number(value: float) -> int | float:
    """Return a number of JSON as JavaScript has it: a double, whole ones as int."""
    if isinstance(value, int) and -_SAFE <= value <= _SAFE:
        return value
    try:
        double = float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    return int(double) if double.is_integer() and abs(double) < _PLAIN else double


def to_number(value: object) -> int | float:
    """Return `Number(value)`."""
    if value is None:
        return 0
    if isinstance(value, (bool, int, float)):
        return number(int(value) if isinstance(value, bool) else value)
    return _read(value if isinstance(value, str) else to_text(value))


def to_text(value: object) -> str:
    """Return `String(value)`."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join("" if entry is None else to_text(entry) for entry in value)
    if isinstance(value, (int, float)):
        return str(number(value))
    return "[object Object]"


def loosely_equal(value: object, text: str) -> bool:
    """Return `value == text`."""
    if value is None:
        return False
    if isinstance(value, (bool, int, float)):
        return to_number(value) == _read(text)
    return to_text(value) == text


def is_index(value: object, length: int) -> bool:
    """Return whether `value - 1` is the index of an entry of an array of that length."""
    position = to_number(value)
    return isinstance(position, int) and 1 <= position <= length


def identity(value: object) -> object:
    """Return a key that is equal for values which a JavaScript `Set` holds to be one.

    Equal numbers have the same key; two lists or objects never have.
    """
    if is_number(value):
        return to_number(value)
    return (type(value), id(value) if isinstance(value, (list, dict)) else value)


def _read(text: str) -> int | float:
    found = _TRIMMED.fullmatch(text)
    trimmed = found[1] if found else text
    if not trimmed:
        return 0
    if based := _WITH_BASE.fullmatch(trimmed):
        return number(
            next(int(digits, base) for digits, base in zip(based.groups(), (16, 8, 2), strict=True) if digits)
        )
    if _DECIMAL.fullmatch(trimmed):
        return number(float(trimmed))
    if trimmed.lstrip("+-") == "Infinity" and len(trimmed) <= len("+Infinity"):
        return -math.inf if trimmed[0] == "-" else math.inf
    return math.nan
