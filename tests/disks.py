"""Databases that fail as real ones do, at a word: SQLite itself is told that the disk is full, or only to be read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from bot.storage.driver.sqlite import WriterThread
from bot.storage.unit_of_work import SqlStore

FULL, READ_ONLY = "max_page_count=1", "query_only=ON"
"""SQLite takes the first as the pages that it has already."""


class Ticking:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Disk:
    """What SQLite is told to believe of the disk, by a pragma that each connection of a store is opened with."""

    def __init__(self, store: SqlStore) -> None:
        self._engine, self._pragma = store._engine, ""
        assert store._group_commit is not None
        writer = store._group_commit._writer
        assert isinstance(writer, WriterThread)
        for engine in (store._engine.sync_engine, writer._engine):
            event.listen(engine, "connect", self._opened)

    def _opened(self, connection: Any, _record: object) -> None:
        if self._pragma:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA {self._pragma}")
            cursor.close()

    async def becomes(self, pragma: str) -> None:
        self._pragma = pragma
        await self._engine.dispose()
