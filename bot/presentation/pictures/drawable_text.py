"""The part of a text that the pictures' font can draw."""

from __future__ import annotations

import unicodedata
from typing import Final

_SPELLED: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "đ": "d"}
    | {"\u0131": "i", "\u00d7": "x"}
)
_DRAWN: Final = frozenset(map(chr, range(0x20, 0x7F)))
"""The characters that the font shipped with Pillow has for certain."""


def drawable(text: str) -> str | None:
    """Return `text` as the font can draw it, without accents; None if a letter would be lost."""
    kept: list[str] = []
    for char in unicodedata.normalize("NFKD", text.translate(_SPELLED)):
        if char in _DRAWN:
            kept.append(char)
            continue
        match unicodedata.category(char):
            case "Pd":
                kept.append("-")
            case "Pi" | "Pf":
                kept.append("'")
            case "Zs" | "Zl" | "Zp":
                kept.append(" ")
            case category if category[0] in "LN":
                return None
    return " ".join("".join(kept).split()) or None


def without_undrawable(text: str) -> str:
    """Return the words of a text that the font can draw, without the others."""
    return " ".join(filter(None, map(drawable, text.split())))
