"""Strategies that the recorded runs do not tell whole: what each reads, and where, example by example."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from bot.domain.power import evaluate, networks_of
from bot.domain.power.chain_reads import Delegations, Earlier, PerWallet, Read
from bot.domain.shared.types import Address, Block, Timestamp
from tests.builders import an_address
from tests.domain.power.strategy_builders import (
    ANN,
    BEN,
    CID,
    ONE,
    OTHER,
    TOKEN,
    call,
    delegation,
    exactly,
    held,
    parsed,
)
from tests.refusals import refused

SPK, STAKED_SPK = (
    Address("0xc20059e0317de91738d13af027dfc4a50781b066"),
    Address("0xc6132faf04627c8d05d6e759fabb331ef2d8f8fd"),
)


def kind(name: str, network: str = "1", **params: Any) -> dict[str, Any]:
    return {"name": name, "network": network, "params": params}


def first_reads(
    entry: dict[str, Any], wallets: tuple[Address, ...] = (ANN, BEN, CID), number: int = 1_000
) -> Sequence[Read]:
    strategies = parsed(entry)
    blocks = {
        chain: Block(chain=chain, number=number, hash="0x" + "ab" * 32, timestamp=Timestamp(1_700_000_000))
        for chain in networks_of(strategies)
    }
    return next(evaluate(strategies, list(wallets), blocks))


@pytest.mark.parametrize(
    ("network", "contract"),
    [("8453", "0xe1b48c0279cd95d984f1290293116c45d049a3bd"), ("1", "0xf91a12742aa609d41513a137d3c36b749f56f40c")],
)
def test_ve_bio_is_the_balance_at_the_block_of_the_contract_that_stands_on_the_chain(
    network: str, contract: Address
) -> None:
    assert exactly(kind("ve-bio", network), [ANN], [held(ANN, 990 * ONE, contract)]) == [990]
    assert exactly(kind("ve-bio", network, address=TOKEN), [ANN], [held(ANN, ONE)]) == [1]


def test_ve_bio_wants_its_contract_where_none_is_known() -> None:
    with refused("read chain 8453 or 1"):
        parsed(kind("ve-bio", "10"))


def test_estates_count_by_their_land_as_the_contract_says() -> None:
    estates = Address("0x959e104e1a4db6317fa58f8295f586e1a978c297")
    land = [call("getLANDsSize(address)", [ANN], 7, estates), call("getLANDsSize(address)", [BEN], 0, estates)]
    assert exactly(kind("decentraland-estate-size", multiplier=2000), [ANN, BEN], land) == [14_000, 0]
    assert exactly(kind("decentraland-estate-size", multiplier=0), [ANN], land) == [7]
    with refused("Give the contract of estates"):
        parsed(kind("decentraland-estate-size", "137"))


@pytest.mark.parametrize(
    ("entry", "rounds"),
    [
        (kind("masterchef-pool-balance", chefAddress=TOKEN, pid=3), 1),
        (kind("masterchef-pool-balance", chefAddress=TOKEN, pid=3, uniPairAddress=OTHER), 2),
        (kind("masterchef-pool-balance-price", chefAddress=TOKEN, pid=3, tokenAddress=OTHER), 2),
        (kind("hats-protocol-hat-ids", address=TOKEN, hatIds=["1", "1.1", "2.7.9"]), 3),
        (kind("pancake", address=TOKEN, decimals=18, chefAddresses=[{"address": OTHER}]), 3),
    ],
)
def test_all_wallets_are_read_in_one_step_whatever_is_read_of_each(entry: dict[str, Any], rounds: int) -> None:
    wallets = tuple(an_address(number) for number in range(1, 5_001))
    reads = first_reads(entry, wallets)
    assert len(reads) == rounds
    assert {read.wallets for read in reads if isinstance(read, PerWallet)} == {wallets}
    assert [read for read in reads if isinstance(read, PerWallet)]


def test_a_market_that_looks_back_reads_the_block_so_far_before_the_pinned_one() -> None:
    entry = kind("ctoken", address=TOKEN, decimals=8, offsetCheck=40)
    now, before = first_reads(entry)
    assert isinstance(now, PerWallet)
    assert before == Earlier(read=now, blocks=40)


def test_a_market_that_looks_back_before_the_first_block_leaves_power_unknown() -> None:
    entry = kind("ctoken", address=TOKEN, decimals=8, offsetCheck=40)
    assert exactly(entry, [ANN], [held(ANN, 5)], number=39) == [None]


def test_a_market_without_borrowers_asks_of_none() -> None:
    # A token that knows no debts fails whole there.
    assert exactly(kind("ctoken", address=TOKEN, decimals=0), [ANN], [held(ANN, 5)]) == [5]


def test_every_token_counts_on_its_own_chain() -> None:
    tokens = [
        {"address": TOKEN, "network": "1", "minBalance": 5},
        {"address": OTHER, "network": 137, "decimals": 0},
    ]
    entry = kind("holds-tokens", "1", tokenAddresses=tokens)
    assert networks_of(parsed(entry)) == (1, 137)
    assert [(read.chain, read.target) for read in first_reads(entry) if isinstance(read, PerWallet)] == [
        (1, TOKEN),
        (137, OTHER),
    ]
    some = [held(ANN, 6 * ONE), held(ANN, 1, OTHER), held(BEN, 5 * ONE), held(BEN, 1, OTHER), held(CID, 6 * ONE)]
    assert exactly(entry, [ANN, BEN, CID], some) == [1, 0, None]
    assert exactly(entry, [CID], [held(CID, 0)]) == [0]
    with refused("tokenAddresses 1 names no network"):
        parsed(kind("holds-tokens", tokenAddresses=[{"address": TOKEN}]))


def test_spark_reads_ethereum_whatever_its_network_is() -> None:
    read = [held(ANN, 2 * ONE, SPK), held(BEN, 3 * ONE, SPK), held(CID, 5 * ONE, SPK)]
    read += [call("slashableBalanceOf(address)", [wallet], ONE, STAKED_SPK) for wallet in (ANN, BEN, CID)]
    entry = kind("spark-with-delegation", "8453", whitelistedDelegates=[BEN], delegationNetwork="8453")
    given = [delegation(ANN, BEN), delegation(CID, ANN)]
    reads = first_reads(entry)
    assert {one.chain for one in reads if isinstance(one, PerWallet | Delegations)} == {1}
    assert all(isinstance(one, PerWallet | Delegations) for one in reads)
    # Cid delegates to one who is not listed, and loses the power.
    assert exactly(entry, [ANN, BEN, CID], read, given) == [0, 3 + 1 + 2 + 1, 0]
    assert networks_of(parsed(entry)) == (8453, 1)


@pytest.mark.parametrize(("holdings", "votes"), [((4, 9), 25), ((4,), 4), ((), 0)])
def test_roots_of_delegators_add_up_before_they_are_squared(holdings: Sequence[int], votes: int) -> None:
    people = [f"0x{number:040x}" for number in range(1, 3)]
    read = [held(Address(giver), amount * ONE) for giver, amount in zip(people, holdings, strict=False)]
    given = [delegation(Address(giver), ANN) for giver in people[: len(holdings)]]
    entry = kind("erc20-balance-of-quadratic-delegation", address=TOKEN, decimals=18)
    assert exactly(entry, [ANN], read, given) == [votes]


def test_thresholds_take_what_another_strategy_gives() -> None:
    inside = kind("erc721", address=TOKEN, start=2_000_000_000)
    steps = [{"threshold": 2, "votes": 1.5}, {"threshold": 4, "votes": 9}]
    entry = kind("thresholds", strategy=inside, thresholds=steps)
    assert exactly(entry, [ANN, BEN, CID], [held(ANN, 1), held(BEN, 3), held(CID, 4)]) == [0, 1.5, 9]
    assert exactly(kind("thresholds", strategy=inside), [ANN, BEN], [held(ANN, 0), held(BEN, 3)]) == [0, 1]


def test_a_collection_without_a_weight_counts_once_a_thing() -> None:
    entry = kind("erc721-multi-registry-weighted", tokens=[TOKEN, OTHER, TOKEN], weights=[2.5, 0])
    assert exactly(entry, [ANN], [held(ANN, 2), held(ANN, 3, OTHER)]) == [5 + 3 + 2]
    assert exactly(entry, [ANN], [held(ANN, 2)]) == [None]


def test_a_fixed_total_is_shared_by_all_who_vote_also_where_one_is_asked_alone() -> None:
    # Snapshot's code gives each holder who is asked alone all of it.
    entry = kind("erc20-balance-of-fixed-total", address=TOKEN, decimals=0, total=100)
    read = [held(ANN, 1), held(BEN, 3), held(CID, 0)]
    assert exactly(entry, [ANN, BEN, CID], read) == [25, 75, 0]
    for wallet, share in ((ANN, 25), (BEN, 75), (CID, 0)):
        assert exactly(entry, [Address(wallet)], read, voters=[ANN, BEN, CID]) == [share]
    del entry["params"]["total"]
    assert exactly(entry, [ANN, BEN], read) == [0, 0], "no total is none"
    small, large = [held(ANN, 1), held(BEN, 10**24)], kind("erc20-balance-of-fixed-total", address=TOKEN, total=100)
    assert exactly(large, [ANN], small, voters=[ANN, BEN]) == [Fraction(100 * 10**36 // (10**24 + 1), 10**36)]


@pytest.mark.parametrize(("weight", "counts"), [(0, 2), ("", 2), (None, 2), ("0", 0), ("3", 6)])
def test_a_weight_of_0_is_1_and_its_text_is_0(weight: object, counts: int) -> None:
    entry = kind("erc721-multi-registry-weighted", tokens=[TOKEN], weights=[weight])
    assert exactly(entry, [ANN], [held(ANN, 2)]) == [counts]
    (kept,) = parsed(entry)
    assert exactly(kept.to_json(), [ANN], [held(ANN, 2)]) == [counts]
    times = kind("erc721-with-multiplier", address=TOKEN, multiplier=weight)
    assert exactly(times, [ANN], [held(ANN, 2)]) == [counts]
