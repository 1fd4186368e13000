"""Ballots: what is acknowledged is stored once, with the power at the snapshot, and counts to the end."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.domain.power.chain_reads import Answers
from bot.domain.proposals.proposal import GRACE
from bot.domain.shared.errors import (
    ChainFault,
    ChainUnavailable,
    InvalidInput,
    NoPower,
    NotFound,
    NotVoting,
    NoWallet,
    PowerUnknown,
)
from bot.domain.shared.types import GuildId, MemberId, ProposalId, Timestamp
from bot.domain.wallets.wallet import Wallet
from bot.services.voting.vote_casting import Voting
from tests.builders import CHAIN, GUILD, ONE, an_address
from tests.logs import link
from tests.presence import present
from tests.services.conftest import House


async def test_a_ballot_is_stored_with_the_power_at_the_snapshot(house: House) -> None:
    ann = await house.member(1, tokens=100)
    proposal = await house.submit()
    house.chain.give(an_address(1), 5 * ONE)
    house.chain.give(an_address(2), 95 * ONE)
    ben = await house.member(2)
    receipt = await house.vote(proposal, ann, 1)
    assert (receipt.power, receipt.mark, receipt.replaced) == (100 * ONE, 1, None)
    with pytest.raises(NoPower):
        await house.vote(proposal, ben, 2)
    (ballot,) = await house.ballots(proposal)
    assert (ballot.wallet, ballot.power, ballot.mark, ballot.receipt) == (an_address(1), 100 * ONE, 1, receipt.id)


async def test_a_second_ballot_replaces_the_first_and_the_history_is_kept(house: House) -> None:
    ann = await house.member(1, tokens=100)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    house.clock.time += 10
    receipt = await house.vote(proposal, ann, 2)
    assert receipt.replaced == 1
    assert [ballot.mark for ballot in await house.ballots(proposal)] == [2]
    async with house.app.store.read() as repos:
        assert [b.mark for b in await repos.ballots.history(proposal.id, an_address(1))] == [1, 2]


async def test_many_presses_at_once_by_one_member_leave_one_ballot(house: House) -> None:
    ann = await house.member(1, tokens=100)
    proposal = await house.submit()
    receipts = await asyncio.gather(*(house.vote(proposal, ann, 1 + n % 3) for n in range(30)))
    (ballot,) = await house.ballots(proposal)
    assert ballot.receipt in {receipt.id for receipt in receipts}
    view = await house.app.proposals.view(GUILD, proposal.number, ann)
    assert view.tally is not None
    assert (view.tally.total, view.tally.ballots) == (100 * ONE, 1)


async def test_the_last_press_counts_though_the_chain_answers_the_first_one_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await house.member(1, tokens=100)
    proposal = await house.submit()
    asked, answered, read = asyncio.Event(), asyncio.Event(), house.chain.read

    async def slow_at_first(*given: Any, **how: Any) -> list[Answers]:
        monkeypatch.setattr(house.chain, "read", read)
        asked.set()
        await answered.wait()
        return await read(*given, **how)

    monkeypatch.setattr(house.chain, "read", slow_at_first)
    first = asyncio.create_task(house.vote(proposal, ann, 1))
    await asked.wait()
    second = asyncio.create_task(house.vote(proposal, ann, 2))
    await asyncio.sleep(0.05)
    answered.set()
    assert (await first).replaced is None
    assert (await second).replaced == 1
    assert [ballot.mark for ballot in await house.ballots(proposal)] == [2]


async def test_a_wallet_whose_link_is_taken_away_while_its_power_is_read_casts_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.tampered = True  # it writes behind the log's back
    ann, ben = await house.member(1, tokens=100), MemberId(2)
    proposal = await house.submit()
    read = house.chain.read

    async def meanwhile(*given: Any, **how: Any) -> list[Answers]:
        monkeypatch.setattr(house.chain, "read", read)
        async with house.app.store.write() as repos:
            await repos.wallets.remove(GUILD, an_address(1))
            await link(repos, Wallet(guild=GUILD, member=ben, address=an_address(1), linked_at=Timestamp(1)))
            await repos.commit()
        await house.vote(proposal, ben, 2)
        return await read(*given, **how)

    monkeypatch.setattr(house.chain, "read", meanwhile)
    with pytest.raises(NoWallet):
        await house.vote(proposal, ann, 1)
    assert [(ballot.member, ballot.mark) for ballot in await house.ballots(proposal)] == [(ben, 2)]


async def test_all_wallets_with_power_vote_and_share_one_receipt(house: House) -> None:
    house.chain.give(an_address(2), 7 * ONE)
    ann = await house.member(1, tokens=100)
    async with house.app.store.write() as repos:
        for number in (2, 3):
            await link(repos, Wallet(guild=GUILD, member=ann, address=an_address(number), linked_at=Timestamp(1)))
        await repos.commit()
    proposal = await house.submit()
    receipt = await house.vote(proposal, ann, 1)
    assert receipt.power == 107 * ONE
    assert {power.total for power in receipt.powers} == {0, 7 * ONE, 100 * ONE}
    assert {(b.wallet, b.receipt) for b in await house.ballots(proposal)} == {
        (an_address(1), receipt.id),
        (an_address(2), receipt.id),
    }
    assert present(await house.app.voting.own_receipt(GUILD, proposal.number, ann)).power == 107 * ONE


async def test_a_wallet_votes_once_whoever_holds_its_link(house: House) -> None:
    ann = await house.member(1, tokens=100)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.app.wallets.unlink(GUILD, ann, an_address(1))
    eve = MemberId(666)
    async with house.app.store.write() as repos:
        await link(repos, Wallet(guild=GUILD, member=eve, address=an_address(1), linked_at=Timestamp(2)))
        await repos.commit()
    await house.vote(proposal, eve, 2)
    (ballot,) = await house.ballots(proposal)
    assert (ballot.member, ballot.mark) == (eve, 2)
    assert await house.app.voting.own_receipt(GUILD, proposal.number, ann) is None


async def test_what_a_wallet_cast_stays_when_it_is_unlinked_and_its_member_votes_with_another(house: House) -> None:
    house.chain.give(an_address(2), 7 * ONE)
    ann = await house.member(1, tokens=100)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.app.wallets.unlink(GUILD, ann, an_address(1))
    async with house.app.store.write() as repos:
        await link(repos, Wallet(guild=GUILD, member=ann, address=an_address(2), linked_at=Timestamp(2)))
        await repos.commit()
    house.clock.time += 5
    await house.vote(proposal, ann, 2)
    cast = {(ballot.wallet, ballot.mark, ballot.power) for ballot in await house.ballots(proposal)}
    assert cast == {(an_address(1), 1, 100 * ONE), (an_address(2), 2, 7 * ONE)}
    status = await house.app.voting.own_receipt(GUILD, proposal.number, ann)
    assert status is not None
    assert (status.mark, status.power) == (2, 7 * ONE), "the newest of what a member cast is shown"


async def test_a_member_without_a_wallet_is_told_so(house: House) -> None:
    proposal = await house.submit()
    with pytest.raises(NoWallet):
        await house.vote(proposal, MemberId(5), 1)


async def test_both_ends_of_the_window_take_ballots_and_nothing_beyond(house: House) -> None:
    ann = await house.member(1, tokens=1)
    await house.app.spaces.set_voting(GUILD, delay=3_600)
    proposal = await house.submit()
    with pytest.raises(NotVoting):
        await house.vote(proposal, ann, 1)
    assert proposal.terms is not None
    house.clock.time = proposal.terms.start
    await house.app.lifecycle.open_due()
    await house.vote(proposal, ann, 1)
    house.clock.time = proposal.terms.end
    await house.vote(proposal, ann, 2)
    house.clock.time = proposal.terms.end + 1
    with pytest.raises(NotVoting) as refused:
        await house.vote(proposal, ann, 1)
    assert refused.value.end == proposal.terms.end


async def test_a_press_before_the_end_counts_though_the_chain_answers_within_the_grace(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await house.member(1, tokens=1)
    proposal = await house.submit()
    assert proposal.terms is not None
    house.clock.time = proposal.terms.end
    slow(house, proposal.terms.end + GRACE - 1, monkeypatch)
    await house.vote(proposal, ann, 1)
    assert len(await house.ballots(proposal)) == 1


async def test_a_press_whose_power_is_known_only_after_the_count_is_refused_not_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await house.member(1, tokens=1)
    proposal = await house.submit()
    assert proposal.terms is not None
    house.clock.time = proposal.terms.end
    slow(house, proposal.terms.end + GRACE, monkeypatch)
    with pytest.raises(NotVoting):
        await house.vote(proposal, ann, 1)
    assert await house.ballots(proposal) == []


def slow(house: House, until: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the chain answer only at `until`."""
    read = house.chain.read

    async def late(*args: Any, **kwargs: Any) -> list[Answers]:
        house.clock.time = until
        return await read(*args, **kwargs)

    monkeypatch.setattr(house.chain, "read", late)


