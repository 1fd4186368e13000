"""A vote neither opens nor ends by one clock: the machine's is held against Discord's and the chain's."""

from __future__ import annotations

import pytest

from bot.domain.announcements.moderator_notice import WaitingReason
from bot.domain.proposals.proposal import GRACE, Proposal, State
from bot.domain.shared.clock_agreement import STANDSTILL
from bot.domain.shared.errors import ChainFault, ClocksDiffer, NotAllowed, NotVoting, WrongState
from bot.domain.shared.types import MemberId, Timestamp
from bot.domain.voting import Verdict
from bot.domain.voting.ballot import Receipt
from bot.presentation.notices.notice_words import notice_words
from bot.services.proposals.counting.count_notices import PATIENCE
from tests.builders import AUTHOR, GUILD, MODERATORS, a_text, an_address
from tests.services.conftest import House

HOUR = 3_600


async def cast(house: House, proposal: Proposal, member: MemberId, mark: int, said: int) -> Receipt:
    receipt, _ = await house.app.voting.cast(GUILD, proposal.id, member, mark, said=Timestamp(said))
    return receipt


def fast(house: House, seconds: int) -> int:
    """Set the machine's clock so far ahead of the chain's and of Discord's; return what these say."""
    true = house.clock.time
    house.chain.stands = true
    house.clock.time += seconds
    return true


async def test_a_clock_that_runs_fast_does_not_end_a_vote(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=100)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    assert proposal.terms is not None
    house.clock.time = proposal.terms.end - HOUR
    true = fast(house, 2 * HOUR)
    assert await house.app.lifecycle.close_due() == 0
    await cast(house, proposal, ben, 2, said=true)
    house.chain.stands = proposal.terms.end + 1
    assert await house.app.lifecycle.close_due() == 1
    closed = await house.stored(proposal)
    assert closed.result is not None
    assert closed.result.outcome.verdict is Verdict.REJECTED
    assert [ballot.cast_at for ballot in await house.ballots(proposal)][-1] == true


async def test_nobody_votes_yet_and_a_fast_clock_does_not_count_that(house: House) -> None:
    proposal = await house.submit()
    assert proposal.terms is not None
    house.clock.time = proposal.terms.end - HOUR
    fast(house, 2 * HOUR)
    assert await house.app.lifecycle.close_due() == 0
    assert (await house.stored(proposal)).result is None


async def test_a_block_of_the_very_end_is_not_past_it(house: House) -> None:
    proposal = await house.submit()
    await house.end(proposal)
    assert proposal.terms is not None
    house.chain.stands = proposal.terms.end
    assert await house.app.lifecycle.close_due() == 0
    house.chain.stands = proposal.terms.end + 1
    assert await house.app.lifecycle.close_due() == 1


async def test_while_the_chain_says_that_it_is_not_over_a_vote_is_shown_open(house: House) -> None:
    proposal = await house.submit()
    assert proposal.terms is not None
    house.clock.time = proposal.terms.end - HOUR
    fast(house, 2 * HOUR)
    await house.app.clocks.watch()
    assert (await house.app.cards.current_view(proposal.id)).state is State.VOTING
    assert (await house.app.proposals.view(GUILD, proposal.number, AUTHOR)).state is State.VOTING
    house.chain.stands = house.clock.time
    await house.app.clocks.watch()
    assert (await house.app.cards.current_view(proposal.id)).state is State.CLOSING


async def test_while_the_chain_says_that_it_has_begun_a_vote_is_shown_open_by_a_clock_that_was_put_back(
    house: House,
) -> None:
    proposal = await house.submit()
    assert proposal.terms is not None
    house.clock.time += 600
    house.chain.stands = house.clock.time
    house.clock.time = proposal.terms.start - HOUR
    assert (await house.app.cards.current_view(proposal.id)).state is State.PENDING
    await house.app.clocks.watch()
    assert (await house.app.cards.current_view(proposal.id)).state is State.VOTING
    house.chain.stands = proposal.terms.start - 1
    await house.app.clocks.watch()
    assert (await house.app.cards.current_view(proposal.id)).state is State.PENDING


