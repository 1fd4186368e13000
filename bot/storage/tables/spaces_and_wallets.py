"""Spaces, wallets and the challenges and tickets that prove them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table, Text, UniqueConstraint, text

from bot.storage.tables.base import ROW_ID, Audit, Privacy, kept, metadata

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
    Column("audit_channel", BigInteger),
    Column("public", Boolean, server_default=text("1"), nullable=False),
    UniqueConstraint("guild"),
    info=kept(Privacy.NOBODY, audit=Audit.DIGEST),
)

wallets = Table(
    "wallets",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    Column("linked_at", BigInteger, nullable=False),
    Column("label", Text),
    Column("chosen", Boolean, server_default=text("0"), nullable=False),
    Column("kind", Text, server_default=text("'account'"), nullable=False),
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
    Column("address", Text, nullable=False),
    Column("moved_at", BigInteger, nullable=False),
    Index(None, "guild", "member"),
    info=kept(Privacy.THEIRS, "member", audit=Audit.NO),
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
    Column("proved_at", BigInteger),
    Column("kind", Text, server_default=text("'account'"), nullable=False),
    info=kept(Privacy.THEIRS, "member", audit=Audit.NO),
)

tickets = Table(
    "tickets",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("guild", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("proposal", ROW_ID, ForeignKey("proposals.id")),
    Column("guild_name", Text, nullable=False),
    Column("member_name", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("lasts_for", Text, server_default=text("'[]'"), nullable=False),
    Column("lasts_until", BigInteger),
    info=kept(Privacy.THEIRS, "member", audit=Audit.NO),
)

shared_signings = Table(
    "shared_signings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("wallet", Text, nullable=False),
    Column("chain", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("written_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("proposal", ROW_ID, ForeignKey("proposals.id")),
    Column("mark", Text),
    Column("signatures", Text, nullable=False),
    Index(None, "guild", "member"),
    info=kept(Privacy.THEIRS, "member", audit=Audit.NO),
)
