"""Signs that are shown as they are: none that hides, reverses or buries what stands beside it."""

from __future__ import annotations

import unicodedata
from itertools import groupby

_JOINERS = "\u200c\u200d"
"""Signs among the invisible ones that scripts and emoji need."""
_HIDDEN = frozenset({"Cf", "Cs", "Co", "Cn"})
_BLANK = frozenset({"Cc", "Zl", "Zp"})
_MOST_MARKS = 4
"""Combining marks upon one sign: no script in use stacks more, and hundreds bury the lines around them."""


def visible(line: str) -> str:
    """Return a line without invisible and reversing signs, with at most four combining marks in a row."""
    kept = "".join(filter(None, map(_visible, line)))
    return "".join(
        sign for marks, run in groupby(kept, _combines) for sign in (list(run)[:_MOST_MARKS] if marks else run)
    )


def visible_lines(text: str) -> str:
    """Return a text likewise; its lines stay lines, whatever ended them."""
    return "\n".join(visible(line.expandtabs(4)) for line in text.splitlines())


def isolated(text: str) -> str:
    """Return a text that is written from right to left so that it moves nothing around it (Unicode's UAX #9)."""
    right_to_left = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
    return f"\u2068{text}\u2069" if right_to_left else text


def cut(text: str, limit: int) -> str:
    """Shorten to at most `limit` signs, at a word, with an ellipsis."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    at_word = kept[: kept.rfind(" ")] if " " in kept[limit // 2 :] else kept
    return at_word.rstrip(" ,.;:") + "…"


def _visible(sign: str) -> str:
    category = unicodedata.category(sign)
    if sign in _JOINERS:
        return sign
    if category in _HIDDEN:
        return ""
    return " " if category in _BLANK else sign


def _combines(sign: str) -> bool:
    return unicodedata.category(sign) in ("Mn", "Me")
