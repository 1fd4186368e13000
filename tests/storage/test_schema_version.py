from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from alembic import op
from sqlalchemy import RowMapping, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.log.hash_chain import entry, reference
from bot.domain.proposals.vote_rules import Rules
from bot.domain.shared.types import GuildId
from bot.ports import Store
from bot.storage.driver.engine import for_writing
from bot.storage.schema_version import SchemaUnknown, migrate, newest_version, schema_version
from bot.storage.unit_of_work import SqlStore
from tests.builders import AUTHOR, CHAIN, GUILD, NOW, VOTER, a_member_delegation
from tests.logs import disagreements
from tests.presence import present
from tests.storage.conftest import upgrade_to


async def test_a_new_database_has_no_version_and_migrating_gives_it_the_newest(bare: AsyncEngine) -> None:
    assert await schema_version(bare) is None
    await migrate(bare)
    assert await schema_version(bare) == newest_version()


async def test_migrating_twice_keeps_everything(engine: AsyncEngine, store: Store) -> None:
    async with store.write() as repos:
        await repos.spaces.add(GUILD, "Methuselah Commons")
        await repos.commit()
    await migrate(engine)
    async with store.read() as repos:
        assert len(await repos.spaces.all()) == 1


async def test_a_database_of_a_newer_program_is_left_alone(engine: AsyncEngine) -> None:
    async with for_writing(engine).begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))
    with pytest.raises(SchemaUnknown, match="from the future"):
        await migrate(engine)
    assert await schema_version(engine) == "from the future"


