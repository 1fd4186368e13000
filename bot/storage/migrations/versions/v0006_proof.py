"""Wallets of every kind, roles by holdings, signed ballots, text versions, bundles, and the log."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    LargeBinary,
    PrimaryKeyConstraint,
    UniqueConstraint,
    false,
    text,
)

from bot.storage.tables.base import ROW_ID, TEXT, WHOLE

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns and the tables."""
    _wallets()
    _proposals()
    _log()


def _wallets() -> None:
    op.add_column("spaces", Column("audit_channel", BigInteger))
    op.add_column("wallets", Column("label", TEXT))
    op.add_column("wallets", Column("chosen", Boolean, server_default=false(), nullable=False))
    op.add_column("wallets", Column("kind", TEXT, server_default=text("'account'"), nullable=False))
    op.add_column("wallets", Column("chain", BigInteger))
    op.create_index(
        "uq_wallets_chosen",
        "wallets",
        ["guild", "member"],
        unique=True,
        sqlite_where=text("chosen"),
        postgresql_where=text("chosen"),
    )
    op.create_table(
        "moves",
        Column("id", ROW_ID, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("member", BigInteger, nullable=False),
        Column("address", TEXT, nullable=False),
        Column("moved_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index(op.f("ix_moves_guild_member"), "moves", ["guild", "member"])
    op.add_column("challenges", Column("proved_at", BigInteger))
    op.add_column("challenges", Column("kind", TEXT, server_default=text("'account'"), nullable=False))
    op.create_table(
        "tickets",
        Column("digest", TEXT, nullable=False),
        Column("purpose", TEXT, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("member", BigInteger, nullable=False),
        Column("proposal", ROW_ID),
        Column("guild_name", TEXT, nullable=False),
        Column("member_name", TEXT, nullable=False),
        Column("issued_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("used_at", BigInteger),
        ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_tickets_proposal")),
        PrimaryKeyConstraint("digest", name=op.f("pk_tickets")),
    )
    op.create_table(
        "role_rules",
        Column("guild", BigInteger, nullable=False),
        Column("number", WHOLE, nullable=False),
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
        PrimaryKeyConstraint("guild", "number", name=op.f("pk_role_rules")),
        UniqueConstraint("guild", "role", name=op.f("uq_role_rules_guild_role")),
    )
    op.create_table(
        "role_holders",
        Column("guild", BigInteger, nullable=False),
        Column("rule", WHOLE, nullable=False),
        Column("member", BigInteger, nullable=False),
        Column("earned", Boolean, nullable=False),
        Column("step", TEXT, nullable=False),
        Column("checked_at", BigInteger, nullable=False),
        Column("found", TEXT, nullable=False),
        ForeignKeyConstraint(
            ["guild", "rule"],
            ["role_rules.guild", "role_rules.number"],
            name=op.f("fk_role_holders_guild"),
            ondelete="CASCADE",
        ),
        PrimaryKeyConstraint("guild", "rule", "member", name=op.f("pk_role_holders")),
    )


def _proposals() -> None:
    op.add_column("proposals", Column("cid", TEXT))
    op.add_column("proposals", Column("withdrawn_by", TEXT))
    op.add_column("proposals", Column("withdrawn_reason", TEXT))
    op.create_table(
        "texts",
        Column("proposal", ROW_ID, nullable=False),
        Column("version", WHOLE, nullable=False),
        Column("title", TEXT, nullable=False),
        Column("summary", TEXT, nullable=False),
        Column("body", TEXT, nullable=False),
        Column("discussion", TEXT, nullable=False),
        Column("choices", TEXT, nullable=False),
        Column("cid", TEXT, nullable=False),
        Column("editor", BigInteger, nullable=False),
        Column("written_at", BigInteger, nullable=False),
        ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_texts_proposal")),
        PrimaryKeyConstraint("proposal", "version", name=op.f("pk_texts")),
    )
    op.add_column("ballots", Column("cid", TEXT))
    op.add_column("ballots", Column("signed", TEXT))
    op.create_table(
        "bundles",
        Column("proposal", ROW_ID, autoincrement=False, nullable=False),
        Column("content", LargeBinary, nullable=False),
        Column("cid", TEXT, nullable=False),
        Column("root", TEXT, nullable=False),
        Column("made_at", BigInteger, nullable=False),
        ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_bundles_proposal")),
        PrimaryKeyConstraint("proposal", name=op.f("pk_bundles")),
    )


def _log() -> None:
    op.create_table(
        "log",
        Column("guild", BigInteger, nullable=False),
        Column("seq", BigInteger, nullable=False),
        Column("entry", TEXT, nullable=False),
        Column("hash", TEXT, nullable=False),
        PrimaryKeyConstraint("guild", "seq", name=op.f("pk_log")),
    )
    op.create_table(
        "salts",
        Column("guild", BigInteger, nullable=False),
        Column("member", BigInteger, nullable=False),
        Column("salt", TEXT, nullable=False),
        PrimaryKeyConstraint("guild", "member", name=op.f("pk_salts")),
    )
