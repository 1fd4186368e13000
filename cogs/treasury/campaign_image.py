"""The picture of a campaign: a bar with its milestones, and below it the milestones in words.

It brings its own dark ground, so that it reads the same on a light and on a dark Discord, and it is drawn at twice
its size. Nothing in it is told by colour alone: what is reached is filled and ticked, what is not is hollow.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from PIL import Image, ImageColor, ImageDraw, ImageFont

from bot.domain.shared.amounts import humane, percent
from bot.domain.treasury.campaigns import Campaign, Milestone

WIDTH = 560
"""In points; a picture is `SCALE` times as many pixels wide."""
SCALE = 2

_GROUND, _TROUGH, _FILL = "#1f2430", "#414a5e", "#4fb286"
_TEXT, _QUIET, _RING = "#f2f4f8", "#b4bccb", "#8b95a8"
_MARGIN, _BAR_TOP, _BAR, _MARK = 24, 84, 18, 15
_ROW, _ONE_COLUMN = 26, 6
_SPELLED = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "đ": "d"}
    | {"\u0131": "i", "\u00d7": "x"}
)
_DRAWN = frozenset(map(chr, range(0x20, 0x7F)))
"""What the font that comes with Pillow surely has shapes for."""


def campaign_image(campaign: Campaign) -> bytes:
    """Draw a campaign as it was last read: a PNG of `WIDTH` by `height` points."""
    pen = _Pen(height(len(campaign.milestones)))
    amount = campaign.reading.amount if campaign.reading else 0
    last = campaign.milestones[-1].target
    symbol = drawable(campaign.symbol) or ""
    held = f"{humane(amount, campaign.decimals)} {symbol}".strip() if campaign.reading else "Not read yet"
    aim = f"of {humane(last, campaign.decimals)} {symbol}".strip()
    share = percent(amount, last, beside=Fraction(1)) if campaign.reading else ""
    pen.text((_MARGIN, 34), pen.fitted(held, 25, WIDTH - 2 * _MARGIN - pen.width(share, 25) - 16), 25, bold=True)
    pen.text((WIDTH - _MARGIN, 34), share, 25, anchor="rm", bold=True)
    pen.text((_MARGIN, 58), pen.fitted(aim, 15, WIDTH - 2 * _MARGIN), 15, colour=_QUIET)
    pen.paste(_trough(_filled(amount, last)), _MARGIN, _BAR_TOP)
    _marks(pen, campaign.milestones, last)
    _legend(pen, campaign)
    return pen.png()


def height(milestones: int) -> int:
    """Return how high the picture of so many milestones is, in points."""
    rows = milestones if milestones <= _ONE_COLUMN else -(-milestones // 2)
    return _LEGEND_TOP + rows * _ROW + 12


_LEGEND_TOP = _BAR_TOP + _BAR + 42


def drawable(text: str) -> str | None:
    """Return `text` as far as the font has shapes for it, without accents; None if a letter would be lost."""
    kept: list[str] = []
    for char in unicodedata.normalize("NFKD", text.translate(_SPELLED)):
        if char in _DRAWN:
            kept.append(char)
            continue
        match unicodedata.category(char):
            case "Pd":
                kept.append("-")
            case "Pi" | "Pf":
                kept.append("'")
            case "Zs" | "Zl" | "Zp":
                kept.append(" ")
            case category if category[0] in "LN":
                return None
    return " ".join("".join(kept).split()) or None


class _Pen:
    """Draws in points on a picture of `SCALE` pixels a point."""

    def __init__(self, high: int) -> None:
        self._image = Image.new("RGB", (WIDTH * SCALE, high * SCALE), _GROUND)
        self._draw = ImageDraw.Draw(self._image)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: int,
        *,
        colour: str = _TEXT,
        anchor: str = "lm",
        bold: bool = False,
    ) -> None:
        x, y = at[0] * SCALE, at[1] * SCALE
        self._draw.text((x, y), text, fill=colour, font=_font(size), anchor=anchor, stroke_width=0.6 if bold else 0)

    def width(self, text: str, size: int) -> float:
        return _font(size).getlength(text) / SCALE

    def fitted(self, text: str, size: int, room: float) -> str:
        """Cut a text to the room it has."""
        if self.width(text, size) <= room:
            return text
        fits, too_long = 0, len(text)
        while too_long - fits > 1:
            middle = (fits + too_long) // 2
            if self.width(text[:middle].rstrip() + "…", size) <= room:
                fits = middle
            else:
                too_long = middle
        return text[:fits].rstrip() + "…"

    def line(self, x: float, top: float, bottom: float) -> None:
        self._draw.line([(x * SCALE, top * SCALE), (x * SCALE, bottom * SCALE)], fill=_TEXT, width=SCALE)

    def paste(self, tile: Image.Image, left: float, top: float) -> None:
        self._image.paste(tile, (round(left * SCALE), round(top * SCALE)))

    def png(self) -> bytes:
        out = io.BytesIO()
        self._image.quantize(palette=_palette(), dither=Image.Dither.NONE).save(out, "PNG")
        return out.getvalue()


def _smooth(wide: float, high: float) -> tuple[Image.Image, ImageDraw.ImageDraw, int]:
    """Return a tile four times as large as it will be, because Pillow's shapes have hard edges."""
    scale = SCALE * 4
    tile = Image.new("RGB", (round(wide * scale), round(high * scale)), _GROUND)
    return tile, ImageDraw.Draw(tile), scale


