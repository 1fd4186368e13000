"""Whose power is in whose: one level, the space first, a ballot of one's own before all, and nothing twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.power import parse_strategies
from bot.domain.power.chain_reads import Delegations, PerWallet
from bot.domain.shared.types import Address
from tests.domain.power.recorded_calls import Recorded, scored
from tests.domain.power.strategy_builders import (
    ANN,
    BEN,
    CID,
    ONE,
    TOKEN,
    call,
    delegation,
    exactly,
    held,
    parsed,
    strategy,
    taking,
)
from tests.refusals import refused

GIVER, OTHER_GIVER = Address("0x" + "44" * 20), Address("0x" + "55" * 20)


def test_a_delegators_own_ballot_takes_the_power_back() -> None:
    calls, to_ann = [held(BEN, 5 * ONE), held(CID, 2 * ONE)], [delegation(BEN, ANN), delegation(CID, ANN)]
    assert exactly(taking(), [ANN], calls, to_ann) == [7]
    assert exactly(taking(), [ANN, BEN], calls, to_ann) == [2, 0]
    assert exactly(taking(), [ANN], calls, to_ann, voters=[BEN]) == [2], "also where only the delegate is asked"


def test_a_cycle_counts_each_once() -> None:
    calls, both = [held(ANN, ONE), held(BEN, 2 * ONE)], [delegation(ANN, BEN), delegation(BEN, ANN)]
    assert exactly(taking("erc20-balance-of-with-delegation"), [ANN, BEN], calls, both) == [2, 1]
    assert exactly(taking(), [ANN, BEN], calls, both) == [0, 0]


@given(
    tokens=st.lists(st.integers(0, 9), min_size=6, max_size=6),
    to=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    voting=st.lists(st.integers(0, 5), unique=True, min_size=1),
)
def test_no_token_ever_counts_twice(tokens: Sequence[int], to: Sequence[int], voting: Sequence[int]) -> None:
    people = [Address(f"0x{number + 1:040x}") for number in range(6)]
    calls = [held(person, amount * ONE) for person, amount in zip(people, tokens, strict=True)]
    given_ = [delegation(people[giver], people[taker]) for giver, taker in enumerate(to) if giver != taker]
    voters = [people[number] for number in voting]
    together = parsed(strategy(), taking())
    powers = scored(together, voters, Recorded(calls, given_))
    reachable = {number for number in range(6) if number in voting or to[number] in voting}
    assert sum(power.total or 0 for power in powers) == sum(tokens[number] for number in reachable) * ONE
    (alone,) = parsed(taking("erc20-balance-of-with-delegation"))
    assert sum(power.total or 0 for power in scored([alone], people, Recorded(calls, given_))) == sum(tokens) * ONE


def test_one_delegator_who_cannot_be_read_makes_his_delegate_unknown_and_nobody_else() -> None:
    calls, to = [held(CID, ONE)], [delegation(BEN, ANN), delegation(CID, TOKEN)]
    assert exactly(taking(), [ANN, TOKEN], calls, to) == [None, 1]


def test_the_space_must_be_known_or_left_out_on_purpose() -> None:
    with refused("delegationSpace is missing"):
        parse_strategies(json.dumps([taking()]))
    (named,) = parse_strategies(json.dumps({"id": "vote.example.eth", "strategies": [taking()]}))
    assert named.params["delegationSpace"] == "vote.example.eth"
    (everywhere,) = parse_strategies(json.dumps([taking(delegationSpace="")]))
    chain = Recorded([held(BEN, ONE)], [delegation(BEN, ANN, "vote.example.eth")])
    assert scored([everywhere], [ANN], chain)[0].total == 0
    assert scored([named], [ANN], chain)[0].total == ONE


def test_the_registry_of_another_chain_may_count() -> None:
    (one,) = parsed(taking(delegationNetwork="10"))
    chain = Recorded([held(BEN, ONE)], [delegation(BEN, ANN)])
    assert scored([one], [ANN], chain)[0].total == ONE
    assert [read.chain for read in chain.asked if isinstance(read, PerWallet | Delegations)] == [10, 1]


def override(*rows: tuple[str, int, int, str], voters: Sequence[Address], **params: Any) -> list[Fraction | None]:
    calls = []
    for wallet, votes, balance, to in rows:
        calls += [
            call("getVotes(address)", [wallet], votes),
            held(Address(wallet), balance),
            call("delegates(address)", [wallet], to),
        ]
    return exactly(strategy("erc20-votes-with-override", decimals=0, **params), voters, calls)


def test_with_override_the_delegates_votes_lose_what_delegators_who_vote_hold() -> None:
    rows = [(ANN, 30, 10, ANN), (BEN, 0, 20, ANN), (CID, 5, 7, "0x0")]
    assert override(*rows, voters=[ANN]) == [30]
    assert override(*rows, voters=[ANN, BEN, CID]) == [10, 20, 5]
    assert override(*rows[:1], (BEN, 0, 40, ANN), voters=[ANN, BEN]) == [0, 40], "never less than nothing"
    assert override(*rows[:1], voters=[ANN, BEN]) == [None, None], "who delegates to whom must be known"


def test_with_override_other_names_may_be_given() -> None:
    calls = [call("votesOf(address)", [ANN], 4), held(ANN, 1), call("delegates(address)", [ANN], ANN)]
    assert exactly(strategy("erc20-votes-with-override", decimals=0, getVotesName="votesOf"), [ANN], calls) == [4]
    with refused("not the name of a function"):
        parsed(strategy("erc20-votes-with-override", getVotesName="f(address)"))


def test_with_override_delegators_of_the_registry_may_count_too() -> None:
    rows = [(ANN, 30, 10, ANN), (BEN, 0, 20, ANN), (CID, 5, 7, CID)]
    calls = [
        one
        for wallet, votes, balance, to in rows
        for one in (
            call("getVotes(address)", [wallet], votes),
            held(Address(wallet), balance),
            call("delegates(address)", [wallet], to),
        )
    ]
    to_cid = [delegation(BEN, CID)]
    entry = strategy("erc20-votes-with-override", decimals=0, includeSnapshotDelegations=True)
    assert exactly(entry, [ANN, CID], calls, to_cid) == [10, 5], "Ben, through Cid, counts as voting"
    entry["params"]["isSnapshotDelegatedScore"] = True
    assert exactly(entry, [ANN, CID], calls, to_cid) == [0, 20]


def test_inside_with_delegation_all_vote_who_are_asked_for_or_delegate_to_them() -> None:
    inner = taking(delegationSpace="inner.eth")
    outer = {
        "name": "with-delegation",
        "network": "1",
        "params": {"delegationSpace": "outer.eth", "strategies": [inner]},
    }
    to = [delegation(BEN, CID, "outer.eth"), delegation(ANN, TOKEN, "outer.eth"), delegation(ANN, BEN, "inner.eth")]
    calls = [held(ANN, 60 * ONE)]
    assert exactly(outer, [CID, ANN], calls, to) == [0, 0]  # Ann votes, so that Ben has nothing to hand on
    assert exactly(outer, [CID], calls, to) == [60]


@pytest.mark.parametrize("name", ["delegation", "with-delegation"])
def test_who_is_asked_together_in_one_batch_or_in_several_makes_no_difference(name: str) -> None:
    inner = taking(delegationSpace="inner.eth")
    (outer,) = parsed({"name": name, "network": "1", "params": {"delegationSpace": "outer.eth", "strategies": [inner]}})
    to = [delegation(BEN, CID, "outer.eth"), delegation(TOKEN, ANN, "outer.eth"), delegation(TOKEN, BEN, "inner.eth")]
    chain, everybody = Recorded([held(TOKEN, 60 * ONE)], to), {ANN, CID}
    whole = [power.total for power in scored([outer], [ANN, CID], chain)]
    assert [scored([outer], [Address(one)], chain, voters=everybody)[0].total for one in (ANN, CID)] == whole


def overridden(overrides: dict[Address, Address], order: Sequence[Address]) -> dict[Address, Fraction | None]:
    """What each has where 5 and 7 tokens are delegated to Ann and to Ben."""
    entry = taking("delegation-with-overrides", strategies=[strategy()], overrides=overrides, delegationSpace="")
    calls = [held(GIVER, 5 * ONE), held(OTHER_GIVER, 7 * ONE)]
    given_to = [delegation(GIVER, ANN), delegation(OTHER_GIVER, BEN)]
    return dict(zip(order, exactly(entry, order, calls, given_to), strict=True))


def test_what_overrides_hand_to_one_is_kept_in_whatever_order_wallets_are_asked() -> None:
    chained = {ANN: BEN, BEN: CID}
    for order in permutations([ANN, BEN, CID]):
        assert overridden(chained, order) == {ANN: 0, BEN: 5, CID: 7}
    assert [overridden(chained, [wallet])[wallet] for wallet in (ANN, BEN, CID)] == [0, 5, 7]


def test_overrides_that_swap_two_swap_what_they_receive_and_one_to_itself_keeps_it() -> None:
    assert overridden({ANN: BEN, BEN: ANN}, [ANN, BEN]) == {ANN: 7, BEN: 5}
    assert overridden({ANN: ANN}, [ANN, BEN]) == {ANN: 5, BEN: 7}


@pytest.mark.parametrize("lacking", ["decimals", "capPercentage"])
def test_a_cap_without_its_numbers_is_nothing(lacking: str) -> None:
    entry = taking("delegation-with-cap", strategies=[strategy()], capPercentage=30, delegationSpace="")
    calls, given_to = [held(GIVER, 5 * ONE), call("totalSupply()", [], 100 * ONE)], [delegation(GIVER, ANN)]
    assert exactly(entry, [ANN], calls, given_to) == [5]
    del entry["params"][lacking]
    assert exactly(entry, [ANN], calls, given_to) == [0]
