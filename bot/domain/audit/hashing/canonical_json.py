"""Canonical JSON (RFC 8785), the form in which values are hashed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

Canonical = None | bool | int | str | Sequence["Canonical"] | Mapping[str, "Canonical"]
"""Values with a canonical form. Fractions and amounts are texts; floating point numbers are not allowed."""

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader holds exactly; larger ones are written as texts."""


def canonical(value: Canonical) -> bytes:
    """Return the canonical form: UTF-8, no spaces, keys in the order of their UTF-16 code units.

    Raises:
        ValueError: a floating point number, an integer beyond `MAX_INTEGER`, a key that is no text, or a text with
            half a surrogate pair.

    """
    try:
        return json.dumps(_ordered(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError as error:
        raise ValueError("a text holds half a surrogate pair") from error


def _ordered(value: Canonical) -> object:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ValueError(f"{value} is too large for a number: write it as a text")
        return value
    if isinstance(value, Mapping):
        return {key: item if type(item := value[key]) is str else _ordered(item) for key in _in_order(value)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_ordered(item) for item in value]
    raise ValueError(f"{type(value).__name__} has no canonical form")


def _in_order(keys: Collection[object]) -> list[str]:
    """Sort keys by their UTF-16 code units, which for ASCII is their own order."""
    texts = [key for key in keys if isinstance(key, str)]
    if len(texts) != len(keys):
        raise ValueError("a key is no text")
    if all(map(str.isascii, texts)):
        return sorted(texts)
    return sorted(texts, key=lambda key: key.encode("utf-16-be"))
