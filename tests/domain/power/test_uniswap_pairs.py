"""All pairs that a factory made of one token: what a wallet's shares of them are worth in it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from bot.domain.power import chains_of_events, networks_of
from bot.domain.power.chain_reads import Events, PerWallet
from bot.domain.power.strategies.pools.uniswap_pairs import CREATED, MOST_PAIRS, UNISWAP
from bot.domain.shared.contract_events import Event
from bot.domain.shared.types import Address
from tests.domain.power.recorded_calls import Recorded, scored
from tests.domain.power.strategy_builders import (
    ANN,
    BEN,
    ONE,
    OTHER,
    TOKEN,
    call,
    exactly,
    held,
    parsed,
    word,
)
from tests.refusals import refused

FIRST, SECOND, FACTORY = (Address("0x" + two * 20) for two in ("a1", "a2", "fa"))
SIX = 10**6
DECIMALS = call("decimals()", [], 6, TOKEN)


def created(
    pair: str, token0: Address = TOKEN, token1: Address = OTHER, factory: Address = UNISWAP, index: int = 0
) -> Event:
    return Event(
        address=factory,
        topics=(CREATED, "0x" + word(token0), "0x" + word(token1)),
        data="0x" + word(pair) + word(1),
        block=9,
        block_hash="0x" + "ab" * 32,
        index=index,
    )


def pair(of: Address, reserves: tuple[int, int], supply: int) -> list[dict[str, str]]:
    return [
        call("getReserves()", [], [*reserves, 1_700_000_000], of),
        call("totalSupply()", [], supply, of),
    ]


def uniswap(network: str = "1", **params: Any) -> dict[str, Any]:
    return {"name": "uniswap", "network": network, "params": {"address": TOKEN, "symbol": "LPT"} | params}


TWO = [created(FIRST), created(SECOND, OTHER, TOKEN, index=1)]
"""The token on the one side, and on the other."""
SHARES = [
    *pair(FIRST, (600 * SIX, 50 * ONE), 20 * ONE),
    *pair(SECOND, (7 * ONE, 3 * SIX), 9 * ONE),
    *(held(ANN, 2 * ONE, FIRST), held(ANN, 3 * ONE, SECOND), held(BEN, 0, FIRST), held(BEN, 1, SECOND)),
    DECIMALS,
]


def test_shares_of_every_pair_count_by_the_reserve_of_the_token_on_whichever_side() -> None:
    ann, ben = exactly(uniswap(), [ANN, BEN], SHARES, events=TWO)
    assert ann == 2 * Fraction(600, 20) + 3 * Fraction(3, 9)
    assert ben == Fraction(3 * 10**36 // (9 * ONE), 10**36), "rounded down at 36 decimals, once for all pairs"


def test_decimals_are_those_of_the_token_whatever_the_list_says() -> None:
    assert exactly(uniswap(decimals=0), [ANN], SHARES, events=TWO) == exactly(uniswap(), [ANN], SHARES, events=TWO)


def test_pairs_of_other_tokens_and_of_other_factories_count_nothing() -> None:
    others = [created(FIRST, OTHER, ANN), created(SECOND, factory=FACTORY, index=1)]
    assert exactly(uniswap(), [ANN], SHARES, events=others) == [0]
    own = exactly(uniswap(factory=FACTORY, network="137"), [ANN], SHARES, events=others)
    assert own == [Fraction(3 * 7 * 10**48 // 9, 10**36)]


def test_a_pair_that_nobody_filled_or_holds_counts_nothing_and_is_not_asked_for_shares() -> None:
    chain = Recorded([*pair(FIRST, (0, 5), 20), *pair(SECOND, (7, 0), 0), DECIMALS], events=TWO)
    (power,) = scored(parsed(uniswap()), [ANN], chain)
    assert power.total == 0
    assert not any(isinstance(read, PerWallet) for read in chain.asked)


def test_shares_of_all_pairs_are_asked_of_all_wallets_in_one_step() -> None:
    chain = Recorded(SHARES, events=TWO)
    scored(parsed(uniswap()), [ANN, BEN], chain)
    shares = [read for read in chain.asked if isinstance(read, PerWallet)]
    assert [(read.target, read.wallets) for read in shares] == [(FIRST, (ANN, BEN)), (SECOND, (ANN, BEN))]
    assert chain.asked[-2:] == shares


@pytest.mark.parametrize("lacking", range(len(SHARES)))
def test_what_does_not_answer_leaves_power_unknown(lacking: int) -> None:
    said = [one for at, one in enumerate(SHARES) if at != lacking]
    ann, ben = exactly(uniswap(), [ANN, BEN], said, events=TWO)
    assert None in (ann, ben)


def test_an_event_without_a_pair_leaves_power_unknown() -> None:
    assert exactly(uniswap(), [ANN], SHARES, events=[*TWO, replace(TWO[0], data="0x", index=2)]) == [None]


def test_a_token_in_more_pairs_than_are_looked_through_leaves_power_unknown() -> None:
    many = [created(f"0x{number:040x}", index=number) for number in range(MOST_PAIRS + 1)]
    assert exactly(uniswap(), [ANN], [DECIMALS], events=many) == [None]


def test_a_network_without_uniswap_wants_a_factory() -> None:
    with refused(r"params.factory is missing"):
        parsed(uniswap(network="137"))
    for network in ("1", "4"):
        assert parsed(uniswap(network=network))


def test_what_it_reads_is_known_beforehand() -> None:
    strategies = parsed({"name": "multichain", "network": "1", "params": {"strategies": [uniswap(network="5")]}})
    assert networks_of(strategies) == (1, 5)
    assert chains_of_events(strategies) == {5}
    assert chains_of_events(parsed({"name": "ticket", "network": "1", "params": {}})) == frozenset()


def test_each_side_of_each_token_is_a_subscription_of_its_own() -> None:
    chain = Recorded(SHARES, events=TWO)
    scored(parsed(uniswap(), uniswap(address=OTHER)), [ANN], chain)
    wanted = [read.wanted for read in chain.asked if isinstance(read, Events)]
    assert len({one.name for one in wanted}) == len({one.topics for one in wanted}) == 4
