"""The rules of a space, and which servers were greeted."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, Table, UniqueConstraint, false, text

from bot.storage.tables.base import ROW_ID, TEXT, WHOLE, Audit, Privacy, kept, metadata

spaces = Table(
    "spaces",
    metadata,
    Column("id", ROW_ID, primary_key=True),
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
    UniqueConstraint("guild", "number"),
    info=kept(Privacy.NOBODY, audit=Audit.DIGEST),
)

greetings = Table(
    "greetings",
    metadata,
    Column("guild", BigInteger, autoincrement=False, nullable=False),
    Column("joined_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("guild"),
    info=kept(Privacy.NOBODY, audit=Audit.NO),
)
