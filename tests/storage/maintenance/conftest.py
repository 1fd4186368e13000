"""A store whose disk, and whose sense of time, are a test's to change."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.maintenance.health import Health
from bot.storage.unit_of_work import SqlStore
from tests.disks import Disk, Ticking


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
def disk(store: SqlStore) -> Disk:
    return Disk(store)


@pytest.fixture
def health(path: Path, ticking: Ticking) -> Health:
    return Health(str(path), ticking)


@pytest.fixture
def store(engine: AsyncEngine, health: Health) -> SqlStore:
    return SqlStore(engine, health)
