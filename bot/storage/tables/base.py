"""What all tables share, and the counters of numbers."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

ROW_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows by itself only in a column of the type INTEGER."""

counters = Table(
    "counters",
    metadata,
    Column("guild", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("guild", "name"),
)
