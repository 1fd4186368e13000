"""Whether a server's proposals are public on the web: they are, until moderators say no."""

from alembic import op
from sqlalchemy import Boolean, Column, true

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column."""
    op.add_column("spaces", Column("public", Boolean, server_default=true(), nullable=False))