async def test_unknown_power_is_never_zero(house: House) -> None:
    ann = await house.member(1, tokens=100)
    proposal = await house.submit()
    house.chain.silent.add(an_address(1))
    with pytest.raises(PowerUnknown):
        await house.vote(proposal, ann, 1)
    house.chain.silent.clear()
    house.chain.down = ChainFault.LAGGING
    with pytest.raises(ChainUnavailable):
        await house.vote(proposal, ann, 1)
    assert await house.ballots(proposal) == []
    house.chain.down = None
    assert (await house.vote(proposal, ann, 1)).power == 100 * ONE


async def test_power_is_read_once_for_a_wallet_and_a_proposal(house: House) -> None:
    ann = await house.member(1, tokens=100)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    ben = await house.member(2)
    with pytest.raises(NoPower):
        await house.vote(proposal, ben, 1)
    house.chain.down = ChainFault.UNREACHABLE
    assert (await house.vote(proposal, ann, 2)).power == 100 * ONE
    with pytest.raises(NoPower):
        await house.vote(proposal, ben, 1)


async def test_forged_presses_are_refused(house: House) -> None:
    ann = await house.member(1, tokens=100)
    proposal = await house.submit()
    for mark in (0, 4, -1, True, "1", [1], None):
        with pytest.raises(InvalidInput):
            await house.vote(proposal, ann, mark)
    with pytest.raises(NotFound):
        await house.app.voting.cast(GUILD, ProposalId(999), ann, 1)
    with pytest.raises(NotFound):
        await house.app.voting.cast(GuildId(1), proposal.id, ann, 1)
    draft = await house.draft()
    with pytest.raises(NotVoting):
        await house.vote(draft, ann, 1)
    assert await house.ballots(proposal) == []


