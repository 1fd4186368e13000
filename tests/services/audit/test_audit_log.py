"""The log as it is posted, written out and held against the database; every decision of a whole story is in it."""

from __future__ import annotations

import gzip
import json
import logging
import re
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.announcements.announcement import Topic
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.audit.log.hash_chain import Entry, entry, reference
from bot.domain.audit.log.log_file import check, from_line
from bot.domain.proposals.proposal import GRACE
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import ChannelId, MemberId, Timestamp
from bot.domain.spaces.space import DAY
from bot.presentation.audit.log_problems import log_problem_words
from bot.services.proposals.text_revisions import mark_of
from bot.storage.driver.statements import PART
from tests.builders import AUTHOR, CHAIN, GUILD, ONE, PROPOSALS, RESEARCHER, TOKEN, TREASURY, a_text, an_address
from tests.logs import disagreements
from tests.services.conftest import House
from tests.tables import connection_of

AUDIT = ChannelId(1_200_000_000_000_000_009)
MONA = MemberId(1_100_000_000_000_000_900)


async def entries(house: House) -> list[dict[str, Any]]:
    export = await house.app.audit.export(GUILD)
    return [json.loads(from_line(line).content) for line in gzip.decompress(export.content).decode().splitlines()]


async def kinds(house: House) -> list[str]:
    return [told["kind"] for told in await entries(house)]


async def last(house: House) -> dict[str, Any]:
    return (await entries(house))[-1]


async def raw(house: House, statement: str, *rows: dict[str, Any]) -> None:
    async with house.app.store.write() as repos:
        await connection_of(repos).execute(text(statement.replace(":[", r"\:[")), list(rows) or None)
        await repos.commit()
    house.tampered = True


async def story(house: House) -> None:  # noqa: PLR0915 - it is long because there are many
    """Every family of decisions once; after each the log speaks of it and agrees with the database."""
    app, chain, clock = house.app, house.chain, house.clock
    seen = len(await entries(house))

    async def told(*expected: Kind) -> None:
        nonlocal seen
        found = await kinds(house)
        assert found[seen:] == [kind.value for kind in expected]
        seen = len(found)
        assert await disagreements(app.store, GUILD) == []

    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    await told(Kind.WALLET_LINKED, Kind.WALLET_LINKED)
    await app.spaces.set_voting(GUILD, delay=3_600, period=DAY, by=MONA)
    await told(Kind.RULES_CHANGED)
    await app.spaces.set_voting(GUILD, delay=3_600, by=MONA)
    await told()
    await app.spaces.switch_cog(GUILD, "treasury", on=False, by=MONA)
    await told(Kind.RULES_CHANGED)
    challenge = await app.wallets.challenge(GUILD, ann, an_address(3), guild_name="Commons", member_name="ann")
    await told()
    chain.signers["0x5151"] = an_address(3)
    await app.wallets.confirm(GUILD, ann, challenge.nonce, "0x5151")
    await told(Kind.WALLET_LINKED)
    await app.wallets.unlink(GUILD, ann, an_address(3))
    await told(Kind.WALLET_UNLINKED)
    await app.member_delegations.give(GUILD, ben, ann)
    await told(Kind.DELEGATION_GIVEN)
    await app.member_delegations.take_back(GUILD, ben)
    await told(Kind.DELEGATION_CLEARED)
    await app.member_delegations.give(GUILD, ben, ann)
    await told(Kind.DELEGATION_GIVEN)
    clock.time += 2
    draft = await house.draft()
    await told()
    await app.proposals.submit(GUILD, draft.number, draft.author, [RESEARCHER])
    await told(Kind.SUBMITTED)
    stored = await house.stored(draft)
    changed = await app.text_revisions.edit(
        GUILD, draft.number, AUTHOR, a_text(title="Another"), stored.choices, seen=mark_of(stored)
    )
    await told(Kind.EDITED)
    clock.time += 3_600
    await app.lifecycle.open_due()
    await told(Kind.OPENED)
    await house.vote(changed, ann, 1)
    await told(Kind.BALLOTS)
    await house.vote(changed, ann, 2)
    await told(Kind.BALLOTS)
    await house.vote(changed, ben, 1)
    await told(Kind.BALLOTS)
    await app.recusals.recuse(GUILD, changed.id, ben, by=MONA, moderator=True)
    await told(Kind.RECUSED)
    withdrawn = await house.submit()
    await app.withdrawals.withdraw(GUILD, withdrawn.number, AUTHOR, "no")
    deleted = await house.submit()
    await app.withdrawals.delete(GUILD, deleted.number, "spam", moderator=True, by=MONA)
    await told(Kind.SUBMITTED, Kind.WITHDRAWN, Kind.SUBMITTED, Kind.DELETED)
    said = await house.said()
    await told(*[Kind.TOLD] * len(said))
    opened = await house.stored(changed)
    assert opened.terms is not None
    clock.time = opened.terms.end + GRACE + 600
    chain.down = ChainFault.UNREACHABLE
    await app.lifecycle.close_due()
    await told(Kind.HELD)
    chain.down = None
    await app.lifecycle.close_due()
    await told(Kind.CLOSED)
    chain.give(TREASURY, 5 * ONE)
    watch = await app.treasury.watch(
        await app.spaces.main(GUILD), MONA, chain=CHAIN, holder=TREASURY, token=TOKEN, label="Treasury"
    )
    await told(Kind.WATCHED)
    await app.treasury.unwatch(await app.spaces.main(GUILD), watch.number, by=MONA)
    await told(Kind.UNWATCHED)
    space = await app.spaces.main(GUILD)
    await app.treasury.start_campaign(
        space,
        MONA,
        title="Mice",
        chain=CHAIN,
        treasury=TREASURY,
        token=TOKEN,
        targets=[("First", "10")],
        channel=PROPOSALS,
        deadline=None,
    )
    await told(Kind.CAMPAIGN)
    chain.give(TREASURY, 50 * ONE)
    await app.treasury.observe()
    await told(Kind.MILESTONE)
    preview = await app.privacy.preview(GUILD, ann)
    await app.privacy.forget(GUILD, ann, preview.agreed)
    await told(Kind.FORGOTTEN)


