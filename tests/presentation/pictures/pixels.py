"""What is seen of a drawn picture: pixels, contrasts, and what stands over what."""

from __future__ import annotations

import io
from itertools import combinations

from PIL import Image, ImageColor

from bot.presentation.pictures.pen import Pen, Placed

Colour = tuple[int, int, int]


def decoded(png: bytes) -> Image.Image:
    """Return a picture's pixels."""
    return Image.open(io.BytesIO(png)).convert("RGB")


def row_of(picture: Image.Image, y: int) -> list[Colour]:
    """Return the pixels of a row."""
    line = picture.crop((0, y, picture.width, y + 1)).tobytes()
    return [(line[x], line[x + 1], line[x + 2]) for x in range(0, len(line), 3)]


def colour(name: str) -> Colour:
    """Return a colour that is written as `#rrggbb`."""
    red, green, blue = ImageColor.getrgb(name)[:3]
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def outside(pen: Pen, wide: int, high: int) -> list[Placed]:
    """Return what does not stand within a picture of so many pixels."""
    return [it for it in pen.placed if it.left < 0 or it.top < 0 or it.right > wide or it.bottom > high]


def overlapping(placed: list[Placed]) -> list[tuple[Placed, Placed]]:
    """Return what covers a part of something else; what stands wholly within another is meant to."""
    return [(one, other) for one, other in combinations(placed, 2) if _touch(one, other) and not _within(other, one)]


def _touch(one: Placed, other: Placed) -> bool:
    beside = one.right <= other.left or other.right <= one.left
    return not (beside or one.bottom <= other.top or other.bottom <= one.top)


def _within(inner: Placed, outer: Placed) -> bool:
    across = outer.left <= inner.left and inner.right <= outer.right
    return across and outer.top <= inner.top and inner.bottom <= outer.bottom


def _luminance(name: str) -> float:
    parts = [part / 255 for part in colour(name)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
