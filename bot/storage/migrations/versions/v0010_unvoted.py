"""Votes that are over keep nothing of wallets that cast nothing and that nobody in the guild has linked any more."""

from alembic import op

revision = "0010"
down_revision = "0009"

_LISTS = """
    DELETE FROM votable WHERE proposal IN
        (SELECT id FROM proposals WHERE counted_at IS NOT NULL OR withdrawn_at IS NOT NULL)
"""
_POWERS = """
    DELETE FROM powers WHERE proposal IN
        (SELECT id FROM proposals WHERE counted_at IS NOT NULL OR withdrawn_at IS NOT NULL)
    AND NOT EXISTS
        (SELECT 1 FROM ballots WHERE ballots.proposal = powers.proposal AND ballots.wallet = powers.wallet)
    AND NOT EXISTS
        (SELECT 1 FROM wallets JOIN proposals ON proposals.guild = wallets.guild
         WHERE proposals.id = powers.proposal AND wallets.address = powers.wallet)
"""


def upgrade() -> None:
    """Erase what was read of them. Bundles that were posted before stay as they are, since their names are hashes."""
    op.execute(_LISTS)
    op.execute(_POWERS)
