"""Delegations between members are a space's: what stood for a server stands in each of its spaces.

The main space's say of themselves what they said before, so that entries of the log hold. Those of other spaces are new
rows, and each server's log tells of them.
"""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    false,
    text,
)

from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.log.hash_chain import Entry, clock_lead, entry, reference
from bot.domain.shared.types import Timestamp
from bot.storage.tables.base import ROW_ID, TEXT

revision = "0019"
down_revision = "0018"

_COLUMNS = "id, guild, delegator, delegate, topic, given_at, until, cleared_at, everywhere"
_SAID = ("topic", "given_at", "until", "cleared_at")
_MAIN = "(SELECT id FROM spaces WHERE spaces.guild = {table}.guild AND spaces.number = 1)"
_HERE = "cleared_at IS NULL AND NOT everywhere"
_EVERYWHERE = "cleared_at IS NULL AND everywhere"
_AN_ENTRY = 200
"""Rows of which one entry tells."""


def upgrade() -> None:
    """Add the column: what stands is the main space's, and copies of it are those of the server's other spaces."""
    op.execute(
        "INSERT INTO spaces (guild, name, strategies, proposer_roles, voting_delay, voting_period, cogs_off) "  # noqa: S608 - its own words
        "SELECT DISTINCT guild, 'DAO', '[]', '[]', 0, 259200, '[]' FROM mandates "
        f"WHERE {_MAIN.format(table='mandates')} IS NULL"
    )
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _made_anew()
    else:
        op.drop_index("uq_mandates_standing", "mandates")
        op.add_column("mandates", Column("space", ROW_ID))
        op.execute(f"UPDATE mandates SET space = {_MAIN.format(table='mandates')}")  # noqa: S608 - its own words
        op.alter_column("mandates", "space", nullable=False)
        op.create_foreign_key(op.f("fk_mandates_space"), "mandates", "spaces", ["space"], ["id"])
    _one_stands("uq_mandates_standing", ["space", "delegator", "topic"], _HERE)
    for guild, copied in _copied(connection).items():
        _log(connection, guild, copied)


def _made_anew() -> None:
    """Make the table anew with its rows: SQLite adds no column that must be set."""
    op.execute("CREATE TEMPORARY TABLE mandates_before AS SELECT * FROM mandates")
    op.drop_table("mandates")
    op.create_table(
        "mandates",
        Column("id", ROW_ID, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("space", ROW_ID, nullable=False),
        Column("delegator", BigInteger, nullable=False),
        Column("delegate", BigInteger, nullable=False),
        Column("topic", TEXT, nullable=False),
        Column("given_at", BigInteger, nullable=False),
        Column("until", BigInteger),
        Column("cleared_at", BigInteger),
        Column("everywhere", Boolean, server_default=false(), nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
        ForeignKeyConstraint(["space"], ["spaces.id"], name=op.f("fk_mandates_space")),
    )
    op.execute(
        f"INSERT INTO mandates (space, {_COLUMNS}) "  # noqa: S608 - its own words
        f"SELECT {_MAIN.format(table='mandates_before')}, {_COLUMNS} FROM mandates_before"
    )
    op.execute("DROP TABLE mandates_before")
    op.create_index(op.f("ix_mandates_guild_delegator"), "mandates", ["guild", "delegator"])
    op.create_index(op.f("ix_mandates_delegator"), "mandates", ["delegator"])
    op.create_index(op.f("ix_mandates_delegate"), "mandates", ["delegate"])
    _one_stands("uq_mandates_standing_everywhere", ["delegator", "topic"], _EVERYWHERE)


def _one_stands(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "mandates", columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


def _copied(connection: Connection) -> Mapping[int, Sequence[Mapping[str, Any]]]:
    """Copy what is for a server, ended ones too, to each of its other spaces; return the copies by server.

    Ended ones count in votes that were submitted before they ended.
    """
    asked = (
        "SELECT mandates.*, spaces.id AS other, spaces.number FROM mandates JOIN spaces "
        "ON spaces.guild = mandates.guild AND spaces.number > 1 WHERE NOT everywhere "
        "ORDER BY spaces.number, mandates.id"
    )
    insert = (
        "INSERT INTO mandates (guild, space, delegator, delegate, topic, given_at, until, cleared_at) VALUES "
        "(:guild, :other, :delegator, :delegate, :topic, :given_at, :until, :cleared_at) RETURNING id"
    )
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in connection.execute(text(asked)).mappings().all():
        stored = connection.execute(text(insert), dict(row)).scalar_one()
        found[row["guild"]].append({**row, "id": stored})
    return found


def _log(connection: Connection, guild: int, copied: Sequence[Mapping[str, Any]]) -> None:
    """Add what was copied to a server's log, if that has begun; else it begins with all that stands."""
    asked = "SELECT seq, entry, hash FROM log WHERE guild = :guild ORDER BY seq DESC LIMIT 1"
    last = connection.execute(text(asked), {"guild": guild}).one_or_none()
    if last is None:
        return
    head = Entry(seq=last.seq, content=last.entry, hash=last.hash)
    salts = _salts(connection, guild, {row[role] for row in copied for role in ("delegator", "delegate")} - {0})
    now = Timestamp(int(time.time()))
    for rows in _in_entries(copied):
        said = {
            f"mandate/{row['id']}": {
                "digest": sha256(canonical({**{name: row[name] for name in _SAID}, "space": row["number"]})).hexdigest()
            }
            | {role: reference(salts[row[role]], row[role]) if row[role] else "" for role in ("delegator", "delegate")}
            for row in rows
        }
        content = {"kind": "mandates by space", "at": now, "space": rows[0]["number"], "rows": said}
        head = entry(head, {**content, **clock_lead(head, now, {})})
        connection.execute(
            text("INSERT INTO log (guild, seq, entry, hash) VALUES (:guild, :seq, :entry, :hash)"),
            {"guild": guild, "seq": head.seq, "entry": head.content, "hash": head.hash},
        )


def _in_entries(copied: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Return what each entry tells of: copies in one space, in order, and not too many."""
    of_space: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in copied:
        of_space[row["number"]].append(row)
    for rows in of_space.values():
        for start in range(0, len(rows), _AN_ENTRY):
            yield rows[start : start + _AN_ENTRY]


def _salts(connection: Connection, guild: int, members: set[int]) -> dict[int, str]:
    """Return the members' salts, made for those who have none yet."""
    asked = text("SELECT member, salt FROM salts WHERE guild = :guild")
    found: dict[int, str] = {row.member: row.salt for row in connection.execute(asked, {"guild": guild})}
    for member in sorted(members - found.keys()):
        found[member] = secrets.token_hex(32)
        connection.execute(
            text("INSERT INTO salts (guild, member, salt) VALUES (:guild, :member, :salt)"),
            {"guild": guild, "member": member, "salt": found[member]},
        )
    return found
