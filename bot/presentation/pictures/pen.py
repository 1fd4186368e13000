"""How every picture is drawn: its colours, its font, and a pen that works in points.

A picture has a dark background of its own, so that it looks the same in light and dark themes, and is drawn at twice
its size. Each colour of text has the contrast of WCAG's AA on the background, and so have filled areas against unfilled
ones.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from PIL import Image, ImageColor, ImageDraw, ImageFont

SCALE: Final = 2
"""Pixels to a point."""
GROUND, TROUGH, RING = "#1f2430", "#414a5e", "#8b95a8"
TEXT, QUIET, FILL = "#f2f4f8", "#b4bccb", "#4fb286"
EDGES: Final = (
    *((GROUND, colour) for colour in (TEXT, QUIET, RING, FILL, TROUGH)),
    *((FILL, TROUGH), (FILL, TEXT), (TROUGH, TEXT)),
)
"""The pairs of colours that meet in a picture, unless it states others."""
_BOLD: Final = 0.6
"""By how many pixels strokes of bold text are wider on either side."""
_APART: Final = 8
"""How far the shades of an edge are apart, of 255; too little to be seen."""
_SMOOTH: Final = 4
"""Shapes are drawn so many times larger and then reduced, because Pillow draws hard edges."""


Kind = Literal["text", "tile", "box"]


@dataclass(frozen=True, slots=True)
class Placed:
    """Something on the picture and its sides, in pixels; the right and lower sides are outside of it."""

    kind: Kind
    left: float
    top: float
    right: float
    bottom: float
    text: str = ""
    size: int = 0


class Pen:
    """Draws in points on a picture with `SCALE` pixels to a point, and notes in `placed` what is where."""

    def __init__(self, wide: int, high: int, edges: tuple[tuple[str, str], ...] = EDGES) -> None:
        self.placed: list[Placed] = []
        self._edges = edges
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
        """Write a text at a point, to which `anchor` (see Pillow) says how the text is aligned."""
        x, y, stroke = at[0] * SCALE, at[1] * SCALE, _BOLD if bold else 0
        if text:
            self._draw.text((x, y), text, fill=colour, font=_font(size), anchor=anchor, stroke_width=stroke)
            box = self._draw.textbbox((x, y), text, font=_font(size), anchor=anchor, stroke_width=stroke)
            self.placed.append(Placed("text", *box, text, size))

    def line(self, x: float, top: float, bottom: float) -> None:
        """Draw a vertical line one point wide."""
        self._draw.line([(x * SCALE, top * SCALE), (x * SCALE, bottom * SCALE)], fill=TEXT, width=SCALE)

    def box(self, left: int, top: int, right: int, bottom: int, colour: str) -> None:
        """Fill a box, whose sides are given in pixels."""
        if right > left and bottom > top:
            self._draw.rectangle((left, top, right - 1, bottom - 1), fill=colour)
            self.placed.append(Placed("box", left, top, right, bottom))

    def paste(self, tile: Image.Image, left: float, top: float) -> None:
        """Paste a tile onto the picture."""
        x, y = round(left * SCALE), round(top * SCALE)
        self._image.paste(tile, (x, y))
        self.placed.append(Placed("tile", x, y, x + tile.width, y + tile.height))

    def png(self) -> bytes:
        """Return the picture as a PNG file."""
        out = io.BytesIO()
        self._image.quantize(palette=_palette(self._edges), dither=Image.Dither.NONE).save(out, "PNG")
        return out.getvalue()


def text_width(text: str, size: int) -> float:
    """Return the width of a text, in points."""
    return _font(size).getlength(text) / SCALE


def fitted(text: str, size: int, room: float) -> str:
    """Return a text cut to a width, in points."""
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
    """Return a larger tile to draw on before `shrunk`, and its pixels to a point."""
    scale = SCALE * _SMOOTH
    tile = Image.new("RGB", (round(wide * scale), round(high * scale)), GROUND)
    return tile, ImageDraw.Draw(tile), scale


def shrunk(tile: Image.Image) -> Image.Image:
    """Return a tile reduced to its final size."""
    return tile.reduce(_SMOOTH)


@cache
def _palette(edges: tuple[tuple[str, str], ...]) -> Image.Image:
    """Return the shades for the edges between two colours, far enough apart that Pillow never confuses two of them."""
    shades: list[int] = []
    for start, end in edges:
        one, other = ImageColor.getrgb(start), ImageColor.getrgb(end)
        steps = max(abs(b - a) for a, b in zip(one, other, strict=True)) // _APART
        shades += [a + (b - a) * step // steps for step in range(steps + 1) for a, b in zip(one, other, strict=True)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(shades)
    return palette


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size * SCALE)
