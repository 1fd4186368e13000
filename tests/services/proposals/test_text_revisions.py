"""A text is its author's until voting opens; every version is kept and named, every change told once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.hashing.content_id import cid
from bot.domain.audit.proposal_document import proposal_document
from bot.domain.proposals.proposal import MAX_VERSIONS, Proposal, State, Text
from bot.domain.shared.errors import (
    InvalidInput,
    NotAllowed,
    NotConfigured,
    NotFound,
    NotVoting,
    TextChanged,
    WrongState,
)
from bot.domain.shared.types import ChannelId, MemberId, MessageId
from bot.domain.spaces.space import Space
from bot.services.proposals.text_revisions import mark_of
from tests.builders import AUTHOR, GUILD, ONE, PROPOSALS, VOTER, a_text
from tests.refusals import refused
from tests.services.conftest import House
from tests.tables import connection_of

BASIC = ("For", "Against", "Abstain")
OTHER = a_text(body="We propose to fund a longer trial.")


async def _edit(
    house: House,
    proposal: Proposal,
    text: Text = OTHER,
    choices: tuple[str, ...] = BASIC,
    *,
    seen: str | None = None,
    author: int = AUTHOR,
) -> Proposal:
    seen = mark_of(await house.stored(proposal)) if seen is None else seen
    return await house.app.text_revisions.edit(GUILD, proposal.number, MemberId(author), text, choices, seen=seen)


async def _pending(house: House, delay: int = 600, **fields: Any) -> Proposal:
    await house.app.spaces.set_voting(GUILD, delay=delay, period=7_200)
    return await house.submit(**fields)


async def test_a_draft_is_edited_as_a_whole_and_leaves_no_version(house: House) -> None:
    draft = await house.draft(voting="approval", choices=("Mice", "Flies"))
    edited = await _edit(house, draft, a_text(title="Fund two studies"), ("Mice", "Flies", "Worms"))
    assert (edited.number, edited.text.title, edited.choices) == (1, "Fund two studies", ("Mice", "Flies", "Worms"))
    assert edited == await house.stored(draft)
    assert edited.cid is None
    async with house.app.store.read() as repos:
        assert await repos.versions.of(draft.id) == []
    assert await house.said() == []


async def test_a_draft_of_somebody_else_is_not_there(house: House) -> None:
    draft = await house.draft()
    with pytest.raises(NotFound):
        await _edit(house, draft, author=VOTER)


async def test_submission_names_the_proposal_by_all_that_is_voted_on(house: House) -> None:
    proposal = await _pending(house)
    stored, versions = await house.app.text_revisions.history(GUILD, proposal.number)
    assert stored.cid == cid(canonical(proposal_document(stored)))
    assert [(v.number, v.text, v.choices, v.cid, v.editor, v.written_at) for v in versions] == [
        (1, a_text(), BASIC, stored.cid, AUTHOR, stored.submitted_at)
    ]


async def test_an_edit_before_the_start_is_a_new_version_with_a_new_name(house: House) -> None:
    proposal = await _pending(house)
    house.clock.time += 60
    edited = await _edit(house, proposal)
    stored, (first, second) = await house.app.text_revisions.history(GUILD, proposal.number)
    assert stored == edited
    assert stored.cid == cid(canonical(proposal_document(stored))) == second.cid != first.cid == proposal.cid
    assert (second.number, second.text, second.written_at) == (2, OTHER, house.clock.now())
    assert (stored.terms, stored.author) == (proposal.terms, proposal.author)
    assert await house.app.text_revisions.change(proposal.id, 2) == (stored, first, second)


async def test_each_change_is_told_once_where_the_proposal_is_discussed(house: House) -> None:
    proposal = await _pending(house)
    await _edit(house, proposal)
    assert await house.said() == [f"proposal/{proposal.id}/card", f"proposal/{proposal.id}/text/2"]
    assert house.voice.said[-1].channel == PROPOSALS
    await house.app.cards.placed(proposal.id, channel=PROPOSALS, card=MessageId(77), thread=ChannelId(78))
    await _edit(house, proposal, a_text(summary="In short."))
    await house.said()
    assert (await house.said())[2:] == [f"proposal/{proposal.id}/text/3"]
    assert (house.voice.said[-1].channel, house.voice.said[-1].facts["version"]) == (78, 3)


async def test_a_change_makes_the_card_stale(house: House) -> None:
    proposal = await _pending(house)
    await house.app.cards.placed(proposal.id, channel=PROPOSALS, card=MessageId(77), thread=None)
    house.clock.time += 1
    await house.app.cards.drawn(proposal.id, house.clock.now())
    house.clock.time += 1
    assert await house.app.cards.stale(0) == []
    await _edit(house, proposal)
    assert await house.app.cards.stale(0) == [proposal.id]


async def test_the_same_text_again_changes_nothing_and_tells_nothing(house: House) -> None:
    proposal = await _pending(house)
    spaced = a_text(title="  Fund   the mouse study ")
    assert await _edit(house, proposal, spaced) == proposal
    assert len((await house.app.text_revisions.history(GUILD, proposal.number))[1]) == 1
    assert await house.said() == [f"proposal/{proposal.id}/card"]


async def test_a_change_that_can_not_be_told_is_not_stored_either(house: House) -> None:
    proposal = await _pending(house)
    async with house.app.store.write() as repos:
        await repos.proposals.save(replace(proposal, channel=None))
        await repos.commit()
    with pytest.raises(NotConfigured):
        await _edit(house, proposal)
    stored, versions = await house.app.text_revisions.history(GUILD, proposal.number)
    assert (stored.text, stored.cid, len(versions)) == (proposal.text, proposal.cid, 1)


async def test_nobody_but_the_author_puts_words_in_their_mouth(house: House) -> None:
    proposal = await _pending(house)
    with pytest.raises(NotAllowed):
        await _edit(house, proposal, author=VOTER)


async def test_what_is_not_a_proposal_is_refused_and_changes_nothing(house: House) -> None:
    proposal = await _pending(house, voting="approval", choices=("Mice", "Flies"))
    for text, choices in ((a_text(title=""), ("Mice", "Flies")), (OTHER, ("Mice",)), (OTHER, ("Mice", "mice"))):
        with pytest.raises(InvalidInput):
            await _edit(house, proposal, text, choices)
    assert await house.stored(proposal) == proposal


@pytest.mark.parametrize("early", [1, 0, -1])
async def test_an_edit_at_the_very_second_of_the_start_loses(house: House, early: int) -> None:
    ann = await house.member(1, tokens=5)
    proposal = await _pending(house)
    assert proposal.terms is not None
    house.clock.time = proposal.terms.start - early
    if early > 0:
        await _edit(house, proposal)
        with pytest.raises(NotVoting):
            await house.vote(proposal, ann, 1)
        assert proposal.terms is not None
        house.clock.time = proposal.terms.start
    else:
        with pytest.raises(WrongState):
            await _edit(house, proposal)
        with pytest.raises(NotVoting):
            await house.vote(proposal, ann, 1)
    await house.app.lifecycle.open_due()
    await house.vote(proposal, ann, 1)
    (ballot,) = await house.ballots(proposal)
    stored = await house.stored(proposal)
    assert ballot.cid == stored.cid
    assert (stored.cid == proposal.cid) is (early <= 0)


async def test_an_edit_that_waits_for_its_turn_until_voting_opens_loses(house: House) -> None:
    proposal = await _pending(house)
    assert proposal.terms is not None
    house.clock.time = proposal.terms.start - 1
    async with house.app.store.write():
        waiting = asyncio.create_task(_edit(house, proposal, seen=proposal.cid))
        await asyncio.sleep(0.05)
        house.clock.time += 1
    with pytest.raises(WrongState):
        await waiting
    assert await house.stored(proposal) == proposal


async def test_no_text_changes_once_voting_is_open_over_counted_or_taken_back(house: House) -> None:
    proposal, gone = await _pending(house), await _pending(house)
    await house.app.withdrawals.withdraw(GUILD, gone.number, AUTHOR)
    assert proposal.terms is not None
    for one, at in (
        (gone, 0),
        (proposal, proposal.terms.start),
        (proposal, proposal.terms.end + 1),
        (proposal, proposal.terms.end + 60),
    ):
        house.clock.time = max(at, house.clock.time)
        await house.app.lifecycle.close_due()
        with pytest.raises(WrongState):
            await _edit(house, one)
    assert (await house.stored(proposal)).state(house.clock.now()) is State.CLOSED
    assert len((await house.app.text_revisions.history(GUILD, proposal.number))[1]) == 1


async def test_of_two_edits_at_once_the_second_is_refused(house: House) -> None:
    proposal = await _pending(house)
    edits = [_edit(house, proposal, a_text(title=f"Title {n}"), seen=proposal.cid) for n in (1, 2, 3)]
    done = await asyncio.gather(*edits, return_exceptions=True)
    assert [type(one) for one in done].count(TextChanged) == 2
    (kept,) = [one for one in done if not isinstance(one, TextChanged)]
    assert await house.stored(proposal) == kept
    assert [v.number for v in (await house.app.text_revisions.history(GUILD, proposal.number))[1]] == [1, 2]


async def test_a_form_opened_on_an_older_text_changes_nothing(house: House) -> None:
    draft, proposal = await house.draft(), await _pending(house)
    seen_draft = mark_of(draft)
    await _edit(house, draft)
    with pytest.raises(TextChanged):
        await _edit(house, draft, a_text(title="Third"), seen=seen_draft)
    await _edit(house, proposal)
    with pytest.raises(TextChanged):
        await _edit(house, proposal, a_text(title="Third"), seen=proposal.cid)
    again = await house.draft()
    await house.app.proposals.submit(GUILD, again.number, AUTHOR, [next(iter((await _space(house)).proposer_roles))])
    with pytest.raises(TextChanged):
        await _edit(house, again, a_text(title="Third"), seen=mark_of(again))


async def _space(house: House) -> Space:
    return await house.app.spaces.main(GUILD)


async def test_versions_are_bounded(house: House) -> None:
    proposal = await _pending(house)
    for number in range(2, MAX_VERSIONS + 1):
        await _edit(house, proposal, a_text(title=f"Title {number}"))
    with refused("Withdraw"):
        await _edit(house, proposal)
    assert len((await house.app.text_revisions.history(GUILD, proposal.number))[1]) == MAX_VERSIONS


async def test_what_was_submitted_before_versions_were_kept_gets_its_first_with_the_first_edit(house: House) -> None:
    proposal = await _pending(house)
    async with house.app.store.write() as repos:
        await connection_of(repos).execute(sql("DELETE FROM texts"))
        await connection_of(repos).execute(sql("UPDATE proposals SET cid = NULL"))
        await repos.commit()
    await _edit(house, proposal)
    _, versions = await house.app.text_revisions.history(GUILD, proposal.number)
    assert [(v.number, v.text, v.cid == proposal.cid) for v in versions] == [(1, a_text(), True), (2, OTHER, False)]


async def test_ballots_name_what_they_are_cast_on(house: House) -> None:
    ann, bob = await house.member(1, tokens=5), await house.member(2, tokens=7)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.vote(proposal, bob, 2)
    assert {ballot.cid for ballot in await house.ballots(proposal)} == {proposal.cid}
    assert sum(ballot.power for ballot in await house.ballots(proposal)) == 12 * ONE
