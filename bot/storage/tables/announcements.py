"""The outbox: announcements that wait, and those that were sent or given up."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Table,
    UniqueConstraint,
    text,
)

from bot.storage.tables.base import ROW_ID, TEXT, WHOLE, Audit, Privacy, kept, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("key", TEXT, nullable=False),
    Column("topic", TEXT, nullable=False),
    Column("guild", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column("facts", TEXT, nullable=False),
    Column("nonce", TEXT, nullable=False),
    Column("ref", TEXT, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("attempts", WHOLE, nullable=False),
    Column("attempted_at", BigInteger),
    Column("next_at", BigInteger, nullable=False),
    Column("told_at", BigInteger),
    Column("given_up_at", BigInteger),
    Column("given_up", TEXT),
    Column("message", BigInteger),
    Column("space", ROW_ID),
    UniqueConstraint("key"),
    Index(None, "guild", "topic", "created_at"),
    info=kept(Privacy.TOLD, audit=Audit.OTHERWISE, inside="facts"),
)
Index(
    "ix_outbox_waiting",
    outbox.c.guild,
    outbox.c.channel,
    outbox.c.id,
    sqlite_where=text("told_at IS NULL AND given_up_at IS NULL"),
    postgresql_where=text("told_at IS NULL AND given_up_at IS NULL"),
)
