"""The bars of a result in whole pixels: how far each is filled, and where the needed share is marked."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Final

from bot.presentation.pictures.pen import FILL, GROUND, QUIET, RING, SCALE, TEXT, Pen

WIDTH: Final = 480
"""Of a picture of a result, in points; it is `SCALE` times as many pixels wide."""
MARGIN: Final = 20
LEFT, RIGHT = MARGIN * SCALE, (WIDTH - MARGIN) * SCALE
"""The left end of every bar, and the right end of a full one, in pixels."""
TROUGH, OTHER, OUT, BAD = "#333b4c", "#7fa8e6", "#98a2b5", "#e98a8a"
EDGES: Final = (
    *((GROUND, colour) for colour in (TEXT, QUIET, RING, FILL, TROUGH, BAD)),
    *((TROUGH, colour) for colour in (FILL, OTHER, OUT, QUIET)),
)
"""The pairs of colours that meet."""
_BEYOND: Final = 5
"""How far a mark extends above and below its bar, in points."""


def filled(share: Fraction, threshold: Fraction | None = None) -> int:
    """Return how many pixels of a bar are filled, exact to one, and on the same side of the threshold as the share.

    A share above 0 fills at least one pixel, and a share below 1 never all of them.
    """
    whole = RIGHT - LEFT
    if share <= 0 or share >= 1:
        return 0 if share <= 0 else whole
    exact = share * whole
    size = round(exact) if threshold is None else floor(exact) if share < threshold else ceil(exact)
    return min(max(size, 1), whole - 1)


def mark(threshold: Fraction) -> int:
    """Return the distance in pixels of a threshold's mark from the bar's left end: no smaller share fills so much."""
    return min(ceil(threshold * (RIGHT - LEFT)), RIGHT - LEFT)


def draw_bar(pen: Pen, top: int, high: int, full: int, colour: str) -> None:
    """Draw a bar with that many pixels filled; `top` and `high` are in points."""
    upper, lower = top * SCALE, (top + high) * SCALE
    pen.box(LEFT - 1, upper - 1, RIGHT + 1, lower + 1, RING)
    pen.box(LEFT, upper, RIGHT, lower, TROUGH)
    pen.box(LEFT, upper, LEFT + full, lower, colour)


def draw_mark(pen: Pen, top: int, high: int, at: int) -> None:
    """Mark a place on a bar: light above and below it, dark across it, so that it shows on both colours."""
    upper, lower = top * SCALE, (top + high) * SCALE
    left, right = LEFT + at, LEFT + at + SCALE
    pen.box(left, upper - _BEYOND * SCALE, right, upper - 1, TEXT)
    pen.box(left, lower + 1, right, lower + _BEYOND * SCALE, TEXT)
    pen.box(left, upper - 1, right, lower + 1, GROUND)
