"""What is a space's says whose: watched treasuries, rules for roles, and announcements."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from bot.storage.tables.base import ROW_ID, TEXT, WHOLE

revision = "0016"
down_revision = "0015"

_WATCH = "guild, number, label, chain, token, holder, symbol, decimals, added_by, added_at"
_RULE = "guild, number, role, name, tests, match, added_by, added_at, checked_at, unknown, trouble, removed_at"
_MAIN = "(SELECT id FROM spaces WHERE spaces.guild = {table}.guild AND spaces.number = 1)"


def upgrade() -> None:
    """Add the column: what stands is the main space's, which a guild has that has anything."""
    for table in ("watches", "role_rules"):
        op.execute(
            "INSERT INTO spaces (guild, name, strategies, proposer_roles, voting_delay, voting_period, cogs_off) "  # noqa: S608 - its own words
            f"SELECT DISTINCT guild, 'DAO', '[]', '[]', 0, 259200, '[]' FROM {table} "
            f"WHERE {_MAIN.format(table=table)} IS NULL"
        )
    op.add_column("outbox", Column("space", ROW_ID))
    if op.get_bind().dialect.name == "sqlite":
        _made_anew()
        return
    for table in ("watches", "role_rules"):
        op.add_column(table, Column("space", ROW_ID))
        op.execute(f"UPDATE {table} SET space = {_MAIN.format(table=table)}")  # noqa: S608 - its own words
        op.alter_column(table, "space", nullable=False)
        op.create_foreign_key(op.f(f"fk_{table}_space"), table, "spaces", ["space"], ["id"])


def _made_anew() -> None:
    """Make the tables anew with their rows: SQLite adds no column that must be set."""
    for table, columns in (("watches", _WATCH), ("role_rules", _RULE)):
        op.execute(f"CREATE TEMPORARY TABLE {table}_before AS SELECT * FROM {table}")  # noqa: S608 - its own words
        op.drop_table(table)
        _create(table)
        op.execute(
            f"INSERT INTO {table} (space, {columns}) "  # noqa: S608 - its own words
            f"SELECT {_MAIN.format(table=f'{table}_before')}, {columns} FROM {table}_before"
        )
        op.execute(f"DROP TABLE {table}_before")


def _create(table: str) -> None:
    key = PrimaryKeyConstraint("guild", "number", name=op.f(f"pk_{table}"))
    if table == "watches":
        op.create_table(
            table,
            Column("guild", BigInteger, nullable=False),
            Column("number", WHOLE, nullable=False),
            Column("space", ROW_ID, nullable=False),
            Column("label", TEXT, nullable=False),
            Column("chain", BigInteger, nullable=False),
            Column("token", TEXT, nullable=False),
            Column("holder", TEXT, nullable=False),
            Column("symbol", TEXT, nullable=False),
            Column("decimals", WHOLE, nullable=False),
            Column("added_by", BigInteger, nullable=False),
            Column("added_at", BigInteger, nullable=False),
            key,
            ForeignKeyConstraint(["space"], ["spaces.id"], name=op.f("fk_watches_space")),
        )
        return
    op.create_table(
        table,
        Column("guild", BigInteger, nullable=False),
        Column("number", WHOLE, nullable=False),
        Column("space", ROW_ID, nullable=False),
        Column("role", BigInteger, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("tests", TEXT, nullable=False),
        Column("match", TEXT, nullable=False),
        Column("added_by", BigInteger, nullable=False),
        Column("added_at", BigInteger, nullable=False),
        Column("checked_at", BigInteger),
        Column("unknown", TEXT),
        Column("trouble", TEXT),
        Column("removed_at", BigInteger),
        key,
        UniqueConstraint("guild", "role", name=op.f("uq_role_rules_guild_role")),
        ForeignKeyConstraint(["space"], ["spaces.id"], name=op.f("fk_role_rules_space")),
    )
