"""Ballots, the power behind them, and who votes for whom."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Table,
    false,
    text,
)

from bot.storage.tables.base import ROW_ID, TEXT, WHOLE, Audit, Privacy, kept, metadata

ballots = Table(
    "ballots",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("proposal", ROW_ID, ForeignKey("proposals.id"), nullable=False),
    Column("wallet", TEXT, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("mark", TEXT, nullable=False),
    Column("scores", TEXT, nullable=False),
    Column("power", TEXT, nullable=False),
    Column("cast_at", BigInteger, nullable=False),
    Column("receipt", TEXT, nullable=False),
    Column("counts", Boolean, nullable=False),
    Column("via", BigInteger),
    Column("cid", TEXT),
    Column("signed", TEXT),
    Column("press", BigInteger),
    Index(None, "proposal", "wallet"),
    info=kept(Privacy.NAMED, "member", "via", audit=Audit.OTHERWISE),
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
    Column("wallet", TEXT, nullable=False),
    Column("scale", WHOLE, nullable=False),
    Column("parts", TEXT, nullable=False),
    Column("confirmed", Boolean, server_default=false(), nullable=False),
    PrimaryKeyConstraint("proposal", "wallet"),
    info=kept(Privacy.WALLET, audit=Audit.NO),
)

power_changes = Table(
    "power_changes",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("proposal", ROW_ID, ForeignKey("proposals.id"), nullable=False),
    Column("wallet", TEXT, nullable=False),
    Column("scores_before", TEXT, nullable=False),
    Column("scores_after", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("why", TEXT, nullable=False),
    Index(None, "proposal", "wallet"),
    info=kept(Privacy.WALLET, audit=Audit.NO),
)

votable = Table(
    "votable",
    metadata,
    Column("proposal", ROW_ID, ForeignKey("proposals.id"), nullable=False),
    Column("wallet", TEXT, nullable=False),
    Column("power", TEXT, nullable=False),
    PrimaryKeyConstraint("proposal", "wallet"),
    info=kept(Privacy.WALLET, audit=Audit.NO),
)

delegations = Table(
    "delegations",
    metadata,
    Column("chain", BigInteger, nullable=False),
    Column("block", BigInteger, nullable=False),
    Column("position", WHOLE, nullable=False),
    Column("delegator", TEXT, nullable=False),
    Column("space", TEXT, nullable=False),
    Column("delegate", TEXT),
    PrimaryKeyConstraint("chain", "block", "position"),
    Index(None, "chain", "space", "block"),
    info=kept(Privacy.NOBODY, audit=Audit.NO),
)

contract_events = Table(
    "contract_events",
    metadata,
    Column("chain", BigInteger, nullable=False),
    Column("subscription", TEXT, nullable=False),
    Column("block", BigInteger, nullable=False),
    Column("position", WHOLE, nullable=False),
    Column("block_hash", TEXT, nullable=False),
    Column("address", TEXT, nullable=False),
    Column("topics", TEXT, nullable=False),
    Column("data", TEXT, nullable=False),
    PrimaryKeyConstraint("chain", "subscription", "block", "position"),
    info=kept(Privacy.NOBODY, audit=Audit.NO),
)

event_extents = Table(
    "event_extents",
    metadata,
    Column("chain", BigInteger, nullable=False),
    Column("subscription", TEXT, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("last_hash", TEXT, nullable=False),
    Column("last_time", BigInteger, nullable=False),
    Column("witnesses", TEXT, nullable=False),
    PrimaryKeyConstraint("chain", "subscription", "first"),
    info=kept(Privacy.NOBODY, audit=Audit.NO),
)

mandates = Table(
    "mandates",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("space", ROW_ID, ForeignKey("spaces.id"), nullable=False),
    Column("delegator", BigInteger, nullable=False),
    Column("delegate", BigInteger, nullable=False),
    Column("topic", TEXT, nullable=False),
    Column("given_at", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("cleared_at", BigInteger),
    Column("everywhere", Boolean, server_default=false(), nullable=False),
    Index(None, "guild", "delegator"),
    Index(None, "delegator"),
    Index(None, "delegate"),
    info=kept(Privacy.THEIRS, "delegator", "delegate", audit=Audit.DIGEST),
)
_HERE, _EVERYWHERE = (text(f"cleared_at IS NULL AND {scope}") for scope in ("NOT everywhere", "everywhere"))
Index(
    "uq_mandates_standing",
    mandates.c.space,
    mandates.c.delegator,
    mandates.c.topic,
    unique=True,
    sqlite_where=_HERE,
    postgresql_where=_HERE,
)
Index(
    "uq_mandates_standing_everywhere",
    mandates.c.delegator,
    mandates.c.topic,
    unique=True,
    sqlite_where=_EVERYWHERE,
    postgresql_where=_EVERYWHERE,
)
