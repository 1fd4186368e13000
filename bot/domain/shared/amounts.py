"""Amounts: text to whole base units and back, without floating point."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil, floor

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.amounts import AmountFlaw, TooFine, UnclearComma
from bot.domain.shared.errors.fields import AnyField, Field
from bot.domain.shared.types import Units

_SUFFIX = r"\s*(?P<suffix>[kKmMbBtT])?"
_GROUPED = re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?P<sep>[,_' ])[0-9]{3}(?:(?P=sep)[0-9]{3})*)?(?:\.[0-9]+)?" + _SUFFIX)
_LOOSE = re.compile(r"([0-9][0-9,_ ]*)?(?:\.([0-9]+))?" + _SUFFIX)
_PARTED = re.compile(r"[0-9]+(?:[.,][0-9]+)+" + _SUFFIX)
_SPACES = dict.fromkeys(map(ord, "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"), " ")
_APOSTROPHES = {ord("\N{RIGHT SINGLE QUOTATION MARK}"): "'"}
_LONGEST = 200
"""Characters of an amount; 2^256 with 36 decimals has 78, or 103 with commas."""
_SCALE = {"": 0, "k": 3, "m": 6, "b": 9, "t": 12}
_MOST_PLACES = 8
"""Decimal places of a share at most."""
_HUMANE = ((12, "T"), (9, "B"), (6, "M"), (3, "k"))


def parse_amount(text: str, decimals: int, *, field: AnyField = Field.AMOUNT) -> Units:
    """Read what somebody typed, `12,400.5`, `1.2M` or `250k`, as whole units of 10^-decimals.

    The decimal point is a dot. Commas, spaces, apostrophes and underscores may only separate groups of three digits:
    `12,5` could be 12.5 or 125 and is refused.

    Raises:
        InvalidInput: not a number, an ambiguous one, or with more decimal places than the token has.

    """
    return _units(_typed(text, field), decimals, field)


def canonical_amount(text: str, *, field: AnyField = Field.AMOUNT) -> str:
    """Return what somebody typed, written in full: `1.2M` is `1,200,000`. Raises as `parse_amount`."""
    return _in_full(_typed(text, field))


def stored_amount(text: str, decimals: int, *, field: AnyField = Field.AMOUNT) -> Units:
    """Read an amount that was stored earlier, with the meaning it had then.

    Today `canonical_amount` is stored. Earlier versions stored what people typed and ignored commas and spaces wherever
    they were (`0,5` was 5); documents of proposals voted on then still hold such texts.

    Raises:
        InvalidInput: not a number, or with more decimal places than the token has.

    """
    return _units(_stored(text, field), decimals, field)


def shown_amount(text: str) -> str:
    """Return an amount that was stored earlier, written in full, with the meaning of `stored_amount`."""
    return _in_full(_stored(text, Field.AMOUNT))


def _typed(text: str, field: AnyField) -> Fraction:
    """Return the exact number that was typed."""
    text = text.strip().translate(_SPACES | _APOSTROPHES)
    if len(text) > _LONGEST:
        raise InvalidInput(field, AmountFlaw.TOO_LONG)
    match = _GROUPED.fullmatch(text)
    if match and any(sign.isdigit() for sign in text):
        return _number(text[: match.start("suffix")] if match["suffix"] else text, match["suffix"])
    if parted := _PARTED.fullmatch(text):
        meant = _readings(text[: parted.start("suffix")].strip() if parted["suffix"] else text, parted["suffix"] or "")
        raise InvalidInput(field, UnclearComma(text, tuple(meant)))
    raise InvalidInput(field, AmountFlaw.NOT_AN_AMOUNT)


def _readings(text: str, suffix: str) -> list[str]:
    """Return what digits with dots and commas could mean: the last separator as a decimal point, or none as one."""
    whole, last, rest = max(text.rpartition("."), text.rpartition(","), key=lambda parts: len(parts[0]))
    digits = re.sub(r"\D", "", text)
    found = [_in_full(Fraction(int(digits)))]
    if last == "," or "." not in whole:
        found.insert(0, _in_full(Fraction(f"{re.sub(r'[^0-9]', '', whole)}.{rest}")))
    if "," in text and "." in text:
        del found[1:]
    return [reading + suffix for reading in dict.fromkeys(found)]


def _stored(text: str, field: AnyField) -> Fraction:
    match = _LOOSE.fullmatch(text.strip())
    if not match or not (match[1] or match[2]):
        raise InvalidInput(field, AmountFlaw.NOT_AN_AMOUNT)
    return _number(f"{match[1] or 0}.{match[2] or 0}", match["suffix"])


def _number(digits: str, suffix: str | None) -> Fraction:
    """Return a number that may have group separators, and `k`, `M`, `B` or `T` after it."""
    whole, _, fraction = digits.partition(".")
    whole, fraction = re.sub(r"\D", "", whole), re.sub(r"\D", "", fraction)
    return Fraction(int(f"0{whole}{fraction}") * 10 ** _SCALE[(suffix or "").lower()], 10 ** len(fraction))


def _units(number: Fraction, decimals: int, field: AnyField) -> Units:
    scaled = number * 10**decimals
    if scaled.denominator != 1:
        raise InvalidInput(field, TooFine(decimals))
    return Units(scaled.numerator)


def _in_full(number: Fraction) -> str:
    """Write a number with finitely many decimal places, all of them."""
    places = 0
    while number.denominator != 1:
        number, places = number * 10, places + 1
    return exact(number.numerator, places)


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


def percent(part: int | Fraction, whole: int | Fraction, *, beside: Fraction | None = None) -> str:
    """Return a share as a percentage, never rounded across 0 %, 50 % or 100 %: `62.4 %`, `50.0004 %`.

    It is not rounded across the share `beside` which it is shown either, such as a threshold: a smaller share is never
    written as that or more, a larger one never as that or less, and an equal one is written the same, as a fraction if
    necessary.
    """
    if not whole:
        return "0 %"
    share = Fraction(part) / Fraction(whole) * 100
    edges = (0, 50, 100) if beside is None else (0, 50, 100, beside * 100)
    for places in range(1, _MOST_PLACES + 1):
        shown = round(share * 10**places)
        if all(_side(share, edge) == _side(Fraction(shown, 10**places), edge) for edge in edges):
            break
    else:
        if beside is not None and (side := _side(share, beside * 100)):
            shown = (floor if side < 0 else ceil)(share * 10**places)
        elif beside is not None:
            return str(beside)
    text = f"{shown:0{places + 1}d}"
    text = f"{int(text[:-places]):,}.{text[-places:]}"
    return text.rstrip("0").rstrip(".") + " %"


def exact_percent(share: Fraction) -> str:
    """Return a share as a percentage with all its places, for thresholds that others are compared with: `66.67 %`."""
    return percent(share, 1, beside=share)


def _side(share: Fraction, edge: Fraction | int) -> int:
    return (share > edge) - (share < edge)
