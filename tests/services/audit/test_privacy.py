"""What is stored on a member is told whole, and goes when they ask; what results need stays without them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import BigInteger, text

from bot.domain.announcements.announcement import Topic
from bot.domain.proposals.proposal import GRACE, Proposal
from bot.domain.shared.types import ChannelId, MemberId, MessageId
from bot.services.audit.privacy import Forgotten
from bot.storage.repositories.audit.personal_data import NAMED, THEIRS
from bot.storage.tables import metadata
from bot.storage.tables.base import kept_of
from tests.builders import AUTHOR, CHAIN, GUILD, ONE, TOKEN, TREASURY, an_address
from tests.logs import disagreements
from tests.presence import present
from tests.services.conftest import House
from tests.tables import connection_of

NO_PERSON = {
    "added_at", "amount", "announcements_channel", "archived_at", "at",
    "attempted_at", "audit_channel", "beat", "block",
    "block_time", "campaign", "card", "cast_at", "chain", "channel", "checked_at", "cleared_at", "counted_at",
    "created_at",
    "deadline", "ends_at", "expires_at", "first", "given_at", "given_up_at", "guild", "id", "issued_at",
    "joined_at", "last",
    "last_time", "linked_at", "made_at", "message", "moderators_channel", "moved_at", "next_at", "opened_at",
    "pid", "press", "proposal", "proposals_channel", "proved_at", "reached_at", "removed_at", "renewed_at", "retry_at",
    "role",
    "seq", "shown_at", "since", "space", "starts_at", "submitted_at", "thread", "told_at", "touched_at", "until",
    "used_at", "voting_delay", "voting_period", "withdrawn_at", "written_at",
    "lasts_until",
}  # fmt: skip
"""Columns of that type that never name a person: times, places, numbers, and ids of other things."""


async def _dump(house: House) -> str:
    """Everything that every table holds."""
    rows: list[str] = []
    async with house.app.store.read() as repos:
        for table in metadata.tables.values():
            rows += [str(tuple(row)) for row in await connection_of(repos).execute(table.select())]
    return "\n".join(rows)


async def _forget(house: House, member: MemberId) -> Forgotten | None:
    preview = await house.app.privacy.preview(GUILD, member)
    return await house.app.privacy.forget(GUILD, member, preview.agreed)


def test_every_column_that_could_name_a_person_is_covered() -> None:
    covered = {(table.name, column) for table, columns in {**THEIRS, **NAMED}.items() for column in columns}
    wide = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, BigInteger) or isinstance(getattr(column.type, "impl", None), BigInteger)
    }
    assert covered <= wide
    assert {(table, column) for table, column in wide - covered if column not in NO_PERSON} == set()


def test_every_fact_that_holds_a_person_inside_a_text_is_covered() -> None:
    inside = {table.name: kept_of(table).inside for table in metadata.tables.values() if kept_of(table).inside}
    assert inside == {"proposals": "recusals", "outbox": "facts"}


async def _life(house: House) -> tuple[int, int, Proposal, Proposal]:
    """A member of whom every table knows something, and the open vote they are in."""
    app = house.app
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    await app.wallets.challenge(GUILD, ann, an_address(9), guild_name="Commons", member_name="ann")
    await app.member_delegations.give(GUILD, ben, ann)
    house.clock.time += 2
    await house.draft(author=ann)
    mine = await house.submit(author=ann)
    await house.vote(mine, ann, 1)
    out = await house.submit()
    await house.said()
    async with app.store.write() as repos:
        for proposal in (mine, out):
            found = present(await repos.proposals.get(proposal.id))
            carded = replace(found, card=MessageId(700 + proposal.id), thread=ChannelId(800 + proposal.id))
            await repos.proposals.save(carded)
        await repos.commit()
    await app.reasons.give(GUILD, mine.id, ann, "because of the mice")
    await app.recusals.recuse(GUILD, out.id, ann, by=ann, moderator=False)
    house.chain.give(TREASURY, 5 * ONE)
    await app.treasury.watch(
        await app.spaces.main(GUILD), ann, chain=CHAIN, holder=TREASURY, token=TOKEN, label="Treasury"
    )
    await house.said()
    return ann, ben, mine, out


async def test_all_that_is_stored_is_told_and_nothing_of_others(house: House) -> None:
    ann, ben, _, _ = await _life(house)
    told = json.loads(await house.app.privacy.export(GUILD, MemberId(ann)))
    assert (told["guild"], told["member"]) == (str(GUILD), str(ann))
    stored = told["stored"]
    for table in ("wallets", "challenges", "mandates", "ballots", "powers", "proposals", "texts", "watches", "outbox"):
        assert stored[table], table
    assert len(stored["log"]) >= 7
    assert {row["topic"] for row in stored["outbox"]} >= {Topic.REASON, Topic.RECUSAL}
    theirs = json.loads(await house.app.privacy.export(GUILD, MemberId(ben)))["stored"]
    assert theirs["wallets"]
    assert "because of the mice" not in json.dumps(theirs)
    nobody = json.loads(await house.app.privacy.export(GUILD, MemberId(5)))["stored"]
    assert not any(nobody.values())


async def test_after_forgetting_the_database_holds_nothing_of_the_person(house: House) -> None:
    ann, ben, _, _ = await _life(house)
    assert str(ann) in await _dump(house)
    done = await _forget(house, MemberId(ann))
    dump = await _dump(house)
    assert str(ann) not in dump
    assert an_address(9) not in dump
    assert "because of the mice" not in dump
    assert str(ben) in dump
    assert done is not None
    assert (done.cards, done.messages) == (2, 2)
    assert not any(json.loads(await house.app.privacy.export(GUILD, MemberId(ann)))["stored"].values())
    assert await disagreements(house.app.store, GUILD) == []


async def test_cards_are_drawn_again_and_messages_taken_down(house: House) -> None:
    ann, _, mine, out = await _life(house)
    before = {told.topic: house.voice.said.index(told) + 1 for told in house.voice.said}
    house.clock.time += 60
    await _forget(house, MemberId(ann))
    assert set(await house.app.cards.stale(0)) == {mine.id, out.id}
    assert (await house.stored(mine)).author == 0
    (recusal,) = (await house.stored(out)).recusals
    assert (recusal.member, recusal.by) == (0, 0)
    await house.said()
    gone = {told.facts["message"] for told in house.voice.said if told.topic is Topic.TAKEN_DOWN}
    assert gone == {before[Topic.REASON], before[Topic.RECUSAL]}


async def test_what_is_not_said_yet_is_never_said(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2)
    proposal = await house.submit()
    await house.said()
    await house.app.recusals.recuse(GUILD, proposal.id, ann, by=ben, moderator=True)
    await _forget(house, ann)
    assert not [key for key in await house.said() if "recusal" in key]


async def test_a_vote_of_theirs_keeps_counting_to_the_result(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.vote(proposal, ben, 2)
    preview = await house.app.privacy.preview(GUILD, ann)
    assert preview.votes == (proposal.number,)
    await house.app.privacy.forget(GUILD, ann, preview.agreed)
    terms = (await house.stored(proposal)).terms
    assert terms is not None
    house.clock.time = terms.end + GRACE
    assert await house.app.lifecycle.close_due() == 1
    result = (await house.stored(proposal)).result
    assert result is not None
    assert (result.tally.scores[0], result.tally.scores[1]) == (60 * ONE, 40 * ONE)
    assert (await house.app.privacy.preview(GUILD, ben)).votes == ()


async def test_a_vote_cast_since_they_were_told_is_asked_about_again(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    preview = await house.app.privacy.preview(GUILD, ann)
    await house.vote(proposal, ann, 1)
    assert await house.app.privacy.forget(GUILD, ann, preview.agreed) is None
    assert str(ann) in await _dump(house)
    assert await _forget(house, ann) is not None


async def test_who_was_forgotten_may_link_and_vote_anew_as_somebody_new(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    async with house.app.store.read() as repos:
        before = (await repos.log.salts(GUILD))[ann]
    await _forget(house, ann)
    assert await house.app.wallets.of(GUILD, ann) == []
    await house.member(1)
    await house.vote(proposal, ann, 2)
    (ballot,) = await house.ballots(proposal)
    assert (ballot.mark, ballot.member) == (2, ann)
    async with house.app.store.read() as repos:
        assert (await repos.log.salts(GUILD))[ann] != before
    assert await disagreements(house.app.store, GUILD) == []


async def test_delegations_end_on_both_sides(house: House) -> None:
    ann, ben, eve = [await house.member(number, tokens=10) for number in (1, 2, 3)]
    await house.app.member_delegations.give(GUILD, ann, ben)
    await house.app.member_delegations.give(GUILD, eve, ann)
    house.clock.time += 2
    proposal = await house.submit()
    await house.vote(proposal, ben, 1)
    await _forget(house, ann)
    assert await house.app.member_delegations.of(GUILD, ben) == ([], [])
    assert await house.app.member_delegations.of(GUILD, eve) == ([], [])
    await house.vote(proposal, ben, 1)
    assert {ballot.wallet for ballot in await house.ballots(proposal)} == {an_address(2)}


async def test_forgetting_twice_or_a_stranger_is_no_harm(house: House) -> None:
    ann = await house.member(1)
    await _forget(house, ann)
    await _forget(house, ann)
    await _forget(house, MemberId(77))
    assert await disagreements(house.app.store, GUILD) == []


async def test_an_erased_person_cannot_be_passed_off_for_one_that_was_forgotten(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit(author=AUTHOR)
    await house.vote(proposal, ann, 1)
    house.tampered = True
    async with house.app.store.write() as repos:
        await connection_of(repos).execute(text("DELETE FROM salts WHERE member = :member"), {"member": ann})
        await connection_of(repos).execute(text("UPDATE ballots SET member = 0"))
        await repos.commit()
    found = await disagreements(house.app.store, GUILD)
    assert any("names a person whose salt is gone, and who was not forgotten" in words for words in found)


@pytest.mark.parametrize("topic", [Topic.REASON, Topic.RECUSAL])
async def test_no_key_of_an_announcement_holds_a_person(house: House, topic: Topic) -> None:
    ann, _, _, _ = await _life(house)
    keys = [told.key for told in house.voice.said if told.topic is topic]
    assert keys
    assert not [key for key in keys if str(ann) in key]
