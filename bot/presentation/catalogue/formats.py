"""Numbers, lists and dates in the format of the current language, from the Unicode Consortium's CLDR (by Babel)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import get_decimal_symbol, get_group_symbol

from bot.presentation.catalogue.messages import ENGLISH, spoken

_LISTS: dict[str, Literal["standard", "or"]] = {"and": "standard", "or": "or"}


def written_number(digits: str) -> str:
    """Return a number, given as `12,400.5`, with the current language's separators; no digit changes."""
    code = spoken().code
    if code == ENGLISH:
        return digits
    signs = {",": get_group_symbol(code), ".": get_decimal_symbol(code)}
    return "".join(signs.get(sign, sign) for sign in digits)


def listed(items: Sequence[str], last: Literal["and", "or"] = "and") -> str:
    """Return `a, b and c`, or the same in the current language; empty if there is nothing to list."""
    if spoken().code == ENGLISH:  # without a comma before the last one, as in all our texts
        return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""
    return format_list(items, style=_LISTS[last], locale=spoken().code)


def day(at: int) -> str:
    """Return the day of a timestamp (seconds since the epoch) in UTC: `3 March 2026`."""
    form = "d MMMM y" if spoken().code == ENGLISH else "long"
    return format_date(datetime.fromtimestamp(at, UTC), form, spoken().code)
