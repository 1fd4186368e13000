"""The id of Discord's request that cast a ballot, so that an older one which comes late replaces nothing."""

from alembic import op
from sqlalchemy import BigInteger, Column

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the column, empty for what stands."""
    op.add_column("ballots", Column("press", BigInteger))
