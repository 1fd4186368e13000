"""Exact numbers: decimal text becomes a fraction, a fraction becomes whole units, roots and powers are floored."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor, isqrt

from bot.domain.shared.types import Units

_DIGITS = 160
"""Digits in which powers are worked out: far more than any score has, so that the last ones never count."""
_GUARD = 20


_EXPONENT = re.compile(r"[eE][+-]?0*([\d_]*)")
_MOST_EXPONENT = 3
"""Digits of an exponent: with nine of them a few signs would stand for gigabytes of digits."""


@lru_cache(maxsize=4_096, typed=True)  # 1e23 equals the whole number near it, and says another
def fraction(number: float | str) -> Fraction:
    """Return what a number of JSON says in its shortest decimal text: 0.1 is one tenth.

    Raises ValueError: it is no number, or one of too many digits to be written out.
    """
    text = str(number)
    exponent = _EXPONENT.search(text)
    if exponent is not None and len(exponent[1]) > _MOST_EXPONENT:
        raise ValueError("the exponent is beyond what any amount needs")
    return Fraction(text)


@lru_cache(maxsize=4_096)
def places(value: Fraction) -> int:
    """Return how many decimal places a value of decimal text has."""
    count = 0
    while (value * 10**count).denominator != 1:
        count += 1
    return count


def units(value: Fraction | int, decimals: int) -> Units:
    """Return the whole units of 10^-decimals in `value`, rounded down."""
    return Units(floor(value * 10**decimals))


def square_root(value: Fraction, decimals: int) -> Units:
    """Return the square root in units of 10^-decimals, rounded down; nothing for a negative value."""
    return Units(isqrt(max(0, units(value, 2 * decimals))))


def cube_root(value: Fraction, decimals: int) -> Units:
    """Return the cube root in units of 10^-decimals, rounded towards zero."""
    cube = units(abs(value), 3 * decimals)
    if not cube:
        return Units(0)
    root = 1 << -(-cube.bit_length() // 3)
    while (better := (2 * root + cube // root**2) // 3) < root:
        root = better
    return Units(root if value > 0 else -root)


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """Return `base ** exponent` to far more digits than count; both are positive."""
    context = Context(prec=_DIGITS)
    return Fraction(
        context.power(
            context.divide(Decimal(base.numerator), Decimal(base.denominator)),
            context.divide(Decimal(exponent.numerator), Decimal(exponent.denominator)),
        )
    )


def nearly(value: Fraction, decimals: int) -> Units:
    """Return the whole units in a value that is known to many digits, but not exactly.

    It is rounded to twenty places more than are kept, so that what is a whole number of units comes out as that.
    """
    guard = 10 ** (decimals + _GUARD)
    return units(Fraction(round(value * guard), guard), decimals)
