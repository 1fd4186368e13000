"""The tables as they are after the newest migration.

Discord's ids need 64 bits; amounts are decimal text, because uint256 needs 256; lists and small structures
are canonical JSON text. `token` is the empty text for a chain's own coin.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

ROW_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows by itself only in a column of the type INTEGER."""

counters = Table(
    "counters",
    metadata,
    Column("guild", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("guild", "name"),
)

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

proposals = Table(
    "proposals",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("space", ROW_ID, ForeignKey("spaces.id"), nullable=False),
    Column("guild", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("author", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("discussion", Text, nullable=False),
    Column("voting", Text, nullable=False),
    Column("choices", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("submitted_at", BigInteger),
    Column("starts_at", BigInteger),
    Column("ends_at", BigInteger),
    Column("terms", Text),
    Column("withdrawn_at", BigInteger),
    Column("opened_at", BigInteger),
    Column("held_reason", Text),
    Column("counted_at", BigInteger),
    Column("result", Text),
    Column("channel", BigInteger),
    Column("card", BigInteger),
    Column("thread", BigInteger),
    Column("chosen", Text),
    Column("recusals", Text),
    UniqueConstraint("guild", "number"),
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
)

ballots = Table(
    "ballots",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("proposal", ROW_ID, ForeignKey("proposals.id"), nullable=False),
    Column("wallet", Text, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("mark", Text, nullable=False),
    Column("scores", Text, nullable=False),
    Column("power", Text, nullable=False),
    Column("cast_at", BigInteger, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("counts", Boolean, nullable=False),
    Column("via", BigInteger),
    Index(None, "proposal", "wallet"),
)
Index(
    "uq_ballots_counting",
    ballots.c.proposal,
    ballots.c.wallet,
    unique=True,
    sqlite_where=text("counts"),
    postgresql_where=text("counts"),
)
Index(
    "ix_ballots_counting_member",
    ballots.c.proposal,
    ballots.c.member,
    sqlite_where=text("counts"),
    postgresql_where=text("counts"),
)

Index(
    "ix_ballots_counting_via",
    ballots.c.proposal,
    ballots.c.via,
    sqlite_where=text("counts AND via IS NOT NULL"),
    postgresql_where=text("counts AND via IS NOT NULL"),
)

powers = Table(
    "powers",
    metadata,
    Column("proposal", ROW_ID, ForeignKey("proposals.id"), nullable=False),
    Column("wallet", Text, nullable=False),
    Column("scale", Integer, nullable=False),
    Column("parts", Text, nullable=False),
    PrimaryKeyConstraint("proposal", "wallet"),
)

votable = Table(
    "votable",
    metadata,
    Column("proposal", ROW_ID, ForeignKey("proposals.id"), nullable=False),
    Column("wallet", Text, nullable=False),
    Column("power", Text, nullable=False),
    PrimaryKeyConstraint("proposal", "wallet"),
)

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
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("key", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("guild", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column("facts", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("attempted_at", BigInteger),
    Column("next_at", BigInteger, nullable=False),
    Column("told_at", BigInteger),
    Column("given_up_at", BigInteger),
    Column("given_up", Text),
    Column("message", BigInteger),
    UniqueConstraint("key"),
    Index(None, "guild", "topic", "created_at"),
)
Index(
    "ix_outbox_waiting",
    outbox.c.guild,
    outbox.c.channel,
    outbox.c.id,
    sqlite_where=text("told_at IS NULL AND given_up_at IS NULL"),
    postgresql_where=text("told_at IS NULL AND given_up_at IS NULL"),
)

delegations = Table(
    "delegations",
    metadata,
    Column("chain", BigInteger, nullable=False),
    Column("block", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("delegator", Text, nullable=False),
    Column("space", Text, nullable=False),
    Column("delegate", Text),
    PrimaryKeyConstraint("chain", "block", "position"),
    Index(None, "chain", "space", "block"),
)

delegation_heads = Table(
    "delegation_heads",
    metadata,
    Column("chain", BigInteger, primary_key=True, autoincrement=False),
    Column("block", BigInteger, nullable=False),
    Column("block_hash", Text, nullable=False),
    Column("block_time", BigInteger, nullable=False),
)

mandates = Table(
    "mandates",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("delegator", BigInteger, nullable=False),
    Column("delegate", BigInteger, nullable=False),
    Column("topic", Text, nullable=False),
    Column("given_at", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("cleared_at", BigInteger),
    Index(None, "guild", "delegator"),
    Index(None, "guild", "delegate"),
)
Index(
    "uq_mandates_standing",
    mandates.c.guild,
    mandates.c.delegator,
    mandates.c.topic,
    unique=True,
    sqlite_where=text("cleared_at IS NULL"),
    postgresql_where=text("cleared_at IS NULL"),
)
