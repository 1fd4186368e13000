"""Spaces, wallets and the challenges that prove them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.tables.base import ROW_ID, metadata

spaces = Table(
    "spaces",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("strategies", Text, nullable=False),
    Column("proposals_channel", BigInteger),
    Column("announcements_channel", BigInteger),
    Column("moderators_channel", BigInteger),
    Column("proposer_roles", Text, nullable=False),
    Column("proposer_power", Text),
    Column("voting_delay", BigInteger, nullable=False),
    Column("voting_period", BigInteger, nullable=False),
    Column("cogs_off", Text, nullable=False),
    Column("rules", Text),
    UniqueConstraint("guild"),
)

wallets = Table(
    "wallets",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    Column("linked_at", BigInteger, nullable=False),
    UniqueConstraint("guild", "address"),
    Index(None, "guild", "member"),
)

challenges = Table(
    "challenges",
    metadata,
    Column("nonce", Text, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)
