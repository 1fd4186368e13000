"""Text becomes whole base units, and back; no float takes part."""

from __future__ import annotations

import re
from fractions import Fraction

from bot.domain.errors import InvalidInput
from bot.domain.types import Units

_NUMBER = re.compile(r"([0-9][0-9,_ ]*)?(?:\.([0-9]+))?\s*([kKmMbB])?")
_SCALE = {"": 0, "k": 3, "m": 6, "b": 9}
_HUMANE = ((12, "T"), (9, "B"), (6, "M"), (3, "k"))


def parse_amount(text: str, decimals: int, *, field: str = "amount") -> Units:
    """Read `12,400.5`, `1.2M` or `250k` as whole units of 10^-decimals.

    Raises:
        InvalidInput: not a number, or with more decimal places than the token has.

    """
    match = _NUMBER.fullmatch(text.strip())
    if not match or not (match[1] or match[2]):
        raise InvalidInput(field=field, problem="is not an amount", remedy="write it like 12,400.5 or 1.2M")
    whole, fraction, suffix = match[1] or "0", match[2] or "", (match[3] or "").lower()
    exact = Fraction(int(re.sub(r"\D", "", whole) + fraction), 10 ** len(fraction))
    scaled = exact * 10 ** (_SCALE[suffix] + decimals)
    if scaled.denominator != 1:
        raise InvalidInput(
            field=field,
            problem="is finer than the token divides",
            remedy=f"use at most {decimals} decimal places",
        )
    return Units(scaled.numerator)


def exact(units: int, decimals: int) -> str:
    """Write units in full, to the last one: `12,400.5`."""
    sign, units = ("-" if units < 0 else ""), abs(units)
    whole, rest = divmod(units, 10**decimals)
    fraction = f"{rest:0{decimals}d}".rstrip("0") if decimals else ""
    return f"{sign}{whole:,}" + (f".{fraction}" if fraction else "")


def humane(units: int, decimals: int) -> str:
    """Write units for a sentence, rounded towards zero: `1.24 M`, `12,400.5`.

    Rounded down, so that a target is never shown as reached before it is.
    """
    sign, units = ("-" if units < 0 else ""), abs(units)
    whole = units // 10**decimals
    if whole < 100_000:  # noqa: PLR2004 - five digits read well
        hundredths = units * 100 // 10**decimals
        if units and not hundredths:
            return sign + exact(units, decimals) if decimals <= 6 else "less than 0.01"  # noqa: PLR2004 - a cent
        text = f"{hundredths // 100:,}.{hundredths % 100:02d}".rstrip("0").rstrip(".")
        return sign + text
    for power, name in _HUMANE:
        if whole >= 10**power:
            hundredths = units * 100 // 10 ** (power + decimals)
            return sign + f"{hundredths // 100:,}.{hundredths % 100:02d}".rstrip("0").rstrip(".") + f" {name}"
    return sign + f"{whole:,}"


def percent(part: int | Fraction, whole: int | Fraction) -> str:
    """Write a share, never rounded across nought, one half or all: `62.4 %`, `50.0004 %`."""
    if not whole:
        return "0 %"
    share = Fraction(part) / Fraction(whole) * 100
    places = 1
    while places < 8:  # noqa: PLR2004 - beyond this nobody reads
        shown = Fraction(round(share * 10**places), 10**places)
        if all((share > edge) == (shown > edge) and (share < edge) == (shown < edge) for edge in (0, 50, 100)):
            break
        places += 1
    text = f"{round(share * 10**places):0{places + 1}d}"
    text = f"{text[:-places]}.{text[-places:]}"
    return text.rstrip("0").rstrip(".") + " %"
