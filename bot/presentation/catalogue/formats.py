"""Lists, times and forms for numbers as the current language has them, from CLDR (by Babel)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Literal

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

from bot.presentation.catalogue.messages import ENGLISH, spoken

_LISTS: dict[str, Literal["standard", "or"]] = {"and": "standard", "or": "or"}


def listed(items: Sequence[str], last: Literal["and", "or"] = "and") -> str:
    """Return `a, b and c`, or the same in the current language; empty if there is nothing to list."""
    if spoken().code == ENGLISH:  # without a comma before the last one, as in all our texts
        return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""
    return format_list(items, style=_LISTS[last], locale=spoken().code)


def moment(at: int) -> str:
    """Write a time of the epoch for people: `03 March 2026, 14:05 UTC`, or the same in the current language."""
    time = datetime.fromtimestamp(at, UTC)
    date = time.strftime("%d %B %Y") if spoken().code == ENGLISH else format_date(time, "long", spoken().code)
    return f"{date}, {time:%H:%M} UTC"


_NUMBERS = (100, 1, 0, *range(2, 21), 1_000_000)
"""Among these is one for each form that a language has."""


def plural_forms(one: str, many: str) -> dict[str, str]:
    """Return each form of a sentence with a number by CLDR's name for it (`one`, `few`, `other`), not filled in."""
    translated = spoken().sentences.ngettext
    return {form: translated(one, many, number) for form, number in _examples(spoken().code).items()}


@cache
def _examples(code: str) -> dict[str, int]:
    """Return a number for each form that a language has."""
    form, examples = Locale.parse(code).plural_form, dict[str, int]()
    for number in _NUMBERS:
        examples.setdefault(form(number), number)
    return examples
