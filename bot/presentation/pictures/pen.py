"""How every picture is drawn: its colours, its font, and a pen that works in points.

A picture brings its own dark ground, so that it reads the same on light and on dark, and is drawn at twice its size.
Each colour of text meets WCAG's AA on the ground, and what is filled differs as much from what is not.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Final

from PIL import Image, ImageColor, ImageDraw, ImageFont

SCALE: Final = 2
"""Pixels a point."""
GROUND, TROUGH, FILL = "#1f2430", "#414a5e", "#4fb286"
OTHER, TEXT, QUIET, RING = "#8fb4e8", "#f2f4f8", "#b4bccb", "#8b95a8"
_SMOOTH: Final = 4
"""Shapes are drawn so many times larger and made small, because Pillow's have hard edges."""


class Pen:
    """Draws in points on a picture of `SCALE` pixels a point."""

    def __init__(self, wide: int, high: int) -> None:
        self._image = Image.new("RGB", (wide * SCALE, high * SCALE), GROUND)
        self._draw = ImageDraw.Draw(self._image)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: int,
        *,
        colour: str = TEXT,
        anchor: str = "lm",
        bold: bool = False,
    ) -> None:
        """Write at a point of the picture, which `anchor` says the side of (see Pillow)."""
        x, y = at[0] * SCALE, at[1] * SCALE
        self._draw.text((x, y), text, fill=colour, font=_font(size), anchor=anchor, stroke_width=0.6 if bold else 0)

    def line(self, x: float, top: float, bottom: float) -> None:
        """Draw an upright line, one point wide."""
        self._draw.line([(x * SCALE, top * SCALE), (x * SCALE, bottom * SCALE)], fill=TEXT, width=SCALE)

    def box(self, left: int, top: int, right: int, bottom: int, colour: str) -> None:
        """Fill a box; its sides are pixels of the picture, the right and the lower one outside of it."""
        if right > left and bottom > top:
            self._draw.rectangle((left, top, right - 1, bottom - 1), fill=colour)

    def paste(self, tile: Image.Image, left: float, top: float) -> None:
        """Put a tile upon the picture."""
        self._image.paste(tile, (round(left * SCALE), round(top * SCALE)))

    def png(self) -> bytes:
        """Return the picture as a file."""
        out = io.BytesIO()
        self._image.quantize(palette=_palette(), dither=Image.Dither.NONE).save(out, "PNG")
        return out.getvalue()


def text_width(text: str, size: int) -> float:
    """Return how wide a text is, in points."""
    return _font(size).getlength(text) / SCALE


def fitted(text: str, size: int, room: float) -> str:
    """Cut a text to the room it has, in points."""
    if text_width(text, size) <= room:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if text_width(text[:middle].rstrip() + "…", size) <= room:
            fits = middle
        else:
            too_long = middle
    return text[:fits].rstrip() + "…"


def smooth(wide: float, high: float) -> tuple[Image.Image, ImageDraw.ImageDraw, int]:
    """Return a tile to draw on, larger than it will be after `shrunk`, with its pixels a point."""
    scale = SCALE * _SMOOTH
    tile = Image.new("RGB", (round(wide * scale), round(high * scale)), GROUND)
    return tile, ImageDraw.Draw(tile), scale


def shrunk(tile: Image.Image) -> Image.Image:
    """Make a tile as large as it will be."""
    return tile.reduce(_SMOOTH)


def tick(draw: ImageDraw.ImageDraw, side: float, colour: str, *, width: int) -> None:
    """Draw a tick into the square of this side at the origin."""
    corners: Sequence[tuple[float, float]] = [(0.26, 0.53), (0.43, 0.70), (0.75, 0.33)]
    draw.line([(x * side, y * side) for x, y in corners], fill=colour, width=width, joint="curve")


@cache
def _palette() -> Image.Image:
    """Every shade that an edge between two of our colours can have, so that few pixels of one are not lost."""
    pairs = [(GROUND, colour) for colour in (TEXT, QUIET, RING, FILL, TROUGH)]
    pairs += [(FILL, TROUGH), (FILL, TEXT), (TROUGH, TEXT)]
    shades: list[int] = []
    for start, end in pairs:
        one, other = ImageColor.getrgb(start), ImageColor.getrgb(end)
        shades += [a + (b - a) * step // 31 for step in range(32) for a, b in zip(one, other, strict=True)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(shades)
    return palette


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size * SCALE)