async def test_who_is_on_a_list_votes_again_with_the_power_that_was_stored(house: House) -> None:
    ann = await house.member(1)
    listed = {"name": "whitelist", "network": str(CHAIN), "params": {"addresses": [an_address(1)]}}
    await house.app.spaces.set_proposers(GUILD, power="none")
    await house.app.spaces.set_strategies(GUILD, json.dumps([listed]))
    proposal = await house.submit()
    assert (await house.vote(proposal, ann, 1)).power == 1
    assert (await house.vote(proposal, ann, 2)).replaced == 1
    assert (await house.ballots(proposal))[0].mark == 2


async def test_a_request_that_is_older_than_what_was_stored_replaces_nothing(house: House) -> None:
    """Discord took For and then Against; its answer to the acknowledgement of For came late."""
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=5)
    proposal = await house.submit()
    cast = house.app.voting.cast
    later, _ = await cast(GUILD, proposal.id, ann, 2, order=20)
    earlier, found = await cast(GUILD, proposal.id, ann, 1, order=10)
    assert (earlier.id, earlier.mark, found.id) == (later.id, 2, proposal.id)
    assert [ballot.mark for ballot in await house.ballots(proposal)] == [2]
    assert (await cast(GUILD, proposal.id, ben, 1, order=5))[0].mark == 1
    assert (await cast(GUILD, proposal.id, ann, 3, order=21))[0].replaced == 2


async def test_a_request_that_is_older_replaces_nothing_after_a_restart_either(house: House) -> None:
    """What the process knew is gone; whose press was the later one the database says."""
    ann, ben, cy = [await house.member(number, tokens=5 * number) for number in (1, 2, 3)]
    await house.app.member_delegations.give(GUILD, ben, cy)
    house.clock.time += 5
    proposal = await house.submit()
    for member in (ann, cy):
        await house.app.voting.cast(GUILD, proposal.id, member, 2, order=20)
    app = house.app
    again = Voting(store=app.store, clock=house.clock, power=app.power, clocks=app.clocks)
    for member in (ann, cy):
        receipt, _ = await again.cast(GUILD, proposal.id, member, 1, order=10)
        assert receipt.mark == 2
    assert [ballot.mark for ballot in await house.ballots(proposal)] == [2, 2, 2]
    receipt, _ = await again.cast(GUILD, proposal.id, ben, 1, order=15)
    assert receipt.mark == 1, "it is the first of this member's own, whatever a delegate cast later"
    assert (await again.cast(GUILD, proposal.id, ann, 3, order=21))[0].replaced == 2


async def test_any_press_replaces_a_ballot_that_no_press_cast(house: House) -> None:
    """A ballot from before presses were stored, and one that came another way, are replaced by any press."""
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 2)
    assert (await house.app.voting.cast(GUILD, proposal.id, ann, 1, order=10))[0].replaced == 2


async def test_an_older_request_counts_where_the_newer_one_was_refused(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    with pytest.raises(InvalidInput):
        await house.app.voting.cast(GUILD, proposal.id, ann, 9, order=20)
    assert (await house.app.voting.cast(GUILD, proposal.id, ann, 1, order=10))[0].mark == 1
