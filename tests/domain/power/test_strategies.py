"""Each strategy is its definition: exact in its units, unknown where a read failed, refused where it makes no sense."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.power import parse_strategies, symbol_of
from bot.domain.shared.addresses import ZERO
from bot.domain.shared.types import Address
from tests.domain.power.strategy_builders import (
    ANN,
    BEN,
    CID,
    NOW,
    ONE,
    TOKEN,
    WEEK,
    call,
    exactly,
    held,
    parsed,
    strategy,
)
from tests.refusals import refused


@pytest.mark.parametrize("decimals", [0, 6, 18, 36])
def test_decimals_from_none_to_thirty_six(decimals: int) -> None:
    assert exactly(strategy(decimals=decimals), [ANN], [held(ANN, 10**decimals + 1)]) == [1 + Fraction(1, 10**decimals)]


@pytest.mark.parametrize(("params", "wanted"), [({"minBalance": 2}, [2, 0, 3]), ({}, [2, 1, 3])])
def test_with_min_gives_the_balance_from_the_minimum_on(params: Mapping[str, Any], wanted: Sequence[int]) -> None:
    calls = [held(ANN, 2 * ONE), held(BEN, 2 * ONE - 1), held(CID, 3 * ONE)]
    given_ = exactly(strategy("balance-of-with-min", **params), [ANN, BEN, CID], calls)
    assert given_[0] == wanted[0]
    assert given_[1] == (0 if params else 2 - Fraction(1, ONE))
    assert given_[2] == wanted[2]


def test_with_balance_is_strictly_more_than_the_minimum() -> None:
    calls = [held(ANN, 2 * ONE), held(BEN, 2 * ONE + 1)]
    assert exactly(strategy("erc20-with-balance", minBalance=2), [ANN, BEN], calls) == [0, 1]


def test_weights_are_the_decimal_text_of_the_number() -> None:
    assert exactly(strategy("erc20-balance-of-weighted", weight=0.1), [ANN], [held(ANN, 3)]) == [Fraction(3, 10**19)]
    assert exactly(strategy("erc20-balance-of-coeff", coeff="0.3"), [ANN], [held(ANN, 3)]) == [Fraction(9, 10**19)]


def test_with_max_is_capped_after_the_weight() -> None:
    calls = [held(ANN, 2 * ONE), held(BEN, 3 * ONE)]
    assert exactly(strategy("balance-of-with-max", weight=2, maxBalance=4.5), [ANN, BEN], calls) == [4, 4.5]
    assert exactly(strategy("balance-of-with-max", maxBalance=2.5), [ANN, BEN], calls) == [2, 2.5]


def test_the_highest_threshold_reached_counts_in_any_order() -> None:
    steps = [{"threshold": 10, "votes": 2.5}, {"threshold": 1, "votes": 1}, {"threshold": 100, "votes": 9}]
    calls = [held(ANN, 10 * ONE), held(BEN, 10 * ONE - 1), held(CID, ONE - 1)]
    assert exactly(strategy("balance-of-with-thresholds", thresholds=steps), [ANN, BEN, CID], calls) == [2.5, 1, 0]
    assert exactly(strategy("balance-of-with-thresholds"), [ANN, CID], calls) == [1, 0]
    equal = [{"threshold": 1, "votes": 2}, {"threshold": 1, "votes": 9}]
    assert exactly(strategy("balance-of-with-thresholds", thresholds=equal), [ANN], calls) == [2], "the first of equals"


@given(st.integers(0, 2**256 - 1), st.sampled_from([0, 6, 18, 36]))
def test_the_root_of_a_balance_is_the_greatest_whose_square_is_not_more(amount: int, decimals: int) -> None:
    (root,) = exactly(strategy("erc20-balance-of-cv", decimals=decimals), [ANN], [held(ANN, amount)])
    assert root is not None
    finest = max(18, -(-decimals // 2) + 10)
    assert root**2 <= Fraction(amount, 10**decimals) < (root + Fraction(1, 10**finest)) ** 2


@pytest.mark.parametrize(("multiplier", "wanted"), [(0.5, 1.5), (0, 3), (None, 3), (2, 6)])
def test_a_multiplier_of_nothing_is_one(multiplier: float | None, wanted: float) -> None:
    assert exactly(strategy("erc721-with-multiplier", multiplier=multiplier), [ANN], [held(ANN, 3)]) == [wanted]


def test_a_burned_id_belongs_to_nobody_and_stops_nothing() -> None:
    entry = strategy("erc721-with-tokenid", tokenIds=["1", 2, 3])
    calls = [call("ownerOf(uint256)", [1], ANN), call("ownerOf(uint256)", [3], ANN)]
    assert exactly(entry, [ANN, BEN], calls) == [1, 0]
    assert exactly(entry | {"name": "erc721-with-tokenid-weighted"}, [ANN, BEN], calls) == [2, 0]
    assert exactly(entry, [ANN, BEN], []) == [None, None], "if no id answers, more may be wrong"
    twice = strategy("erc721-with-tokenid-weighted", tokenIds=[1, 2, "1"])
    assert exactly(twice, [ANN, ZERO], calls) == [2, 0], "a burned one is not the zero address's"


def test_a_batch_of_ids_is_summed_exactly() -> None:
    signature, huge = "balanceOfBatch(address[],uint256[])", 2**60 + 1
    asked: list[int | str] = [64, 160, 2, ANN, ANN, 2, 7, 9]
    calls = [call(signature, asked, [32, 2, huge, 5])]
    params: dict[str, Any] = {"ids": ["7", 9], "decimals": 18}  # which say nothing: things are whole
    assert exactly(strategy("erc1155-balance-of-ids", **params), [ANN, BEN], calls) == [huge + 5, None]
    weighted = strategy("erc1155-balance-of-ids-weighted", weight=0.5, **params)
    assert exactly(weighted, [ANN], calls) == [Fraction(huge + 5, 2)]
    twice_ = [call(signature, [64, 160, 2, ANN, ANN, 2, 7, 7], [32, 2, 3, 3])]
    assert exactly(strategy("erc1155-balance-of-ids", ids=[7, 7]), [ANN], twice_) == [6]
    short = [call(signature, asked, [32, 1, 5, 5])]
    assert exactly(strategy("erc1155-balance-of-ids", **params), [ANN], short) == [None]


@pytest.mark.parametrize(
    ("seconds", "exact", "floored"),
    [
        (104 * WEEK, 1_000, 1_000),
        (52 * WEEK, 500, 500),
        (26 * WEEK, 250, 250),
        (2 * WEEK, Fraction(2_000, 104), Fraction(2_000, 104)),
        (40 * 86_400, Fraction(40 * 86_400 * 1_000, 104 * WEEK), Fraction(5_000, 104)),
        (0, 0, 0),
        (-5, 0, 0),
        (300 * WEEK, 1_000, 1_000),
    ],
)
def test_a_lock_counts_by_the_weeks_that_are_left(seconds: int, exact: int | Fraction, floored: int | Fraction) -> None:
    calls = [call("locked(address)", [ANN], [1_000 * ONE, NOW + seconds])]
    for weeks, wanted in (("exact", exact), ("floored", floored)):
        (amount,) = exactly(strategy("ve-lock", weeks=weeks), [ANN], calls)
        assert amount is not None
        assert 0 <= wanted - amount < Fraction(1, ONE), "to the last unit, rounded down"


def test_the_getter_of_a_lock_and_its_words_may_be_named() -> None:
    calls = [call("lockOf(address)", [ANN], [7, NOW + WEEK, 8 * ONE])]
    params: dict[str, Any] = {"method": "lockOf", "amountWord": 2, "maxWeeks": 4}
    assert exactly(strategy("ve-lock", **params), [ANN], calls) == [2]
    assert exactly(strategy("ve-lock", **params | {"endWord": 3}), [ANN], calls) == [None]


def test_shares_of_a_vault_count_as_assets() -> None:
    calls = [held(ANN, 5), held(BEN, 0), call("convertToAssets(uint256)", [5], 7)]
    calls.append(call("convertToAssets(uint256)", [0], 0))
    assert exactly(strategy("erc4626-assets-of", decimals=0), [ANN, CID, BEN], calls) == [7, None, 0]


def award(number: int, owner: Address, total: int, accrued: int, begin: int, end: int) -> list[dict[str, str]]:
    names: dict[str, int | str] = {"usr": owner, "tot": total, "accrued": accrued, "bgn": begin, "fin": end}
    return [call(f"{name}(uint256)", [number], value) for name, value in names.items()]


def test_awards_vest_in_line_from_the_cliff_on_and_add_up() -> None:
    calls = [
        call("ids()", [], 3),
        *award(1, ANN, 1_000, 200, NOW - 50, NOW + 50),
        *award(2, BEN, 77, 0, NOW + 10, NOW + 20),
        *award(3, ANN, 30, 0, NOW - 200, NOW - 100),
    ]
    entry: dict[str, Any] = {
        "name": "linear-vesting-power",
        "network": "1",
        "params": {"DSSVestAddress": TOKEN, "decimals": 0},
    }
    assert exactly(entry, [ANN, BEN, CID], calls) == [430, 0, 0]
    entry["params"]["cliffDuration"] = 60
    assert exactly(entry, [ANN, BEN], calls) == [800 * 110 // 160 + 30, 77 * 50 // 70]
    assert exactly(entry, [ANN, BEN], calls[:-1]) == [None, 55]
    assert exactly(entry, [ANN], calls[1:]) == [None]


def test_lists_hold_whatever_the_letters_case() -> None:
    entry = {"name": "whitelist", "network": "1", "params": {"addresses": [ANN]}}
    assert exactly(entry, [ANN, BEN]) == [1, 0]
    weights = {"name": "whitelist-weighted", "network": "1", "params": {"addresses": {ANN: 0.25, BEN: 3}}}
    assert exactly(weights, [ANN, BEN, CID]) == [Fraction(1, 4), 3, 0]


@pytest.mark.parametrize(("value", "wanted"), [(None, 1), (0, 1), (0.5, Fraction(1, 2)), (3, 3)])
def test_a_ticket_of_nothing_is_one(value: float | None, wanted: int | Fraction) -> None:
    assert exactly({"name": "ticket", "network": "1", "params": {"value": value}}, [ANN]) == [wanted]


def test_a_list_behind_an_address_of_the_web_is_refused() -> None:
    with refused("may change during a vote"):
        parsed({"name": "whitelist", "network": "1", "params": {"url": "https://lists.example/one"}})


@pytest.mark.parametrize(("written", "number"), [("0x07", 7), ("0X1f", 31), ("7", 7), (7, 7), (" 12 ", 12), (3.0, 3)])
def test_ids_are_whole_numbers_in_either_notation(written: float | str, number: int) -> None:
    (badge,) = parsed(strategy("erc1155-balance-of", tokenId=written))
    assert badge.params["tokenId"] == str(number)
    (owned,) = parsed(strategy("erc721-with-tokenid", tokenIds=[written]))
    assert owned.params["tokenIds"] == [str(number)]


@pytest.mark.parametrize("written", ["0x", "7x", "1e3", "0x" + "f" * 65, True, 1.5, [7], "-1"])
def test_what_is_no_whole_number_is_told_as_that(written: float | str | Sequence[int]) -> None:
    with refused("tokenId is not a whole number"):
        parsed(strategy("erc1155-balance-of", tokenId=written))
    with refused("tokenId is missing"):
        parsed(strategy("erc1155-balance-of"))


def test_uni_is_unis_own_contract_on_chain_one_whatever_is_written() -> None:
    own = "0x1f9840a85d5af5bf1d1762f925bdaddc4201f984"
    for params in ({}, {"address": TOKEN}):
        (uni,) = parsed({"name": "uni", "network": "1", "params": params})
        assert (uni.params["address"], uni.params["symbol"], uni.params["decimals"]) == (own, "UNI", 18)
    with refused("network is not that of UNI"):
        parsed({"name": "uni", "network": "10", "params": {}})


def test_a_list_that_is_missing_is_an_empty_one() -> None:
    for name in ("whitelist", "whitelist-weighted"):
        assert exactly({"name": name, "network": "1", "params": {"symbol": "MEMBER"}}, [ANN]) == [0]


@pytest.mark.parametrize(
    ("symbol", "shown"),
    [
        ("TILES2DAO (delegated)", "TILES2DAO (delegated)"),
        ("The governance token of the North", "The governance token of…"),
        ("Ψήφος 投票", "Ψήφος 投票"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}A\nB\x00", "A B"),
    ],
)
def test_a_symbol_is_a_label_of_any_length_and_script_and_a_long_one_is_shown_shortened(
    symbol: str, shown: str
) -> None:
    entries = parsed(strategy(symbol=symbol))
    assert symbol_of(entries) == shown
    assert parse_strategies(json.dumps([entries[0].to_json()])) == entries
    nested = {
        "name": "delegation",
        "network": "1",
        "params": {"delegationSpace": "a.eth", "strategies": [strategy(symbol=symbol)]},
    }
    assert symbol_of(parsed(nested)) == shown


def test_a_strategy_of_which_nobody_says_the_chain_is_asked_about() -> None:
    bare = {"name": "erc20-balance-of", "params": {"address": TOKEN, "decimals": 18}}
    with refused("strategy 1 network is missing"):
        parse_strategies(json.dumps([bare]))
    (inherited,) = parse_strategies(json.dumps({"id": "a.eth", "network": "100", "strategies": [bare]}))
    assert inherited.network == 100
    with refused("strategy 1 network is missing"):
        parse_strategies(json.dumps({"id": "a.eth", "strategies": [bare]}))
