"""Whether two endpoints told a power; nobody said so of what was kept, so it is read once more. What changed it."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, PrimaryKeyConstraint, false

from bot.storage.tables.base import ROW_ID, TEXT

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column, false for what stands, and the table of changes."""
    op.add_column("powers", Column("confirmed", Boolean, server_default=false(), nullable=False))
    op.create_table(
        "power_changes",
        Column("id", ROW_ID, nullable=False),
        Column(
            "proposal",
            ROW_ID,
            ForeignKey("proposals.id", name=op.f("fk_power_changes_proposal")),
            nullable=False,
        ),
        Column("wallet", TEXT, nullable=False),
        Column("scores_before", TEXT, nullable=False),
        Column("scores_after", TEXT, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("why", TEXT, nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_power_changes")),
    )
    op.create_index(op.f("ix_power_changes_proposal_wallet"), "power_changes", ["proposal", "wallet"])
