"""Text becomes base units, and back, without losing one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import exact, humane, parse_amount, percent
from bot.domain.errors import InvalidInput

VECTORS = Path(__file__).parents[1] / "vectors"


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
def test_amounts_are_read_exactly(text, decimals, units):
    assert parse_amount(text, decimals) == units


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "-5", "1e18", "0x10", "NaN", "1,2M5", "½", "٣"])
def test_what_is_not_an_amount_is_refused(text):
    with pytest.raises(InvalidInput):
        parse_amount(text, 18)


def test_an_amount_finer_than_the_token_is_refused():
    with pytest.raises(InvalidInput, match="at most 6 decimal places"):
        parse_amount("0.0000001", 6)


@given(st.integers(0, 2**256 - 1), st.integers(0, 36))
def test_what_is_written_in_full_reads_back_the_same(units, decimals):
    assert parse_amount(exact(units, decimals), decimals) == units


@given(st.integers(0, 10**40), st.integers(0, 24))
def test_the_humane_form_never_claims_more_than_there_is(units, decimals):
    shown = humane(units, decimals)
    if shown == "less than 0.01":
        assert 0 < units * 100 < 10**decimals
        return
    claimed = parse_amount(shown.replace(" T", "000 B"), decimals + 3)
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
def test_the_humane_form(units, decimals, text):
    assert humane(units, decimals) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (624, 1000, "62.4 %"),
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
def test_a_share_is_never_rounded_across_nought_half_or_all(part, whole, text):
    assert percent(part, whole) == text


def test_one_division_gives_the_double_that_snapshot_publishes():
    for line in (VECTORS / "vp-rounding.jsonl").read_text().splitlines():
        case = json.loads(line)
        assert int(case["raw"]) / 10 ** case["decimals"] == case["value"]
