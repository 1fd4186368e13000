"""Wallets of every kind, roles by holdings, signed ballots, text versions, bundles, and the log."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

revision = "0006"
down_revision = "0005"

_ROW_ID = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Add the columns and the tables."""
    _wallets()
    _proposals()
    _log()


def _wallets() -> None:
    op.add_column("spaces", Column("audit_channel", BigInteger))
    op.add_column("wallets", Column("label", Text))
    op.add_column("wallets", Column("chosen", Boolean, server_default=text("0"), nullable=False))
    op.add_column("wallets", Column("kind", Text, server_default=text("'account'"), nullable=False))
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
        Column("id", _ROW_ID, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("member", BigInteger, nullable=False),
        Column("address", Text, nullable=False),
        Column("moved_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index(op.f("ix_moves_guild_member"), "moves", ["guild", "member"])
    op.add_column("challenges", Column("proved_at", BigInteger))
    op.add_column("challenges", Column("kind", Text, server_default=text("'account'"), nullable=False))
    op.create_table(
        "tickets",
        Column("digest", Text, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("member", BigInteger, nullable=False),
        Column("proposal", _ROW_ID),
        Column("guild_name", Text, nullable=False),
        Column("member_name", Text, nullable=False),
        Column("issued_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("used_at", BigInteger),
        ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_tickets_proposal")),
        PrimaryKeyConstraint("digest", name=op.f("pk_tickets")),
    )
    op.create_table(
        "role_rules",
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
        PrimaryKeyConstraint("guild", "number", name=op.f("pk_role_rules")),
        UniqueConstraint("guild", "role", name=op.f("uq_role_rules_guild_role")),
    )
    op.create_table(
        "role_holders",
        Column("guild", BigInteger, nullable=False),
        Column("rule", Integer, nullable=False),
        Column("member", BigInteger, nullable=False),
        Column("earned", Boolean, nullable=False),
        Column("step", Text, nullable=False),
        Column("checked_at", BigInteger, nullable=False),
        Column("found", Text, nullable=False),
        ForeignKeyConstraint(
            ["guild", "rule"],
            ["role_rules.guild", "role_rules.number"],
            name=op.f("fk_role_holders_guild"),
            ondelete="CASCADE",
        ),
        PrimaryKeyConstraint("guild", "rule", "member", name=op.f("pk_role_holders")),
    )


def _proposals() -> None:
    op.add_column("proposals", Column("cid", Text))
    op.add_column("proposals", Column("withdrawn_by", Text))
    op.add_column("proposals", Column("withdrawn_reason", Text))
    op.create_table(
        "texts",
        Column("proposal", _ROW_ID, nullable=False),
        Column("version", Integer, nullable=False),
        Column("title", Text, nullable=False),
        Column("summary", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("discussion", Text, nullable=False),
        Column("choices", Text, nullable=False),
        Column("cid", Text, nullable=False),
        Column("editor", BigInteger, nullable=False),
        Column("written_at", BigInteger, nullable=False),
        ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_texts_proposal")),
        PrimaryKeyConstraint("proposal", "version", name=op.f("pk_texts")),
    )
    op.add_column("ballots", Column("cid", Text))
    op.add_column("ballots", Column("signed", Text))
    op.create_table(
        "bundles",
        Column("proposal", _ROW_ID, autoincrement=False, nullable=False),
        Column("content", LargeBinary, nullable=False),
        Column("cid", Text, nullable=False),
        Column("root", Text, nullable=False),
        Column("made_at", BigInteger, nullable=False),
        ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_bundles_proposal")),
        PrimaryKeyConstraint("proposal", name=op.f("pk_bundles")),
    )


def _log() -> None:
    op.create_table(
        "log",
        Column("guild", BigInteger, nullable=False),
        Column("seq", BigInteger, nullable=False),
        Column("entry", Text, nullable=False),
        Column("hash", Text, nullable=False),
        PrimaryKeyConstraint("guild", "seq", name=op.f("pk_log")),
    )
    op.create_table(
        "salts",
        Column("guild", BigInteger, nullable=False),
        Column("member", BigInteger, nullable=False),
        Column("salt", Text, nullable=False),
        PrimaryKeyConstraint("guild", "member", name=op.f("pk_salts")),
    )
