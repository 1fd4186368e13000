"""Where power depends on who votes, nothing counts twice: not while voting, and not in the count."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.delegation.onchain_registry import EVERYWHERE, Delegation, in_force
from bot.domain.power import typed_reads
from bot.domain.power.chain_reads import Answers
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.contract_events import Extent
from bot.domain.shared.errors import ChainFault, ChainUnavailable, PowerUnknown
from bot.domain.shared.types import Address, Units
from bot.domain.voting.ballot import Ballot, Receipt
from bot.services.delegation import registry_index
from bot.services.delegation.registry_index import Delegations, StoredIndex
from tests.builders import GUILD, ONE, TOKEN, a_block, a_strategy, an_address
from tests.presence import present
from tests.refusals import refused
from tests.services.conftest import House

ANN, BEN, CID = an_address(1), an_address(2), an_address(3)
TAKING = [
    a_strategy().to_json(),
    {
        "name": "erc20-balance-of-delegation",
        "network": "31337",
        "params": {"address": TOKEN, "symbol": "VITA", "decimals": 18, "delegationSpace": ""},
    },
]


@pytest.fixture
async def delegated(house: House) -> House:
    """Ann holds 60 and delegates to Ben, who holds 40; Cid holds 5."""
    await house.app.spaces.set_strategies(GUILD, json.dumps(TAKING))
    house.members = [await house.member(number, tokens) for number, tokens in ((1, 60), (2, 40), (3, 5))]
    house.chain.register(ANN, BEN)
    return house


async def powers(house: House, proposal: Proposal) -> dict[str, int]:
    return {ballot.wallet: ballot.power // ONE for ballot in await house.ballots(proposal)}


def _with(ballot: Ballot, scores: tuple[int, ...]) -> Ballot:
    return replace(ballot, scores=tuple(map(Units, scores)), power=Units(sum(scores)))


async def test_a_delegator_who_votes_later_takes_the_power_back(delegated: House) -> None:
    ann, ben, cid = delegated.members
    proposal = await delegated.submit()
    assert (await delegated.vote(proposal, ben, 1)).power == 100 * ONE
    await delegated.vote(proposal, cid, 1)
    assert await powers(delegated, proposal) == {BEN: 100, CID: 5}
    assert (await delegated.vote(proposal, ann, 2)).power == 60 * ONE
    assert await powers(delegated, proposal) == {ANN: 60, BEN: 40, CID: 5}
    view = await delegated.app.proposals.view(GUILD, proposal.number, ann)
    assert view.tally is not None
    assert view.tally.total == 105 * ONE, "the total never counts twice, not even while voting"
    assert present(await delegated.app.voting.own_receipt(GUILD, proposal.number, ben)).power == 40 * ONE
    report = await delegated.app.power.report(GUILD, ben, proposal.number)
    assert report.total == 40 * ONE


async def test_who_votes_while_anothers_power_is_read_is_known_when_that_ballot_is_cast(
    delegated: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben, _ = delegated.members
    proposal = await delegated.submit()
    read = delegated.chain.read

    async def meanwhile(*given: Any, **how: Any) -> list[Answers]:
        monkeypatch.setattr(delegated.chain, "read", read)
        await delegated.vote(proposal, ann, 2)
        return await read(*given, **how)

    monkeypatch.setattr(delegated.chain, "read", meanwhile)
    assert (await delegated.vote(proposal, ben, 1)).power == 40 * ONE
    assert await powers(delegated, proposal) == {ANN: 60, BEN: 40}


async def test_a_delegates_new_mark_leaves_no_ballot_of_a_delegator_behind(delegated: House) -> None:
    _, ben, cid = delegated.members
    await delegated.app.member_delegations.give(GUILD, cid, ben)
    proposal = await delegated.submit()
    await delegated.vote(proposal, ben, 1)
    assert await powers(delegated, proposal) == {BEN: 100, CID: 5}
    delegated.chain.silent.add(CID)
    with pytest.raises(PowerUnknown):
        await delegated.vote(proposal, ben, 2)
    assert {ballot.mark for ballot in await delegated.ballots(proposal)} == {1}
    delegated.chain.silent.clear()
    await delegated.vote(proposal, ben, 2)
    assert {ballot.mark for ballot in await delegated.ballots(proposal)} == {2}


async def test_who_presses_while_others_vote_without_end_is_not_kept_from_voting(
    delegated: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, ben, cid = delegated.members
    proposal = await delegated.submit()
    read = delegated.chain.read
    pressed: list[Receipt] = []

    async def meanwhile(*given: Any, **how: Any) -> list[Answers]:
        monkeypatch.setattr(delegated.chain, "read", read)
        pressed.append(await delegated.vote(proposal, cid, 1))
        monkeypatch.setattr(delegated.chain, "read", meanwhile)
        return await read(*given, **how)

    monkeypatch.setattr(delegated.chain, "read", meanwhile)
    receipt = await delegated.vote(proposal, ben, 1)
    assert len(pressed) > 1
    assert receipt.power == 100 * ONE
    assert await powers(delegated, proposal) == {BEN: 100, CID: 5}


async def test_the_count_is_of_all_voters_together_whatever_the_ballots_were_cast_with(delegated: House) -> None:
    delegated.tampered = True  # it writes behind the log's back
    ann, ben, _ = delegated.members
    proposal = await delegated.submit()
    await delegated.vote(proposal, ben, 1)
    await delegated.vote(proposal, ann, 2)
    ballots = {ballot.wallet: ballot for ballot in await delegated.ballots(proposal)}
    async with delegated.app.store.write() as repos:  # as if the two had raced
        await repos.ballots.cast(_with(ballots[BEN], (40 * ONE, 60 * ONE)))
        await repos.commit()
    await delegated.end(proposal)
    assert await delegated.app.lifecycle.close_due() == 1
    closed = await delegated.stored(proposal)
    assert closed.result is not None
    assert closed.result.tally.scores == (40 * ONE, 60 * ONE, 0)
    assert closed.result.tally.total == 100 * ONE
    assert await powers(delegated, proposal) == {ANN: 60, BEN: 40}


async def test_what_does_not_depend_on_voters_and_differs_at_the_close_is_read_from_two_and_corrected(
    delegated: House,
) -> None:
    delegated.tampered = True  # it writes behind the log's back
    _, ben, _ = delegated.members
    proposal = await delegated.submit()
    await delegated.vote(proposal, ben, 1)
    (ballot,) = await delegated.ballots(proposal)
    async with delegated.app.store.write() as repos:
        await repos.ballots.cast(_with(ballot, (41 * ONE, 60 * ONE)))
        await repos.commit()
    await delegated.end(proposal)
    assert await delegated.app.lifecycle.close_due() == 1
    result = (await delegated.stored(proposal)).result
    assert result is not None
    assert result.tally.scores == (100 * ONE, 0, 0)
    async with delegated.app.store.read() as repos:
        (change,) = await repos.ballots.changes(proposal.id, [BEN])
    assert (change.before, change.after) == ((41 * ONE, 60 * ONE), (40 * ONE, 60 * ONE))


async def test_counts_that_disagree_again_and_again_have_delegations_read_anew_once_a_day(delegated: House) -> None:
    """So a server whose own token answers otherwise each time keeps nobody else from voting by delegations."""
    delegated.tampered = True  # it writes behind the log's back
    _, ben, _ = delegated.members

    async def read_anew_by(votes: int) -> int:
        proposals = [await delegated.submit() for _ in range(votes)]
        for proposal in proposals:
            await delegated.vote(proposal, ben, 1)
            (ballot,) = await delegated.ballots(proposal)
            async with delegated.app.store.write() as repos:
                await repos.ballots.cast(_with(ballot, (41 * ONE, 60 * ONE)))
                await repos.commit()
        await delegated.end(proposals[-1])
        delegated.chain.ranges.clear()
        assert await delegated.app.lifecycle.close_due() == votes
        for proposal in proposals:
            result = (await delegated.stored(proposal)).result
            assert result is not None
            assert result.tally.scores == (100 * ONE, 0, 0)
        return len([first for first, _ in delegated.chain.ranges if first == 0])

    assert [await read_anew_by(votes=3), await read_anew_by(votes=2)] == [1, 1], "days lie between them"


async def test_what_does_not_depend_on_voters_must_agree_at_the_close_where_one_alone_tells_it(
    delegated: House,
) -> None:
    delegated.tampered = True  # it writes behind the log's back
    delegated.chain.witnesses = ("one",)
    _, ben, _ = delegated.members
    proposal = await delegated.submit()
    await delegated.vote(proposal, ben, 1)
    (ballot,) = await delegated.ballots(proposal)
    async with delegated.app.store.write() as repos:
        await repos.ballots.cast(_with(ballot, (41 * ONE, 60 * ONE)))
        await repos.commit()
    await delegated.end(proposal)
    assert await delegated.app.lifecycle.close_due() == 0
    assert (await delegated.stored(proposal)).result is None


async def test_presses_at_once_by_a_delegate_and_his_delegator_count_once(delegated: House) -> None:
    ann, ben, cid = delegated.members
    proposal = await delegated.submit()
    await asyncio.gather(*(delegated.vote(proposal, member, 1) for member in (ben, ann, cid, ben, ann)))
    assert await powers(delegated, proposal) == {ANN: 60, BEN: 40, CID: 5}


async def test_a_delegation_after_the_snapshot_counts_only_for_the_next_vote(delegated: House) -> None:
    _, ben, cid = delegated.members
    first = await delegated.submit()
    delegated.chain.register(ANN, None)
    delegated.chain.register(ANN, CID)
    second = await delegated.submit()
    assert (await delegated.vote(second, cid, 1)).power == 65 * ONE
    assert (await delegated.vote(first, cid, 1)).power == 5 * ONE
    assert (await delegated.vote(first, ben, 1)).power == 100 * ONE


async def test_what_is_indexed_is_not_asked_again(delegated: House) -> None:
    _, ben, cid = delegated.members
    proposal = await delegated.submit()
    await delegated.vote(proposal, ben, 1)
    await delegated.vote(proposal, cid, 1)
    later = await delegated.submit()
    delegated.chain.register(BEN, CID)
    again = await delegated.submit()
    await delegated.vote(later, ben, 1)
    await delegated.vote(again, cid, 1)
    ends = [0]
    for first, last in delegated.chain.ranges:
        assert first == (ends[-1] + 1 if ends[-1] else 0), "each range begins where the one before ended"
        ends.append(last)


async def test_an_index_that_the_chain_has_left_is_made_anew(delegated: House) -> None:
    delegated.chain.mine(3)
    index = StoredIndex(delegated.app.store)
    served = Delegations(index=index, chain=delegated.chain)
    ids = ("0x" + "00" * 32,)
    assert [event.delegate for event in await served.at(delegated.chain.head, ids)] == [BEN]
    delegated.chain.registered.clear()
    delegated.chain.blocks[-1] = a_block(delegated.chain.head.number, hash="0x" + "fe" * 32)
    delegated.chain.register(ANN, CID)
    assert [event.delegate for event in await served.at(delegated.chain.head, ids)] == [CID]


async def test_an_unreadable_registry_makes_power_unknown_and_never_zero(delegated: House) -> None:
    _, ben, _ = delegated.members
    proposal = await delegated.submit()
    delegated.chain.register(CID, BEN)
    delegated.chain.down = ChainFault.UNREACHABLE
    with pytest.raises(ChainUnavailable):
        await delegated.vote(proposal, ben, 1)
    assert await delegated.ballots(proposal) == []


async def test_the_registry_is_read_when_the_strategy_is_configured(house: House) -> None:
    await house.app.spaces.set_strategies(GUILD, json.dumps(TAKING))
    assert house.chain.ranges, "what the first vote needs is indexed, and the registry is there"


async def test_chains_of_strategies_inside_others_must_be_configured(house: House) -> None:
    nested = {
        "name": "recusal-list",
        "network": "31337",
        "params": {"addresses": [], "strategy": a_strategy(network=10).to_json()},
    }
    with refused("10 is not configured"):
        await house.app.spaces.set_strategies(GUILD, json.dumps([nested]))


async def test_tokens_of_strategies_inside_others_are_looked_at(house: House) -> None:
    wrong = a_strategy(params={"address": TOKEN, "decimals": 6}).to_json()
    nested = {"name": "recusal-list", "network": "31337", "params": {"addresses": [], "strategy": wrong}}
    with refused("the contract says 18"):
        await house.app.spaces.set_strategies(GUILD, json.dumps([nested]))


async def test_whoever_is_recused_lends_no_power_to_a_delegate_either(delegated: House) -> None:
    ann, ben, cid = delegated.members
    proposal = await delegated.submit()
    await delegated.vote(proposal, ben, 1)
    await delegated.app.recusals.recuse(GUILD, proposal.id, ann, by=ann, moderator=False)
    assert (await powers(delegated, proposal))[BEN] == 40
    assert (await delegated.app.power.report(GUILD, ben, proposal.number)).total == 40 * ONE
    await delegated.vote(proposal, cid, 2)
    assert (await delegated.vote(proposal, ben, 1)).power == 40 * ONE
    await delegated.end(proposal)
    assert await delegated.app.lifecycle.close_due() == 1
    result = (await delegated.stored(proposal)).result
    assert result is not None
    assert result.tally.scores == (40 * ONE, 5 * ONE, 0)


WITH_DELEGATORS = [
    {
        "name": "erc20-balance-of-with-delegation",
        "network": "31337",
        "params": {"address": TOKEN, "symbol": "VITA", "decimals": 18, "delegationSpace": ""},
    },
]


async def test_delegations_that_a_count_disagrees_with_are_read_anew_before_it_corrects_a_vote(
    delegated: House,
) -> None:
    await delegated.app.spaces.set_strategies(GUILD, json.dumps(WITH_DELEGATORS))
    _, ben, _ = delegated.members
    proposal = await delegated.submit()
    assert (await delegated.vote(proposal, ben, 1)).power == 100 * ONE
    index = StoredIndex(delegated.app.store)
    (kept,) = await index.extents(delegated.chain.chain)
    await index.put([], kept)  # as if it had been read so, and two had said it
    delegated.chain.ranges.clear()
    await delegated.end(proposal)
    assert await delegated.app.lifecycle.close_due() == 1
    result = (await delegated.stored(proposal)).result
    assert result is not None
    assert result.tally.scores == (100 * ONE, 0, 0)
    assert len(delegated.chain.ranges) == 1
    assert len(await index.within(delegated.chain.chain, 0, delegated.chain.head.number)) == 1


@pytest.fixture
async def crowd(delegated: House) -> House:
    """Anybody may have as many delegations stand in the registry as they pay for, for every space and of no use."""
    delegated.chain.mine(1)
    block = delegated.chain.head
    events = [
        Delegation(delegator=an_address(1_000 + at), id=EVERYWHERE, delegate=CID, block=block.number, index=at)
        for at in range(5_000)
    ]
    await StoredIndex(delegated.app.store).put(events, Extent(first=0, last=block, witnesses=("one", "other")))
    return delegated


async def test_very_many_delegations_are_read_and_looked_through_beside_everybody_else(
    crowd: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    where: list[threading.Thread] = []
    turns = 0

    def looked(records: Iterable[Delegation]) -> dict[Address, Address]:
        where.append(threading.current_thread())
        return in_force(records)

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    monkeypatch.setattr(typed_reads, "in_force", looked)
    monkeypatch.setattr(registry_index, "in_force", looked)
    proposal = await crowd.submit()
    await crowd.vote(proposal, crowd.members[1], 1)
    await crowd.end(proposal)
    assert await crowd.app.lifecycle.close_due() == 1
    assert len(where) >= 3
    assert threading.main_thread() not in where
    waiting = asyncio.create_task(others())
    found = await StoredIndex(crowd.app.store).of(crowd.chain.chain, (EVERYWHERE,), crowd.chain.head.number)
    waiting.cancel()
    assert len(found) >= 5_000
    assert turns >= 20, "all waited for all of it"
