from typing import Any

import pytest

from bot.demo.chain.call_execution import Reverted
from bot.demo.chain.embedded_evm import Evm
from bot.demo.chain.genesis import ETHER, account, address_of
from bot.demo.contracts import contract
from bot.domain.shared.addresses import ZERO
from bot.domain.shared.types import Address

OWNER, ADA, BEN, CY = (account(n) for n in range(4))
ada, ben, cy = (address_of(n) for n in range(1, 4))
YEAR = 365 * 86_400


@pytest.fixture
def evm() -> Evm:
    return Evm()


@pytest.fixture
def token(evm: Evm) -> Address:
    token = evm.deploy("GovernanceToken", "Moot", "MOOT", sender=OWNER)
    evm.send(token, "mint", ada, 100 * ETHER, sender=OWNER)
    return token


def test_a_token_says_what_it_is(evm: Evm, token: Address) -> None:
    assert [evm.call(token, asked) for asked in ("name", "symbol", "decimals")] == ["Moot", "MOOT", 18]
    assert evm.call(token, "totalSupply") == 100 * ETHER
    dollar = evm.deploy("Stablecoin", "Test Dollar", "tUSD", sender=OWNER)
    assert evm.call(dollar, "decimals") == 6


@pytest.mark.parametrize("name", ["GovernanceToken", "Stablecoin"])
def test_only_the_owner_mints(evm: Evm, name: str) -> None:
    token = evm.deploy(name, "Moot", "MOOT", sender=OWNER)
    with pytest.raises(Reverted, match="NotOwner"):
        evm.send(token, "mint", ada, 1, sender=ADA)
    assert evm.call(token, "totalSupply") == 0


def test_nobody_sends_more_than_they_have(evm: Evm, token: Address) -> None:
    with pytest.raises(Reverted, match=f"InsufficientBalance\\({ada}, {100 * ETHER}, {100 * ETHER + 1}\\)"):
        evm.send(token, "transfer", ben, 100 * ETHER + 1, sender=ADA)
    assert (evm.call(token, "balanceOf", ada), evm.call(token, "balanceOf", ben)) == (100 * ETHER, 0)


def test_a_transfer_to_oneself_creates_nothing(evm: Evm, token: Address) -> None:
    evm.send(token, "delegate", ada, sender=ADA)
    evm.send(token, "transfer", ada, 40 * ETHER, sender=ADA)
    assert evm.call(token, "balanceOf", ada) == evm.call(token, "getVotes", ada) == 100 * ETHER


def test_an_allowance_is_used_up(evm: Evm, token: Address) -> None:
    evm.send(token, "approve", ben, 30, sender=ADA)
    evm.send(token, "transferFrom", ada, cy, 20, sender=BEN)
    assert (evm.call(token, "allowance", ada, ben), evm.call(token, "balanceOf", cy)) == (10, 20)
    with pytest.raises(Reverted, match="InsufficientAllowance"):
        evm.send(token, "transferFrom", ada, cy, 11, sender=BEN)


def test_a_balance_votes_only_once_it_is_delegated(evm: Evm, token: Address) -> None:
    assert evm.call(token, "getVotes", ada) == 0
    evm.send(token, "delegate", ada, sender=ADA)
    assert evm.call(token, "getVotes", ada) == 100 * ETHER


def test_votes_follow_tokens_and_delegation(evm: Evm, token: Address) -> None:
    evm.send(token, "delegate", ben, sender=ADA)
    evm.send(token, "transfer", cy, 40, sender=ADA)
    assert evm.call(token, "getVotes", ben) == 100 * ETHER - 40
    evm.send(token, "delegate", cy, sender=CY)
    evm.send(token, "delegate", cy, sender=ADA)
    assert [evm.call(token, "getVotes", who) for who in (ada, ben, cy)] == [0, 0, 100 * ETHER]
    evm.send(token, "delegate", ZERO, sender=ADA)
    assert evm.call(token, "getVotes", cy) == 40
    assert evm.call(token, "delegates", ada) == ZERO


def test_past_votes_are_those_at_the_end_of_each_block(evm: Evm, token: Address) -> None:
    was = {evm.head.number: 0}
    was[evm.send(token, "delegate", ada, sender=ADA).number] = 100 * ETHER
    for left in range(99, 92, -1):
        was[evm.send(token, "transfer", ben, ETHER, sender=ADA).number] = left * ETHER
        was[evm.mine().number] = left * ETHER
    evm.mine()
    assert {number: evm.call(token, "getPastVotes", ada, number) for number in was} == was
    assert {number: evm.call(token, "getVotes", ada, at=number) for number in was} == was


