"""The picture of a campaign."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageFont

from bot.domain.shared.types import Timestamp, Units
from bot.domain.treasury.campaigns import MAX_NAME, MAX_TARGETS, Campaign, Milestone, Reading
from bot.presentation.pictures.campaign_image import WIDTH, campaign_image, drawn_campaign, height
from bot.presentation.pictures.drawable_text import drawable
from bot.presentation.pictures.pen import SCALE
from tests.builders import NOW, a_block, a_campaign
from tests.presentation.pictures.pixels import outside, overlapping

FILL, TROUGH = (0x4F, 0xB2, 0x86), (0x41, 0x4A, 0x5E)


def a_campaign_of(targets: list[int], amount: int | None, *, reached: int = 0, name: str = "Trial") -> Campaign:
    campaign = a_campaign(
        decimals=6,
        symbol="USDC",
        milestones=tuple(
            Milestone(
                index=index,
                name=name,
                target=Units(target * 10**6),
                reached_at=Timestamp(NOW) if index <= reached else None,
            )
            for index, target in enumerate(targets, start=1)
        ),
    )
    if amount is None:
        return replace(campaign, reading=None)
    return replace(campaign, reading=Reading(holding=campaign.holding, amount=Units(amount * 10**6), block=a_block()))


def drawn(campaign: Campaign) -> Image.Image:
    return Image.open(io.BytesIO(campaign_image(campaign))).convert("RGB")


def filled(picture: Image.Image) -> int:
    """How many pixels of the bar are filled; the marks of milestones on it are left out."""
    row = [picture.getpixel((x, (84 + 9) * SCALE)) for x in range(picture.width)]
    return sum(_near(pixel, FILL) for pixel in row if isinstance(pixel, tuple))


def _near(pixel: tuple[int, ...], colour: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("count", [1, 6, 7, MAX_TARGETS])
def test_a_picture_is_twice_its_size_and_never_too_high_for_a_card(count: int) -> None:
    picture = drawn(a_campaign_of([1_000 * n for n in range(1, count + 1)], 500))
    assert picture.size == (WIDTH * SCALE, height(count) * SCALE)
    assert picture.height <= picture.width


def test_the_bar_is_as_full_as_the_treasury() -> None:
    shares = [filled(drawn(a_campaign_of([1_000], amount))) for amount in (0, 250, 500, 1_000)]
    whole = shares[-1]
    assert shares[0] == 0
    assert shares[1] == pytest.approx(whole / 4, rel=0.02)
    assert shares[2] == pytest.approx(whole / 2, rel=0.02)


def test_a_bar_is_full_beyond_the_last_target_and_never_before() -> None:
    whole = filled(drawn(a_campaign_of([1_000], 1_000)))
    assert filled(drawn(a_campaign_of([1_000], 50_000))) == whole
    assert filled(drawn(a_campaign_of([1_000], 999))) < whole


def test_a_single_unit_shows() -> None:
    assert filled(drawn(a_campaign_of([10_000_000], 1))) > 0


def test_what_is_reached_differs_by_more_than_colour() -> None:
    x, y = (24 + 4) * SCALE, (84 + 18 + 42 + 13 - 2) * SCALE
    hollow, ticked = (
        drawn(a_campaign_of([1_000], 500, reached=n)).convert("L").crop((x, y, x + 1, y + 1)).tobytes()[0]
        for n in (0, 1)
    )
    assert abs(hollow - ticked) > 60


def test_not_read_yet_is_not_drawn_as_nought() -> None:
    assert drawn(a_campaign_of([1_000], None)).tobytes() != drawn(a_campaign_of([1_000], 0)).tobytes()


@pytest.mark.parametrize("name", ["W" * MAX_NAME, "研究" * 40, "🚀" * 20, "\u202egnp.exe", "a"])
@pytest.mark.parametrize("targets", [[1], [10**i for i in range(MAX_TARGETS)], list(range(1, MAX_TARGETS + 1))])
def test_any_legal_campaign_is_drawn(name: str, targets: list[int]) -> None:
    campaign = a_campaign_of(targets, 10, reached=1, name=name)
    assert drawn(campaign).size[0] == WIDTH * SCALE
    assert len(campaign_image(campaign)) < 200_000
    pen = drawn_campaign(campaign)
    assert outside(pen, WIDTH * SCALE, height(len(targets)) * SCALE) == []
    assert overlapping(pen.placed) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ünïcödé für Łódź \u2013 “now”", "Unicode fur Lodz - 'now'"),
        ("🚀 to the moon", "to the moon"),
        ("研究项目 2", None),
        ("Фаза 2", None),
        ("🚀", None),
        ("a\u202eb\u200bc", "abc"),
    ],
)
def test_a_name_the_font_cannot_spell_is_left_to_the_text(name: str, shown: str | None) -> None:
    assert drawable(name) == shown


def test_the_font_has_every_shape_that_is_drawn() -> None:
    font = ImageFont.load_default(20)
    missing = bytes(font.getmask("\uffff"))
    assert [char for char in map(chr, range(0x21, 0x7F)) if bytes(font.getmask(char)) == missing] == []
    assert bytes(font.getmask("…")) != missing
