"""Strategies are data in Snapshot's form; their scores add up exactly; what is unknown is never zero."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot.domain.power import KINDS, VotingPower, evaluate, parse_strategies, scale_of, symbol_of
from bot.domain.power.chain_reads import Answers, NativeBalances, PerWallet, Read
from bot.domain.power.strategy import Strategy
from bot.domain.shared.errors import PowerUndefined, UnknownStrategy
from bot.domain.shared.types import Address, ChainId
from tests.refusals import refused

TOKEN, BADGE = Address("0x81f8f0bb1cb2a06649e51913a151f0e7ef6fa321"), "0x" + "ab" * 20
ALICE, BOB = Address("0x" + "11" * 20), Address("0x" + "22" * 20)


def entry(name: str = "erc20-balance-of", network: str = "1", **params: Any) -> dict[str, Any]:
    return {"name": name, "network": network, "params": {"address": TOKEN, "symbol": "VITA", "decimals": 18} | params}


def parse(*entries: dict[str, Any]) -> tuple[Strategy, ...]:
    return parse_strategies(json.dumps(entries))


def _target(read: Read) -> Address | None:
    return read.target if isinstance(read, PerWallet) else None


def run(
    strategies: Sequence[Strategy], wallets: Sequence[Address], answer: Callable[[Read], Answers]
) -> tuple[tuple[VotingPower, ...], list[list[Read]]]:
    """Drive an evaluation; `answer(read)` gives one answer a wallet."""
    evaluation = evaluate(strategies, wallets)
    asked: list[list[Read]] = []
    try:
        reads = next(evaluation)
        while True:
            asked.append(list(reads))
            reads = evaluation.send([answer(read) for read in reads])
    except StopIteration as done:
        powers: tuple[VotingPower, ...] = done.value
        return powers, asked


def test_a_list_pasted_from_snapshot_is_read_and_written_back() -> None:
    strategies = parse(entry(), entry("erc721", address=BADGE), entry("eth-balance", "10"), entry("erc20-votes"))
    assert [s.name for s in strategies] == ["erc20-balance-of", "erc721", "eth-balance", "erc20-votes"]
    assert parse_strategies(json.dumps([s.to_json() for s in strategies])) == strategies
    assert strategies[0].to_json() == {
        "name": "erc20-balance-of",
        "network": "1",
        "params": {"address": TOKEN, "symbol": "VITA", "decimals": 18},
    }


def test_a_whole_space_may_be_pasted() -> None:
    assert parse_strategies(json.dumps({"name": "VitaDAO", "strategies": [entry()]})) == parse(entry())


def test_strategies_without_a_network_have_that_of_their_space() -> None:
    bare = {name: value for name, value in entry().items() if name != "network"}
    (one, other) = parse_strategies(json.dumps({"id": "vita.eth", "network": "10", "strategies": [bare, entry()]}))
    assert (one.network, other.network) == (10, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "line 1"),
        ("[]", "is empty"),
        ("{}", "is not a list"),
        (json.dumps([entry()] * 11), "at most 10"),
        (json.dumps([{"network": "1"}]), "strategy 1 has no name"),
        (json.dumps([entry(network="mainnet")]), "chain id"),
        (
            json.dumps([entry(), entry(address="0x12")]),
            r"strategy 2 \(erc20-balance-of\) params.address is not an address",
        ),
        (json.dumps([entry(address=None)]), "is missing"),
        (json.dumps([entry(decimals=37)]), "from 0 to 36"),
        (json.dumps([entry(decimals=True)]), "from 0 to 36"),
        (json.dumps([entry(symbol=["VITA"])]), "is not text"),
        (json.dumps([entry(address="0x81f8F0bb1cB2A06649E51913A151F0E7Ef6FA321")]), "wrong checksum"),
    ],
)
def test_a_wrong_list_is_refused_with_the_place_and_the_remedy(text: str, says: str) -> None:
    with refused(says):
        parse_strategies(text)


def test_an_unknown_strategy_is_refused_by_name_with_those_supported() -> None:
    with pytest.raises(UnknownStrategy) as caught:
        parse(entry("api"))
    assert caught.value.name == "api"
    assert caught.value.supported == tuple(sorted(KINDS))


def test_scores_of_different_decimals_add_up_exactly() -> None:
    strategies = parse(entry(decimals=6), entry("erc721", address=BADGE), entry("eth-balance"))
    answers = {0: [1_500_000], 1: [2], 2: [1]}
    (power,), asked = run(
        strategies,
        [ALICE],
        lambda read: answers[1 + isinstance(read, NativeBalances) if _target(read) != TOKEN else 0],
    )
    assert scale_of(strategies) == power.scale == 18
    assert power.scores == (15 * 10**17, 2 * 10**18, 1)
    assert power.total == 35 * 10**17 + 1
    assert len(asked) == 1, "all strategies are read side by side"


def test_each_strategy_asks_its_own_contract_on_its_own_network() -> None:
    strategies = parse(entry(), entry("erc20-votes", "10"), entry("eth-balance", "100"))
    _, (reads,) = run(strategies, [ALICE, BOB], lambda _: [1, 2])
    assert reads == [
        PerWallet(chain=ChainId(1), target=TOKEN, selector=bytes.fromhex("70a08231"), wallets=(ALICE, BOB)),
        PerWallet(chain=ChainId(10), target=TOKEN, selector=bytes.fromhex("9ab24eb0"), wallets=(ALICE, BOB)),
        NativeBalances(chain=ChainId(100), wallets=(ALICE, BOB)),
    ]


def test_one_unknown_part_makes_that_wallet_unknown_and_no_other() -> None:
    strategies = parse(entry(), entry("erc721", address=BADGE))
    (alice, bob), _ = run(strategies, [ALICE, BOB], lambda read: [None, 3] if _target(read) == BADGE else [1, 2])
    assert alice.total is None
    assert [part.amount for part in alice.parts] == [1, None]
    assert bob.total == 2 + 3 * 10**18
    with pytest.raises(ValueError, match="unknown"):
        _ = alice.scores


def test_the_unit_people_read_names_each_symbol_once() -> None:
    assert symbol_of(parse(entry(), entry("erc20-votes"))) == "VITA"
    assert symbol_of(parse(entry(), entry(symbol="vVITA"))) == "VITA + vVITA"
    assert symbol_of(parse(entry(symbol="VITA vesting"), entry())) == "VITA"
    assert symbol_of(parse(entry(), entry(symbol="VITAL"))) == "VITA + VITAL"


def test_what_no_result_could_hold_is_refused_and_what_one_can_is_not() -> None:
    """A power must be written in a bundle, and whatever a count makes of it."""

    def times(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
        operands = [{"type": "strategy", "strategy": inner} for inner in (one, other)]
        return {"name": "math", "network": "1", "params": {"operation": "multiply", "operands": operands}}

    square = times(entry(), entry())
    (power,), _ = run(parse(square), [ALICE], lambda read: [2**256 - 1])
    assert power.total == (2**256 - 1) ** 2
    with pytest.raises(PowerUndefined, match=r"too many digits \(most 199\)"):
        run(parse(times(square, square)), [BOB, ALICE], lambda read: [0, 2**256 - 1])
    (power, _), _ = run(parse(times(square, square)), [BOB, ALICE], lambda read: [0, 10**27])
    assert power.total == 0
