"""How often Discord did not change a member's role, and when it is tried again."""

from alembic import op
from sqlalchemy import BigInteger, Column

from bot.storage.tables.base import WHOLE

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("role_holders", Column("tries", WHOLE, server_default="0", nullable=False))
    op.add_column("role_holders", Column("retry_at", BigInteger, server_default="0", nullable=False))
