"""Of drawn parameters and answers our strategies give what Snapshot's formulas do, written a second time in doubles."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest

from bot.domain.power import parse_strategies
from tests.domain.power.recorded_calls import scored
from tests.domain.power.second_reading import balances, combinations, pools
from tests.domain.power.second_reading.pools import Drawing
from tests.domain.power.second_reading.world import SPACE, Drawn, World

ROUNDS = int(os.environ.get("FOLKMOOT_ROUNDS", "250")) // 5
SEED = os.environ.get("FOLKMOOT_SEED", "1")
READ: dict[str, Callable[[World], Drawing]] = {
    "ctoken": balances.market,
    "delegation-with-cap": combinations.capped,
    "delegation-with-overrides": combinations.overridden,
    "erc1155-with-multiplier": balances.of_one_id,
    "erc20-balance-of-at": balances.snapshot_of_token,
    "erc20-balance-of-fixed-total": balances.fixed_total,
    "erc20-balance-of-indexed": balances.indexed,
    "erc20-token-and-lp-weighted": partial(pools.token_and_shares, times=2),
    "erc20-token-and-single-lp-weighted": partial(pools.token_and_shares, times=1),
    "erc721-enumerable": balances.collection,
    "erc721-multi-registry": balances.collections,
    "erc721-multi-registry-weighted": balances.collections_weighted,
    "eth-with-balance": balances.coins,
    "frax-finance": pools.frax,
    "genomesdao": pools.genomes,
    "governor-alpha": lambda world: balances.simple(world, "getCurrentVotes(address)"),
    "governor-delegator": balances.delegated_to,
    "hats-protocol-hat-id": partial(balances.hats, several=False),
    "hats-protocol-hat-ids": partial(balances.hats, several=True),
    "holds-tokens": combinations.holding,
    "maker-ds-chief": balances.chief,
    "masterchef-pool-balance": pools.masterchef,
    "masterchef-pool-balance-no-rewarddebt": pools.masterchef,
    "masterchef-pool-balance-price": pools.masterchef_price,
    "moloch": lambda world: balances.moloch(world, 1),
    "moloch-all": lambda world: balances.moloch(world, 1, 2),
    "moloch-loot": lambda world: balances.moloch(world, 2),
    "multichain": combinations.chains,
    "pancake": pools.pancake,
    "spark-with-delegation": combinations.spark,
    "thresholds": combinations.thresholds,
    "ticket-validity": balances.more_than,
    "ve-balance-of-at-nft": balances.locks,
    "weighted": combinations.weighted,
    "yearn-vault": balances.vault,
}
SLIPPED = {"erc20-balance-of-quadratic-delegation"}
"""What Snapshot's code does of it, nobody means."""


def test_every_further_strategy_that_was_recorded_is_read_a_second_time() -> None:
    lines = (Path(__file__).parents[3] / "vectors" / "snapshot-strategies-more.jsonl").read_text().splitlines()
    assert {json.loads(line)["strategy"] for line in lines} - SLIPPED == set(READ)


@pytest.mark.parametrize("name", READ)
def test_drawn_parameters_in_every_form_give_what_the_formula_does(name: str) -> None:
    for number in range(ROUNDS):
        world = World(Random(f"{SEED} {name} {number}"))  # noqa: S311 - numbers, no secrets
        params, score = READ[name](world)
        entry = {"name": name, "network": world.rng.choice([1, "1"]), "params": params}
        strategies = parse_strategies(json.dumps([entry]), space=SPACE)
        asked = [*world.wallets, world.wallets[0]]
        for wallet, power in zip(asked, scored(strategies, asked, Drawn(world)), strict=True):
            assert power.total is not None
            ours, theirs = power.total / 10**power.scale, score(wallet)
            assert ours == pytest.approx(float(theirs), rel=1e-9, abs=1e-27), (entry, wallet)