def test_several_changes_in_one_block_make_one_checkpoint(evm: Evm, token: Address) -> None:
    many = evm.deploy("Aggregate3", sender=OWNER)
    evm.send(token, "transfer", many, 10, sender=ADA)
    moves = [contract("GovernanceToken").encode("delegate", ben)]
    moves += [contract("GovernanceToken").encode("transfer", cy, amount) for amount in (1, 2, 3)]
    block = evm.send(many, "aggregate3", [(token, False, move) for move in moves], sender=OWNER).number
    evm.mine()
    assert evm.call(token, "numCheckpoints", ben) == 1
    assert [evm.call(token, "getPastVotes", ben, at) for at in (block - 1, block)] == [0, 4]


def test_the_present_block_has_no_past_votes_yet(evm: Evm, token: Address) -> None:
    assert evm.call(token, "clock") == evm.head.number
    assert evm.call(token, "CLOCK_MODE") == "mode=blocknumber&from=default"
    with pytest.raises(Reverted, match="FutureLookup"):
        evm.call(token, "getPastVotes", ada, evm.head.number)


def test_past_supply_is_that_of_the_block(evm: Evm, token: Address) -> None:
    before = evm.head.number
    evm.send(token, "mint", ben, ETHER, sender=OWNER)
    evm.mine()
    assert evm.call(token, "getPastTotalSupply", before) == 100 * ETHER
    assert evm.call(token, "getPastTotalSupply", before + 1) == 101 * ETHER


@pytest.fixture
def vesting(evm: Evm, token: Address) -> Address:
    """1,000 granted to Ada over four years, with a cliff of one, from `start`."""
    vesting = evm.deploy("VestingToken", "Vesting Moot", "vMOOT", token, sender=OWNER)
    evm.send(token, "mint", address_of(0), 5_000, sender=OWNER)
    evm.send(token, "approve", vesting, 5_000, sender=OWNER)
    return vesting


def test_a_grant_vests_evenly_after_its_cliff(evm: Evm, vesting: Address) -> None:
    start = evm.head.header.timestamp + 1000
    evm.send(vesting, "grant", ada, 1_000, start, start + YEAR, start + 4 * YEAR, sender=OWNER)
    curve = []
    for moment in (start, start + YEAR - 1, start + YEAR, start + 2 * YEAR, start + 4 * YEAR - 1, start + 4 * YEAR):
        evm.travel(moment)
        curve.append(evm.call(vesting, "balanceOf", ada))
    assert curve == [1_000, 1_000, 750, 500, 1, 0]


