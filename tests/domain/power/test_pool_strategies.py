"""Strategies on pools and pairs: what the recorded runs do not tell, example by example."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from bot.domain.shared.types import Address, Units
from tests.domain.power.strategy_builders import ANN, BEN, ONE, OTHER, TOKEN, call, exactly, held, parsed
from tests.refusals import refused

PAIR, CHEF, LOCKED, FARM = (Address("0x" + two * 20) for two in ("a1", "a2", "a3", "a4"))
SIX = 10**6


def pair(
    first: str = TOKEN,
    second: str = OTHER,
    reserves: tuple[int, int] = (600 * SIX, 50 * ONE),
    supply: int = 20 * ONE,
    decimals: int = 18,
) -> list[dict[str, str]]:
    return [
        call("token0()", [], first, PAIR),
        call("token1()", [], second, PAIR),
        call("getReserves()", [], [*reserves, 1_700_000_000], PAIR),
        call("totalSupply()", [], supply, PAIR),
        call("decimals()", [], decimals, PAIR),
    ]


def decimals(number: int, of: Address = TOKEN) -> dict[str, str]:
    return call("decimals()", [], number, of)


def staked(amount: int, pid: int = 3, wallet: Address = ANN) -> dict[str, str]:
    return call("userInfo(uint256,address)", [pid, wallet], [amount, 0], CHEF)


def priced(**params: Any) -> dict[str, Any]:
    return {
        "name": "masterchef-pool-balance-price",
        "network": "1",
        "params": {"chefAddress": CHEF, "pid": 3, **params},
    }


def shares(name: str = "erc20-token-and-lp-weighted", **params: str) -> dict[str, Any]:
    return {"name": name, "network": "1", "params": {"tokenAddress": TOKEN, **params}}


@pytest.mark.parametrize(
    ("name", "worth"), [("erc20-token-and-lp-weighted", 60), ("erc20-token-and-single-lp-weighted", 30)]
)
def test_shares_of_a_pair_count_by_the_reserve_of_the_token_in_whichever_place(name: str, worth: int) -> None:
    # 600 tokens (of six decimals) stand behind 20 shares.
    entry = shares(name, lpTokenAddress=PAIR)
    mine = [held(ANN, 5 * SIX), held(ANN, 2 * ONE, PAIR), decimals(6)]
    assert exactly(entry, [ANN], [*pair(), *mine]) == [5 + 2 * worth]
    assert exactly(entry, [ANN], [*pair(OTHER, TOKEN, (50 * ONE, 600 * SIX)), *mine]) == [5 + 2 * worth]
    assert exactly(entry, [ANN], [*pair(OTHER, OTHER), *mine]) == [5]


def test_a_token_counts_alone_where_no_pair_is_named() -> None:
    assert exactly(shares(), [ANN, BEN], [held(ANN, 7 * ONE), held(BEN, 0), decimals(18)]) == [7, 0]


def test_a_pair_or_a_token_that_does_not_answer_leaves_power_unknown() -> None:
    entry = shares(lpTokenAddress=PAIR)
    mine = [held(ANN, 5), held(ANN, 2, PAIR)]
    assert exactly(entry, [ANN], [*pair(), *mine]) == [None]
    assert exactly(entry, [ANN], [*pair()[:-1], *mine, decimals(18)]) == [None]
    assert exactly(entry, [ANN, BEN], [*pair(), *mine, decimals(18), held(BEN, 1)])[1] is None


@pytest.mark.parametrize("name", ["weightDecimals", "WeightDecimals"])
def test_both_sides_of_a_pair_have_their_own_weight_with_its_places(name: str) -> None:
    # A share is worth 30 of token 0 and 2.5 of token 1.
    entry = priced(uniPairAddress=PAIR, token0={"address": TOKEN}, token1={"address": OTHER, "weight": 4, name: 1})
    read = [*pair(), decimals(6), decimals(18, OTHER), staked(2 * ONE)]
    # Of six decimals 30 tokens are 30 x 10^6 units, which `decimals` 18 takes for so many of 10^18.
    times = 30 * SIX * 2 * ONE // SIX + (5 * ONE // 2 * 2 * ONE // ONE) * 4 // 10
    assert exactly(entry, [ANN], read) == [Fraction(times, ONE)]


def test_a_price_on_the_web_is_not_asked() -> None:
    with refused(r"usePrice asks a price on the web.*use masterchef-pool-balance"):
        parsed(priced(usePrice=True))


def test_what_is_staked_counts_by_the_token_or_plainly_times_the_weight() -> None:
    read = [staked(25 * SIX), decimals(6)]
    assert exactly(priced(tokenAddress=TOKEN, decimals=0, weight=3, weightDecimals=1), [ANN], read) == [
        Fraction(75, 10)
    ]
    assert exactly(priced(decimals=6), [ANN], read) == [25]
    assert exactly(priced(tokenAddress=TOKEN), [ANN], read[:1]) == [None]


def test_shares_that_nobody_has_more_of_than_a_double_holds_count_exactly() -> None:
    # Snapshot's code fails here for everybody as soon as one wallet has staked more than 2^53 units.
    assert exactly(priced(uniPairAddress=PAIR), [ANN], [*pair(), staked(2**70)]) == [Fraction(2**70, ONE)]


@pytest.mark.parametrize("supply", [0, None])
def test_a_pair_without_shares_leaves_what_is_staked_unknown(supply: Units | None) -> None:
    read = [one for one in pair(supply=supply or 0) if supply is not None or "18160ddd" not in one["data"]]
    entry = priced(uniPairAddress=PAIR, token0={"address": TOKEN})
    assert exactly(entry, [ANN], [*read, decimals(6), staked(ONE)]) == [None]


def test_frax_counts_what_is_named_and_no_more() -> None:
    entry: dict[str, Any] = {"name": "frax-finance", "network": "1", "params": {"FXS": TOKEN, "VEFXS": LOCKED}}
    mine = [held(ANN, 3 * ONE), held(ANN, 4 * ONE, LOCKED)]
    assert exactly(entry, [ANN], mine) == [7]
    entry["params"] |= {"UNI_LP_FRAX_FXS": PAIR, "FARMING_UNI_LP_FRAX_FXS": FARM}
    farmed = [held(ANN, ONE, PAIR), call("boostedBalanceOf(address)", [ANN], 2 * ONE, FARM)]
    assert exactly(entry, [ANN], [*mine, *farmed, *pair(reserves=(60 * ONE, 1))]) == [7 + 3 + 6]
    assert exactly(entry, [ANN], [*mine, *farmed, *pair(supply=0)]) == [None]
    del entry["params"]["FARMING_UNI_LP_FRAX_FXS"]
    assert exactly(entry, [ANN], [*mine, *farmed, *pair(reserves=(60 * ONE, 1))]) == [7 + 3]


def test_piedao_counts_its_tokens_and_its_part_of_what_the_pool_holds() -> None:
    names = {"doughv1": TOKEN, "doughv2": OTHER, "eDOUGH": LOCKED, "stakedDough": FARM, "BPT": PAIR}
    entry = {"name": "piedao", "network": "1", "params": {**names, "decimals": 18}}
    mine = [held(ANN, (place + 1) * ONE, Address(token)) for place, token in enumerate(names.values())]
    pool = [held(PAIR, 100 * ONE, OTHER), call("totalSupply()", [], 50 * ONE, PAIR)]
    assert exactly(entry, [ANN], [*mine, *pool]) == [1 + 2 + 3 + 2 * 4 + 2 * 5]
    assert exactly(entry, [ANN], [*mine, pool[0], call("totalSupply()", [], 0, PAIR)]) == [None]


def test_esd_counts_what_is_bonded_and_whole_units_behind_each_bonded_share() -> None:
    names = {"token": TOKEN, "dao": OTHER, "uniswap": PAIR, "rewards": FARM}
    entry = {"name": "esd", "network": "1", "params": {**names, "decimals": 18}}
    bonded = [
        call("balanceOfBonded(address)", [ANN], amount, Address(to)) for amount, to in ((3 * ONE, OTHER), (2, FARM))
    ]
    pool = [held(PAIR, 25 * ONE, TOKEN), call("totalSupply()", [], 10, PAIR)]
    assert exactly(entry, [ANN], [*bonded, *pool]) == [8]
    assert exactly(entry, [ANN], bonded) == [None]


def chef(**params: Any) -> dict[str, Any]:
    return {"name": "masterchef-pool-balance", "network": "1", "params": {"chefAddress": CHEF, "pid": 3, **params}}


@pytest.mark.parametrize(
    ("params", "worth"),
    [
        ({}, Fraction(5)),
        ({"weight": 0, "weightDecimals": 0, "decimals": 0, "tokenIndex": 0}, Fraction(5)),
        ({"weight": "", "weightDecimals": "", "decimals": "", "tokenIndex": ""}, Fraction(5)),
        ({"weight": "3", "weightDecimals": "1", "decimals": "6"}, Fraction(3 * 5 * ONE // 10, SIX)),
        ({"weight": "0"}, Fraction(0)),
        ({"decimals": "0"}, Fraction(5 * ONE)),
    ],
)
def test_of_what_is_staked_0_stands_for_what_is_usual_and_its_text_for_itself(
    params: dict[str, Any], worth: Fraction
) -> None:
    assert exactly(chef(**params), [ANN], [staked(5 * ONE)]) == [worth]
    (kept,) = parsed(chef(**params))
    assert exactly(kept.to_json(), [ANN], [staked(5 * ONE)]) == [worth], "what is kept of it means the same"
