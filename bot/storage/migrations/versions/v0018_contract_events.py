"""What contracts tell that strategies read, so that it is read from a chain once."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint

from bot.storage.tables.base import TEXT, WHOLE

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "contract_events",
        Column("chain", BigInteger, nullable=False),
        Column("subscription", TEXT, nullable=False),
        Column("block", BigInteger, nullable=False),
        Column("position", WHOLE, nullable=False),
        Column("block_hash", TEXT, nullable=False),
        Column("address", TEXT, nullable=False),
        Column("topics", TEXT, nullable=False),
        Column("data", TEXT, nullable=False),
        PrimaryKeyConstraint("chain", "subscription", "block", "position", name=op.f("pk_contract_events")),
    )