async def test_a_slow_clock_takes_no_vote_behind_the_end(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    assert proposal.terms is not None
    house.clock.time = proposal.terms.end + 5
    true = fast(house, -2 * HOUR)
    with pytest.raises(NotVoting):
        await cast(house, proposal, ann, 1, said=true)
    assert await house.ballots(proposal) == []


async def test_a_press_at_a_time_that_nobody_else_says_is_refused(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    house.clock.time += HOUR
    with pytest.raises(ClocksDiffer):
        await cast(house, proposal, ann, 1, said=house.clock.time + 10 * HOUR)
    assert await house.ballots(proposal) == []


async def test_a_press_counts_at_the_time_of_discord(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    assert proposal.terms is not None
    house.clock.time = proposal.terms.end + 30
    await cast(house, proposal, ann, 1, said=proposal.terms.end)
    assert [ballot.cast_at for ballot in await house.ballots(proposal)] == [proposal.terms.end]
    with pytest.raises(NotVoting):
        await cast(house, proposal, ann, 2, said=proposal.terms.end + 1)


async def test_a_vote_opens_once_its_chain_says_so_too(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, delay=2 * HOUR)
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    true = fast(house, 2 * HOUR)
    assert await house.app.lifecycle.open_due() == 0
    with pytest.raises(NotVoting):
        await cast(house, proposal, ann, 1, said=true)
    assert proposal.terms is not None
    house.chain.stands = proposal.terms.start
    assert await house.app.lifecycle.open_due() == 1


async def test_a_chain_that_cant_be_read_keeps_no_vote_shut(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, delay=HOUR)
    proposal = await house.submit()
    assert proposal.terms is not None
    house.clock.time = proposal.terms.start
    house.chain.down = ChainFault.UNREACHABLE
    assert await house.app.lifecycle.open_due() == 1


async def test_no_text_is_changed_and_nobody_recused_by_a_slow_clock(house: House) -> None:
    ann = await house.member(1, tokens=60)
    await house.app.spaces.set_voting(GUILD, delay=HOUR)
    proposal = await house.submit()
    assert proposal.terms is not None
    house.clock.time = proposal.terms.start + 5
    true = fast(house, -HOUR)
    assert proposal.cid is not None
    with pytest.raises(WrongState):
        await house.app.text_revisions.edit(
            GUILD,
            proposal.number,
            AUTHOR,
            a_text(title="Other"),
            proposal.choices,
            seen=proposal.cid,
            said=Timestamp(true),
        )
    house.clock.time = house.chain.stands = proposal.terms.end + 5
    true = fast(house, -HOUR)
    with pytest.raises(WrongState):
        await house.app.recusals.recuse(GUILD, proposal.id, ann, by=ann, moderator=False, said=Timestamp(true))
    with pytest.raises(WrongState):
        await house.app.withdrawals.withdraw(GUILD, proposal.number, AUTHOR, said=Timestamp(true))
    with pytest.raises(WrongState):
        await house.app.withdrawals.delete(GUILD, proposal.number, "gone", moderator=True, by=ann, said=Timestamp(true))


async def test_a_clock_that_is_put_back_lets_no_text_be_changed_under_votes(house: House) -> None:
    ann = await house.member(1, tokens=60)
    await house.app.spaces.set_voting(GUILD, delay=HOUR)
    proposal = await house.submit()
    assert proposal.terms is not None
    house.clock.time = proposal.terms.start
    await house.app.lifecycle.open_due()
    await house.vote(proposal, ann, 1)
    house.clock.time -= 60
    assert proposal.cid is not None
    with pytest.raises(WrongState):
        await house.app.text_revisions.edit(
            GUILD, proposal.number, AUTHOR, a_text(title="Other"), proposal.choices, seen=proposal.cid
        )


@pytest.mark.parametrize(("off", "words"), [(1_200, "20 minutes older than"), (-240, "4 minutes ahead of")])
async def test_a_clock_that_is_off_is_told_to_moderators_and_operator_once_a_day(
    house: House, off: int, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    await house.submit()
    fast(house, off)
    for _ in range(3):
        assert await house.app.clocks.watch() == 1
    told = [
        notice
        for notice in await house.app.notices.recent(await house.app.spaces.main(GUILD))
        if "minutes" in notice_words(notice.fact).problem
    ]
    assert len(told) == 1
    assert words in notice_words(told[0].fact).problem
    await house.said()
    assert [said.channel for said in house.voice.said if "/clock/" in said.key] == [MODERATORS]
    assert sum(words in record.getMessage() for record in caplog.records) == 1
    house.clock.time += 86_400
    assert house.chain.stands is not None
    house.chain.stands += 86_400
    await house.app.clocks.watch()
    assert (
        len(
            [
                notice
                for notice in await house.app.notices.recent(await house.app.spaces.main(GUILD))
                if "minutes" in notice_words(notice.fact).problem
            ]
        )
        == 2
    )


@pytest.mark.parametrize("off", [0, 150, -50])
async def test_a_quiet_minute_of_a_chain_is_told_to_nobody(house: House, off: int) -> None:
    await house.submit()
    fast(house, off)
    assert await house.app.clocks.watch() == 0


async def test_a_chain_that_stands_still_holds_the_count_and_says_so(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    assert proposal.terms is not None
    house.chain.stands = proposal.terms.end - 5
    await house.end(proposal, late=GRACE + PATIENCE)
    assert await house.app.lifecycle.close_due() == 0
    (told,) = [
        notice
        for notice in await house.app.notices.recent(await house.app.spaces.main(GUILD))
        if "waits" in notice_words(notice.fact).problem
    ]
    assert WaitingReason.NOT_PAST in notice_words(told.fact).problem
    assert "/proposal count" in notice_words(told.fact).remedy
    assert (await house.stored(proposal)).state(house.clock.now()) is State.HELD


async def test_a_moderator_has_a_vote_counted_an_hour_behind_its_end_by_two_clocks(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    assert proposal.terms is not None
    house.chain.stands = proposal.terms.end - 5
    await house.end(proposal, late=STANDSTILL)
    decide = house.app.lifecycle.count_without_chain
    with pytest.raises(NotAllowed):
        await decide(GUILD, proposal.number, by=ann, moderator=False)
    with pytest.raises(WrongState):
        await decide(GUILD, proposal.number, by=ann, moderator=True, said=proposal.terms.end)
    closed = await decide(GUILD, proposal.number, by=ann, moderator=True, said=Timestamp(house.clock.time))
    assert closed.result is not None
    assert closed.result.outcome.verdict is Verdict.PASSED
    with pytest.raises(WrongState):
        await decide(GUILD, proposal.number, by=ann, moderator=True, said=Timestamp(house.clock.time))


async def test_what_keeps_a_vote_from_its_count_keeps_a_moderator_from_having_it_counted(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    assert proposal.terms is not None
    house.chain.stands = proposal.terms.end - 5
    await house.end(proposal, late=STANDSTILL)
    house.chain.silent = {an_address(1)}
    decide = house.app.lifecycle.count_without_chain
    with pytest.raises(WrongState):
        await decide(GUILD, proposal.number, by=ann, moderator=True, said=Timestamp(house.clock.time))
    held = await house.stored(proposal)
    assert (held.result, held.held_reason) == (None, WaitingReason.UNREAD)


async def test_a_vote_whose_count_is_held_can_be_deleted_behind_its_end(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.end(proposal, late=GRACE + PATIENCE)
    with pytest.raises(WrongState):
        await house.app.withdrawals.delete(GUILD, proposal.number, "stuck", moderator=True, by=ann)
    house.chain.down = ChainFault.UNREACHABLE
    await house.app.lifecycle.close_due()
    await house.app.withdrawals.delete(GUILD, proposal.number, "stuck", moderator=True, by=ann)
    house.chain.down = None
    assert await house.app.lifecycle.close_due() == 0
    assert (await house.stored(proposal)).state(house.clock.now()) is State.WITHDRAWN


async def test_another_reason_for_which_a_count_waits_is_told_too(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    assert proposal.terms is not None
    house.chain.stands = proposal.terms.end
    await house.end(proposal, late=GRACE + PATIENCE)
    await house.app.lifecycle.close_due()
    house.chain.stands, house.chain.down = None, ChainFault.UNREACHABLE
    house.clock.time += 5
    for _ in range(2):
        await house.app.lifecycle.close_due()
    waits = [
        notice_words(notice.fact).problem
        for notice in await house.app.notices.recent(await house.app.spaces.main(GUILD))
        if "waits" in notice_words(notice.fact).problem
    ]
    assert len(waits) == 2


async def test_moderators_hear_before_the_end_that_a_count_would_wait_for_a_second_endpoint(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    house.chain.lies = {}
    await house.app.clocks.watch()
    assert await house.app.notices.recent(await house.app.spaces.main(GUILD)) == []
    assert proposal.terms is not None
    house.clock.time = proposal.terms.end - 20 * HOUR
    for _ in range(2):
        await house.app.clocks.watch()
    (told,) = await house.app.notices.recent(await house.app.spaces.main(GUILD))
    assert f"Voting on #{proposal.number} goes on" in notice_words(told.fact).problem
    assert "endpoint 2: it does not answer" in notice_words(told.fact).problem
    assert sum("would wait" in record.getMessage() for record in caplog.records) == 1
    await house.vote(proposal, ann, 1)
    house.chain.lies = None
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
