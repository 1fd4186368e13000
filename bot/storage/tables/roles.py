"""Roles by holdings, and who was found to earn them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from bot.storage.tables.base import ROW_ID, TEXT, WHOLE, Audit, Privacy, kept, metadata

role_rules = Table(
    "role_rules",
    metadata,
    Column("guild", BigInteger, nullable=False),
    Column("number", WHOLE, nullable=False),
    Column("space", ROW_ID, ForeignKey("spaces.id"), nullable=False),
    Column("role", BigInteger, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("tests", TEXT, nullable=False),
    Column("match", TEXT, nullable=False),
    Column("added_by", BigInteger, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("checked_at", BigInteger),
    Column("unknown", TEXT),
    Column("trouble", TEXT),
    Column("removed_at", BigInteger),
    PrimaryKeyConstraint("guild", "number"),
    UniqueConstraint("guild", "role"),
    info=kept(Privacy.NAMED, "added_by", audit=Audit.DIGEST),
)

role_holders = Table(
    "role_holders",
    metadata,
    Column("guild", BigInteger, nullable=False),
    Column("rule", WHOLE, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("earned", Boolean, nullable=False),
    Column("step", TEXT, nullable=False),
    Column("checked_at", BigInteger, nullable=False),
    Column("found", TEXT, nullable=False),
    Column("tries", WHOLE, server_default="0", nullable=False),
    Column("retry_at", BigInteger, server_default="0", nullable=False),
    PrimaryKeyConstraint("guild", "rule", "member"),
    ForeignKeyConstraint(["guild", "rule"], ["role_rules.guild", "role_rules.number"], ondelete="CASCADE"),
    info=kept(Privacy.THEIRS, "member", audit=Audit.OTHERWISE),
)
