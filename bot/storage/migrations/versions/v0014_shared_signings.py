"""What owners of a contract wallet sign one after another, and addresses that last for that alone."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text, text

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table, and the columns."""
    op.create_table(
        "shared_signings",
        Column("key", Text, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("member", BigInteger, nullable=False),
        Column("wallet", Text, nullable=False),
        Column("chain", BigInteger, nullable=False),
        Column("digest", Text, nullable=False),
        Column("written_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("proposal", BigInteger().with_variant(Integer, "sqlite")),
        Column("mark", Text),
        Column("signatures", Text, nullable=False),
        ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_shared_signings_proposal")),
        PrimaryKeyConstraint("key", name=op.f("pk_shared_signings")),
    )
    op.create_index(op.f("ix_shared_signings_guild_member"), "shared_signings", ["guild", "member"])
    op.add_column("tickets", Column("lasts_for", Text, server_default=text("'[]'"), nullable=False))
    op.add_column("tickets", Column("lasts_until", BigInteger))
