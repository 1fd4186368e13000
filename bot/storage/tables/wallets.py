"""Linked wallets, and the challenges and tickets that prove them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table, UniqueConstraint, false, text

from bot.storage.tables.base import ROW_ID, TEXT, Audit, Privacy, kept, metadata

wallets = Table(
    "wallets",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("address", TEXT, nullable=False),
    Column("linked_at", BigInteger, nullable=False),
    Column("label", TEXT),
    Column("chosen", Boolean, server_default=false(), nullable=False),
    Column("kind", TEXT, server_default=text("'account'"), nullable=False),
    Column("chain", BigInteger),
    UniqueConstraint("guild", "address"),
    Index(None, "guild", "member"),
    info=kept(Privacy.THEIRS, "member", audit=Audit.DIGEST),
)

Index(
    "uq_wallets_chosen",
    wallets.c.guild,
    wallets.c.member,
    unique=True,
    sqlite_where=text("chosen"),
    postgresql_where=text("chosen"),
)


moves = Table(
    "moves",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("address", TEXT, nullable=False),
    Column("moved_at", BigInteger, nullable=False),
    Index(None, "guild", "member"),
    info=kept(Privacy.THEIRS, "member", audit=Audit.NO),
)


challenges = Table(
    "challenges",
    metadata,
    Column("nonce", TEXT, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("address", TEXT, nullable=False),
    Column("text", TEXT, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("proved_at", BigInteger),
    Column("kind", TEXT, server_default=text("'account'"), nullable=False),
    info=kept(Privacy.THEIRS, "member", audit=Audit.NO),
)


tickets = Table(
    "tickets",
    metadata,
    Column("digest", TEXT, primary_key=True),
    Column("purpose", TEXT, nullable=False),
    Column("guild", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("proposal", ROW_ID, ForeignKey("proposals.id")),
    Column("guild_name", TEXT, nullable=False),
    Column("member_name", TEXT, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("lasts_for", TEXT, server_default=text("'[]'"), nullable=False),
    Column("lasts_until", BigInteger),
    Column("reply", TEXT),
    info=kept(Privacy.THEIRS, "member", audit=Audit.NO),
)


shared_signings = Table(
    "shared_signings",
    metadata,
    Column("key", TEXT, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("wallet", TEXT, nullable=False),
    Column("chain", BigInteger, nullable=False),
    Column("digest", TEXT, nullable=False),
    Column("written_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("proposal", ROW_ID, ForeignKey("proposals.id")),
    Column("mark", TEXT),
    Column("signatures", TEXT, nullable=False),
    Index(None, "guild", "member"),
    info=kept(Privacy.THEIRS, "member", audit=Audit.NO),
)
