"""What the standard library's sqlite3 raises, as SQLAlchemy raises it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError


@contextmanager
def as_sqlalchemy() -> Iterator[None]:
    """Raise an error of sqlite3 as SQLAlchemy's, which shows no statement and no parameters."""
    try:
        yield
    except sqlite3.Error as error:
        raise DBAPIError.instance(None, None, error, sqlite3.Error, hide_parameters=True) from error
