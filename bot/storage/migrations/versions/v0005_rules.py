"""Rules by voting system, what authors choose, who takes no part, and the power that could vote."""

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, text

from bot.storage.tables.base import ROW_ID, TEXT

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns and the table; a quorum that is set becomes the rule for all voting systems."""
    op.add_column("spaces", Column("rules", TEXT))
    moved = """UPDATE spaces SET rules = '{"":{"quorum":"' || quorum || '"}}' WHERE quorum <> '0'"""
    op.execute(text(moved.replace(":", r"\:")))
    op.drop_column("spaces", "quorum")
    op.add_column("proposals", Column("chosen", TEXT))
    op.add_column("proposals", Column("recusals", TEXT))
    op.create_table(
        "votable",
        Column("proposal", ROW_ID, nullable=False),
        Column("wallet", TEXT, nullable=False),
        Column("power", TEXT, nullable=False),
        ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_votable_proposal")),
        PrimaryKeyConstraint("proposal", "wallet", name=op.f("pk_votable")),
    )