def test_grants_add_up_and_the_supply_is_what_all_still_vest(evm: Evm, vesting: Address) -> None:
    start = evm.head.header.timestamp
    for who, amount in ((ada, 1_000), (ada, 500), (ben, 2_000)):
        evm.send(vesting, "grant", who, amount, start, start, start + YEAR, sender=OWNER)
    evm.travel(start + YEAR // 2)
    assert [evm.call(vesting, "balanceOf", who) for who in (ada, ben, cy)] == [750, 1_000, 0]
    assert evm.call(vesting, "totalSupply") == 1_750


def test_what_has_vested_is_paid_once(evm: Evm, token: Address, vesting: Address) -> None:
    had = evm.call(token, "balanceOf", ben)
    start = evm.head.header.timestamp
    evm.send(vesting, "grant", ben, 1_000, start, start, start + YEAR, sender=OWNER)
    evm.travel(start + YEAR // 4 - 1)
    evm.set_next_timestamp(start + YEAR // 4)
    evm.send(vesting, "release", ben, sender=CY)
    evm.send(vesting, "release", ben, sender=CY)
    assert evm.call(token, "balanceOf", ben) - had == evm.call(vesting, "released", ben) == 250
    evm.travel(start + 2 * YEAR)
    evm.send(vesting, "release", ben, sender=CY)
    assert evm.call(token, "balanceOf", ben) - had == 1_000
    assert evm.call(token, "balanceOf", vesting) == 0


@pytest.mark.parametrize("attempt", [("transfer", ben, 1), ("approve", ben, 1), ("transferFrom", ada, ben, 1)])
def test_what_is_vesting_cannot_be_moved(evm: Evm, vesting: Address, attempt: tuple[Any, ...]) -> None:
    with pytest.raises(Reverted, match="NotTransferable"):
        evm.send(vesting, *attempt, sender=ADA)


def test_only_the_owner_grants_and_only_what_was_approved(evm: Evm, vesting: Address) -> None:
    start = evm.head.header.timestamp
    with pytest.raises(Reverted, match="NotOwner"):
        evm.send(vesting, "grant", ada, 1, start, start, start + 1, sender=ADA)
    with pytest.raises(Reverted, match="BadSchedule"):
        evm.send(vesting, "grant", ada, 1, start, start + 2, start + 1, sender=OWNER)
    with pytest.raises(Reverted):
        evm.send(vesting, "grant", ada, 5_001, start, start, start + 1, sender=OWNER)
    assert evm.call(vesting, "totalSupply") == 0


def test_a_treasury_takes_from_all_and_pays_by_its_owner(evm: Evm, token: Address) -> None:
    treasury = evm.deploy("Treasury", sender=OWNER)
    evm.pay(treasury, 3 * ETHER, sender=ADA)
    evm.send(token, "transfer", treasury, 10, sender=ADA)
    with pytest.raises(Reverted, match="NotOwner"):
        evm.send(treasury, "pay", ZERO, ada, ETHER, sender=ADA)
    evm.send(treasury, "pay", ZERO, cy, ETHER, sender=OWNER)
    evm.send(treasury, "pay", token, cy, 4, sender=OWNER)
    assert (evm.balance(treasury), evm.call(token, "balanceOf", treasury)) == (2 * ETHER, 6)
    assert (evm.balance(cy), evm.call(token, "balanceOf", cy)) == (10_001 * ETHER, 4)
    with pytest.raises(Reverted, match="Unpaid"):
        evm.send(treasury, "pay", ZERO, cy, 3 * ETHER, sender=OWNER)


def test_a_badge_has_one_owner(evm: Evm) -> None:
    badge = evm.deploy("MemberBadge", "Member", "MEMBER", sender=OWNER)
    for who in (ada, ada, ben):
        evm.send(badge, "mint", who, sender=OWNER)
    assert [evm.call(badge, "ownerOf", n) for n in (1, 2, 3)] == [ada, ada, ben]
    evm.send(badge, "transferFrom", ada, cy, 2, sender=ADA)
    assert [evm.call(badge, "balanceOf", who) for who in (ada, ben, cy)] == [1, 1, 1]
    assert evm.call(badge, "ownerOf", 2) == cy
    for thief in (ADA, BEN):
        with pytest.raises(Reverted, match="NotYours"):
            evm.send(badge, "transferFrom", cy, ben, 2, sender=thief)
    with pytest.raises(Reverted, match="NoSuchBadge"):
        evm.call(badge, "ownerOf", 4)
    with pytest.raises(Reverted, match="NotOwner"):
        evm.send(badge, "mint", ben, sender=BEN)


def test_one_hostile_holder_does_not_spoil_an_aggregate(evm: Evm) -> None:
    hostile = evm.deploy("Hostile", sender=OWNER)
    for mood in range(6):
        evm.send(hostile, "set", address_of(mood), 7, mood, sender=OWNER)
    calls = [(hostile, True, contract("Hostile").encode("balanceOf", address_of(mood))) for mood in (0, 1, 3, 4, 5, 0)]
    many = evm.deploy("Aggregate3", sender=OWNER)
    answers = evm.call(many, "aggregate3", calls)
    assert [ok for ok, _ in answers] == [True, False, True, True, True, True]
    assert [len(data) for _, data in answers] == [32, 100, 31, 0, 0x40000, 32]
    assert int.from_bytes(answers[-1][1]) == 7
    strict = [(to, False, data) for to, _, data in calls]
    with pytest.raises(Reverted, match=r"CallFailed\(1\)"):
        evm.call(many, "aggregate3", strict)
    assert evm.call(many, "getEthBalance", cy) == 10_000 * ETHER


def test_a_holder_who_loops_eats_the_gas(evm: Evm) -> None:
    hostile = evm.deploy("Hostile", sender=OWNER)
    evm.send(hostile, "set", ada, 7, 2, sender=OWNER)
    question = contract("Hostile").encode("balanceOf", ada)
    with pytest.raises(Reverted, match="out of gas"):
        evm.execute(evm.head, to=hostile, data=question, gas=1_000_000)
