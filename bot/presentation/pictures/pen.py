"""How every picture is drawn: its colours, its font, and a pen that works in points.

A picture brings its own dark ground, so that it reads the same on light and on dark, and is drawn at twice its size.
Each colour of text meets WCAG's AA on the ground, and what is filled differs as much from what is not.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from PIL import Image, ImageColor, ImageDraw, ImageFont

SCALE: Final = 2
"""Pixels a point."""
GROUND, TROUGH, RING = "#1f2430", "#414a5e", "#8b95a8"
TEXT, QUIET, FILL = "#f2f4f8", "#b4bccb", "#4fb286"
EDGES: Final = (
    *((GROUND, colour) for colour in (TEXT, QUIET, RING, FILL, TROUGH)),
    *((FILL, TROUGH), (FILL, TEXT), (TROUGH, TEXT)),
)
"""Which colours meet in a picture, unless it says otherwise."""
_BOLD: Final = 0.6
"""How much wider strokes are, in pixels on either side."""
_APART: Final = 8
"""How far shades of an edge are apart, of 255: less than anybody sees."""
_SMOOTH: Final = 4
"""Shapes are drawn so many times larger and made small, because Pillow's have hard edges."""


Kind = Literal["text", "tile", "box"]


@dataclass(frozen=True, slots=True)
class Placed:
    """What stands where: its sides in pixels of the picture, the right and the lower one outside of it."""

    kind: Kind
    left: float
    top: float
    right: float
    bottom: float
    text: str = ""
    size: int = 0


class Pen:
    """Draws in points on a picture of `SCALE` pixels a point, and notes in `placed` what stands where."""

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
        """Write at a point of the picture, which `anchor` says the side of (see Pillow)."""
        x, y, stroke = at[0] * SCALE, at[1] * SCALE, _BOLD if bold else 0
        if text:
            self._draw.text((x, y), text, fill=colour, font=_font(size), anchor=anchor, stroke_width=stroke)
            box = self._draw.textbbox((x, y), text, font=_font(size), anchor=anchor, stroke_width=stroke)
            self.placed.append(Placed("text", *box, text, size))

    def line(self, x: float, top: float, bottom: float) -> None:
        """Draw an upright line, one point wide."""
        self._draw.line([(x * SCALE, top * SCALE), (x * SCALE, bottom * SCALE)], fill=TEXT, width=SCALE)

    def box(self, left: int, top: int, right: int, bottom: int, colour: str) -> None:
        """Fill a box; its sides are pixels of the picture, the right and the lower one outside of it."""
        if right > left and bottom > top:
            self._draw.rectangle((left, top, right - 1, bottom - 1), fill=colour)
            self.placed.append(Placed("box", left, top, right, bottom))

    def paste(self, tile: Image.Image, left: float, top: float) -> None:
        """Put a tile upon the picture."""
        x, y = round(left * SCALE), round(top * SCALE)
        self._image.paste(tile, (x, y))
        self.placed.append(Placed("tile", x, y, x + tile.width, y + tile.height))

    def png(self) -> bytes:
        """Return the picture as a file."""
        out = io.BytesIO()
        self._image.quantize(palette=_palette(self._edges), dither=Image.Dither.NONE).save(out, "PNG")
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


@cache
def _palette(edges: tuple[tuple[str, str], ...]) -> Image.Image:
    """The shades that an edge between two colours can have, so far apart that Pillow never takes one for another."""
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
