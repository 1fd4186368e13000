"""A page that shows everything that is drawn or sent, in each of its states, side by side: `make gallery`.

Each module of the tests that is named `gallery` says what its room shows: its function `shown` every message and form,
which are then held against Discord's limits too, or its function `entries` what it draws.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape

PHONE = 390
"""Pixels of CSS that a phone is wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One state of one thing: in which section it stands, what it is called, and how it looks, as HTML."""

    section: str
    name: str
    shown: str


def picture(section: str, name: str, png: bytes, alt: str, *, wide: int) -> Entry:
    """Show a picture as wide as it is meant, in points: on Discord's ground, on white, on a phone; then its alt."""
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    shown = [
        f'<div class="{ground}"><img src="{source}" alt="{escape(alt)}" width="{width}"></div>'
        for ground, width in (("dark", wide), ("light", wide), ("dark", min(wide, PHONE)))
    ]
    return Entry(section=section, name=name, shown=f"{''.join(shown)}<p>{escape(alt)} <i>({len(alt)} signs)</i></p>")
