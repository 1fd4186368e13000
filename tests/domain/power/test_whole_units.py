"""Scores are whole numbers, never truth values: what is stored as text has to be read back."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.power import evaluate
from bot.domain.power.chain_reads import Answers, PerWallet, Read
from tests.builders import CHAIN, a_block, a_strategy, an_address


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("whitelist", {"addresses": [an_address(1)]}),
        ("erc721-with-tokenid", {"address": an_address(9), "tokenIds": [7]}),
        ("erc20-with-balance", {"address": an_address(9), "minBalance": 0}),
        ("ticket", {}),
    ],
)
def test_one_vote_a_wallet_is_the_number_one(name: str, params: dict[str, Any]) -> None:
    wallets = [an_address(1), an_address(2)]
    steps = evaluate([a_strategy(name, params=params)], wallets, {CHAIN: a_block()})
    try:
        reads = next(steps)
        while True:
            reads = steps.send([_answer(read) for read in reads])
    except StopIteration as done:
        amounts = [part.amount for power in done.value for part in power.parts]
    assert amounts[0] == 1
    assert {type(amount) for amount in amounts} == {int}


def _answer(read: Read) -> Answers:
    if isinstance(read, PerWallet):
        return [10**18, 0]
    return [int(an_address(1), 16).to_bytes(32, "big")]
