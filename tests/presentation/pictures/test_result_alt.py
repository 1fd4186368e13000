"""What the picture of a result says to those who do not see it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from bot.presentation.pictures.result_alt import MOST, result_alt
from bot.presentation.pictures.result_picture import Bar, ResultPicture
from tests.presentation.pictures.result_pictures import pictures


def a_bar(key: str = "A", label: str = "For", share: Fraction = Fraction(1, 2), **given: Any) -> Bar:
    return replace(Bar(key=key, label=label, share=share, figure="50 %"), **given)


def test_the_verdict_comes_first_then_the_leader_with_its_number() -> None:
    bars = (
        a_bar(label="Against", share=Fraction(1, 4), figure="25 %"),
        a_bar("B", share=Fraction(3, 4), figure="75 %", won=True),
    )
    picture = ResultPicture(
        bars=bars,
        verdict="Passed",
        threshold=Fraction(2, 3),
        threshold_words="2/3 needed",
        quorum=Fraction(2),
        quorum_words="Quorum reached: 20 % of 10 %",
    )
    assert result_alt(picture) == "Passed. For 75 %, wins; Against 25 %. 2/3 needed. Quorum reached: 20 % of 10 %."


def test_who_is_out_is_said() -> None:
    picture = ResultPicture(bars=(a_bar(), a_bar("B", "Lyon", figure="8 %", out="out in round 2")), verdict="Decided")
    assert result_alt(picture) == "Decided. For 50 %; Lyon 8 %, out in round 2."


def test_choices_that_do_not_fit_are_counted() -> None:
    bars = tuple(
        a_bar(chr(65 + n), f"Choice {n} " + "x" * 70, Fraction(25 - n, 25), figure=f"{4 * n} %") for n in range(25)
    )
    text = result_alt(ResultPicture(bars=bars, verdict="Tied"))
    named = text.count("%")
    assert text.startswith("Tied. Choice")
    assert 4 <= named < 25
    assert text.endswith(f"; {25 - named} more choices.")


def test_a_name_from_right_to_left_moves_nothing_around_it() -> None:
    assert "\u2068نعم\u2069 50 %" in result_alt(ResultPicture(bars=(a_bar(label="نعم"),), verdict="Passed"))


@pytest.mark.parametrize("label", ["", " ", "\u202e\u200b"])
def test_a_choice_without_a_visible_name_is_called_by_its_key(label: str) -> None:
    assert result_alt(ResultPicture(bars=(a_bar(label=label),), verdict="Passed")) == "Passed. A 50 %."


@given(pictures())
def test_any_result_is_said_within_what_discord_takes(picture: ResultPicture) -> None:
    text = result_alt(picture)
    assert 0 < len(text) <= MOST
    assert len(text.encode("utf-16-le")) // 2 <= MOST
    assert text.startswith(picture.verdict)
    assert text.endswith((".", "…"))
