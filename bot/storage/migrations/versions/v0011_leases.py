"""Which process works with the database, so that there is never a second."""

from alembic import op
from sqlalchemy import BigInteger, Column, Text

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "leases",
        Column("holder", Text, primary_key=True),
        Column("token", Text, nullable=False),
        Column("salt", Text, nullable=False),
        Column("shard", Text, nullable=False),
        Column("beat", BigInteger, nullable=False),
        Column("kernel", Text, nullable=False),
        Column("lock", Text, nullable=False),
        Column("host", Text, nullable=False),
        Column("pid", BigInteger, nullable=False),
        Column("since", BigInteger, nullable=False),
        Column("renewed_at", BigInteger, nullable=False),
    )
