"""Text becomes base units, and back, without losing one."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.shared.amounts import (
    canonical_amount,
    exact,
    exact_percent,
    humane,
    parse_amount,
    percent,
    shown_amount,
    stored_amount,
)
from bot.domain.shared.errors import InvalidInput
from tests.refusals import refused, shown

VECTORS = Path(__file__).parents[2] / "vectors"


@pytest.mark.parametrize(
    ("text", "decimals", "units"),
    [
        ("12,400.5", 18, 124005 * 10**17),
        ("1.2M", 6, 1_200_000 * 10**6),
        ("250k", 0, 250_000),
        ("2 B", 2, 200_000_000_000),
        (".5", 1, 5),
        ("0", 18, 0),
        ("115792089237316195423570985008687907853269984665640564039457584007913129639935", 0, 2**256 - 1),
    ],
)
def test_amounts_are_read_exactly(text: str, decimals: int, units: int) -> None:
    assert parse_amount(text, decimals) == units


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "-5", "1e18", "0x10", "NaN", "1,2M5", "½", "٣"])
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_amount(text, 18)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("0,5", "0.5 or 5"),
        ("12,5", "12.5 or 125"),
        ("1,00", "1 or 100"),
        ("0,500", "0.5 or 500"),
        ("00,500", "0.5 or 500"),
        ("1,000,00", "1,000 or 100,000"),
        ("1,00,000", "100 or 100,000"),
        ("1,5k", "1.5k or 15k"),
        ("1.000,5", "1,000.5"),
        ("1.000.000", "1,000,000"),
        ("1234,567", "1,234.567 or 1,234,567"),
        ("1,2345", "1.2345 or 12,345"),
        ("1,000.000,5", "1,000,000.5"),
    ],
)
def test_a_comma_that_parts_no_thousands_is_asked_about(text: str, question: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_amount(text, 18)
    assert f"The amount is not clear: does “{text}” mean {question}?" in shown(caught.value)


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("12.5", "12.5"),
        ("1.5k", "1,500"),
        ("2M", "2,000,000"),
        ("1.25 t", "1,250,000,000,000"),
        ("1,000", "1,000"),
        ("12,345,678.9", "12,345,678.9"),
        ("1 000 000", "1,000,000"),
        ("1\N{NARROW NO-BREAK SPACE}000", "1,000"),
        ("1\N{RIGHT SINGLE QUOTATION MARK}000.50", "1,000.5"),
        ("1_000", "1,000"),
        ("007", "7"),
        (".25", "0.25"),
    ],
)
def test_an_amount_is_kept_as_it_was_understood(text: str, understood: str) -> None:
    assert canonical_amount(text) == understood
    assert canonical_amount(understood) == understood


@pytest.mark.parametrize("text", ["1,000 000", "1,,000", ",5", "5,", "1, 000", "1 00", "1' 000", "1e3", "9" * 5_000])
def test_what_parts_digits_otherwise_is_no_amount(text: str) -> None:
    with pytest.raises(InvalidInput):
        canonical_amount(text)


@pytest.mark.parametrize(
    ("text", "units", "shown"), [("0,5", 5, "5"), ("1,00", 100, "100"), ("1.2M", 1_200_000, "1,200,000"), ("7", 7, "7")]
)
def test_what_was_stored_before_goes_on_meaning_what_it_meant(text: str, units: int, shown: str) -> None:
    assert stored_amount(text, 6) == units * 10**6
    assert shown_amount(text) == shown


def test_an_amount_finer_than_the_token_is_refused() -> None:
    with refused("at most 6 decimal places"):
        parse_amount("0.0000001", 6)


@given(st.integers(0, 2**256 - 1), st.integers(0, 36))
def test_what_is_written_in_full_reads_back_the_same(units: int, decimals: int) -> None:
    assert parse_amount(exact(units, decimals), decimals) == units


@given(st.integers(0, 10**40), st.integers(0, 24))
def test_the_humane_form_never_claims_more_than_there_is(units: int, decimals: int) -> None:
    shown = humane(units, decimals)
    if shown == "less than 0.01":
        assert 0 < units * 100 < 10**decimals
        return
    claimed = parse_amount(shown, decimals + 3)
    assert claimed <= units * 1000


@pytest.mark.parametrize(
    ("units", "decimals", "text"),
    [
        (1_240_000 * 10**18, 18, "1.24 M"),
        (124005 * 10**17, 18, "12,400.5"),
        (999_999_999, 6, "999.99"),
        (1_199_999_999_999, 6, "1.19 M"),
        (1, 18, "less than 0.01"),
        (1, 6, "0.000001"),
        (0, 18, "0"),
    ],
)
def test_the_humane_form(units: int, decimals: int, text: str) -> None:
    assert humane(units, decimals) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (624, 1000, "62.4 %"),
        (10**6, 300, "333,333.3 %"),
        (500_004, 1_000_000, "50.0004 %"),
        (499_999, 1_000_000, "49.9999 %"),
        (1, 2, "50 %"),
        (0, 5, "0 %"),
        (5, 5, "100 %"),
        (1, 10_000, "0.01 %"),
        (9_999, 10_000, "99.99 %"),
        (1, 20, "5 %"),
        (0, 0, "0 %"),
    ],
)
def test_a_share_is_never_rounded_across_nought_half_or_all(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text


TWO_THIRDS, TYPED = Fraction(2, 3), Fraction(6667, 10_000)


@pytest.mark.parametrize(
    ("share", "beside", "text"),
    [
        (TYPED, TYPED, "66.67 %"),
        (TYPED - Fraction(1, 10**4), TYPED, "66.66 %"),
        (TYPED - Fraction(1, 10**6), TYPED, "66.6699 %"),
        (TYPED + Fraction(1, 10**6), TYPED, "66.7 %"),
        (TYPED - Fraction(1, 10**30), TYPED, "66.66999999 %"),
        (TYPED + Fraction(1, 10**30), TYPED, "66.7 %"),
        (TWO_THIRDS - Fraction(1, 10**30), TWO_THIRDS, "66.66666666 %"),
        (TWO_THIRDS + Fraction(1, 10**30), TWO_THIRDS, "66.7 %"),
        (Fraction(1, 2) + Fraction(1, 10**30), Fraction(1, 2), "50.00000001 %"),
        (1 - Fraction(1, 10**30), Fraction(1), "99.99999999 %"),
        (TWO_THIRDS, TWO_THIRDS, "2/3"),
        (Fraction(1, 10), TYPED, "10 %"),
    ],
)
def test_a_share_beside_a_threshold_is_never_shown_on_its_other_side(
    share: Fraction, beside: Fraction, text: str
) -> None:
    assert percent(share, 1, beside=beside) == text


@given(
    share=st.fractions(0, 1, max_denominator=10**40),
    beside=st.one_of(
        st.fractions(0, 1, max_denominator=1_000), st.integers(0, 10**6).map(lambda n: Fraction(n, 10**6))
    ),
    apart=st.sampled_from([0, Fraction(1, 10**3), Fraction(1, 10**9), Fraction(1, 10**70)]),
)
def test_no_share_that_decides_is_written_across_its_threshold(
    share: Fraction, beside: Fraction, apart: int | Fraction
) -> None:
    for one in (share, beside + apart, max(Fraction(0), beside - apart)):
        written = percent(one, 1, beside=beside)
        shown = Fraction(written.removesuffix(" %")) / (100 if written.endswith("%") else 1)
        assert (shown > beside, shown < beside) == (one > beside, one < beside)


@pytest.mark.parametrize(("share", "text"), [(TYPED, "66.67 %"), (Fraction(1, 2), "50 %"), (Fraction(1, 8), "12.5 %")])
def test_a_threshold_is_written_to_its_last_place(share: Fraction, text: str) -> None:
    assert exact_percent(share) == text


def test_one_division_gives_the_double_that_snapshot_publishes() -> None:
    for line in (VECTORS / "vp-rounding.jsonl").read_text().splitlines():
        case = json.loads(line)
        assert int(case["raw"]) / 10 ** case["decimals"] == case["value"]
