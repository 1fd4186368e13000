"""Strategies over others: formulas, gates and windows are exact, and what is unknown inside is unknown outside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.power import KINDS, depends_on_voters, networks_of, parse_strategies
from bot.domain.power.exact_numbers import cube_root, nearly, power, square_root
from bot.domain.shared.errors import PowerUndefined, UnknownStrategy
from bot.domain.shared.types import Address
from tests.domain.power.recorded_calls import Recorded, scored
from tests.domain.power.strategy_builders import (
    ANN,
    BEN,
    CID,
    ONE,
    OTHER,
    STAKE,
    TOKEN,
    exactly,
    held,
    parsed,
    strategy,
    taking,
)
from tests.refusals import refused


def constant(value: float | str) -> dict[str, Any]:
    return {"type": "constant", "value": value}


def operand(to: Address = TOKEN, network: str | None = None) -> dict[str, Any]:
    inner = {"name": "erc20-balance-of", "params": {"address": to, "decimals": 18}}
    return {"type": "strategy", "strategy": inner | ({"network": network} if network else {})}


def math(operation: str, *operands: dict[str, Any]) -> dict[str, Any]:
    return {"name": "math", "network": "1", "params": {"operation": operation, "operands": list(operands)}}


@pytest.mark.parametrize(
    ("operation", "operands", "wanted"),
    [
        ("min", [4], 4),
        ("max", [4], 9),
        ("multiply", [0.1], Fraction(9, 10)),
        ("multiply", [-1], 0),
        ("minus", [2.5], Fraction(13, 2)),
        ("minus", [10], 0),
        ("divide", [4], Fraction(9, 4)),
        ("divide", [9], 1),
        ("square-root", [], 3),
        ("a-if-lt-b", [7, 9], 9),
        ("a-if-lte-b", [7, 9], 7),
        ("a-if-gt-b", [7, 8], 7),
        ("a-if-gte-b", [7, 9], 7),
        ("a-if-gte-b", [7, 10], 9),
    ],
)
def test_each_operation_is_exact(operation: str, operands: Sequence[float], wanted: int | Fraction) -> None:
    entry = math(operation, operand(), *map(constant, operands))
    assert exactly(entry, [ANN], [held(ANN, 9 * ONE)]) == [wanted]


def test_roots_of_cubes_and_squares_come_out_whole() -> None:
    assert exactly(math("cube-root", operand()), [ANN], [held(ANN, 27 * ONE)]) == [3]
    assert exactly(math("cube-root", constant(-8)), [ANN]) == [0]
    assert exactly(math("square-root", constant(-4)), [ANN]) == [0]


@given(st.fractions(0, 10**30, max_denominator=10**18), st.integers(0, 30))
def test_roots_are_rounded_down_to_the_last_place(value: Fraction, decimals: int) -> None:
    square, cube = (Fraction(root(value, decimals), 10**decimals) for root in (square_root, cube_root))
    step = Fraction(1, 10**decimals)
    assert square**2 <= value < (square + step) ** 2
    assert cube**3 <= value < (cube + step) ** 3


@given(st.integers(0, 10**12), st.sampled_from([2, 4, 5]))
def test_powers_that_are_whole_come_out_whole(root: int, degree: int) -> None:
    if root:
        assert nearly(power(Fraction(root**degree), Fraction(1, degree)), 18) == root * 10**18
        assert nearly(power(Fraction(root**2), Fraction(1, 2)), 0) == isqrt(root**2)


def test_a_division_by_zero_is_refused_with_the_wallet() -> None:
    with pytest.raises(PowerUndefined) as caught:
        exactly(math("divide", constant(1), operand()), [BEN, ANN], [held(ANN, 0), held(BEN, 1)])
    assert (caught.value.strategy, caught.value.address) == ("math", ANN)


def test_what_is_unknown_inside_is_unknown_outside() -> None:
    calls = [held(ANN, ONE), held(BEN, 2 * ONE), held(ANN, ONE, OTHER)]
    assert exactly(math("max", operand(), operand(OTHER)), [ANN, BEN], calls) == [1, None]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (math("min", constant(1)), "are 1. Give 2 for min"),
        (math("modulo", constant(1)), "is not known"),
        (math("min", constant("x"), constant(1)), "is not a number"),
        (math("min", {"type": "oracle"}, constant(1)), "neither a strategy nor a constant"),
        (math("min", {"type": "strategy", "strategy": {"name": 5}}, constant(1)), "has no name"),
    ],
)
def test_operands_that_make_no_sense_are_refused(entry: dict[str, Any], says: str) -> None:
    with refused(says):
        parsed(entry)


DEBT = {
    "name": "contract-call",
    "params": {
        "address": TOKEN,
        "decimals": 0,
        "methodABI": {"name": "balanceOf", "inputs": [{"type": "address"}], "outputs": [{"type": "int256"}]},
    },
}


@pytest.mark.parametrize(
    "gate",
    [
        {"name": "validation", "params": {"validationStrategies": [{"name": "ticket"}], "votingStrategies": [DEBT]}},
        {"name": "recusal-list", "network": "1", "params": {"addresses": [], "strategy": DEBT}},
        {"name": "anti-whale", "params": {"strategy": DEBT, "antiWhale": {"inflectionPoint": 1, "threshold": 1}}},
    ],
    ids=lambda gate: gate["name"],
)
def test_less_than_nothing_stays_so_until_the_end(gate: dict[str, Any]) -> None:
    paid = math("minus", constant(10), {"type": "strategy", "strategy": gate})
    assert exactly(paid, [ANN], [held(ANN, 2**256 - 5)]) == [15]
    assert exactly({"network": "1"} | gate, [ANN], [held(ANN, 2**256 - 5)]) == [0]


def test_validation_lets_pass_who_has_the_threshold_in_one_of_them() -> None:
    listed = {"name": "whitelist", "params": {"addresses": [ANN]}}
    entry = {
        "name": "validation",
        "network": "1",
        "params": {
            "validationThreshold": 1,
            "validationStrategies": [listed, strategy(to=OTHER, address=OTHER)],
            "votingStrategies": [strategy(), {"name": "ticket", "params": {}}],
        },
    }
    calls = [held(ANN, 5 * ONE), held(BEN, 6 * ONE), held(CID, ONE)]
    gate = [held(ANN, 0, OTHER), held(BEN, ONE, OTHER), held(CID, ONE - 1, OTHER)]
    assert exactly(entry, [ANN, BEN, CID], calls + gate) == [6, 7, 0]
    assert exactly(entry, [ANN, CID], calls + gate[:1]) == [6, None], "who is let in by one needs no other"


def test_the_recused_have_nothing() -> None:
    entry: dict[str, Any] = {
        "name": "recusal-list",
        "network": "1",
        "params": {"addresses": [ANN.upper().replace("0X", "0x")]},
    }
    assert exactly(entry, [ANN, BEN]) == [0, 1]
    entry["params"]["strategy"] = strategy()
    assert exactly(entry, [ANN, BEN], [held(BEN, 7)]) == [0, Fraction(7, ONE)]


def test_a_whale_is_damped_above_the_threshold_and_all_in_proportion_below_it() -> None:
    entry: dict[str, Any] = {"name": "anti-whale", "network": "1", "params": {"strategy": strategy(decimals=0)}}
    entry["params"]["antiWhale"] = {"threshold": 100, "inflectionPoint": 400, "exponent": 0.5}
    calls = [held(ANN, 1_600), held(BEN, 100), held(CID, 50)]
    assert exactly(entry, [ANN, BEN, CID], calls) == [800, 200, 100]
    entry["params"]["antiWhale"]["exponent"] = 7
    assert exactly(entry, [ANN, BEN, CID], calls) == [1_600, 100, 50]


@pytest.mark.parametrize(
    ("window", "wanted"),
    [({"start": 101}, 0), ({"start": 100}, 5), ({"end": 99}, 0), ({"end": 100}, 5), ({"start": "101", "end": 200}, 0)],
)
def test_outside_its_window_a_strategy_gives_nothing_and_asks_nothing(window: Mapping[str, Any], wanted: int) -> None:
    chain = Recorded([held(ANN, 5 * ONE)])
    (one,) = scored(parsed(strategy(**window)), [ANN], chain, number=100)
    assert one.total == wanted * ONE
    assert bool(chain.asked) == bool(wanted)
    nested = {"name": "recusal-list", "network": "1", "params": {"addresses": [], "strategy": strategy(**window)}}
    assert exactly(nested, [ANN], [held(ANN, 5 * ONE)], number=100) == [wanted]


def test_chains_are_found_wherever_they_are_named() -> None:
    nested = math("max", operand(network="10"), operand())
    vesting = {
        "name": "linear-vesting-power",
        "network": "1",
        "params": {"DSSVestAddress": TOKEN, "vestingNetwork": "5"},
    }
    assert networks_of(parsed(nested, taking(delegationNetwork=100), vesting)) == (1, 10, 100, 5)


def test_only_those_depend_on_voters_that_do() -> None:
    dependent = {name for name, kind in KINDS.items() if kind.by_voters}
    assert dependent == {
        "delegation",
        "delegation-with-cap",
        "delegation-with-overrides",
        "erc20-balance-of-delegation",
        "erc20-balance-of-fixed-total",
        "erc20-balance-of-quadratic-delegation",
        "erc20-votes-with-override",
    }
    assert depends_on_voters(
        parsed({"name": "recusal-list", "network": "1", "params": {"addresses": [], "strategy": taking()}})[0]
    )
    assert not depends_on_voters(parsed(taking("erc20-balance-of-with-delegation"))[0])


def test_an_inner_strategy_that_is_not_supported_is_refused_by_name() -> None:
    with pytest.raises(UnknownStrategy) as caught:
        parsed({"name": "with-delegation", "network": "1", "params": {"strategies": [strategy("api")]}})
    assert caught.value.name == "api"


def test_strategies_do_not_nest_without_end() -> None:
    entry = strategy()
    for _ in range(6):
        entry = {"name": "recusal-list", "network": "1", "params": {"addresses": [], "strategy": entry}}
    with refused("nests too deep"):
        parsed(entry)
    with refused("nests too deep"):
        parse_strategies("[" * 100_000)


def test_parameters_in_canonical_form_are_read_back_as_they_are() -> None:
    entries = [
        math("divide", operand(), constant(0.5)),
        taking(delegationSpace=""),
        strategy("contract-call", methodABI=STAKE, args=[3, "%{address}"], output="delta"),
        strategy("balance-of-with-thresholds", thresholds=[{"threshold": "1.5", "votes": 2}]),
        strategy("erc1155-balance-of-ids", ids=[1, "2"]),
        strategy(start=5, end="9"),
    ]
    strategies = parsed(*entries)
    assert parse_strategies(json.dumps([one.to_json() for one in strategies])) == strategies


def test_a_wallet_asked_for_twice_is_scored_once_and_answered_twice() -> None:
    calls = [held(ANN, ONE)]
    assert exactly(taking("erc20-balance-of-with-delegation"), [ANN, ANN], calls) == [1, 1]


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), -1, True, "one", "1/3", 1e-40, 10**80])
def test_numbers_that_cannot_be_used_are_refused(weight: float | str) -> None:
    with refused("is not a number that can be used"):
        parsed(strategy("erc20-balance-of-weighted", weight=weight))


def test_brackets_inside_text_nest_nothing() -> None:
    (one,) = parsed(strategy(symbol='["[[\\"{'))
    assert one.params["symbol"] == '["[[\\"{'
    many = parse_strategies(json.dumps([strategy(memo="[" * 500)]))
    assert len(many) == 1
