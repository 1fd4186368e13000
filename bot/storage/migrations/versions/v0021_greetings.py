"""Which servers were greeted: those that are known by now are not greeted any more."""

import time

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, text

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the table, with every server that has a space: the bot joined it before now."""
    op.create_table(
        "greetings",
        Column("guild", BigInteger, autoincrement=False, nullable=False),
        Column("joined_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("guild", name=op.f("pk_greetings")),
    )
    known = text("INSERT INTO greetings (guild, joined_at) SELECT DISTINCT guild, CAST(:now AS BIGINT) FROM spaces")
    op.get_bind().execute(known, {"now": int(time.time())})
