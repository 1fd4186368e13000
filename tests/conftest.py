"""What holds for every test."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.schema_version import migrate

# The one profile of all random tests: a busy machine fails none of them. Where CI is set, Hypothesis's own is below it.
settings.register_profile("folkmoot", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("folkmoot")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests of killed processes, pages and nodes wait more than they work."""
    return 1 + (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the settings of whoever runs the tests."""
    for name in list(os.environ):
        if name.upper().startswith("FOLKMOOT_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A SQLite file with the newest tables and nothing in them. To migrate one for each test takes longer than most."""
    path = tmp_path_factory.mktemp("migrated") / "folkmoot.sqlite3"

    async def make() -> None:
        engine = open_engine(str(path))
        await migrate(engine)
        await close_engine(engine)

    with ThreadPoolExecutor(1) as aside:  # a loop of its own, not the test's
        aside.submit(asyncio.run, make()).result()
    return path.read_bytes()


@pytest.fixture
def database(tmp_path: Path, migrated: bytes) -> str:
    """The address of a migrated SQLite file that is this test's alone."""
    path = tmp_path / "folkmoot.sqlite3"
    path.write_bytes(migrated)
    return f"sqlite:///{path}"
