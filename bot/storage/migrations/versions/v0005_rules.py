"""Rules by voting system, what authors choose, who takes no part, and the power that could vote."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text, text

revision = "0005"
down_revision = "0004"

_ROW_ID = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Add the columns and the table; a quorum that is set becomes the rule for all voting systems."""
    op.add_column("spaces", Column("rules", Text))
    moved = """UPDATE spaces SET rules = '{"":{"quorum":"' || quorum || '"}}' WHERE quorum <> '0'"""
    op.execute(text(moved.replace(":", r"\:")))
    op.drop_column("spaces", "quorum")
    op.add_column("proposals", Column("chosen", Text))
    op.add_column("proposals", Column("recusals", Text))
    op.create_table(
        "votable",
        Column("proposal", _ROW_ID, nullable=False),
        Column("wallet", Text, nullable=False),
        Column("power", Text, nullable=False),
        ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_votable_proposal")),
        PrimaryKeyConstraint("proposal", "wallet", name=op.f("pk_votable")),
    )
