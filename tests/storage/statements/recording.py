"""A connection that remembers every statement it was given, with the line of the code that gave it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import bot.storage
from bot.storage.driver.statements import PreparedStatement

STORAGE = Path(bot.storage.__file__).parent
_RUN = ("execute", "scalar", "scalars", "stream")
_PREPARED = ("run", "run_all", "parts")


@dataclass(frozen=True, kw_only=True)
class Said:
    """A statement that a method ran, and where."""

    method: str
    statement: Any
    path: Path
    line: int


class Recording:
    """Stands before a connection, and goes where that goes; what it is given is noted as said by `method`."""

    def __init__(self, said: list[Said], method: str = "") -> None:
        self.connection: Any = None
        self._said, self._method = said, method

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.connection, name)
        if name not in _RUN:
            return found

        def run(statement: Any, *args: Any) -> Any:
            self.note(statement, sys._getframe(1))
            return found(statement, *args)

        return run

    def note(self, statement: Any, frame: FrameType) -> None:
        """Remember a statement, and where it was run."""
        path = Path(frame.f_code.co_filename)
        self._said.append(Said(method=self._method, statement=statement, path=path, line=frame.f_lineno))


def record_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have prepared statements told to the recording connection, as they are for SQLite and for PostgreSQL."""
    for name in _PREPARED:
        monkeypatch.setattr(PreparedStatement, name, _noting(getattr(PreparedStatement, name)))


def _noting(ran: Callable[..., Any]) -> Callable[..., Any]:
    def run(prepared: PreparedStatement, connection: Recording, values: Any) -> Any:
        for statement in prepared.statements:
            connection.note(statement, sys._getframe(1))
        return ran(prepared, connection, values)

    return run


def places() -> Iterator[tuple[Path, range]]:
    """Every place in the repositories that runs a statement: the file, and the lines of the call.

    `PreparedStatement` itself runs what such a place gives it.
    """
    for path in (*(STORAGE / "repositories").rglob("*.py"), STORAGE / "driver/statements.py"):
        module = ast.parse(path.read_text())
        own = PreparedStatement.__name__
        parts = (part for part in module.body if getattr(part, "name", "") != own)
        for node in (node for part in parts for node in ast.walk(part)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in (*_RUN, *_PREPARED)
            ):
                yield path, range(node.func.end_lineno or 0, (node.end_lineno or 0) + 1)
