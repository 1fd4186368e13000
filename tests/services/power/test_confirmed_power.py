"""No power that one endpoint told counts by that alone; what is stored otherwise is corrected, kept and told."""

from __future__ import annotations

import json

import pytest

from bot.domain.announcements.moderator_notice import WaitingReason
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.proposals.proposal import GRACE, Proposal, State
from bot.domain.shared.errors import ChainFault, ChainUnavailable, NoPower
from bot.domain.shared.types import MemberId, Units
from bot.domain.voting import Verdict
from bot.domain.voting.ballot import ChangeReason
from bot.domain.wallets.wallet import Wallet
from bot.presentation.notices.notice_words import notice_words
from bot.services.proposals.counting.count_notices import PATIENCE
from tests.builders import GUILD, ONE, TOKEN, an_address
from tests.logs import link
from tests.presence import present
from tests.services.conftest import House


async def powers(house: House, proposal: Proposal, *numbers: int) -> list[tuple[Units | None, bool]]:
    async with house.app.store.read() as repos:
        found = await repos.ballots.powers(proposal.id, [an_address(number) for number in numbers])
    return [(found[an_address(n)].total, found[an_address(n)].confirmed) for n in numbers if an_address(n) in found]


async def test_a_power_that_two_endpoints_told_is_read_once(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    reads = house.chain.reads
    await house.vote(proposal, ann, 2)
    assert house.chain.reads == reads
    assert await powers(house, proposal, 1) == [(60 * ONE, True)]


async def test_a_power_that_one_endpoint_told_is_marked_and_read_again_at_the_next_press(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    house.chain.lies = {an_address(1): 7 * ONE}
    first = await house.vote(proposal, ann, 1)
    assert (first.power, first.changes) == (7 * ONE, ())
    assert await powers(house, proposal, 1) == [(7 * ONE, False)]
    house.chain.lies = None
    second = await house.vote(proposal, ann, 1)
    assert second.power == 60 * ONE
    (change,) = second.changes
    assert (change.before, change.after, change.why) == ((7 * ONE,), (60 * ONE,), ChangeReason.READ_AGAIN)
    assert await powers(house, proposal, 1) == [(60 * ONE, True)]
    assert present(await house.app.voting.own_receipt(GUILD, proposal.number, ann)).changes == (change,)


async def test_a_zero_that_one_endpoint_told_takes_nobodys_vote(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    house.chain.lies = {an_address(1): 0}
    with pytest.raises(NoPower) as refused:
        await house.vote(proposal, ann, 1)
    assert not refused.value.powers[0].confirmed
    house.chain.lies = None
    assert (await house.vote(proposal, ann, 1)).power == 60 * ONE


async def test_of_a_chain_with_one_endpoint_a_zero_is_read_again_and_a_power_is_not(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2)
    proposal = await house.submit()
    house.chain.witnesses = ("one",)
    await house.vote(proposal, ann, 1)
    reads = house.chain.reads
    await house.vote(proposal, ann, 1)
    assert house.chain.reads == reads
    for _ in range(2):
        with pytest.raises(NoPower):
            await house.vote(proposal, ben, 1)
    assert house.chain.reads >= reads + 2


async def test_where_the_chain_cant_be_read_again_what_one_endpoint_told_still_casts_a_vote(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=5)
    proposal = await house.submit()
    house.chain.lies = {an_address(2): 0}
    await house.vote(proposal, ann, 1)
    with pytest.raises(NoPower):
        await house.vote(proposal, ben, 1)
    house.chain.down = ChainFault.UNREACHABLE
    assert (await house.vote(proposal, ann, 2)).power == 60 * ONE
    with pytest.raises(ChainUnavailable):
        await house.vote(proposal, ben, 1)


async def test_the_count_corrects_what_one_endpoint_told_and_goes_on(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    house.chain.lies = {an_address(1): 7 * ONE}
    await house.vote(proposal, ann, 1)
    house.chain.lies = None
    await house.vote(proposal, ben, 2)
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    closed = await house.stored(proposal)
    assert closed.result is not None
    assert closed.result.tally.scores == (60 * ONE, 40 * ONE, 0)
    assert closed.result.outcome.verdict is Verdict.PASSED
    assert await powers(house, proposal, 1, 2) == [(60 * ONE, True), (40 * ONE, True)]
    (change,) = present(await house.app.voting.own_receipt(GUILD, proposal.number, ann)).changes
    assert (change.before, change.after, change.why) == ((7 * ONE,), (60 * ONE,), ChangeReason.COUNT)
    assert change.at == closed.result.counted_at
    (told,) = [
        notice
        for notice in await house.app.notices.recent(await house.app.spaces.main(GUILD))
        if "another power" in notice_words(notice.fact).problem
    ]
    assert "60 instead of 7" in notice_words(told.fact).problem
    assert "corrected the power of 1 wallets" in caplog.text
    entries = []
    async with house.app.store.read() as repos:
        async for part in repos.log.entries(GUILD):
            entries += [json.loads(entry.content) for entry in part]
    (counted,) = [entry for entry in entries if entry["kind"] == Kind.CLOSED]
    assert counted["corrected"] == {an_address(1): {"before": [str(7 * ONE)], "after": [str(60 * ONE)]}}
    assert counted["votes"]["rescored"] == {an_address(1): [str(60 * ONE)]}


async def test_a_vote_whose_power_was_none_at_all_counts_for_nothing(house: House) -> None:
    ann, ben = await house.member(1), await house.member(2, tokens=40)
    proposal = await house.submit()
    house.chain.lies = {an_address(1): 70 * ONE}
    await house.vote(proposal, ann, 1)
    house.chain.lies = None
    await house.vote(proposal, ben, 2)
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    result = (await house.stored(proposal)).result
    assert result is not None
    assert result.tally.scores == (0, 40 * ONE, 0)


async def test_while_one_endpoint_alone_answers_nothing_is_counted(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    house.chain.lies = {}
    await house.end(proposal, late=GRACE + PATIENCE)
    assert await house.app.lifecycle.close_due() == 0
    assert (await house.stored(proposal)).state(house.clock.now()) is State.HELD
    house.chain.lies = None
    assert await house.app.lifecycle.close_due() == 1


async def test_an_only_endpoint_that_contradicts_itself_is_believed_once_it_says_so_for_a_while(house: House) -> None:
    ann = await house.member(1, tokens=60)
    house.chain.witnesses = ("one",)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.rewrite_power(proposal, 1, tokens=61)
    for late in (GRACE, GRACE + PATIENCE - 1):
        await house.end(proposal, late=late)
        assert await house.app.lifecycle.close_due() == 0
    await house.end(proposal, late=GRACE + PATIENCE)
    assert await house.app.lifecycle.close_due() == 1
    result = (await house.stored(proposal)).result
    assert result is not None
    assert result.tally.scores == (60 * ONE, 0, 0)


async def test_an_only_endpoint_that_says_something_else_each_time_decides_nothing(house: House) -> None:
    ann = await house.member(1, tokens=60)
    house.chain.witnesses = ("one",)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    for turn in range(4):
        house.chain._balances[TOKEN, an_address(1)][-1] = (1, (50 + turn) * ONE)
        await house.end(proposal, late=GRACE + turn * PATIENCE)
        assert await house.app.lifecycle.close_due() == 0
    held = await house.stored(proposal)
    assert held.held_reason == WaitingReason.DIFFERS
    assert held.state(house.clock.now()) is State.HELD


async def second_wallet(house: House, member: MemberId, tokens: int) -> None:
    """Link the second address to the member, and give it whole `tokens`."""
    house.chain.give(an_address(2), tokens * ONE)
    async with house.app.store.write() as repos:
        await link(repos, Wallet(guild=GUILD, member=member, address=an_address(2), linked_at=house.clock.now()))
        await repos.commit()


async def test_a_later_vote_is_that_of_a_wallet_too_of_which_one_endpoint_told_zero_by_then(house: House) -> None:
    ann = await house.member(1, tokens=60)
    await second_wallet(house, ann, tokens=40)
    proposal = await house.submit()
    house.chain.lies = {}
    assert (await house.vote(proposal, ann, 1)).power == 100 * ONE
    house.chain.lies = {an_address(2): 0}
    assert (await house.vote(proposal, ann, 2)).power == 60 * ONE
    house.chain.lies = None
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    result = (await house.stored(proposal)).result
    assert result is not None
    assert result.tally.scores == (0, 100 * ONE, 0)


async def test_a_zero_that_one_endpoint_told_of_one_wallet_of_two_takes_no_vote_from_the_count(house: House) -> None:
    ann = await house.member(1, tokens=60)
    await second_wallet(house, ann, tokens=40)
    proposal = await house.submit()
    house.chain.lies = {an_address(2): 0}
    assert (await house.vote(proposal, ann, 1)).power == 60 * ONE
    house.chain.lies = None
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    result = (await house.stored(proposal)).result
    assert result is not None
    assert result.tally.scores == (100 * ONE, 0, 0)


async def test_a_later_vote_is_that_of_a_wallet_too_which_its_former_holder_voted_with(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), MemberId(7)
    await second_wallet(house, ben, tokens=40)
    proposal = await house.submit()
    house.chain.lies = {}
    await house.vote(proposal, ben, 1)
    await house.app.wallets.unlink(GUILD, ben, an_address(2))
    await second_wallet(house, ann, tokens=40)
    house.chain.lies = {an_address(2): 0}
    await house.vote(proposal, ann, 2)
    house.chain.lies = None
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    result = (await house.stored(proposal)).result
    assert result is not None
    assert result.tally.scores == (0, 100 * ONE, 0)


async def test_a_wallet_without_power_that_two_endpoints_or_an_only_one_told_of_has_no_ballot(house: House) -> None:
    ann = await house.member(1, tokens=60)
    await second_wallet(house, ann, tokens=0)
    for witnesses in (("one", "other"), ("one",)):
        house.chain.witnesses = witnesses
        proposal = await house.submit()
        await house.vote(proposal, ann, 1)
        assert [ballot.wallet for ballot in await house.ballots(proposal)] == [an_address(1)]
