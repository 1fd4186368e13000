"""Text as people paste it: what came along in copying is removed, nothing that was meant is."""

from __future__ import annotations

import json
import re
import unicodedata

_FENCE = re.compile(r"(?:```+|~~~+)(?:[A-Za-z0-9+#_.-]{0,20}[ \t]*(?=\n)|json5?(?=\s))?|`{1,2}")
_FENCE_END = re.compile(r"(?:`+|~~~+)\Z")
_MEANT = "\u200c\u200d"
"""Invisible characters that scripts and emoji need."""
_CURLY = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'))
_QUOTES = "\"'`\u2018\u2019\u201a\u201b\u2039\u203a" + "".join(map(chr, _CURLY))
_AROUND = re.compile(rf"[\s{re.escape(_QUOTES)}<>]+")


def without_invisible(text: str) -> str:
    """Return a text without invisible characters (byte order, direction, zero width), but with joiners.

    Scripts and emoji need the joiners.
    """
    return "".join(sign for sign in text if sign in _MEANT or unicodedata.category(sign) != "Cf")


def unfenced(text: str) -> str:
    """Return the contents of a Markdown code block, even if one fence is missing; any other text unchanged.

    Backticks may have become look-alikes, as they do where we show what was pasted.
    """
    inner = without_invisible(text).strip().replace("\u02cb", "`")
    if _FENCE.match(inner) is None and _FENCE_END.search(inner) is None:
        return without_invisible(text).strip()
    return _FENCE_END.sub("", _FENCE.sub("", inner, count=1) if _FENCE.match(inner) else inner).strip()


def bare(text: str) -> str:
    """Return a word such as an address without code fences, quotes, spaces and invisible characters around it."""
    inner = "".join(sign for sign in unfenced(text) if unicodedata.category(sign) != "Cf")
    start = _AROUND.match(inner)
    inner = inner[start.end() :] if start else inner
    while inner and _AROUND.fullmatch(inner[-1]):
        inner = inner[:-1]
    return inner


def read_json(text: str, *, strict: bool = True) -> object:
    """Read JSON as it was pasted. Typographic quotes are read as straight ones if it would not be JSON otherwise.

    `strict` refuses line breaks inside strings.

    Raises:
        ValueError: as `json.loads` of the text without its code fence.

    """
    plain = unfenced(text)
    try:
        return json.loads(plain, strict=strict)
    except json.JSONDecodeError:
        straight = plain.translate(_CURLY).replace("\u00a0", " ")
        if straight == plain:
            raise
        try:
            return json.loads(straight, strict=strict)
        except json.JSONDecodeError:
            pass
        raise
