"""On what was recorded of the Score API, our strategies give what it gave: wallet by wallet, to 1e-9 of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.domain.power import KINDS, parse_strategies
from bot.domain.shared.errors import InvalidInput
from tests.domain.power.recorded_calls import Recorded, scored

VECTORS = Path(__file__).parents[2] / "vectors"
CASES = [
    json.loads(line)
    for file in ("snapshot-strategies.jsonl", "snapshot-strategies-more.jsonl")
    for line in (VECTORS / file).read_text().splitlines()
]
REFUSED = {
    "more-multichain-11": "holds 0 strategies",
    **dict.fromkeys(("more-ctoken-1", "more-ctoken-3", "more-ctoken-5", "more-ctoken-7"), "asks for an earlier block"),
    "more-delegation-with-cap-5": "decimals is missing",
    "more-delegation-with-overrides-7": "name for each who has it in the end",
}
"""What makes no sense, or would be read from a block that nothing pins."""
UNREAD = {"more-delegation-with-cap-9": "one token is refused by name there, so nothing was recorded of it"}
OURS = [case for case in CASES if case["strategy"] in KINDS and case["id"] not in REFUSED.keys() | UNREAD.keys()]
ANN, BEN = "0x4f2D38d9aE875F69176DbDF3Ba48b6f239E69B64", "0x0548cd31BcD3B96589a4a1d92FD5fE2B14f9248f"
SPACE_FIRST = "what was delegated for the space beats what was delegated for everywhere, whoever votes"
LATER_SPELLING = "of two spellings of the space the later one counts, whoever votes"
ALONE = object()
"""All together have what each has alone."""
DIFFERENT = {
    # By case: why, what we give all voters together (None: the same), and what we give each asked alone.
    "delegation-3": (SPACE_FIRST, {}, {}),
    "delegation-20": (SPACE_FIRST, {}, {}),
    "delegation-23": (SPACE_FIRST, None, {BEN: 102}),
    "erc20-balance-of-delegation-6": (SPACE_FIRST, None, {BEN: 102}),
    "erc20-balance-of-delegation-8": (LATER_SPELLING, None, {BEN: 102}),
    "erc20-balance-of-delegation-9": (LATER_SPELLING, None, {BEN: 102}),
    "more-moloch-7": ("a member's shares are the member's own, whoever was asked before", ALONE, None),
}
"""Where Snapshot gives the same tokens to a second delegate; docs/strategies.md says it in words."""


def numbers(case, wallets):
    strategies = parse_strategies(
        json.dumps([{"name": case["strategy"], "network": case["network"], "params": case["params"]}]),
        space=case["space"],
    )
    chain = Recorded(case["calls"], case.get("delegations", ()))
    powers = scored(strategies, wallets, chain, number=case["snapshot"], heights=case.get("blocks"))
    assert all(power.total is not None for power in powers)
    return {wallet: power.total / 10**power.scale for wallet, power in zip(wallets, powers, strict=True)}


def agrees(ours, theirs):
    theirs = {wallet.lower(): amount for wallet, amount in theirs.items()}
    ours = {wallet.lower(): amount for wallet, amount in ours.items()}
    return all(ours[wallet] == pytest.approx(theirs.get(wallet, 0), rel=1e-9, abs=0) for wallet in ours)


@pytest.mark.parametrize("case", OURS, ids=lambda case: case["id"])
def test_what_snapshot_gave_all_voters_together(case):
    _, ours, _ = DIFFERENT.get(case["id"], ("", None, None))
    wanted = case["scores"] if ours is None else case["vp_each"] if ours is ALONE else ours
    assert agrees(numbers(case, case["addresses"]), wanted)


@pytest.mark.parametrize("case", OURS, ids=lambda case: case["id"])
def test_what_snapshot_gave_each_wallet_asked_alone(case):
    _, _, ours = DIFFERENT.get(case["id"], ("", None, None))
    wanted = case["vp_each"] if ours is None else ours
    for wallet in case["addresses"]:
        assert agrees(numbers(case, [wallet]), wanted), wallet


@pytest.mark.parametrize("case", [case for case in CASES if case["id"] in REFUSED], ids=lambda case: case["id"])
def test_what_makes_no_sense_is_refused_with_its_reason(case):
    with pytest.raises(InvalidInput, match=REFUSED[case["id"]]):
        numbers(case, case["addresses"])


def test_every_case_that_we_do_not_run_is_of_a_strategy_that_we_do_not_have():
    assert len(OURS) > 110
    assert {case["strategy"] for case in CASES} - set(KINDS) == {
        "erc1155-with-multiplier",
        "erc20-balance-of-quadratic-delegation",
        "erc20-token-and-lp-weighted",
        "erc20-token-and-single-lp-weighted",
        "erc721-multi-registry",
        "erc721-multi-registry-weighted",
        "eth-with-balance",
        "frax-finance",
        "genomesdao",
        "holds-tokens",
        "masterchef-pool-balance-price",
        "pancake",
        "spark-with-delegation",
        "thresholds",
    }
