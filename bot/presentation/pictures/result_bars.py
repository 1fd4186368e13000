"""The bars of a result, to the pixel: how far each is filled, and where the share that is needed is marked."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Final

from bot.presentation.pictures.pen import FILL, GROUND, QUIET, RING, SCALE, TEXT, Pen

WIDTH: Final = 480
"""Of a picture of a result, in points; it is `SCALE` times as many pixels wide."""
MARGIN: Final = 20
LEFT, RIGHT = MARGIN * SCALE, (WIDTH - MARGIN) * SCALE
"""Where every bar begins, and where a full one ends, in pixels."""
TROUGH, OTHER, OUT, BAD = "#333b4c", "#7fa8e6", "#98a2b5", "#e98a8a"
EDGES: Final = (
    *((GROUND, colour) for colour in (TEXT, QUIET, RING, FILL, TROUGH, BAD)),
    *((TROUGH, colour) for colour in (FILL, OTHER, OUT, QUIET)),
)
"""Which colours meet."""
_BEYOND: Final = 5
"""How far a mark stands out above and below its bar, in points."""


def filled(share: Fraction, threshold: Fraction | None = None) -> int:
    """Return how much of a bar is full, in pixels: exact to one, and on the same side of the threshold as the share.

    Something is never drawn as nothing, and less than all never as all.
    """
    whole = RIGHT - LEFT
    if share <= 0 or share >= 1:
        return 0 if share <= 0 else whole
    exact = share * whole
    size = round(exact) if threshold is None else floor(exact) if share < threshold else ceil(exact)
    return min(max(size, 1), whole - 1)


def mark(threshold: Fraction) -> int:
    """Return how many pixels from a bar's left end a threshold is marked: no smaller share fills the bar so far."""
    return min(ceil(threshold * (RIGHT - LEFT)), RIGHT - LEFT)


def draw_bar(pen: Pen, top: int, high: int, full: int, colour: str) -> None:
    """Draw a bar that is filled for so many pixels; `top` and `high` are points."""
    upper, lower = top * SCALE, (top + high) * SCALE
    pen.box(LEFT - 1, upper - 1, RIGHT + 1, lower + 1, RING)
    pen.box(LEFT, upper, RIGHT, lower, TROUGH)
    pen.box(LEFT, upper, LEFT + full, lower, colour)


def draw_mark(pen: Pen, top: int, high: int, at: int) -> None:
    """Mark a place of a bar: light above and below it, dark across it, so that it is seen on either colour."""
    upper, lower = top * SCALE, (top + high) * SCALE
    left, right = LEFT + at, LEFT + at + SCALE
    pen.box(left, upper - _BEYOND * SCALE, right, upper - 1, TEXT)
    pen.box(left, lower + 1, right, lower + _BEYOND * SCALE, TEXT)
    pen.box(left, upper - 1, right, lower + 1, GROUND)
