"""Pages that were public by nobody's choice are private after an update; what moderators chose stays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.announcements.announcement import Topic
from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.log.hash_chain import Entry, entry
from bot.domain.shared.types import ChannelId, GuildId, Timestamp
from bot.storage.driver.engine import for_writing
from bot.storage.schema_version import migrate
from bot.storage.unit_of_work import SqlStore
from tests.builders import NOW
from tests.logs import disagreements
from tests.storage.conftest import upgrade_to
from tests.storage.test_migrations import VERSIONS

QUIET, CHOSEN, OFF, UNLOGGED = GuildId(5), GuildId(6), GuildId(7), GuildId(8)
MODERATORS = 1_300_000_000_000_000_001
"""A channel of a size that Discord gives, larger than what JSON takes for a number."""
ON_AGAIN = [("True", "False"), ("False", "True")]
BEFORE_PAGES = VERSIONS.index("0008")
_SPACE = """
    INSERT INTO spaces (guild, name, strategies, moderators_channel, proposer_roles, voting_delay, voting_period,
        cogs_off) VALUES (:guild, 'Hearthspan', '[]', :channel, '[]', 0, 300, '[]')
"""
_OLDEST_SPACE = _SPACE.replace("cogs_off)", "cogs_off, quorum)").replace("300, '[]')", "300, '[]', '0')")


def _digest(row: Mapping[str, Any]) -> str:
    """What the log has said of a main space since there is one, of fields that the later steps did not add."""
    unsaid = {"id", "guild", "name", "number", "archived_at", "moderators", "voters"}
    said = {key: value for key, value in row.items() if key not in unsaid}
    if said.get("public"):
        del said["public"]
    return sha256(canonical({k: str(v) if v == MODERATORS else v for k, v in said.items()})).hexdigest()


async def _row(connection: AsyncConnection, guild: int) -> dict[str, Any]:
    found = await connection.execute(text("SELECT * FROM spaces WHERE guild = :guild"), {"guild": guild})
    row = dict(found.mappings().one())
    return row | ({"public": bool(row["public"])} if "public" in row else {})


async def _made(connection: AsyncConnection, guild: int) -> Entry:
    """Add a server with its log."""
    await connection.execute(text(_SPACE), {"guild": guild, "channel": MODERATORS})
    rows = {"space": {"digest": _digest(await _row(connection, guild))}}
    return await _logged(connection, guild, None, {"kind": "log begun", "guild": str(guild), "rows": rows})


async def _logged(connection: AsyncConnection, guild: int, last: Entry | None, content: Mapping[str, Any]) -> Entry:
    made = entry(last, {"at": NOW, **content})
    row = {"guild": guild, "seq": made.seq, "entry": made.content, "hash": made.hash}
    await connection.execute(
        text("INSERT INTO log (guild, seq, entry, hash) VALUES (:guild, :seq, :entry, :hash)"), row
    )
    return made


async def _changed(connection: AsyncConnection, guild: int, last: Entry, public: list[tuple[str, str]]) -> None:
    """Have a moderator change who reads the pages."""
    for before, after in public:
        statement = f"UPDATE spaces SET public = {after.lower()} WHERE guild = :guild"  # noqa: S608 - its own words
        await connection.execute(text(statement), {"guild": guild})
        rows = {"space": {"digest": _digest(await _row(connection, guild))}}
        changes = {"public": {"before": before, "after": after}}
        last = await _logged(connection, guild, last, {"kind": "rules changed", "changes": changes, "rows": rows})


async def _notices(store: SqlStore, guild: GuildId) -> list[Any]:
    async with store.read() as repos:
        space = await repos.spaces.main(guild)
        assert space is not None
        return await repos.outbox.notices(space, Timestamp(0))


@pytest.mark.parametrize("version", VERSIONS[: VERSIONS.index("0020")])
async def test_from_every_release_pages_become_private_unless_a_moderator_chose(
    bare: AsyncEngine, version: str
) -> None:
    chosen = VERSIONS.index(version) >= BEFORE_PAGES
    has_log = VERSIONS.index(version) >= VERSIONS.index("0006")
    async with for_writing(bare).begin() as connection:
        await connection.run_sync(upgrade_to, version)
        space = _SPACE if VERSIONS.index(version) >= VERSIONS.index("0005") else _OLDEST_SPACE
        await connection.execute(text(space), {"guild": UNLOGGED, "channel": None})
        if has_log:
            await _made(connection, QUIET)
        if chosen:
            await _changed(connection, CHOSEN, await _made(connection, CHOSEN), ON_AGAIN)
            await _changed(connection, OFF, await _made(connection, OFF), ON_AGAIN[:1])
    await migrate(bare)
    store = SqlStore(bare)
    async with store.read() as repos:
        public = {space.guild: space.public for space in await repos.spaces.all()}
    assert public == {UNLOGGED: False} | ({QUIET: False} if has_log else {}) | (
        {CHOSEN: True, OFF: False} if chosen else {}
    )
    (told,) = await _notices(store, UNLOGGED)
    assert (told.topic, told.channel, told.space) == (Topic.NOTICE, ChannelId(0), None), "/config show has it"
    if has_log:
        (told,) = await _notices(store, QUIET)
        assert (told.channel, told.attempts, told.told_at) == (ChannelId(MODERATORS), 0, None)
        assert "private now" in str(told.facts["problem"])
        assert "`/config web public:True`" in str(told.facts["remedy"])
        async with store.read() as repos:
            logged = [json.loads(one.content) async for part in repos.log.entries(QUIET) for one in part]
        assert logged[-1]["changes"] == {"public": {"before": "True", "after": "False"}}
        assert await disagreements(store, QUIET) == []
    for guild in (CHOSEN, OFF) if chosen else ():
        assert await _notices(store, guild) == []
        assert await disagreements(store, guild) == []


def _several(connection: Connection) -> None:
    upgrade_to(connection, "0019")
    for number, public in ((1, True), (2, True), (3, True), (4, False)):
        row = {"guild": QUIET, "channel": MODERATORS + number if number > 1 else None}
        connection.execute(
            text(
                _SPACE.replace("(guild,", "(number, public, guild,").replace(
                    "(:guild", f"({number}, {str(public).lower()}, :guild"
                )
            ),
            row,
        )


async def test_of_several_spaces_each_is_as_its_moderators_chose(bare: AsyncEngine) -> None:
    async with for_writing(bare).begin() as connection:
        await connection.run_sync(_several)
        last = await _logged(connection, QUIET, None, {"kind": "log begun", "guild": str(QUIET)})
        changes = {"public": {"before": "False", "after": "True"}}
        await _logged(connection, QUIET, last, {"kind": "rules changed", "space": 2, "changes": changes})
    await migrate(bare)
    store = SqlStore(bare)
    async with store.read() as repos:
        spaces = await repos.spaces.of(QUIET)
        assert [space.public for space in spaces] == [False, True, False, False]
        told = {
            space.number: [one.channel for one in await repos.outbox.notices(space, Timestamp(0))] for space in spaces
        }
    assert told == {1: [ChannelId(0)], 2: [], 3: [ChannelId(MODERATORS + 3)], 4: []}
    untold = {words.partition(" ")[0] for words in await disagreements(store, QUIET)}
    assert untold == {"sub-space/2", "sub-space/4"}, "the log tells of those that were changed"


async def test_what_was_told_once_is_not_told_again(bare: AsyncEngine) -> None:
    async with for_writing(bare).begin() as connection:
        await connection.run_sync(upgrade_to, "0019")
        await _made(connection, QUIET)
    await migrate(bare)
    await migrate(bare)
    assert len(await _notices(SqlStore(bare), QUIET)) == 1