@cache
def _mark(*, reached: bool) -> Image.Image:
    """A filled disc with a tick, or a hollow ring."""
    tile, draw, scale = _smooth(_MARK, _MARK)
    side = _MARK * scale
    if reached:
        draw.ellipse((0, 0, side - 1, side - 1), fill=_FILL)
        tick = [(0.26, 0.53), (0.43, 0.70), (0.75, 0.33)]
        draw.line([(x * side, y * side) for x, y in tick], fill=_GROUND, width=2 * scale, joint="curve")
    else:
        draw.ellipse((0, 0, side - 1, side - 1), outline=_RING, width=round(1.5 * scale))
    return tile.reduce(4)


def _trough(end: float) -> Image.Image:
    """The bar, filled up to `end` points from its left."""
    wide = WIDTH - 2 * _MARGIN
    tile, draw, scale = _smooth(wide, _BAR)
    whole = (0, 0, wide * scale - 1, _BAR * scale - 1)
    draw.rectangle(whole, fill=_TROUGH)
    if end > 0:
        draw.rectangle((0, 0, end * scale - 1, _BAR * scale - 1), fill=_FILL)
    ends = Image.new("L", tile.size, 0)
    ImageDraw.Draw(ends).rounded_rectangle(whole, radius=_BAR * scale // 2, fill=255)
    return Image.composite(tile, Image.new("RGB", tile.size, _GROUND), ends).reduce(4)


@cache
def _palette() -> Image.Image:
    """Every shade that an edge between two of our colours can have, so that few pixels of one are not lost."""
    pairs = [(_GROUND, colour) for colour in (_TEXT, _QUIET, _RING, _FILL, _TROUGH)]
    pairs += [(_FILL, _TROUGH), (_FILL, _TEXT), (_TROUGH, _TEXT)]
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


def _at(part: int, whole: int) -> float:
    """Return where a share of the bar ends, in points."""
    return _MARGIN + (WIDTH - 2 * _MARGIN) * min(part * 10_000 // whole, 10_000) / 10_000


def _filled(amount: int, last: int) -> float:
    """Return how much of the bar is full, in points: never none of it above nought, nor all of it below the target."""
    whole = WIDTH - 2 * _MARGIN
    if amount <= 0 or amount >= last:
        return 0 if amount <= 0 else whole
    return min(max(_at(amount, last) - _MARGIN, 2), whole - 4)


def _marks(pen: _Pen, milestones: Sequence[Milestone], last: int) -> None:
    """Draw each milestone's place on the bar, its number below; numbers that would collide share one label."""
    low = _BAR_TOP + _BAR
    groups: list[tuple[float, float, list[int]]] = []
    for milestone in milestones:
        x = _at(milestone.target, last)
        pen.line(min(x, WIDTH - _MARGIN - 1), _BAR_TOP - 3, low + 5)
        if groups and x - groups[-1][1] < 12 + 5 * (len(groups[-1][2]) > 1):
            first, _, numbers = groups.pop()
            groups.append((first, x, [*numbers, milestone.index]))
        else:
            groups.append((x, x, [milestone.index]))
    for first, final, numbers in groups:
        label = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
        half = pen.width(label, 13) / 2
        middle = min(max((first + final) / 2, _MARGIN + half), WIDTH - _MARGIN - half)
        pen.text((middle, low + 15), label, 13, colour=_QUIET, anchor="mm")


def _legend(pen: _Pen, campaign: Campaign) -> None:
    count = len(campaign.milestones)
    columns = 1 if count <= _ONE_COLUMN else 2
    rows = -(-count // columns)
    room = (WIDTH - 2 * _MARGIN - 20 * (columns - 1)) / columns
    size = 15 if columns == 1 else 13
    for place, milestone in enumerate(campaign.milestones):
        left = _MARGIN + (place // rows) * (room + 20)
        y = _LEGEND_TOP + (place % rows) * _ROW + _ROW / 2
        reached = milestone.reached_at is not None
        pen.paste(_mark(reached=reached), left, y - _MARK / 2)
        symbol = f" {drawable(campaign.symbol) or ''}" if columns == 1 else ""
        amount = (
            humane(milestone.target, campaign.decimals) + symbol + (", reached" if reached and columns == 1 else "")
        )
        name = drawable(milestone.name) or f"Milestone {milestone.index}"
        start = _MARK + 10 + pen.width("20", size) if count > 9 else _MARK + 10 + pen.width("8", size)  # noqa: PLR2004
        pen.text((left + start, y), str(milestone.index), size, colour=_QUIET, anchor="rm")
        taken = start + 8 + pen.width(amount, size) + 14
        pen.text((left + start + 8, y), pen.fitted(name, size, room - taken), size)
        pen.text((left + room, y), amount, size, colour=_TEXT if reached else _QUIET, anchor="rm")
