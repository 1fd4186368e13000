"""The picture of a result: a bar for each choice, the share that was needed, and the quorum.

Nothing in it is told by colour alone: who wins is ticked and says so, who is out says so, marks have their words.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Final

from PIL import Image

from bot.presentation.pictures.drawable_text import drawable
from bot.presentation.pictures.pen import (
    FILL,
    GROUND,
    OTHER,
    QUIET,
    RING,
    SCALE,
    TEXT,
    TROUGH,
    Pen,
    fitted,
    shrunk,
    smooth,
    text_width,
    tick,
)
from bot.presentation.pictures.result_picture import ResultPicture

WIDTH: Final = 480
"""In points; a picture is `SCALE` times as many pixels wide."""
LEFT, RIGHT = 20 * SCALE, (WIDTH - 20) * SCALE
"""Where every bar begins and a full one ends, in pixels."""
_MARGIN, _WORDS, _SMALL, _FEW = 20, 17, 15, 8


def result_image(picture: ResultPicture) -> bytes:
    """Draw a result: a PNG of `WIDTH` by `height` points."""
    pen = Pen(WIDTH, height(picture))
    pen.text((_MARGIN, 34), fitted(drawable(picture.verdict) or "", 25, WIDTH - 2 * _MARGIN), 25, bold=True)
    y = 60
    if picture.threshold is not None:
        _threshold_words(pen, picture.threshold, picture.threshold_words, y)
        y += 24
    row, bar_height = _row(picture)
    for bar in picture.bars:
        label = drawable(bar.label)
        figure = drawable(bar.figure) or ""
        beside = picture.wins if bar.won else bar.out
        right = float(WIDTH - _MARGIN)
        pen.text((right, y + 11), figure, _WORDS, anchor="rm", bold=True)
        right -= text_width(figure, _WORDS) + 12
        if beside and (said := drawable(beside)):
            pen.text((right, y + 11), said, _SMALL, anchor="rm", colour=FILL if bar.won else QUIET)
            right -= text_width(said, _SMALL) + 6
            if bar.won:
                pen.paste(_tick(), right - 15, y + 3.5)
                right -= 22
        text = f"{bar.key}  {label}" if label and label != bar.key else bar.key
        pen.text((_MARGIN, y + 11), fitted(text, _WORDS, right - _MARGIN), _WORDS)
        top = (y + 24) * SCALE
        end = LEFT + filled(bar.share, picture.threshold)
        pen.box(LEFT, top, RIGHT, top + bar_height * SCALE, TROUGH)
        pen.box(LEFT, top, end, top + bar_height * SCALE, FILL if bar.won else RING if bar.out else OTHER)
        if picture.threshold is not None:
            x = LEFT + mark(picture.threshold)
            pen.box(x, top - 6, x + SCALE, top + bar_height * SCALE + 6, TEXT)
        y += row
    if picture.quorum is not None:
        _quorum(pen, picture.quorum, picture.quorum_words, y + 8)
    return pen.png()


def height(picture: ResultPicture) -> int:
    """Return how high a picture is, in points."""
    row, _bar = _row(picture)
    high = 60 + row * len(picture.bars)
    return high + 24 * (picture.threshold is not None) + 64 * (picture.quorum is not None) + 6


def filled(share: Fraction, threshold: Fraction | None = None) -> int:
    """Return how much of a bar is full, in pixels: exact to one, and on the side of the threshold where the share is.

    Something is never drawn as nothing, and less than all never as all.
    """
    whole = RIGHT - LEFT
    if share <= 0 or share >= 1:
        return 0 if share <= 0 else whole
    exact = share * whole
    size = round(exact) if threshold is None else floor(exact) if share < threshold else ceil(exact)
    return min(max(size, 1), whole - 1)


def mark(threshold: Fraction) -> int:
    """Return how far from a bar's left end a threshold is marked, in pixels."""
    return min(ceil(min(threshold, Fraction(1)) * (RIGHT - LEFT)), RIGHT - LEFT)


def _row(picture: ResultPicture) -> tuple[int, int]:
    return (50, 14) if len(picture.bars) <= _FEW else (42, 10)


def _threshold_words(pen: Pen, threshold: Fraction, words: str, y: int) -> None:
    said = fitted(drawable(words) or "", _SMALL, WIDTH - 2 * _MARGIN)
    half = text_width(said, _SMALL) / 2
    x = min(max((LEFT + mark(threshold)) / SCALE, _MARGIN + half), WIDTH - _MARGIN - half)
    pen.text((x, y + 8), said, _SMALL, anchor="mm", colour=QUIET)


def _quorum(pen: Pen, reached: Fraction, words: str, y: int) -> None:
    pen.text((_MARGIN, y + 10), fitted(drawable(words) or "", _SMALL, WIDTH - 2 * _MARGIN), _SMALL, colour=QUIET)
    whole = max(reached, Fraction(3, 2))
    top, bottom = (y + 26) * SCALE, (y + 34) * SCALE
    pen.box(LEFT, top, RIGHT, bottom, TROUGH)
    pen.box(LEFT, top, LEFT + filled(reached / whole, 1 / whole), bottom, RING)
    x = LEFT + mark(1 / whole)
    pen.box(x, top - 6, x + SCALE, bottom + 6, TEXT)


@cache
def _tick() -> Image.Image:
    tile, draw, scale = smooth(15, 15)
    side = 15 * scale
    draw.ellipse((0, 0, side - 1, side - 1), fill=FILL)
    tick(draw, side, GROUND, width=2 * scale)
    return shrunk(tile)
