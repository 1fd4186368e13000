"""Opening and counting: late, twice, interrupted, on a chain that fails; the result is the same or waits."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.power.chain_reads import Answers
from bot.domain.proposals.proposal import GRACE, State
from bot.domain.proposals.vote_rules import Rules
from bot.domain.shared.errors import ChainFault
from bot.domain.voting import Verdict
from bot.services.proposals.counting.count_notices import PATIENCE
from tests.builders import GUILD, ONE, an_address
from tests.services.conftest import House


async def test_a_delayed_proposal_opens_once_and_is_announced(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, delay=3_600)
    proposal = await house.submit()
    assert await house.app.lifecycle.open_due() == 0
    assert proposal.terms is not None
    house.clock.time = proposal.terms.start
    assert await house.app.lifecycle.open_due() == 1
    assert await house.app.lifecycle.open_due() == 0
    assert await house.said() == [f"proposal/{proposal.id}/card", f"proposal/{proposal.id}/opened"]


async def test_a_proposal_without_delay_is_open_at_once_and_its_card_says_so(house: House) -> None:
    proposal = await house.submit()
    assert await house.app.lifecycle.open_due() == 0
    assert await house.said() == [f"proposal/{proposal.id}/card"]


async def test_the_count_waits_for_the_grace_and_is_made_once(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.vote(proposal, ben, 2)
    await house.end(proposal, late=GRACE - 1)
    assert await house.app.lifecycle.close_due() == 0
    await house.end(proposal)
    assert sorted(await asyncio.gather(house.app.lifecycle.close_due(), house.app.lifecycle.close_due())) == [0, 1]
    assert await house.app.lifecycle.close_due() == 0
    closed = await house.stored(proposal)
    assert closed.state(house.clock.now()) is State.CLOSED
    assert closed.result is not None
    assert closed.result.tally.scores == (60 * ONE, 40 * ONE, 0)
    assert closed.result.outcome.verdict is Verdict.PASSED
    assert (await house.said()).count(f"proposal/{proposal.id}/result") == 1


async def test_a_vote_that_ended_while_the_bot_was_down_closes_by_its_stored_time(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 2)
    await house.end(proposal, late=10 * 86_400)
    assert await house.app.lifecycle.close_due() == 1
    closed = await house.stored(proposal)
    assert closed.result is not None
    assert closed.result.outcome.verdict is Verdict.REJECTED
    assert closed.terms is not None
    assert closed.result.counted_at == house.clock.now() > closed.terms.end


async def test_the_quorum_counts_every_ballot_and_is_that_of_submission(house: House) -> None:
    ann = await house.member(1, tokens=60)
    await house.app.spaces.set_voting(GUILD, rules=Rules(quorum="60.000000000000000001"))
    proposal = await house.submit()
    await house.app.spaces.set_voting(GUILD, rules=Rules(quorum="1"))
    await house.vote(proposal, ann, 1)
    await house.end(proposal)
    await house.app.lifecycle.close_due()
    result = (await house.stored(proposal)).result
    assert result is not None
    assert result.outcome.verdict is Verdict.NO_QUORUM


@pytest.mark.parametrize("fault", [ChainFault.UNREACHABLE, ChainFault.NEEDS_ARCHIVE, ChainFault.DISAGREEMENT])
async def test_an_unreadable_chain_defers_the_count_and_tells_moderators_and_the_log_once(
    house: House, fault: ChainFault, caplog: pytest.LogCaptureFixture
) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    house.chain.down = fault
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 0
    await house.end(proposal, late=GRACE + PATIENCE)
    for _ in range(3):
        assert await house.app.lifecycle.close_due() == 0
    assert (await house.stored(proposal)).state(house.clock.now()) is State.HELD
    assert [key for key in await house.said() if key.startswith("notice/")] == [f"notice/{GUILD}/held/{proposal.id}"]
    assert sum("waits" in record.getMessage() for record in caplog.records) == 1
    house.chain.down = None
    assert await house.app.lifecycle.close_due() == 1
    assert (await house.stored(proposal)).state(house.clock.now()) is State.CLOSED


async def test_one_wallet_without_an_answer_decides_nothing(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.vote(proposal, ben, 2)
    house.chain.silent.add(an_address(2))
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 0
    house.chain.silent.clear()
    assert await house.app.lifecycle.close_due() == 1


async def test_tokens_moved_after_the_snapshot_change_no_result(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    house.chain.give(an_address(1), 0)
    house.chain.give(an_address(2), 100 * ONE)
    await house.vote(proposal, ben, 2)
    await house.end(proposal)
    await house.app.lifecycle.close_due()
    result = (await house.stored(proposal)).result
    assert result is not None
    assert result.tally.scores == (60 * ONE, 40 * ONE, 0)


async def test_a_vote_without_ballots_asks_the_chain_for_the_time_alone(house: House) -> None:
    proposal = await house.submit()
    await house.end(proposal)
    house.chain.down = ChainFault.UNREACHABLE
    assert await house.app.lifecycle.close_due() == 0
    house.chain.down, reads = None, house.chain.reads
    assert await house.app.lifecycle.close_due() == 1
    assert house.chain.reads == reads
    result = (await house.stored(proposal)).result
    assert result is not None
    assert result.outcome.verdict is Verdict.NO_QUORUM


async def test_a_ballot_that_arrives_while_the_count_reads_the_chain_is_in_the_next_count(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=100)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    read = house.chain.read

    async def meanwhile(*args: Any, **kwargs: Any) -> list[Answers]:
        monkeypatch.setattr(house.chain, "read", read)
        assert proposal.terms is not None
        house.clock.time = proposal.terms.end
        await house.vote(proposal, ben, 2)
        await house.end(proposal)
        return await read(*args, **kwargs)

    monkeypatch.setattr(house.chain, "read", meanwhile)
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 0
    assert await house.app.lifecycle.close_due() == 1
    result = (await house.stored(proposal)).result
    assert result is not None
    assert result.tally.scores == (60 * ONE, 100 * ONE, 0)


async def test_one_count_that_fails_keeps_no_other_from_being_made(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await house.member(1, tokens=60)
    first, second = await house.submit(), await house.submit()
    await house.vote(first, ann, 1)
    monkeypatch.setattr(house.chain, "read", None)
    await house.end(second)
    assert await house.app.lifecycle.close_due() == 1
    assert (await house.stored(first)).result is None
    assert (await house.stored(second)).result is not None
    assert "is tried again" in caplog.text
    house.clock.time += PATIENCE
    await house.app.lifecycle.close_due()
    assert (await house.stored(first)).state(house.clock.now()) is State.HELD
