"""A ticket holds, sealed, which message on Discord follows what is done on its page."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from bot.storage.tables.base import TEXT

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the column."""
    op.add_column("tickets", Column("reply", TEXT))