async def test_every_decision_of_a_story_is_an_entry_and_agrees(house: House) -> None:
    await story(house)


async def test_nothing_of_a_person_is_in_the_programs_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await story(house)
        await house.said()
    ours = [record for record in caplog.records if record.name.split(".")[0] in ("bot", "cogs")]
    lines = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in ours)
    assert "the count of proposal" in lines
    people = [*(MemberId(1_100_000_000_000_000_000 + number) for number in (1, 2)), MONA, AUTHOR]
    for secret in (*map(str, people), *(an_address(number) for number in (1, 2, 3)), "0x5151", "ann", "Commons"):
        assert not re.search(rf"\b{secret}\b", lines), secret


async def test_a_change_of_rules_tells_before_and_after(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, period=2 * DAY, by=MONA)
    told = await last(house)
    assert told["changes"] == {"voting_period": {"before": str(3 * DAY), "after": str(2 * DAY)}}
    salts = await _salts(house)
    assert told["by"] in set(salts.values())


async def _salts(house: House) -> dict[int, str]:
    async with house.app.store.read() as repos:
        return {member: reference(salt, member) for member, salt in (await repos.log.salts(GUILD)).items()}


async def test_an_export_is_checked_without_the_database(house: House) -> None:
    await house.submit()
    export = await house.app.audit.export(GUILD)
    found = check(from_line(line) for line in gzip.decompress(export.content).decode().splitlines())
    assert found.broken is None
    assert found.last == export.head
    assert export.head is not None
    assert (export.first, export.last, export.whole) == (1, export.head.seq, True)


async def test_an_export_that_does_not_fit_goes_on_where_it_stopped(house: House) -> None:
    async with house.app.store.write() as repos:
        for number in range(2_500):
            await repos.log.append(GUILD, Kind.TOLD, at=Timestamp(number), facts={"topic": "x"})
        await repos.commit()
    one = await house.app.audit.export(GUILD, most=1)
    two = await house.app.audit.export(GUILD, one.last)
    assert (one.last, one.whole, two.first, two.whole) == (PART, False, PART, True)
    lines = [line for part in (one, two) for line in gzip.decompress(part.content).decode().splitlines()]
    found = check(from_line(line) for line in lines)
    assert (found.broken, found.first, found.last) == (None, 1, one.head)


