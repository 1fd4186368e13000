"""The picture of a campaign: a bar with its milestones, and below it the milestones in words.

Nothing is told by colour alone: a reached milestone is filled and ticked, any other is hollow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from PIL import Image, ImageDraw

from bot.domain.shared.amounts import humane, percent
from bot.domain.treasury.campaigns import Campaign, Milestone
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.pictures.drawable_text import drawable
from bot.presentation.pictures.icons import ring_icon, tick_icon
from bot.presentation.pictures.pen import (
    FILL,
    GROUND,
    QUIET,
    TEXT,
    TROUGH,
    Pen,
    fitted,
    shrunk,
    smooth,
    text_width,
)

WIDTH = 560
"""In points; a picture is `SCALE` times as many pixels wide."""

_MARGIN, _BAR_TOP, _BAR, _MARK = 24, 84, 18, 15
_ROW, _ONE_COLUMN = 26, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignImageWords:
    """The words in a picture, in the language of those who see it; facts are named in braces."""

    unread: str
    aim: str
    reached: str
    milestone: str


def campaign_image_words() -> CampaignImageWords:
    """Return the words in the current language, which the process that draws does not know."""
    return CampaignImageWords(
        unread=_("Not read yet"),
        aim=_("of {amount}", amount="{amount}"),
        reached=_("{amount}, reached", amount="{amount}"),
        milestone=_("Milestone {number}", number="{number}"),
    )


def campaign_image(campaign: Campaign, words: CampaignImageWords | None = None) -> bytes:
    """Return a campaign as last read, as a PNG of `WIDTH` by `height` points; without `words`, in the language here."""
    return drawn_campaign(campaign, words).png()


def drawn_campaign(campaign: Campaign, words: CampaignImageWords | None = None) -> Pen:
    """Draw a campaign, and return the pen, which knows what is where."""
    words = words or campaign_image_words()
    pen = Pen(WIDTH, height(len(campaign.milestones)))
    amount = campaign.reading.amount if campaign.reading else 0
    last = campaign.milestones[-1].target
    symbol = drawable(campaign.symbol) or ""
    held = f"{humane(amount, campaign.decimals)} {symbol}".strip() if campaign.reading else words.unread
    aim = words.aim.format(amount=f"{humane(last, campaign.decimals)} {symbol}".strip())
    share = percent(amount, last, beside=Fraction(1)) if campaign.reading else ""
    pen.text((_MARGIN, 34), fitted(held, 25, WIDTH - 2 * _MARGIN - text_width(share, 25) - 16), 25, bold=True)
    pen.text((WIDTH - _MARGIN, 34), share, 25, anchor="rm", bold=True)
    pen.text((_MARGIN, 58), fitted(aim, 15, WIDTH - 2 * _MARGIN), 15, colour=QUIET)
    pen.paste(_trough(_filled(amount, last)), _MARGIN, _BAR_TOP)
    _marks(pen, campaign.milestones, last)
    _legend(pen, campaign, words)
    return pen


def height(milestones: int) -> int:
    """Return the height in points of the picture of so many milestones."""
    rows = milestones if milestones <= _ONE_COLUMN else -(-milestones // 2)
    return _LEGEND_TOP + rows * _ROW + 12


_LEGEND_TOP = _BAR_TOP + _BAR + 42


def _trough(end: float) -> Image.Image:
    """Draw the bar, filled up to `end` points from its left."""
    wide = WIDTH - 2 * _MARGIN
    tile, draw, scale = smooth(wide, _BAR)
    whole = (0, 0, wide * scale - 1, _BAR * scale - 1)
    draw.rectangle(whole, fill=TROUGH)
    if end > 0:
        draw.rectangle((0, 0, end * scale - 1, _BAR * scale - 1), fill=FILL)
    ends = Image.new("L", tile.size, 0)
    ImageDraw.Draw(ends).rounded_rectangle(whole, radius=_BAR * scale // 2, fill=255)
    return shrunk(Image.composite(tile, Image.new("RGB", tile.size, GROUND), ends))


def _at(part: int, whole: int) -> float:
    """Return where a share of the bar ends, in points."""
    return _MARGIN + (WIDTH - 2 * _MARGIN) * min(part * 10_000 // whole, 10_000) / 10_000


def _filled(amount: int, last: int) -> float:
    """Return how much of the bar is filled, in points: some for any amount above 0, not all below the target."""
    whole = WIDTH - 2 * _MARGIN
    if amount <= 0 or amount >= last:
        return 0 if amount <= 0 else whole
    return min(max(_at(amount, last) - _MARGIN, 2), whole - 4)


def _marks(pen: Pen, milestones: Sequence[Milestone], last: int) -> None:
    """Draw each milestone's place on the bar and its number below; numbers that would overlap share one label."""
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
        half = text_width(label, 13) / 2
        middle = min(max((first + final) / 2, _MARGIN + half), WIDTH - _MARGIN - half)
        pen.text((middle, low + 15), label, 13, colour=QUIET, anchor="mm")


def _legend(pen: Pen, campaign: Campaign, words: CampaignImageWords) -> None:
    count = len(campaign.milestones)
    columns = 1 if count <= _ONE_COLUMN else 2
    rows = -(-count // columns)
    room = (WIDTH - 2 * _MARGIN - 20 * (columns - 1)) / columns
    size = 15 if columns == 1 else 13
    for place, milestone in enumerate(campaign.milestones):
        left = _MARGIN + (place // rows) * (room + 20)
        y = _LEGEND_TOP + (place % rows) * _ROW + _ROW / 2
        reached = milestone.reached_at is not None
        pen.paste(tick_icon(_MARK) if reached else ring_icon(_MARK), left, y - _MARK / 2)
        symbol = f" {drawable(campaign.symbol) or ''}" if columns == 1 else ""
        amount = humane(milestone.target, campaign.decimals) + symbol
        if reached and columns == 1:
            amount = words.reached.format(amount=amount)
        name = drawable(milestone.name) or words.milestone.format(number=milestone.index)
        start = _MARK + 10 + text_width("20", size) if count > 9 else _MARK + 10 + text_width("8", size)  # noqa: PLR2004
        pen.text((left + start, y), str(milestone.index), size, colour=QUIET, anchor="rm")
        taken = start + 8 + text_width(amount, size) + 14
        pen.text((left + start + 8, y), fitted(name, size, room - taken), size)
        pen.text((left + room, y), amount, size, colour=TEXT if reached else QUIET, anchor="rm")
