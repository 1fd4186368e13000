"""Lists of strategies of real spaces, in every form in which they are written, are taken as they stand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.domain.power import KINDS, parse_strategies
from bot.domain.shared.errors import InvalidInput, UnknownStrategy
from bot.domain.shared.types import ChainId
from tests.domain.power.strategy_builders import TOKEN
from tests.domain.power.test_snapshot_vectors import CASES as RUNS
from tests.refusals import refused, shown

LISTS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "vectors" / "strategy-lists.jsonl").read_text().splitlines()
]
CASES = [
    {"strategies": [{"name": case["strategy"], "network": case["network"], "params": case["params"]}]} for case in RUNS
]
REFUSED = {
    "zrc2-balance-of": 4,
    "balancer": 3,
    "synthetix": 3,
    "SUNI": 1,
    "Visor": 1,
    "cream": 1,
    "gHOP": 1,
    "macaron": 1,
    "split-delegation": 1,
    "uniswap-v3": 1,
    "xdai-stake": 1,
}
"""Lists in which one of these comes first."""


def refusal(given: dict[str, Any]) -> InvalidInput | UnknownStrategy | None:
    try:
        parse_strategies(json.dumps({"id": "space.eth", **given}))
    except (InvalidInput, UnknownStrategy) as error:
        return error
    return None


def test_all_lists_of_real_spaces_are_taken_but_those_that_no_chain_tells() -> None:
    unread = [found for given in LISTS if (found := refusal(given)) is not None]
    assert Counter(one.name for one in unread if isinstance(one, UnknownStrategy)) == REFUSED
    (other,) = [shown(one) for one in unread if isinstance(one, InvalidInput)]
    assert "strategy 2 (masterchef-pool-balance) params.chefAddress is missing" in other
    assert len(LISTS) - len(unread) == 333


def test_what_is_stored_of_a_list_is_read_as_the_same_again() -> None:
    own = {"strategies": [{"name": "ve-bio", "network": "8453", "params": {}}]}
    for given in [*LISTS, *CASES, own]:
        text = json.dumps({"id": "space.eth", **given})
        if refusal(given) is None:
            strategies = parse_strategies(text)
            assert parse_strategies(json.dumps([one.to_json() for one in strategies])) == strategies


def test_a_refused_strategy_is_named_with_why_and_with_what_would_serve() -> None:
    for given in LISTS:
        if isinstance(refused := refusal(given), UnknownStrategy):
            assert refused.name in str(refused)
            assert refused.why
            assert refused.instead
            assert set(refused.instead) <= set(KINDS)
            assert all(name in str(refused) for name in refused.instead)


@pytest.mark.parametrize(
    ("name", "instead"), [("erc20-balance-off", "erc20-balance-of"), ("poaps-of", "contract-call")]
)
def test_a_name_that_nobody_knows_is_refused_with_the_one_that_is_like_it_or_else_a_call(
    name: str, instead: str
) -> None:
    refused = refusal({"network": "1", "strategies": [{"name": name, "params": {}}]})
    assert isinstance(refused, UnknownStrategy)
    assert instead in refused.instead


def test_what_is_said_to_serve_is_there() -> None:
    from bot.domain.power.unsupported_strategies import _KNOWN  # noqa: PLC0415

    assert not set(_KNOWN) & set(KINDS)
    assert {name for _, instead in _KNOWN.values() for name in instead} <= set(KINDS)


PAIR = ["erc20-balance-of", {"address": TOKEN, "symbol": "VITA", "decimals": 18}]


@pytest.mark.parametrize(
    ("given", "network"),
    [
        ([PAIR], 1),
        ({"network": None, "strategies": [PAIR]}, 1),
        ({"chainId": 100, "strategies": [PAIR]}, 100),
        ({"network": "56", "strategies": [PAIR]}, 56),
    ],
)
def test_a_strategy_written_as_a_pair_reads_ethereum_unless_its_space_names_a_chain(
    given: list[Any] | dict[str, Any], network: ChainId
) -> None:
    (strategy,) = parse_strategies(json.dumps(given))
    assert (strategy.name, strategy.network, strategy.params["symbol"]) == ("erc20-balance-of", network, "VITA")


def test_a_space_whose_chain_goes_by_its_old_name_gives_it_to_its_strategies() -> None:
    given = {"chainId": 4, "strategies": [{"name": "erc721", "params": {"address": TOKEN}}]}
    assert parse_strategies(json.dumps(given))[0].network == 4


@pytest.mark.parametrize("entry", [["erc20-balance-of"], ["erc20-balance-of", {}, {}], [{}, "erc20-balance-of"], []])
def test_a_list_that_is_no_such_pair_is_no_strategy(entry: Sequence[str | Mapping[str, object]]) -> None:
    with refused("has no name"):
        parse_strategies(json.dumps([entry]))


@pytest.mark.parametrize("end", [".", ",", ";", ". "])
def test_a_stop_behind_an_address_is_none_of_it(end: str) -> None:
    (strategy,) = parse_strategies(json.dumps([["erc721", {"address": TOKEN + end}]]))
    assert strategy.params["address"] == TOKEN


def test_ids_may_go_by_their_other_name() -> None:
    (strategy,) = parse_strategies(json.dumps([["erc721-with-tokenid", {"address": TOKEN, "ids": ["7", 8]}]]))
    assert strategy.params["tokenIds"] == ["7", "8"]