async def _heads(house: House) -> list[dict[str, Any]]:
    await house.app.audit.post_heads()
    await house.said()
    return [dict(told.facts) for told in house.voice.said if told.topic is Topic.LOG_HEAD]


async def test_the_head_is_posted_once_a_day_and_only_where_the_log_grew(house: House) -> None:
    assert await _heads(house) == []
    await house.app.spaces.set_channels(GUILD, audit=AUDIT)
    (first,) = await _heads(house)
    export = await house.app.audit.export(GUILD)
    assert export.head is not None
    assert (first["seq"], first["hash"], first["before"]) == (export.head.seq, export.head.hash, 0)
    assert {told.channel for told in house.voice.said if told.topic is Topic.LOG_HEAD} == {AUDIT}
    await house.submit()
    assert await _heads(house) == [first]
    house.clock.time += DAY
    second = (await _heads(house))[-1]
    assert second["before"] == first["seq"] < second["seq"]
    house.clock.time += 3 * DAY
    assert await _heads(house) == [first, second], "nothing was decided meanwhile"


async def test_after_downtime_one_head_is_posted_not_many(house: House) -> None:
    await house.app.spaces.set_channels(GUILD, audit=AUDIT)
    await house.app.audit.post_heads()
    for _ in range(3):
        await house.app.spaces.set_voting(GUILD, period=DAY + house.clock.time % 1_000)
        house.clock.time += 5 * DAY
    assert len(await _heads(house)) == 2
    assert await house.app.audit.post_heads() == 0


@pytest.mark.parametrize("kept", [True, False])
async def test_a_log_that_is_written_anew_is_revealed_by_a_head_that_was_posted(house: House, kept: bool) -> None:
    await house.app.spaces.set_channels(GUILD, audit=AUDIT)
    (head,) = await _heads(house)
    async with house.app.store.read() as repos:
        old = [one async for part in repos.log.entries(GUILD) for one in part]
    forged: list[Entry] = []
    for one in old:
        content = json.loads(one.content)
        content["at"] += 1
        forged.append(entry(forged[-1] if forged else None, {k: v for k, v in content.items() if k != "seq"}))
    rows = [{"entry": one.content, "hash": one.hash, "seq": one.seq} for one in forged]
    await raw(house, "UPDATE log SET entry = :entry, hash = :hash WHERE seq = :seq", *rows)
    if not kept:
        await raw(house, "DELETE FROM outbox WHERE topic = 'head of the audit log'")
    (problem, *_) = (await house.app.audit.verify(GUILD, str(head["hash"]))).problems
    if kept:
        assert log_problem_words(problem) == f"entry {head['seq']} is not the one whose hash was posted"
    else:
        assert await disagreements(house.app.store, GUILD) == []
        assert "no entry has the hash" in log_problem_words(problem)


async def test_a_log_cut_short_is_revealed_by_what_stands_or_by_a_posted_head(house: House) -> None:
    await house.app.spaces.set_channels(GUILD, audit=AUDIT)
    (head,) = await _heads(house)
    assert (await house.app.audit.verify(GUILD, str(head["hash"]))).problems == ()
    await raw(house, "DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)")
    words = [log_problem_words(problem) for problem in (await house.app.audit.verify(GUILD)).problems]
    assert f"entry {head['seq']} is missing, whose hash was posted" in words
    assert any(told.startswith("space is not as entry") for told in words)


async def test_a_result_that_is_changed_is_named(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.end(await house.stored(proposal))
    await house.app.lifecycle.close_due()
    closed = (await entries(house))[-1]
    assert (closed["kind"], closed["ballots"], closed["verdict"]) == ("proposal closed", 1, "passed")
    await raw(house, "UPDATE proposals SET result = replace(result, '\"leaders\":[1]', '\"leaders\":[2]')")
    (problem,) = (await house.app.audit.verify(GUILD)).problems
    assert (problem.seq, log_problem_words(problem)) == (
        closed["seq"],
        f"proposal/1 is not as entry {closed['seq']} says",
    )


async def test_a_blind_votes_log_says_nothing_of_the_marks(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    one = (await last(house))["votes"]["cast"][0]
    await house.vote(proposal, ann, 1)
    two = (await last(house))["votes"]["cast"][0]
    assert one["commitment"] != two["commitment"]
    assert set(one) == {"wallet", "commitment", "scores", "member"}
