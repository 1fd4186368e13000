"""The picture of a result: a bar for each choice, the share that was needed, and the quorum.

Nothing is told by colour alone: a winner is ticked and called so, a choice that is out is called so, and marks have
words.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Final

from bot.presentation.pictures.drawable_text import drawable, without_undrawable
from bot.presentation.pictures.icons import badge, cross_icon, ring_icon, tick_icon
from bot.presentation.pictures.pen import FILL, GROUND, QUIET, SCALE, TEXT, Pen, fitted, text_width
from bot.presentation.pictures.result_bars import (
    BAD,
    EDGES,
    LEFT,
    MARGIN,
    OTHER,
    OUT,
    WIDTH,
    draw_bar,
    draw_mark,
    filled,
    mark,
)
from bot.presentation.pictures.result_picture import Bar, ResultPicture

_END: Final = WIDTH - MARGIN
_VERDICT, _WORDS, _SMALL, _KEY = 25, 17, 15, 14
_HEAD, _FOOT, _GAP = 60, 22, 10
_FEW, _ROW, _CLOSE_ROW, _HIGH, _BELOW = 8, 54, 46, 12, 27
_THRESHOLD, _QUORUM, _SLIM = 27, 58, 8
_FIGURE_ROOM, _BESIDE_ROOM, _LABEL_ROOM = 220, 120, 24


def result_image(picture: ResultPicture) -> bytes:
    """Return a result as a PNG of `WIDTH` by `height` points."""
    return drawn_result(picture).png()


def height(picture: ResultPicture) -> int:
    """Return the height of a picture, in points."""
    high = _HEAD + (len(picture.bars) - 1) * _row(picture) + _BELOW + _HIGH + _FOOT
    return high + _THRESHOLD * (picture.threshold is not None) + _QUORUM * (picture.quorum is not None)


def drawn_result(picture: ResultPicture) -> Pen:
    """Draw a result, and return the pen, which knows what is where."""
    pen = Pen(WIDTH, height(picture), EDGES)
    _verdict(pen, picture)
    for place, bar in enumerate(picture.bars):
        y = _HEAD + place * _row(picture)
        _words(pen, bar, picture.wins, y + _GAP)
        colour = FILL if bar.won else OUT if bar.out else OTHER
        draw_bar(pen, y + _BELOW, _HIGH, filled(bar.share, picture.threshold), colour)
        if picture.threshold is not None:
            draw_mark(pen, y + _BELOW, _HIGH, mark(picture.threshold))
    y = _HEAD + (len(picture.bars) - 1) * _row(picture) + _BELOW + _HIGH
    if picture.threshold is not None:
        _below(pen, mark(picture.threshold), picture.threshold_words, y + 17)
        y += _THRESHOLD
    if picture.quorum is not None:
        _quorum(pen, picture.quorum, picture.quorum_words, y + 14)
    return pen


def _row(picture: ResultPicture) -> int:
    return _ROW if len(picture.bars) <= _FEW else _CLOSE_ROW


def _verdict(pen: Pen, picture: ResultPicture) -> None:
    left = MARGIN
    if picture.passed is not None:
        pen.paste(tick_icon(26) if picture.passed else cross_icon(26, BAD), left, 20)
        left += 26 + _GAP
    pen.text((left, 33), fitted(without_undrawable(picture.verdict), _VERDICT, _END - left), _VERDICT, bold=True)


def _words(pen: Pen, bar: Bar, wins: str, y: int) -> None:
    """Write a choice's key and label at the left, and its figure and outcome at the right."""
    ink = QUIET if bar.out else TEXT
    right: float = _END
    if figure := fitted(without_undrawable(bar.figure), _WORDS, _FIGURE_ROOM):
        pen.text((right, y), figure, _WORDS, anchor="rm", bold=True, colour=ink)
        right -= text_width(figure, _WORDS) + _GAP
    if out := fitted(without_undrawable(bar.out), _SMALL, _BESIDE_ROOM):
        pen.text((right, y), out, _SMALL, anchor="rm", colour=QUIET)
        right -= text_width(out, _SMALL) + _GAP
    if bar.won:
        won = fitted(without_undrawable(wins), _SMALL, _BESIDE_ROOM)
        pen.text((right, y), won, _SMALL, anchor="rm", colour=FILL)
        right -= text_width(won, _SMALL) + 5 + 16
        pen.paste(tick_icon(16), right, y - 8)
        right -= _GAP
    left = MARGIN + _key(pen, bar, y) + 8
    label = drawable(bar.label)
    if label and label != bar.key and right - left >= _LABEL_ROOM:
        pen.text((left, y), fitted(label, _WORDS, right - left), _WORDS, bold=bar.won, colour=ink)


def _key(pen: Pen, bar: Bar, y: int) -> int:
    """Write a choice's key in a box, filled for a winner; return the width of the box in points."""
    key = fitted(without_undrawable(bar.key), _KEY, 40)
    wide = max(ceil(text_width(key, _KEY)) + 10, 22)
    pen.paste(badge(wide, 22, full=bar.won), MARGIN, y - 11)
    pen.text((MARGIN + wide / 2, y), key, _KEY, anchor="mm", bold=True, colour=GROUND if bar.won else TEXT)
    return wide


def _below(pen: Pen, at: int, words: str, y: int) -> None:
    """Write what a mark means, as near to it as the picture allows."""
    said = fitted(without_undrawable(words), _SMALL, _END - MARGIN)
    half = text_width(said, _SMALL) / 2
    middle = min(max((LEFT + at + 1) / SCALE, MARGIN + half), _END - half)
    pen.text((middle, y), said, _SMALL, anchor="mm", colour=QUIET)


def _quorum(pen: Pen, reached: Fraction, words: str, y: int) -> None:
    """Draw how much of the quorum is reached; the bar ends at one and a half times it, or further where more is."""
    whole = max(reached, Fraction(3, 2))
    pen.paste(tick_icon(16) if reached >= 1 else ring_icon(16), MARGIN, y + 6)
    left = MARGIN + 16 + 8
    pen.text((left, y + 14), fitted(without_undrawable(words), _SMALL, _END - left), _SMALL)
    draw_bar(pen, y + 36, _SLIM, filled(reached / whole, 1 / whole), QUIET)
    draw_mark(pen, y + 36, _SLIM, mark(1 / whole))
