"""Treasuries, campaigns and what was read of them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from bot.storage.tables.base import ROW_ID, TEXT, WHOLE, Audit, Privacy, kept, metadata

watches = Table(
    "watches",
    metadata,
    Column("guild", BigInteger, nullable=False),
    Column("number", WHOLE, nullable=False),
    Column("space", ROW_ID, ForeignKey("spaces.id"), nullable=False),
    Column("label", TEXT, nullable=False),
    Column("chain", BigInteger, nullable=False),
    Column("token", TEXT, nullable=False),
    Column("holder", TEXT, nullable=False),
    Column("symbol", TEXT, nullable=False),
    Column("decimals", WHOLE, nullable=False),
    Column("added_by", BigInteger, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("guild", "number"),
    info=kept(Privacy.NAMED, "added_by", audit=Audit.DIGEST),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("space", ROW_ID, ForeignKey("spaces.id"), nullable=False),
    Column("guild", BigInteger, nullable=False),
    Column("number", WHOLE, nullable=False),
    Column("title", TEXT, nullable=False),
    Column("chain", BigInteger, nullable=False),
    Column("token", TEXT, nullable=False),
    Column("holder", TEXT, nullable=False),
    Column("symbol", TEXT, nullable=False),
    Column("decimals", WHOLE, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column("author", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("deadline", BigInteger),
    UniqueConstraint("guild", "number"),
    info=kept(Privacy.NAMED, "author", audit=Audit.DIGEST),
)

milestones = Table(
    "milestones",
    metadata,
    Column("campaign", ROW_ID, nullable=False),
    Column("number", WHOLE, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("target", TEXT, nullable=False),
    Column("reached_at", BigInteger),
    Column("reached_by", TEXT),
    PrimaryKeyConstraint("campaign", "number"),
    ForeignKeyConstraint(["campaign"], ["campaigns.id"]),
    info=kept(Privacy.NOBODY, audit=Audit.DIGEST),
)

readings = Table(
    "readings",
    metadata,
    Column("chain", BigInteger, nullable=False),
    Column("token", TEXT, nullable=False),
    Column("holder", TEXT, nullable=False),
    Column("amount", TEXT, nullable=False),
    Column("block", BigInteger, nullable=False),
    Column("block_hash", TEXT, nullable=False),
    Column("block_time", BigInteger, nullable=False),
    PrimaryKeyConstraint("chain", "token", "holder"),
    info=kept(Privacy.NOBODY, audit=Audit.NO),
)
