"""Proposals and their cards."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
    text,
)

from bot.storage.tables.base import ROW_ID, TEXT, WHOLE, Audit, Privacy, kept, metadata

proposals = Table(
    "proposals",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("space", ROW_ID, ForeignKey("spaces.id"), nullable=False),
    Column("guild", BigInteger, nullable=False),
    Column("number", WHOLE, nullable=False),
    Column("author", BigInteger, nullable=False),
    Column("title", TEXT, nullable=False),
    Column("summary", TEXT, nullable=False),
    Column("body", TEXT, nullable=False),
    Column("discussion", TEXT, nullable=False),
    Column("voting", TEXT, nullable=False),
    Column("choices", TEXT, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("submitted_at", BigInteger),
    Column("starts_at", BigInteger),
    Column("ends_at", BigInteger),
    Column("terms", TEXT),
    Column("withdrawn_at", BigInteger),
    Column("opened_at", BigInteger),
    Column("held_reason", TEXT),
    Column("counted_at", BigInteger),
    Column("result", TEXT),
    Column("channel", BigInteger),
    Column("card", BigInteger),
    Column("thread", BigInteger),
    Column("chosen", TEXT),
    Column("recusals", TEXT),
    Column("cid", TEXT),
    Column("withdrawn_by", TEXT),
    Column("withdrawn_reason", TEXT),
    UniqueConstraint("guild", "number"),
    info=kept(Privacy.NAMED, "author", audit=Audit.DIGEST, inside="recusals"),
)
Index(
    "ix_proposals_unopened",
    proposals.c.starts_at,
    sqlite_where=text("opened_at IS NULL"),
    postgresql_where=text("opened_at IS NULL"),
)
Index(
    "ix_proposals_uncounted",
    proposals.c.ends_at,
    sqlite_where=text("counted_at IS NULL"),
    postgresql_where=text("counted_at IS NULL"),
)

cards = Table(
    "cards",
    metadata,
    Column("proposal", ROW_ID, ForeignKey("proposals.id"), primary_key=True, autoincrement=False),
    Column("touched_at", BigInteger),
    Column("shown_at", BigInteger),
    info=kept(Privacy.NOBODY, audit=Audit.NO),
)
