"""Shares of all pairs of a token vote: read once for a vote, and once more at the count where it differs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.domain.power.strategies.pools.uniswap_pairs import CREATED, UNISWAP
from bot.domain.shared.contract_events import Event
from bot.domain.shared.types import Units
from tests.builders import GUILD, ONE, TOKEN, an_address
from tests.domain.power.strategy_builders import word
from tests.services.conftest import House

PAIR, OTHER = an_address(0xA1), an_address(0xB2)
LIST = [{"name": "uniswap", "network": "31337", "params": {"address": TOKEN, "symbol": "LPT", "factory": UNISWAP}}]


@pytest.fixture
async def pool(house: House) -> House:
    """Ann has 2 of 20 shares of a pair that holds 300 tokens."""
    chain = house.chain
    chain.told = [
        Event(
            address=UNISWAP,
            topics=(CREATED, "0x" + word(TOKEN), "0x" + word(OTHER)),
            data="0x" + word(PAIR) + word(1),
            block=100,
            block_hash="0x" + "ab" * 32,
            index=0,
        )
    ]
    chain.answers = {
        (TOKEN, bytes.fromhex("313ce567")): bytes.fromhex(word(18)),
        (PAIR, bytes.fromhex("0902f1ac")): bytes.fromhex(word(300 * ONE) + word(7) + word(0)),
        (PAIR, bytes.fromhex("18160ddd")): bytes.fromhex(word(20 * ONE)),
    }
    await house.app.spaces.set_strategies(GUILD, json.dumps(LIST))
    house.members = [await house.member(1, 0)]
    chain.give(an_address(1), 2 * ONE, PAIR)
    return house


async def test_shares_give_their_part_of_the_reserve(pool: House) -> None:
    proposal = await pool.submit()
    assert (await pool.vote(proposal, pool.members[0], 1)).power == 30 * 10**36
    await pool.end(proposal)
    assert await pool.app.lifecycle.close_due() == 1
    result = (await pool.stored(proposal)).result
    assert result is not None
    assert result.tally.scores == (30 * 10**36, 0, 0)
    assert pool.chain.ranges == [(0, 100), (0, 100), (101, 101), (101, 101)], "once a block for either side of a pair"


async def test_a_count_that_differs_has_what_the_factory_told_read_anew(pool: House) -> None:
    pool.tampered = True  # it writes behind the log's back
    proposal = await pool.submit()
    await pool.vote(proposal, pool.members[0], 1)
    (ballot,) = await pool.ballots(proposal)
    async with pool.app.store.write() as repos:
        await repos.ballots.cast(replace(ballot, scores=(Units(5),), power=Units(5)))
        await repos.commit()
    before = len(pool.chain.ranges)
    await pool.end(proposal)
    assert await pool.app.lifecycle.close_due() == 1
    assert len(pool.chain.ranges) == before + 2
    result = (await pool.stored(proposal)).result
    assert result is not None
    assert result.tally.scores == (30 * 10**36, 0, 0)
