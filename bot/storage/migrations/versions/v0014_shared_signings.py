"""What owners of a contract wallet sign one after another, and addresses that last for that alone."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, PrimaryKeyConstraint, text

from bot.storage.tables.base import ROW_ID, TEXT

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table, and the columns."""
    op.create_table(
        "shared_signings",
        Column("key", TEXT, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("member", BigInteger, nullable=False),
        Column("wallet", TEXT, nullable=False),
        Column("chain", BigInteger, nullable=False),
        Column("digest", TEXT, nullable=False),
        Column("written_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("proposal", ROW_ID),
        Column("mark", TEXT),
        Column("signatures", TEXT, nullable=False),
        ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_shared_signings_proposal")),
        PrimaryKeyConstraint("key", name=op.f("pk_shared_signings")),
    )
    op.create_index(op.f("ix_shared_signings_guild_member"), "shared_signings", ["guild", "member"])
    op.add_column("tickets", Column("lasts_for", TEXT, server_default=text("'[]'"), nullable=False))
    op.add_column("tickets", Column("lasts_until", BigInteger))
