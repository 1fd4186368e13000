"""The picture of a result: it shows exactly what it is given, to everybody."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.presentation.pictures import result_bars as bars
from bot.presentation.pictures.pen import FILL, GROUND, QUIET, RING, SCALE, TEXT
from bot.presentation.pictures.result_bars import LEFT, MARGIN, RIGHT, WIDTH, filled, mark
from bot.presentation.pictures.result_image import drawn_result, height, result_image
from bot.presentation.pictures.result_picture import MOST_BARS, Bar, ResultPicture
from tests.presentation.pictures.pixels import Colour, colour, contrast, decoded, outside, overlapping, row_of
from tests.presentation.pictures.result_cases import cases
from tests.presentation.pictures.result_pictures import pictures, shares, thresholds

WHOLE = RIGHT - LEFT
FILLS = {colour(name) for name in (FILL, bars.OTHER, bars.OUT)}
PHONE = 390
"""Pixels of CSS that a phone is wide."""


def a_picture(*given: Fraction, threshold: Fraction | None = None, won: int = -1, out: int = -1) -> ResultPicture:
    return ResultPicture(
        bars=tuple(
            Bar(
                key=chr(65 + n),
                label=f"Choice {n}",
                share=share,
                figure=f"{share}",
                won=n == won,
                out="out" * (n == out),
            )
            for n, share in enumerate(given)
        ),
        verdict="Decided",
        threshold=threshold,
        threshold_words="needed",
    )


def rows(picture: ResultPicture) -> list[list[Colour]]:
    """Return the row of pixels that goes through the middle of each bar, from its left end to its right one."""
    drawn = decoded(result_image(picture))
    between = 54 if len(picture.bars) <= 8 else 46
    middles = [(60 + 27 + 6 + between * place) * SCALE for place in range(len(picture.bars))]
    return [row_of(drawn, y)[LEFT:RIGHT] for y in middles]


def length(row: list[Colour]) -> int:
    """Return how far a bar is filled; every pixel before that is, and none behind it."""
    size = next((x for x, pixel in enumerate(row) if pixel not in FILLS), len(row))
    assert not FILLS & set(row[size:])
    return size


@settings(max_examples=40)
@given(pictures())
def test_any_result_is_a_picture_of_one_width_that_discord_takes(picture: ResultPicture) -> None:
    file = result_image(picture)
    assert len(file) < 200_000
    assert decoded(file).size == (WIDTH * SCALE, height(picture) * SCALE)


@given(pictures())
def test_nothing_stands_outside_of_the_picture_or_over_anything_else(picture: ResultPicture) -> None:
    pen = drawn_result(picture)
    assert outside(pen, WIDTH * SCALE, height(picture) * SCALE) == []
    words = [it for it in pen.placed if it.kind != "box"]
    assert overlapping(words) == []
    drawn = [it for it in pen.placed if it.kind == "box"]
    assert [pair for pair in overlapping(pen.placed) if not (pair[0] in drawn and pair[1] in drawn)] == []
    assert all(it.left >= MARGIN * SCALE - 2 and it.right <= RIGHT + 2 for it in words)


@pytest.mark.parametrize("name", sorted(cases()))
def test_every_word_of_a_case_that_has_room_is_written(name: str) -> None:
    picture = cases()[name]
    written = [it.text for it in drawn_result(picture).placed if it.kind == "text"]
    assert all(bar.key in written for bar in picture.bars)
    assert all(bar.figure in written for bar in picture.bars)
    assert sum(text == picture.wins for text in written) == sum(bar.won for bar in picture.bars)
    assert [bar.out for bar in picture.bars if bar.out] == [text for text in written if text.startswith("out in")]


@pytest.mark.parametrize("label", ["研究项目", "نعم، أوافق", "🚀", "", " \u202e "])
def test_a_choice_whose_name_cannot_be_spelled_has_its_key_alone(label: str) -> None:
    picture = a_picture(Fraction(1, 2))
    written = drawn_result(replace(picture, bars=(replace(picture.bars[0], label=label),))).placed
    assert [it.text for it in written if it.kind == "text"] == ["Decided", "1/2", "A"]


@given(shares, thresholds)
def test_a_bar_is_as_long_as_its_share_to_a_pixel_and_on_its_side_of_the_threshold(
    share: Fraction, threshold: Fraction | None
) -> None:
    size = filled(share, threshold)
    assert abs(size - share * WHOLE) < 1 or share * WHOLE < 1 or share * WHOLE > WHOLE - 1
    assert (size == 0) == (share == 0)
    assert (size == WHOLE) == (share == 1)
    if threshold is not None:
        assert (size >= mark(threshold)) == (share >= threshold) or mark(threshold) == WHOLE
        assert 0 <= mark(threshold) - threshold * WHOLE < 1


@given(shares, shares, thresholds)
def test_a_greater_share_is_never_drawn_shorter(one: Fraction, other: Fraction, threshold: Fraction | None) -> None:
    less, more = sorted((one, other))
    assert filled(less, threshold) <= filled(more, threshold)


@settings(max_examples=25)
@given(st.lists(shares, min_size=1, max_size=MOST_BARS))
def test_bars_are_drawn_as_long_as_they_are_and_in_the_order_given(given: list[Fraction]) -> None:
    picture = a_picture(*given, won=1, out=2)
    assert [length(row) for row in rows(picture)] == [filled(share) for share in given]


@pytest.mark.parametrize("threshold", [Fraction(1, 20), Fraction(1, 2), Fraction(2, 3), Fraction(1)])
def test_the_threshold_is_marked_at_its_pixel_on_every_bar(threshold: Fraction) -> None:
    picture = a_picture(Fraction(0), Fraction(1), threshold - Fraction(1, 10**9), threshold, threshold=threshold)
    marked = range(mark(threshold), min(mark(threshold) + SCALE, WHOLE))
    for bar, row in zip(picture.bars, rows(picture), strict=True):
        assert [x for x, pixel in enumerate(row) if pixel == colour(GROUND)] == list(marked)
        size = filled(bar.share, threshold)
        assert [x for x, pixel in enumerate(row) if pixel in FILLS] == [x for x in range(size) if x not in marked]


@pytest.mark.parametrize(
    ("reached", "at", "full"),
    [
        (Fraction(0), 587, 0),
        (Fraction(62, 100), 587, 363),
        (1 - Fraction(1, 10**9), 587, 586),
        (Fraction(1), 587, 587),
        (Fraction(131, 100), 587, 769),
        (Fraction(3), 294, 880),
        (Fraction(4_000), 1, 880),
    ],
)
def test_a_quorum_is_reached_at_its_mark_and_more_is_shown_beyond(reached: Fraction, at: int, full: int) -> None:
    picture = replace(a_picture(Fraction(1, 2)), quorum=reached, quorum_words="Quorum")
    drawn = decoded(result_image(picture))
    row = row_of(drawn, (60 + 27 + 12 + 14 + 36 + 4) * SCALE)[LEFT:RIGHT]
    assert [x for x, pixel in enumerate(row) if pixel == colour(GROUND)] == [at, at + 1]
    assert [x for x, pixel in enumerate(row) if pixel == colour(QUIET)] == [
        x for x in range(full) if x not in (at, at + 1)
    ]


def test_all_is_drawn_beside_nearly_all_and_nothing_beside_nearly_nothing() -> None:
    least = Fraction(1, 10**18)
    assert [length(row) for row in rows(a_picture(Fraction(1), 1 - least, least, Fraction(0)))] == [880, 879, 1, 0]


def test_nothing_is_told_by_colour_alone() -> None:
    plain, won = (drawn_result(a_picture(Fraction(1, 2), won=place)).placed for place in (-1, 0))
    assert "wins" in [it.text for it in won]
    assert sum(it.kind == "tile" for it in won) == sum(it.kind == "tile" for it in plain) + 1
    icons = [
        decoded(result_image(replace(a_picture(Fraction(1, 2)), passed=passed))).convert("L").crop((40, 40, 92, 92))
        for passed in (True, False, None)
    ]
    assert len({icon.point(lambda shade: 255 * (shade > 100)).tobytes() for icon in icons}) == 3


@pytest.mark.parametrize("ink", [TEXT, QUIET, FILL])
def test_text_has_the_contrast_that_wcag_asks_for(ink: str) -> None:
    assert contrast(ink, GROUND) >= 4.5


def test_shapes_have_the_contrast_that_wcag_asks_for() -> None:
    for fill in (FILL, bars.OTHER, bars.OUT, QUIET):
        assert contrast(fill, bars.TROUGH) >= 3
        assert contrast(fill, GROUND) >= 4.5  # the mark across it, a key and a tick upon it
    assert contrast(bars.BAD, GROUND) >= 4.5
    assert contrast(RING, GROUND) >= 3
    assert contrast(TEXT, GROUND) >= 3


@pytest.mark.parametrize("name", sorted(cases()))
def test_every_word_is_large_enough_on_a_phone(name: str) -> None:
    sizes = {it.size for it in drawn_result(cases()[name]).placed if it.kind == "text"}
    assert min(sizes) * PHONE / WIDTH >= 11


def test_the_same_result_is_the_same_picture() -> None:
    picture = cases()["passed"]
    assert decoded(result_image(picture)).tobytes() == decoded(result_image(picture)).tobytes()


def test_colours_are_drawn_as_they_are_named() -> None:
    everything = replace(cases()["ranked choice"], passed=False, quorum=Fraction(1))
    seen = {shade for _count, shade in decoded(result_image(everything)).getcolors(1_000_000) or []}
    named = (GROUND, TEXT, QUIET, RING, FILL, bars.TROUGH, bars.OTHER, bars.OUT, bars.BAD)
    assert {colour(name) for name in named} <= seen


def test_a_key_is_read_upon_its_badge_whether_it_wins_or_not() -> None:
    drawn = decoded(result_image(a_picture(Fraction(1, 2), Fraction(1, 2), won=0)))
    for place, (ink, ground) in enumerate(((GROUND, FILL), (TEXT, GROUND))):
        top = (60 + 54 * place + 3) * SCALE
        badge = drawn.crop((LEFT + 8, top, LEFT + 36, top + 28))
        assert {colour(ink), colour(ground)} <= {shade for _count, shade in badge.getcolors() or []}
        assert contrast(ink, ground) >= 4.5
