"""What a SQLite file may hold though no column of its type does, and PostgreSQL does not: each named with its row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, Text, and_, exists, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from bot.storage.rows.ordered_rows import key_of

MOST_NAMED = 20
"""So many are named; of more their number is told."""
_LONGEST = 80
_KINDS: dict[type[TypeEngine[Any]], tuple[type, str]] = {
    Boolean: (int, "is neither true nor false"),
    Integer: (int, "is no whole number of 64 bits"),
    LargeBinary: (bytes, "is not stored as bytes"),
    Text: (str, "is not stored as text"),
}


class _Undecodable:
    """A text whose bytes are no UTF-8, as those of half a surrogate pair are not."""

    def __repr__(self) -> str:
        return "…"


def unfit_rows(file: Path, tables: Sequence[Table]) -> Iterator[str]:
    """Say of each value that PostgreSQL would not take, or would take as another, where it stands and what it is.

    SQLite keeps any type in any column, and any bytes in a text. Texts without a letter and numbers up to 64 bits are
    the same on both.
    """
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as raw:
        raw.text_factory = _text
        for table in tables:
            columns = list(table.columns)
            for row in raw.execute(str(select(table).compile(dialect=sqlite.dialect()))):
                for column, value in zip(columns, row, strict=True):
                    if wrong := _wrong(column, value):
                        named = dict(zip(table.columns.keys(), row, strict=True))
                        yield f"{row_name(table, named)}: {column.name} {wrong}"


async def orphans(connection: AsyncConnection, tables: Sequence[Table]) -> list[str]:
    """Say of each row that refers to one which is not there what it is, as SQLite lets happen to other programs."""
    found = []
    for table in tables:
        for constraint in table.foreign_key_constraints:
            parent = constraint.referred_table.alias()
            pairs = [(element.parent, parent.c[element.column.name]) for element in constraint.elements]
            there = exists().where(and_(*(theirs == ours for ours, theirs in pairs)))
            asked = select(*key_of(table)).where(*(ours.is_not(None) for ours, _ in pairs), ~there)
            names = ", ".join(column.name for column in constraint.columns)
            found += [
                f"{row_name(table, row)}: {names} refers to no row of {constraint.referred_table.name}"
                for row in (await connection.execute(asked)).mappings()
            ]
    return found


def row_name(table: Table, row: Any) -> str:  # noqa: ANN401 - a mapping of either kind
    """Name a row by its table and its key."""
    return f"{table.name} ({', '.join(f'{column.name} {_shown(row[column.name])}' for column in key_of(table))})"


def _text(content: bytes) -> object:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return _Undecodable()


def _wrong(column: Column[Any], value: object) -> str | None:
    if value is None:
        return None if column.nullable else "is empty"
    if isinstance(value, _Undecodable):
        return "is text that is not UTF-8, such as half of a surrogate pair"
    kind, words = next(_KINDS[kind] for kind in _KINDS if isinstance(column.type, kind))
    if not isinstance(value, kind) or (isinstance(column.type, Boolean) and value not in (0, 1)):
        return words
    return "is text with the character NUL" if isinstance(value, str) and "\0" in value else None


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return ascii(text[:_LONGEST])[1:-1] + ("…" if len(text) > _LONGEST else "")
