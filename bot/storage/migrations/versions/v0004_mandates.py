"""Mandates between members, and which delegate cast a ballot."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, text

from bot.storage.tables.base import ROW_ID, TEXT

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    """Create the table, and add the column with its index."""
    op.create_table(
        "mandates",
        Column("id", ROW_ID, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("delegator", BigInteger, nullable=False),
        Column("delegate", BigInteger, nullable=False),
        Column("topic", TEXT, nullable=False),
        Column("given_at", BigInteger, nullable=False),
        Column("until", BigInteger),
        Column("cleared_at", BigInteger),
        PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
    )
    op.create_index(op.f("ix_mandates_guild_delegator"), "mandates", ["guild", "delegator"])
    op.create_index(op.f("ix_mandates_guild_delegate"), "mandates", ["guild", "delegate"])
    op.create_index(
        "uq_mandates_standing",
        "mandates",
        ["guild", "delegator", "topic"],
        unique=True,
        sqlite_where=text("cleared_at IS NULL"),
        postgresql_where=text("cleared_at IS NULL"),
    )
    op.add_column("ballots", Column("via", BigInteger))
    op.create_index(
        "ix_ballots_counting_via",
        "ballots",
        ["proposal", "via"],
        sqlite_where=text("counts AND via IS NOT NULL"),
        postgresql_where=text("counts AND via IS NOT NULL"),
    )
