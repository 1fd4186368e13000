"""Lists in the format of the current language, from the Unicode Consortium's CLDR (by Babel)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from babel.lists import format_list

from bot.presentation.catalogue.messages import ENGLISH, spoken

_LISTS: dict[str, Literal["standard", "or"]] = {"and": "standard", "or": "or"}


def listed(items: Sequence[str], last: Literal["and", "or"] = "and") -> str:
    """Return `a, b and c`, or the same in the current language; empty if there is nothing to list."""
    if spoken().code == ENGLISH:  # without a comma before the last one, as in all our texts
        return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""
    return format_list(items, style=_LISTS[last], locale=spoken().code)
