"""Treasuries, campaigns and what was read of them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.tables.base import ROW_ID, Audit, Privacy, kept, metadata

watches = Table(
    "watches",
    metadata,
    Column("guild", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("chain", BigInteger, nullable=False),
    Column("token", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("decimals", Integer, nullable=False),
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
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("chain", BigInteger, nullable=False),
    Column("token", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("decimals", Integer, nullable=False),
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
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("reached_at", BigInteger),
    Column("reached_by", Text),
    PrimaryKeyConstraint("campaign", "number"),
    ForeignKeyConstraint(["campaign"], ["campaigns.id"]),
    info=kept(Privacy.NOBODY, audit=Audit.DIGEST),
)

readings = Table(
    "readings",
    metadata,
    Column("chain", BigInteger, nullable=False),
    Column("token", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("amount", Text, nullable=False),
    Column("block", BigInteger, nullable=False),
    Column("block_hash", Text, nullable=False),
    Column("block_time", BigInteger, nullable=False),
    PrimaryKeyConstraint("chain", "token", "holder"),
    info=kept(Privacy.NOBODY, audit=Audit.NO),
)
