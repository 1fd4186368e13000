"""Several spaces in a guild: each has a number, roles of its own, and may be archived."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, UniqueConstraint, text, true

from bot.storage.tables.base import ROW_ID, TEXT, WHOLE

revision = "0015"
down_revision = "0014"

_BEFORE = (
    "id, guild, name, strategies, proposals_channel, announcements_channel, moderators_channel, proposer_roles, "
    "proposer_power, voting_delay, voting_period, cogs_off, rules, audit_channel, public"
)


def upgrade() -> None:
    """Add the columns; the space that a guild has is its first."""
    if op.get_bind().dialect.name == "sqlite":
        _made_anew()
        return
    for column in _added():
        op.add_column("spaces", column)
    op.drop_constraint(op.f("uq_spaces_guild"), "spaces", type_="unique")
    op.create_unique_constraint(op.f("uq_spaces_guild_number"), "spaces", ["guild", "number"])


def _added() -> list[Column[object]]:
    return [
        Column("number", WHOLE, server_default=text("1"), nullable=False),
        Column("archived_at", BigInteger),
        Column("moderators", TEXT, server_default=text("'[]'"), nullable=False),
        Column("voters", TEXT, server_default=text("'[]'"), nullable=False),
    ]


def _made_anew() -> None:
    """Make the table anew with its rows: SQLite takes no constraint off one that stands."""
    op.execute(f"CREATE TEMPORARY TABLE spaces_before AS SELECT {_BEFORE} FROM spaces")  # noqa: S608 - its own words
    op.drop_table("spaces")
    op.create_table(
        "spaces",
        Column("id", ROW_ID, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("strategies", TEXT, nullable=False),
        Column("proposals_channel", BigInteger),
        Column("announcements_channel", BigInteger),
        Column("moderators_channel", BigInteger),
        Column("proposer_roles", TEXT, nullable=False),
        Column("proposer_power", TEXT),
        Column("voting_delay", BigInteger, nullable=False),
        Column("voting_period", BigInteger, nullable=False),
        Column("cogs_off", TEXT, nullable=False),
        Column("rules", TEXT),
        Column("audit_channel", BigInteger),
        Column("public", Boolean, server_default=true(), nullable=False),
        *_added(),
        PrimaryKeyConstraint("id", name=op.f("pk_spaces")),
        UniqueConstraint("guild", "number", name=op.f("uq_spaces_guild_number")),
    )
    op.execute(f"INSERT INTO spaces ({_BEFORE}) SELECT {_BEFORE} FROM spaces_before")  # noqa: S608 - its own words
    op.execute("DROP TABLE spaces_before")
