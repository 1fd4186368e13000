"""Mandates for every server that the bot serves."""

from alembic import op
from sqlalchemy import Boolean, Column, false, text

revision = "0007"
down_revision = "0006"

_HERE = "cleared_at IS NULL AND NOT everywhere"
_EVERYWHERE = "cleared_at IS NULL AND everywhere"


def upgrade() -> None:
    """Add the column, false for what stands, and the indexes: a person's mandates are looked for across servers."""
    op.add_column("mandates", Column("everywhere", Boolean, server_default=false(), nullable=False))
    op.drop_index("uq_mandates_standing", "mandates")
    op.drop_index(op.f("ix_mandates_guild_delegate"), "mandates")
    op.create_index(op.f("ix_mandates_delegator"), "mandates", ["delegator"])
    op.create_index(op.f("ix_mandates_delegate"), "mandates", ["delegate"])
    op.create_index(
        "uq_mandates_standing",
        "mandates",
        ["guild", "delegator", "topic"],
        unique=True,
        sqlite_where=text(_HERE),
        postgresql_where=text(_HERE),
    )
    op.create_index(
        "uq_mandates_standing_everywhere",
        "mandates",
        ["delegator", "topic"],
        unique=True,
        sqlite_where=text(_EVERYWHERE),
        postgresql_where=text(_EVERYWHERE),
    )
