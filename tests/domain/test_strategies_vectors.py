"""On what was recorded of the Score API, our strategies give what it gave: wallet by wallet, to 1e-9 of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.domain.power import KINDS, parse_strategies
from tests.domain.recorded import Recorded, scored

VECTORS = Path(__file__).parents[1] / "vectors"
CASES = [json.loads(line) for line in (VECTORS / "snapshot-strategies.jsonl").read_text().splitlines()]
OURS = [case for case in CASES if case["strategy"] in KINDS]
ANN, BEN = "0x4f2D38d9aE875F69176DbDF3Ba48b6f239E69B64", "0x0548cd31BcD3B96589a4a1d92FD5fE2B14f9248f"
SPACE_FIRST = "what was delegated for the space beats what was delegated for everywhere, whoever votes"
LATER_SPELLING = "of two spellings of the space the later one counts, whoever votes"
DIFFERENT = {
    # By case: why, what we give all voters together (None: the same), and what we give each asked alone.
    "delegation-3": (SPACE_FIRST, {}, {}),
    "delegation-20": (SPACE_FIRST, {}, {}),
    "delegation-23": (SPACE_FIRST, None, {BEN: 102}),
    "erc20-balance-of-delegation-6": (SPACE_FIRST, None, {BEN: 102}),
    "erc20-balance-of-delegation-8": (LATER_SPELLING, None, {BEN: 102}),
    "erc20-balance-of-delegation-9": (LATER_SPELLING, None, {BEN: 102}),
}
"""Where Snapshot gives the same tokens to a second delegate; docs/strategies.md says it in words."""


def numbers(case, wallets):
    strategies = parse_strategies(
        json.dumps([{"name": case["strategy"], "network": case["network"], "params": case["params"]}]),
        space=case["space"],
    )
    chain = Recorded(case["calls"], case.get("delegations", ()))
    powers = scored(strategies, wallets, chain, number=case["snapshot"])
    assert all(power.total is not None for power in powers)
    return {wallet: power.total / 10**power.scale for wallet, power in zip(wallets, powers, strict=True)}


def agrees(ours, theirs):
    return all(ours[wallet] == pytest.approx(theirs.get(wallet, 0), rel=1e-9, abs=0) for wallet in ours)


@pytest.mark.parametrize("case", OURS, ids=lambda case: case["id"])
def test_what_snapshot_gave_all_voters_together(case):
    _, ours, _ = DIFFERENT.get(case["id"], ("", None, None))
    wanted = case["scores"] if ours is None else ours
    assert agrees(numbers(case, case["addresses"]), wanted)


@pytest.mark.parametrize("case", OURS, ids=lambda case: case["id"])
def test_what_snapshot_gave_each_wallet_asked_alone(case):
    _, _, ours = DIFFERENT.get(case["id"], ("", None, None))
    wanted = case["vp_each"] if ours is None else ours
    for wallet in case["addresses"]:
        assert agrees(numbers(case, [wallet]), wanted), wallet


def test_every_case_that_we_do_not_run_is_of_a_strategy_that_we_do_not_have():
    assert len(OURS) > 45
    assert {case["strategy"] for case in CASES} - set(KINDS) == {
        "delegation-with-cap",
        "delegation-with-overrides",
        "erc20-token-and-lp-weighted",
        "erc721-enumerable",
        "masterchef-pool-balance",
    }
