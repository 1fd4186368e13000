"""The repository of the log: one chain a guild, and what its entries vouch for."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.log.entry_kinds import Kind, Votes
from bot.domain.audit.log.hash_chain import START, Entry, first_break, link, reference
from bot.domain.audit.log.replay_against_rows import Replay
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import GuildId, Timestamp
from bot.domain.voting.ballot import Ballot
from bot.ports import Repositories, Store
from bot.presentation.audit.log_problems import log_problem_words
from bot.storage.driver.engine import close_engine, for_writing, open_engine
from bot.storage.unit_of_work import SqlStore
from tests.builders import AUTHOR, GUILD, NOW, VOTER, a_ballot, a_member_delegation, a_proposal, a_wallet, an_address
from tests.presence import present

OTHER = GuildId(GUILD + 1)


async def entries(repos: Repositories, guild: GuildId = GUILD) -> list[Entry]:
    return [entry async for part in repos.log.entries(guild) for entry in part]


async def problems(store: Store, guild: GuildId = GUILD) -> list[str]:
    """What does not agree between the log and what is stored."""
    async with store.read() as repos:
        replay = Replay(await repos.log.salts(guild))
        async for part in repos.log.entries(guild):
            replay.take(part)
        async for rows in repos.log.rows(guild):
            replay.hold_rows(rows)
        async for ballots in repos.log.ballots(guild):
            replay.hold_ballots(ballots)
        return [log_problem_words(problem) for problem in replay.verdict()]


async def vote(store: Store, proposal: Proposal, *ballots: Ballot) -> None:
    async with store.write() as repos:
        await repos.ballots.cast_all(proposal.id, ballots)
        votes = Votes(proposal=proposal.number, cast=ballots)
        await repos.log.append(GUILD, Kind.BALLOTS, at=NOW, by=ballots[0].member, votes=votes)
        await repos.commit()


async def test_each_guild_has_a_chain_of_its_own_that_begins_with_its_name(store: Store) -> None:
    async with store.write() as repos:
        for guild in (GUILD, OTHER):
            await repos.log.append(guild, Kind.RULES_CHANGED, at=NOW, by=AUTHOR)
        await repos.commit()
    async with store.read() as repos:
        mine, theirs = await entries(repos), await entries(repos, OTHER)
    assert [entry.seq for entry in mine] == [entry.seq for entry in theirs] == [1, 2]
    assert json.loads(mine[0].content) == {"seq": 1, "kind": "log begun", "at": NOW, "guild": str(GUILD)}
    assert mine[0].hash == link(START, mine[0].content)
    assert mine[1].hash == link(mine[0].hash, mine[1].content)
    assert mine[0].hash != theirs[0].hash


async def test_an_entry_belongs_to_its_transaction(store: Store) -> None:
    async with store.write() as repos:
        await repos.log.append(GUILD, Kind.RULES_CHANGED, at=NOW, by=AUTHOR)
    async with store.read() as repos:
        assert await repos.log.head(GUILD) is None
        assert await repos.log.salts(GUILD) == {}


async def test_two_processes_at_once_write_one_chain(engine: AsyncEngine, address: str) -> None:
    other = open_engine(address)
    stores = [SqlStore(engine), SqlStore(other)]

    async def write(store: Store, number: int) -> None:
        async with store.write() as repos:
            await repos.log.append(GUILD, Kind.RULES_CHANGED, at=Timestamp(NOW + number), by=AUTHOR)
            await repos.commit()

    await asyncio.gather(*(write(stores[number % 2], number) for number in range(40)))
    async with stores[0].read() as repos:
        written = await entries(repos)
    await close_engine(other)
    assert [entry.seq for entry in written] == list(range(1, 42))
    assert first_break(written) is None


async def test_persons_are_named_by_a_reference_that_their_salt_makes(store: Store) -> None:
    async with store.write() as repos:
        await repos.log.append(GUILD, Kind.DELEGATION_GIVEN, at=NOW, by=AUTHOR, about={"delegate": VOTER})
        await repos.log.append(GUILD, Kind.DELEGATION_GIVEN, at=NOW, by=AUTHOR)
        await repos.commit()
    async with store.read() as repos:
        salts = await repos.log.salts(GUILD)
        _, first, second = [json.loads(entry.content) for entry in await entries(repos)]
    assert all(len(salt) == 64 for salt in salts.values())
    assert salts[AUTHOR] != salts[VOTER]
    assert first["by"] == second["by"] == reference(salts[AUTHOR], AUTHOR)
    assert first["about"] == {"delegate": reference(salts[VOTER], VOTER)}
    assert str(AUTHOR) not in json.dumps(first)


async def test_a_fact_cannot_pass_for_a_part_of_every_entry(store: Store) -> None:
    async with store.write() as repos:
        for name in ("seq", "kind", "at"):
            with pytest.raises(ValueError, match=name):
                await repos.log.append(GUILD, Kind.TOLD, at=NOW, facts={name: 1})


async def test_what_is_stored_without_an_entry_is_found(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        await repos.log.begin(GUILD, NOW)
        await repos.commit()
    assert await problems(store) == []
    async with store.write() as repos:
        await repos.wallets.add(a_wallet())
        await repos.commit()
    (found,) = await problems(store)
    assert found == f"wallet/{an_address()} is stored, and no entry says so"


async def test_a_digest_from_before_a_column_came_still_holds(store: Store) -> None:
    async with store.write() as repos:
        made = await repos.spaces.add(GUILD, "Methuselah Commons")
        await repos.spaces.save(replace(made, public=True))  # as all were before it was a column
        await repos.log.append(GUILD, Kind.SPACE_MADE, at=NOW, subjects=[("space",)])
        await repos.commit()
    async with store.read() as repos:
        row = json.loads((await entries(repos))[-1].content)["rows"]["space"]
    before = {
        "strategies": "[]",
        "proposals_channel": None,
        "announcements_channel": None,
        "moderators_channel": None,
        "audit_channel": None,
        "proposer_roles": "[]",
        "proposer_power": None,
        "voting_delay": 0,
        "voting_period": 259_200,
        "rules": "{}",
        "cogs_off": "[]",
    }
    assert row["digest"] == sha256(canonical(before)).hexdigest()


async def test_a_log_that_begins_late_vouches_for_what_stands(store: Store, proposal: Proposal) -> None:
    one, two = a_ballot(proposal.id), a_ballot(proposal.id, wallet=an_address(2))
    async with store.write() as repos:
        await repos.wallets.add(a_wallet())
        await repos.member_delegations.give(a_member_delegation())
        for ballot in (one, two, replace(one, receipt="f" * 32), replace(two, receipt="e" * 32)):
            await repos.ballots.cast(ballot)
        await repos.ballots.drop(proposal.id, [two.wallet])
        await repos.commit()
    await vote(store, proposal, replace(one, receipt="d" * 32))
    assert await problems(store) == []
    async with store.read() as repos:
        kinds = [json.loads(entry.content)["kind"] for entry in await entries(repos)]
    assert kinds[:-1] == ["log begun"] * (len(kinds) - 1)
    assert kinds[-1] == "ballots cast"


async def test_a_log_may_begin_with_a_press(store: Store, proposal: Proposal) -> None:
    ballot = a_ballot(proposal.id)

    async def press(repos: Repositories) -> None:
        await repos.ballots.cast_all(proposal.id, [ballot])
        votes = Votes(proposal=proposal.number, cast=[ballot])
        await repos.log.append(GUILD, Kind.BALLOTS, at=NOW, by=ballot.member, votes=votes)
        await repos.commit()

    async with store.write() as repos:
        await repos.wallets.add(a_wallet())
        await repos.commit()
    await store.run_in_transaction(press)
    assert await problems(store) == []


async def test_an_entry_tells_neither_the_mark_nor_a_receipt(store: Store, proposal: Proposal) -> None:
    ballot = a_ballot(proposal.id, receipt="ab" * 16)
    await vote(store, proposal, ballot)
    async with store.read() as repos:
        last = await repos.log.head(GUILD)
    assert last is not None
    said = json.loads(last.content)
    assert set(said["votes"]["cast"][0]) == {"wallet", "commitment", "scores", "member"}
    assert "ab" * 16 not in last.content


TAMPERED = {
    "UPDATE ballots SET mark = '2'": "the ballot of {wallet} on proposal #1 is not the one of entry {votes}",
    "UPDATE ballots SET cast_at = cast_at + 1": "the ballot of {wallet} on proposal #1 is not the one of entry {votes}",
    "UPDATE ballots SET scores = '[\"9\"]'": "the power in the ballot of {wallet} on proposal #1 is not as",
    "UPDATE ballots SET power = '9'": "the power in the ballot of {wallet} on proposal #1 is not as",
    "UPDATE ballots SET counts = 0": "the ballot of {wallet} on proposal #1 counts no more, and no entry says so",
    "UPDATE ballots SET member = 7": "the member in the ballot of {wallet} on proposal #1 is not the person of entry",
    "UPDATE ballots SET member = 0": "the member in the ballot of {wallet} on proposal #1 is not the person of entry",
    "UPDATE ballots SET via = 7": "the delegate in the ballot of {wallet} on proposal #1 is not the person of entry",
    "DELETE FROM ballots": "the ballot of {wallet} on proposal #1 of entry {votes} is stored no more",
    "INSERT INTO ballots (proposal, wallet, member, mark, scores, power, cast_at, receipt, counts) SELECT proposal, "
    "'0x1', member, mark, scores, power, cast_at, receipt, 1 FROM ballots": "the ballot of 0x1 on proposal #1 is",
    "UPDATE proposals SET title = 'Another'": "proposal/1 is not as entry",
    "UPDATE proposals SET result = '{}'": "proposal/1 is not as entry",
    "UPDATE proposals SET ends_at = ends_at + 1": "proposal/1 is not as entry",
    "UPDATE proposals SET author = 7": "author of proposal/1 is not the person of entry",
    "UPDATE proposals SET author = 0": "author of proposal/1 is not the person of entry",
    "UPDATE wallets SET linked_at = 1": "wallet/{keyed} is not as entry",
    "UPDATE wallets SET address = '0x12'": "wallet/{keyed} is stored no more, and entry",
    "UPDATE wallets SET member = 7": "wallet/{keyed} is stored no more, and entry",
    "DELETE FROM wallets": "wallet/{keyed} is stored no more, and entry",
    "UPDATE mandates SET cleared_at = 5": "mandate/1 is not as entry",
    "UPDATE mandates SET delegate = delegator": "delegate of mandate/1 is not the person of entry",
    "DELETE FROM mandates": "mandate/1 is stored no more, and entry",
    "UPDATE spaces SET voting_period = 300": "space is not as entry",
    "UPDATE spaces SET public = 1": "space is not as entry",
    "DELETE FROM salts": "names a person whose salt is gone, and who was not forgotten",
    "UPDATE log SET entry = replace(entry, 'log', 'fog') WHERE seq = 3": "entry 3: its hash is not that of its content",
    "UPDATE log SET hash = '00' || substr(hash, 3) WHERE seq = 3": "entry 3: its hash is not that of its content",
    "DELETE FROM log WHERE seq = 2": "entry 2: it is missing: the next one is number 3",
    "DELETE FROM log WHERE seq = 1": "entry 1: it is missing: the next one is number 2",
    "UPDATE log SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 ELSE seq END; UPDATE log SET seq = abs(seq)": "entry",
    "DELETE FROM log WHERE seq > {votes} - 1": "the ballot of {wallet} on proposal #1 is stored, and no entry",
    "INSERT INTO log SELECT guild, seq + 1, entry, hash FROM log ORDER BY seq DESC LIMIT 1": "its hash is not that of",
}


@pytest.mark.parametrize("statement", TAMPERED)
async def test_a_change_in_the_database_is_found_and_named(
    store: Store, path: Path, proposal: Proposal, statement: str
) -> None:
    async with store.write() as repos:
        await repos.wallets.add(a_wallet())
        await repos.member_delegations.give(a_member_delegation())
        await repos.log.begin(GUILD, NOW)
        salts = await repos.log.salts(GUILD)
        await repos.commit()
    ballot = a_ballot(proposal.id)
    await vote(store, proposal, ballot)
    assert await problems(store) == []
    async with store.read() as repos:
        votes = present(await repos.log.head(GUILD)).seq
    facts = {
        "wallet": ballot.wallet,
        "votes": votes,
        "keyed": reference(salts[VOTER], an_address()),
    }
    raw = sqlite3.connect(path)
    raw.executescript(statement.replace("{votes}", str(votes)) + "; ")
    raw.close()
    found = await problems(store)
    assert any(TAMPERED[statement].format(**facts) in words for words in found), found


async def test_a_draft_is_no_decision(store: Store) -> None:
    async with store.write() as repos:
        space = await repos.spaces.add(GUILD, "Methuselah Commons")
        await repos.log.begin(GUILD, NOW)
        draft = await repos.proposals.add(a_proposal(space=space.id, submitted_at=None, terms=None))
        await repos.commit()
    assert draft.submitted_at is None
    assert await problems(store) == []


@pytest.mark.sqlite
async def test_a_press_pays_little_for_its_entry(engine: AsyncEngine, store: Store, proposal: Proposal) -> None:
    """Two reads by key and one insert; the salt is there after the first."""
    ballot = a_ballot(proposal.id)
    await vote(store, proposal, ballot)
    statements: list[str] = []
    async with for_writing(engine).connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        await raw.set_trace_callback(statements.append)
    async with store.write() as repos:
        await repos.log.append(
            GUILD,
            Kind.BALLOTS,
            at=NOW,
            by=ballot.member,
            votes=Votes(proposal=1, cast=[replace(ballot, receipt="c" * 32)]),
        )
        await repos.commit()
    assert len([text for text in statements if text.startswith(("SELECT", "INSERT"))]) <= 4
