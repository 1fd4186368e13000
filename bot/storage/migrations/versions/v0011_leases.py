"""Which process works with the database, so that there is never a second."""

from alembic import op
from sqlalchemy import BigInteger, Column

from bot.storage.tables.base import TEXT

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "leases",
        Column("holder", TEXT, primary_key=True),
        Column("token", TEXT, nullable=False),
        Column("salt", TEXT, nullable=False),
        Column("shard", TEXT, nullable=False),
        Column("beat", BigInteger, nullable=False),
        Column("kernel", TEXT, nullable=False),
        Column("lock", TEXT, nullable=False),
        Column("host", TEXT, nullable=False),
        Column("pid", BigInteger, nullable=False),
        Column("since", BigInteger, nullable=False),
        Column("renewed_at", BigInteger, nullable=False),
    )
