"""Small icons beside words: reached or refused, and the key of a choice."""

from __future__ import annotations

from functools import cache

from PIL import Image, ImageDraw

from bot.presentation.pictures.pen import FILL, GROUND, QUIET, RING, shrunk, smooth


@cache
def tick_icon(side: int) -> Image.Image:
    """Return a filled disc with a tick."""
    tile, draw, pixels = _disc(side, FILL)
    corners = [(0.26, 0.53), (0.43, 0.70), (0.75, 0.33)]
    _stroke(draw, pixels, corners)
    return shrunk(tile)


@cache
def cross_icon(side: int, colour: str) -> Image.Image:
    """Return a filled disc with a cross."""
    tile, draw, pixels = _disc(side, colour)
    _stroke(draw, pixels, [(0.32, 0.32), (0.68, 0.68)])
    _stroke(draw, pixels, [(0.32, 0.68), (0.68, 0.32)])
    return shrunk(tile)


@cache
def ring_icon(side: int) -> Image.Image:
    """Return a hollow ring."""
    tile, draw, scale = smooth(side, side)
    draw.ellipse((0, 0, side * scale - 1, side * scale - 1), outline=RING, width=round(1.5 * scale))
    return shrunk(tile)


@cache
def badge(wide: int, high: int, *, full: bool) -> Image.Image:
    """Return a rounded box for a key, filled or hollow."""
    tile, draw, scale = smooth(wide, high)
    box = (0, 0, wide * scale - 1, high * scale - 1)
    draw.rounded_rectangle(box, 5 * scale, fill=FILL if full else GROUND, outline=FILL if full else QUIET, width=scale)
    return shrunk(tile)


def _disc(side: int, colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw, int]:
    tile, draw, scale = smooth(side, side)
    pixels = side * scale
    draw.ellipse((0, 0, pixels - 1, pixels - 1), fill=colour)
    return tile, draw, pixels


def _stroke(draw: ImageDraw.ImageDraw, pixels: int, corners: list[tuple[float, float]]) -> None:
    line = [(x * pixels, y * pixels) for x, y in corners]
    draw.line(line, fill=GROUND, width=round(pixels * 0.13), joint="curve")
    for x, y in (line[0], line[-1]):  # round ends
        half = pixels * 0.065
        draw.ellipse((x - half, y - half, x + half, y + half), fill=GROUND)
