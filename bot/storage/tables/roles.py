"""Roles by holdings, and who was found to earn them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.tables.base import Audit, Privacy, kept, metadata

role_rules = Table(
    "role_rules",
    metadata,
    Column("guild", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("role", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("tests", Text, nullable=False),
    Column("match", Text, nullable=False),
    Column("added_by", BigInteger, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("checked_at", BigInteger),
    Column("unknown", Text),
    Column("trouble", Text),
    Column("removed_at", BigInteger),
    PrimaryKeyConstraint("guild", "number"),
    UniqueConstraint("guild", "role"),
    info=kept(Privacy.NAMED, "added_by", audit=Audit.DIGEST),
)

role_holders = Table(
    "role_holders",
    metadata,
    Column("guild", BigInteger, nullable=False),
    Column("rule", Integer, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("earned", Boolean, nullable=False),
    Column("step", Text, nullable=False),
    Column("checked_at", BigInteger, nullable=False),
    Column("found", Text, nullable=False),
    Column("tries", Integer, server_default="0", nullable=False),
    Column("retry_at", BigInteger, server_default="0", nullable=False),
    PrimaryKeyConstraint("guild", "rule", "member"),
    ForeignKeyConstraint(["guild", "rule"], ["role_rules.guild", "role_rules.number"], ondelete="CASCADE"),
    info=kept(Privacy.THEIRS, "member", audit=Audit.OTHERWISE),
)
