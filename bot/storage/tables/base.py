"""What all tables share, and the counters of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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


class Privacy(StrEnum):
    """What forgetting a member does to the rows of a table that name one.

    `THEIRS`: they are about a person, and go, but for what others gave that person to vote with. `NAMED`: they stay,
    and a former member stands in them. `WALLET`: they are of a wallet; those of votes that are over go, where it cast
    nothing. `TOLD`: they say something of persons in a text, which is taken out. `NOBODY`: they name no person.
    """

    THEIRS = "theirs"
    NAMED = "named"
    WALLET = "wallet"
    TOLD = "told"
    NOBODY = "nobody"


class Audit(StrEnum):
    """How `/audit verify` holds a table against the log.

    `DIGEST`: each row by its digest (`evidence.SOURCES`). `OTHERWISE`: in a way of its own. `NO`: not at all, and
    docs/proof.md says why it need not be.
    """

    DIGEST = "each row, by its digest"
    OTHERWISE = "otherwise"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePolicy:
    """What else has to be known of a table: the columns that hold a member, the one whose JSON may, and its classes.

    Its rows are moved to another database, unless they speak of processes that work with this one.
    """

    privacy: Privacy
    persons: tuple[str, ...] = ()
    inside: str | None = None
    audit: Audit
    moves: bool = True


def kept(
    privacy: Privacy, *persons: str, audit: Audit, inside: str | None = None, moves: bool = True
) -> dict[Any, Any]:
    """Say it of a table, as its `info`."""
    return {TablePolicy: TablePolicy(privacy=privacy, persons=persons, audit=audit, inside=inside, moves=moves)}


def kept_of(table: Table) -> TablePolicy:
    """Return what a table says of itself. Raises KeyError where it says nothing."""
    said: TablePolicy = table.info[TablePolicy]
    return said


ROW_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows by itself only in a column of the type INTEGER."""

WHOLE = Integer().with_variant(BigInteger, "postgresql")
"""A number that is not one of Discord's; PostgreSQL's INTEGER would refuse to compare it with what members type."""

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared and put in order by its bytes, as SQLite does; else PostgreSQL would go by its locale."""

counters = Table(
    "counters",
    metadata,
    Column("guild", BigInteger, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("last", WHOLE, nullable=False),
    PrimaryKeyConstraint("guild", "name"),
    info=kept(Privacy.NOBODY, audit=Audit.NO),
)
