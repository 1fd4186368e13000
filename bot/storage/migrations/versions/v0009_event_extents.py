"""In which blocks events are complete, and by whom; nobody confirmed what was kept, so it is read once more."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint

from bot.storage.tables.base import TEXT

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Replace the table of heads."""
    op.create_table(
        "event_extents",
        Column("chain", BigInteger, nullable=False),
        Column("subscription", TEXT, nullable=False),
        Column("first", BigInteger, nullable=False),
        Column("last", BigInteger, nullable=False),
        Column("last_hash", TEXT, nullable=False),
        Column("last_time", BigInteger, nullable=False),
        Column("witnesses", TEXT, nullable=False),
        PrimaryKeyConstraint("chain", "subscription", "first", name=op.f("pk_event_extents")),
    )
    op.execute(
        "INSERT INTO event_extents (chain, subscription, first, last, last_hash, last_time, witnesses) "
        "SELECT chain, 'delegations', 0, block, block_hash, block_time, '' FROM delegation_heads"
    )
    op.drop_table("delegation_heads")
