"""The events of the Delegate Registry, and up to which block they are complete."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint

from bot.storage.tables.base import TEXT, WHOLE

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the two tables."""
    op.create_table(
        "delegations",
        Column("chain", BigInteger, nullable=False),
        Column("block", BigInteger, nullable=False),
        Column("position", WHOLE, nullable=False),
        Column("delegator", TEXT, nullable=False),
        Column("space", TEXT, nullable=False),
        Column("delegate", TEXT),
        PrimaryKeyConstraint("chain", "block", "position", name=op.f("pk_delegations")),
    )
    op.create_index(op.f("ix_delegations_chain_space_block"), "delegations", ["chain", "space", "block"])
    op.create_table(
        "delegation_heads",
        Column("chain", BigInteger, autoincrement=False, nullable=False),
        Column("block", BigInteger, nullable=False),
        Column("block_hash", TEXT, nullable=False),
        Column("block_time", BigInteger, nullable=False),
        PrimaryKeyConstraint("chain", name=op.f("pk_delegation_heads")),
    )