async def test_a_migration_that_is_cut_short_leaves_the_file_as_it_was(
    bare: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(op, "create_index", fail)
        with pytest.raises(KeyboardInterrupt):
            await migrate(bare)
    assert await schema_version(bare) is None
    async with bare.connect() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == []
    await migrate(bare)


async def test_a_quorum_set_before_rules_by_type_stays_in_force(bare: AsyncEngine) -> None:
    columns = "guild, name, strategies, proposer_roles, voting_delay, voting_period, cogs_off, quorum"
    async with for_writing(bare).begin() as connection:
        await connection.run_sync(upgrade_to, "0004")
        for guild, quorum in ((1, "1.2M"), (2, "0")):
            values = f"{guild}, 'DAO', '[]', '[]', 0, 300, '[]', '{quorum}'"
            await connection.execute(text(f"INSERT INTO spaces ({columns}) VALUES ({values})"))  # noqa: S608 - its own words
    await migrate(bare)
    async with SqlStore(bare).read() as repos:
        assert [space.rules for space in await repos.spaces.all()] == [{None: Rules(quorum="1.2M")}, {}]


async def test_delegations_given_before_there_were_any_for_every_guild_stand_as_they_did_and_the_log_holds(
    bare: AsyncEngine,
) -> None:
    salts = {AUTHOR: "ab" * 32, VOTER: "cd" * 32}
    given = [
        a_member_delegation(until=NOW + 9),
        a_member_delegation(topic="basic", cleared_at=NOW + 5),
        a_member_delegation(topic="basic"),
    ]
    async with for_writing(bare).begin() as connection:
        await connection.run_sync(upgrade_to, "0006")
        said: dict[str, dict[str, str]] = {}
        columns = ":id, :guild, :delegator, :delegate, :topic, :given_at, :until, :cleared_at"
        for number, one in enumerate(given, start=1):
            row: dict[str, str | int | None] = {
                "topic": one.topic or "",
                "given_at": NOW,
                "until": one.until,
                "cleared_at": one.cleared_at,
            }
            people = {"delegator": AUTHOR, "delegate": VOTER}
            await connection.execute(
                text(f"INSERT INTO mandates VALUES ({columns})"),  # noqa: S608 - its own words
                {"id": number, "guild": GUILD} | people | row,
            )
            said[f"mandate/{number}"] = {"digest": sha256(canonical(row)).hexdigest()} | {
                role: reference(salts[member], member) for role, member in people.items()
            }
        last = entry(None, {"kind": "log begun", "at": NOW, "guild": str(GUILD), "rows": said})
        logged = {"guild": GUILD, "seq": last.seq, "entry": last.content, "hash": last.hash}
        await connection.execute(text("INSERT INTO log VALUES (:guild, :seq, :entry, :hash)"), logged)
        for member, salt in salts.items():
            row = {"guild": GUILD, "member": member, "salt": salt}
            await connection.execute(text("INSERT INTO salts VALUES (:guild, :member, :salt)"), row)
        await connection.execute(text(_OLD_SPACE.replace("(1, 5,", f"(1, {GUILD},")))
        space = await connection.execute(text("SELECT * FROM spaces"))
        digest = {"space": {"digest": sha256(canonical(_said_of_a_space(space.mappings().one()))).hexdigest()}}
        last = entry(last, {"kind": "space made", "at": NOW, "rows": digest})
        logged = {"guild": GUILD, "seq": last.seq, "entry": last.content, "hash": last.hash}
        await connection.execute(text("INSERT INTO log VALUES (:guild, :seq, :entry, :hash)"), logged)
    await migrate(bare)
    store = SqlStore(bare)
    async with store.read() as repos:
        main = present(await repos.spaces.main(GUILD))
        given = [replace(one, space=main.id) for one in given]
        assert await repos.member_delegations.of(GUILD, AUTHOR, NOW) == [given[0], given[2]]
        assert await repos.member_delegations.at(main.id, AUTHOR, NOW) == given
        assert await repos.member_delegations.of(GuildId(GUILD + 1), AUTHOR, NOW) == []
    assert await disagreements(store, GUILD) == []
    async with for_writing(bare).begin() as connection:
        await connection.execute(text("UPDATE mandates SET everywhere = true WHERE id = 1"))
    assert await disagreements(store, GUILD) == ["mandate/1 is not as entry 1 says"]


async def test_delegations_of_before_are_known_by_nobody_so_that_they_are_read_once_more(bare: AsyncEngine) -> None:
    async with for_writing(bare).begin() as connection:
        await connection.run_sync(upgrade_to, "0008")
        await connection.execute(text("INSERT INTO delegation_heads VALUES (31337, 90, '0xab', 1700000000)"))
        await connection.execute(text("INSERT INTO delegations VALUES (31337, 80, 2, '0x01', '0x00', '0x02')"))
    await migrate(bare)
    async with SqlStore(bare).read() as repos:
        (extent,) = await repos.delegations.extents(CHAIN)
        assert (extent.first, extent.last.number, extent.last.hash, extent.witnesses) == (0, 90, "0xab", ())
        assert len(await repos.delegations.within(CHAIN, 0, 90)) == 1


async def test_a_database_from_before_there_were_several_spaces_goes_on_as_one_and_its_log_holds(
    bare: AsyncEngine,
) -> None:
    guild = GuildId(5)
    async with for_writing(bare).begin() as connection:
        await connection.run_sync(upgrade_to, "0014")
        for name in ("5", "6"):  # their ids are given out by the database
            await connection.execute(text(_OLD_SPACE.replace("(id, ", "(").replace("(1, 5,", f"({name},")))
        await connection.execute(text(_OLD_VOTE), {"number": 1, "counted": None})
        await connection.execute(text("UPDATE spaces SET name = 'Hearthspan', audit_channel = 9 WHERE guild = 5"))
        row = await connection.execute(text("SELECT * FROM spaces WHERE guild = 5"))
        before = row.mappings().one()
        rows = {"space": {"digest": sha256(canonical(_said_of_a_space(before))).hexdigest()}}
        last = entry(None, {"kind": "log begun", "at": NOW, "guild": str(guild), "rows": rows})
        logged = {"guild": guild, "seq": last.seq, "entry": last.content, "hash": last.hash}
        await connection.execute(text("INSERT INTO log VALUES (:guild, :seq, :entry, :hash)"), logged)
    await migrate(bare)
    store = SqlStore(bare)
    async with store.write() as repos:
        (main,) = await repos.spaces.of(guild)
        assert (main.id, main.number, main.name, main.audit_channel) == (1, 1, "Hearthspan", 9)
        assert (main.archived_at, main.moderators, main.voters, main.public) == (None, (), (), False)
        assert present(await repos.proposals.numbered(guild, 1)).space == main.id
        assert (await repos.spaces.add(guild, "IPT holders")).number == 2
    assert await disagreements(store, guild) == []
    async with for_writing(bare).begin() as connection:
        with pytest.raises(IntegrityError):
            await connection.execute(text("DELETE FROM spaces WHERE id = 1"))


def _said_of_a_space(row: RowMapping) -> dict[str, Any]:
    """What its digest was of before there were several."""
    return {key: value for key, value in row.items() if key not in ("id", "guild", "name", "public")}


_OLD_VOTE = """
    INSERT INTO proposals (id, space, guild, number, author, title, summary, body, discussion, voting, choices,
        created_at, counted_at) VALUES (:number, 1, 5, :number, 0, '', '', '', '', 'basic', '[]', 1, :counted)
"""
_OLD_BALLOT = """
    INSERT INTO ballots (proposal, wallet, member, mark, scores, power, cast_at, receipt, counts)
        VALUES (:number, 'voter', 7, '1', '[]', '0', 1, 'r', true)
"""
_OLD_SPACE = """
    INSERT INTO spaces (id, guild, name, strategies, proposer_roles, voting_delay, voting_period, cogs_off)
        VALUES (1, 5, '', '[]', '[]', 0, 1, '[]')
"""


async def test_votes_that_are_over_keep_nothing_of_wallets_that_never_voted(bare: AsyncEngine) -> None:
    async with for_writing(bare).begin() as connection:
        await connection.run_sync(upgrade_to, "0009")
        await connection.execute(text(_OLD_SPACE))
        for number, counted in ((1, 9), (2, None)):
            await connection.execute(text(_OLD_VOTE), {"number": number, "counted": counted})
            await connection.execute(text(_OLD_BALLOT), {"number": number})
            for wallet in ("voter", "linked", "gone"):
                row = {"number": number, "wallet": wallet}
                await connection.execute(text("INSERT INTO votable VALUES (:number, :wallet, '1')"), row)
                await connection.execute(text("INSERT INTO powers VALUES (:number, :wallet, 0, '[]')"), row)
        for guild, wallet in ((5, "linked"), (6, "gone")):
            row = {"guild": guild, "wallet": wallet}
            linked = "INSERT INTO wallets (guild, member, address, linked_at) VALUES (:guild, 8, :wallet, 1)"
            await connection.execute(text(linked), row)
    await migrate(bare)
    async with for_writing(bare).begin() as connection:
        listed = await connection.execute(text("SELECT proposal, wallet FROM votable ORDER BY 1, 2"))
        assert [tuple(row) for row in listed] == [(2, "gone"), (2, "linked"), (2, "voter")]
        powers = await connection.execute(text("SELECT proposal, wallet FROM powers ORDER BY 1, 2"))
        assert [tuple(row) for row in powers] == [(1, "linked"), (1, "voter"), (2, "gone"), (2, "linked"), (2, "voter")]


async def test_delegations_of_a_server_stand_in_each_of_its_spaces_and_its_log_tells_of_them(bare: AsyncEngine) -> None:
    """Nothing changes for what counts: ended ones count in votes of any space that were submitted before they ended."""
    salts = {AUTHOR: "ab" * 32, VOTER: "cd" * 32}
    given = [  # by topic: to whom, when it ended, whether it is for every server
        ("", VOTER, None, False),
        ("basic", VOTER, NOW + 5, False),
        ("basic", 0, NOW + 7, False),
        ("", VOTER, None, True),
    ]
    async with for_writing(bare).begin() as connection:
        await connection.run_sync(upgrade_to, "0018")
        for number in (1, 2, 3):
            values = f"{GUILD}, {number}, 'DAO', '[]', '[]', 0, 300, '[]'"
            columns = "guild, number, name, strategies, proposer_roles, voting_delay, voting_period, cogs_off"
            await connection.execute(text(f"INSERT INTO spaces ({columns}) VALUES ({values})"))  # noqa: S608 - its own words
        await connection.execute(text("UPDATE spaces SET archived_at = 9 WHERE number = 3"))
        columns = "guild, delegator, delegate, topic, given_at, cleared_at, everywhere"
        for topic, delegate, cleared_at, everywhere in given:
            row: dict[str, str | int | None] = {
                "topic": topic,
                "delegate": delegate,
                "cleared": cleared_at,
                "everywhere": everywhere,
            }
            await connection.execute(
                text(
                    f"INSERT INTO mandates ({columns}) "  # noqa: S608 - its own words
                    f"VALUES ({GUILD}, {AUTHOR}, :delegate, :topic, {NOW}, :cleared, :everywhere)"
                ),
                row,
            )
        last = entry(None, {"kind": "log begun", "at": NOW, "guild": str(GUILD)})
        logged = {"guild": GUILD, "seq": last.seq, "entry": last.content, "hash": last.hash}
        await connection.execute(text("INSERT INTO log VALUES (:guild, :seq, :entry, :hash)"), logged)
        row = {"guild": GUILD, "member": AUTHOR, "salt": salts[AUTHOR]}
        await connection.execute(text("INSERT INTO salts VALUES (:guild, :member, :salt)"), row)
    await migrate(bare)
    store = SqlStore(bare)
    async with store.read() as repos:
        spaces = await repos.spaces.of(GUILD, archived=True)
        assert [space.number for space in spaces] == [1, 2, 3]
        for space in spaces:
            found = await repos.member_delegations.at(space.id, AUTHOR, NOW)
            assert sorted((m.topic or "", m.delegate, m.cleared_at, m.everywhere) for m in found) == sorted(
                given, key=lambda one: (one[0], one[1])
            )
            assert {m.space for m in found if not m.everywhere} == {space.id}
        (wide,) = {m for space in spaces for m in await repos.member_delegations.of(GUILD, AUTHOR, NOW) if m.everywhere}
        assert wide.space == spaces[0].id
        entries = [json.loads(one.content) async for part in repos.log.entries(GUILD) for one in part][1:]
        assert {one["kind"] for one in entries[2:]} == {"rules changed"}, "pages are private, as nobody chose otherwise"
        assert [(one["kind"], one["space"], len(one["rows"])) for one in entries[:2]] == [
            ("mandates by space", 2, 3),
            ("mandates by space", 3, 3),
        ]
    # What stood before has no entry in this log, and all that was copied does.
    untold = {words.partition(" ")[0] for words in await disagreements(store, GUILD)}
    assert untold == {"mandate/1", "mandate/2", "mandate/3", "mandate/4"}
