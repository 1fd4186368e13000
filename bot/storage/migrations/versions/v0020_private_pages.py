"""Pages are private until a moderator says otherwise: what nobody chose is taken off the web, and moderators are told.

Whether a moderator chose it stands in the server's log. Each server's log tells of the change, so that it holds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Connection, PrimaryKeyConstraint, UniqueConstraint, false, text

from bot.domain.audit.hashing.canonical_json import MAX_INTEGER, Canonical, canonical
from bot.domain.audit.log.hash_chain import Entry, clock_lead, entry
from bot.domain.shared.types import Timestamp
from bot.storage.tables.base import ROW_ID, TEXT, WHOLE

revision = "0020"
down_revision = "0019"

_COLUMNS = (
    "id, guild, name, strategies, proposals_channel, announcements_channel, moderators_channel, proposer_roles, "
    "proposer_power, voting_delay, voting_period, cogs_off, rules, audit_channel, public, number, archived_at, "
    "moderators, voters"
)
_MAIN = 1
_LATER = {"archived_at": None, "moderators": "[]", "voters": "[]"}
_PROBLEM = (
    "Web pages of this server's proposals are private now, until a moderator says otherwise. "
    "Links to them find no page."
)
_REMEDY = "`/config web public:True` lets anybody read them again; without it they stay on Discord."


def upgrade() -> None:
    """Make a space private from its beginning, and those private that are public by nobody's choice."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _made_anew()
    else:
        op.alter_column("spaces", "public", server_default=false())
    now = Timestamp(int(time.time()))
    asked = text("SELECT * FROM spaces WHERE public ORDER BY guild, number").columns(public=Boolean)
    for space in [dict(row) for row in connection.execute(asked).mappings()]:
        if not _chosen(connection, space):
            connection.execute(text("UPDATE spaces SET public = false WHERE id = :id"), {"id": space["id"]})
            _log(connection, space, now)
            _tell(connection, space, now)


def _made_anew() -> None:
    """Make the table anew with its rows: SQLite changes no default of a column that stands."""
    op.execute(f"CREATE TEMPORARY TABLE spaces_before AS SELECT {_COLUMNS} FROM spaces")  # noqa: S608 - its own words
    op.drop_table("spaces")
    op.create_table(
        "spaces",
        Column("id", ROW_ID, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("strategies", TEXT, nullable=False),
        Column("proposals_channel", BigInteger),
        Column("announcements_channel", BigInteger),
        Column("moderators_channel", BigInteger),
        Column("proposer_roles", TEXT, nullable=False),
        Column("proposer_power", TEXT),
        Column("voting_delay", BigInteger, nullable=False),
        Column("voting_period", BigInteger, nullable=False),
        Column("cogs_off", TEXT, nullable=False),
        Column("rules", TEXT),
        Column("audit_channel", BigInteger),
        Column("public", Boolean, server_default=false(), nullable=False),
        Column("number", WHOLE, server_default=text("1"), nullable=False),
        Column("archived_at", BigInteger),
        Column("moderators", TEXT, server_default=text("'[]'"), nullable=False),
        Column("voters", TEXT, server_default=text("'[]'"), nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_spaces")),
        UniqueConstraint("guild", "number", name=op.f("uq_spaces_guild_number")),
    )
    op.execute(f"INSERT INTO spaces ({_COLUMNS}) SELECT {_COLUMNS} FROM spaces_before")  # noqa: S608 - its own words
    op.execute("DROP TABLE spaces_before")


def _chosen(connection: Connection, space: Mapping[str, Any]) -> bool:
    """Whether the log tells that somebody changed who reads this space's proposals."""
    asked = text("SELECT entry FROM log WHERE guild = :guild AND entry LIKE '%\"public\"%'")
    for (content,) in connection.execute(asked, {"guild": space["guild"]}):
        said = json.loads(content)
        own = said.get("kind") == "rules changed" and said.get("space", _MAIN) == space["number"]
        if own and "public" in said.get("changes", {}):
            return True
    return False


def _log(connection: Connection, space: Mapping[str, Any], now: Timestamp) -> None:
    """Add the change to the server's log, if that has begun; else it begins with all that stands."""
    asked = "SELECT seq, entry, hash FROM log WHERE guild = :guild ORDER BY seq DESC LIMIT 1"
    last = connection.execute(text(asked), {"guild": space["guild"]}).one_or_none()
    if last is None:
        return
    head = Entry(seq=last.seq, content=last.entry, hash=last.hash)
    name = "space" if space["number"] == _MAIN else f"sub-space/{space['number']}"
    content = {
        "kind": "rules changed",
        "at": now,
        "changes": {"public": {"before": "True", "after": "False"}},
        "rows": {name: {"digest": sha256(canonical(_said(space))).hexdigest()}},
        **({} if space["number"] == _MAIN else {"space": space["number"]}),
    }
    made = entry(head, {**content, **clock_lead(head, now, {})})
    connection.execute(
        text("INSERT INTO log (guild, seq, entry, hash) VALUES (:guild, :seq, :entry, :hash)"),
        {"guild": space["guild"], "seq": made.seq, "entry": made.content, "hash": made.hash},
    )


def _said(space: Mapping[str, Any]) -> dict[str, Canonical]:
    """Return what the digest of a space is of, once it is private."""
    said = {key: value for key, value in space.items() if key not in ("id", "guild", "number", "public")}
    if space["number"] == _MAIN:
        said = {key: said[key] for key in said.keys() - {"name"} if key not in _LATER or said[key] != _LATER[key]}
    return {key: _plain(value) for key, value in said.items()} | {"public": False}


def _plain(value: str | int | None) -> Canonical:
    return str(value) if isinstance(value, int) and abs(value) > MAX_INTEGER else value


def _tell(connection: Connection, space: Mapping[str, Any], now: Timestamp) -> None:
    """Have the space's moderators told, once."""
    asked = text("SELECT moderators_channel FROM spaces WHERE guild = :guild AND number = 1")
    main = connection.execute(asked, {"guild": space["guild"]}).scalar()
    is_main = space["number"] == _MAIN
    key = f"notice/{space['guild']}/pages are private" + ("" if is_main else f"/{space['number']}")
    marks = sha256(f"{key}/{now}".encode()).hexdigest().upper()
    row = {
        "key": key,
        "guild": space["guild"],
        "channel": space["moderators_channel"] or main or 0,
        "facts": json.dumps({"problem": _PROBLEM, "remedy": _REMEDY}, separators=(",", ":")),
        "nonce": marks[:25],
        "ref": marks[25:33],
        "now": now,
        "space": None if is_main else space["id"],
    }
    connection.execute(
        text(
            "INSERT INTO outbox (key, topic, guild, channel, facts, nonce, ref, created_at, attempts, next_at, space) "
            "VALUES (:key, 'moderators'' notice', :guild, :channel, :facts, :nonce, :ref, :now, 0, :now, :space)"
        ),
        row,
    )
