"""What a strategy counts some blocks before the pinned one is read there, from as many endpoints."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.power import parse_strategies
from bot.domain.power.strategy import Strategy
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from tests.builders import ONE, TOKEN, an_address
from tests.services.conftest import House

ANN, BEN = an_address(1), an_address(2)


def market(back: int) -> tuple[Strategy, ...]:
    params = {"address": TOKEN, "symbol": "cUNI", "decimals": 18, "offsetCheck": back}
    return parse_strategies(json.dumps([{"name": "ctoken", "network": "31337", "params": params}]))


async def power(house: House, strategies: tuple[Strategy, ...], **options: Any) -> list[int]:
    blocks = await house.app.power.snapshot(strategies)
    return [(one.total or 0) // ONE for one in await house.app.power.read(strategies, [ANN, BEN], blocks, **options)]


async def test_the_lesser_of_what_was_held_then_and_is_held_now_counts(house: House) -> None:
    house.chain.give(ANN, 60 * ONE)
    house.chain.give(BEN, 10 * ONE)
    house.chain.mine(5)
    house.chain.give(ANN, 100 * ONE)
    house.chain.give(BEN, 4 * ONE)
    assert await power(house, market(3)) == [60, 4]
    assert await power(house, market(0)) == [100, 4]
    assert await power(house, market(8)) == [60, 0]


async def test_a_chain_that_does_not_tell_the_earlier_block_tells_no_power(house: House) -> None:
    house.chain.give(ANN, 60 * ONE)
    strategies = market(1)
    blocks = await house.app.power.snapshot(strategies)
    house.chain.down = ChainFault.UNREACHABLE
    with pytest.raises(ChainUnavailable):
        await house.app.power.read(strategies, [ANN], blocks, confirm=Confirmation.WANTED)
