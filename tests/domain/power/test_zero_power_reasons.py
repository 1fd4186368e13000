"""Why a strategy gives nothing: what is read says what is true, and nobody is told that they hold nothing who do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.domain.delegation.onchain_registry import Delegation
from bot.domain.power import KINDS, explain, parse_strategy
from bot.domain.power.chain_reads import Answers, Delegations, PerWallet, Read
from bot.domain.power.strategy import Strategy
from bot.domain.power.zero_power_reasons import (
    BY_RULE,
    NOT_HELD,
    NOT_LISTED,
    NOT_RECEIVED,
    OUTSIDE,
    NoScore,
    Reason,
    Zero,
)
from bot.domain.shared.types import Address, ChainId, Units
from tests.builders import TOKEN, a_block, a_power, an_address

BEN, CY = an_address(1), an_address(2)
BALANCE_OF, DELEGATES = bytes.fromhex("70a08231"), bytes.fromhex("587cde1e")


def _strategy(name: str, **params: Any) -> Strategy:
    return parse_strategy({"name": name, "network": "1", "params": {"address": TOKEN, "symbol": "VITA", **params}}, 1)


def _why(strategy: Strategy, *, held: int | None = 0, to: int | None = 0, given: Sequence[str] = ()) -> Reason:
    """Answer what is asked about Ben, and return why he has nothing."""

    def answer(read: Read) -> Answers:
        match read:
            case Delegations():
                return [
                    Delegation(delegator=BEN, id=read.ids[0], delegate=Address(delegate), block=1, index=0)
                    for delegate in given
                ]
            case PerWallet(selector=selector):
                return [{BALANCE_OF: held, DELEGATES: to}[selector]]
            case _:
                raise AssertionError(read)

    steps = explain([strategy], [a_power(1, 0)], {ChainId(1): a_block(7)})
    try:
        reads = next(steps)
        while True:
            reads = steps.send([answer(read) for read in reads])
    except StopIteration as done:
        nothing: Sequence[NoScore] = done.value
        ((reason,),) = [none.reasons for none in nothing]
        return reason


@pytest.mark.parametrize("name", ["erc20-votes", "comp-like-votes", "uni", "erc20-votes-with-override"])
def test_where_votes_are_delegated_tokens_that_are_held_are_said_to_be_held(name: str) -> None:
    strategy = _strategy(name)
    assert _why(strategy) == NOT_HELD
    assert _why(strategy, held=5) == Reason(why=Zero.NOT_DELEGATED, held=Units(5))
    assert _why(strategy, held=5, to=int(CY, 16)) == Reason(why=Zero.DELEGATED_AWAY, held=Units(5), to=CY)


@pytest.mark.parametrize("name", ["erc20-votes", "comp-like-votes"])
def test_what_was_not_answered_is_no_reason(name: str) -> None:
    assert _why(_strategy(name), held=None, to=0) == BY_RULE
    assert _why(_strategy(name), held=5, to=None) == BY_RULE
    assert _why(_strategy(name), held=5, to=int(BEN, 16)) == BY_RULE


def test_where_undelegated_tokens_count_those_that_are_delegated_are_said_to_be() -> None:
    strategy = _strategy("erc20-votes-undelegated-balance")
    assert _why(strategy) == NOT_HELD
    assert _why(strategy, held=5, to=int(BEN, 16)) == Reason(why=Zero.DELEGATED, held=Units(5), to=BEN)


def test_whoever_delegates_in_the_registry_is_told_to_whom() -> None:
    strategy = _strategy("erc20-balance-of-with-delegation", delegationSpace="a.eth", decimals=18)
    assert _why(strategy) == NOT_HELD
    assert _why(strategy, given=[CY]) == Reason(why=Zero.DELEGATED_AWAY, to=CY)


def test_what_others_give_and_what_is_listed_is_no_matter_of_holding() -> None:
    assert _why(_strategy("erc20-balance-of-delegation", delegationSpace="a.eth", decimals=18)) == NOT_RECEIVED
    assert _why(_strategy("whitelist", addresses=[CY])) == NOT_LISTED


def test_outside_its_window_of_blocks_a_strategy_gives_nothing_whoever_holds_what() -> None:
    assert _why(_strategy("erc20-balance-of", start=8), held=5) == OUTSIDE


def test_a_kind_that_says_nothing_of_itself_claims_nothing() -> None:
    plain = {
        "erc20-balance-of",
        "erc721",
        "erc721-enumerable",
        "erc20-balance-of-fixed-total",
        "erc1155-balance-of",
        "eth-balance",
        "erc721-multi-registry",
        "erc721-multi-registry-weighted",
        "erc1155-with-multiplier",
        "decentraland-estate-size",
        "ve-bio",
    }
    for name, kind in KINDS.items():
        if kind.why_zero is KINDS["erc20-balance-of"].why_zero:
            assert name in plain or "tokenid" in name or "-ids" in name, name
