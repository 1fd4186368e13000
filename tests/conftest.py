"""What holds for every test."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.presentation.pictures.drawing_process import DrawingProcess
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.schema_version import migrate
from tests.postgres import NoServer, Server, running

SQLITE, POSTGRESQL = "sqlite", "postgresql"

# The one profile of all random tests: a busy machine fails none of them. Where CI is set, Hypothesis's own is below it.
settings.register_profile("folkmoot", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("folkmoot")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests of killed processes, pages and nodes wait more than they work."""
    return 1 + (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def on_both(metafunc: pytest.Metafunc, *files: str) -> None:
    """Run a test on both databases, unless it speaks of SQLite's file: marked so, or by its fixtures `files`.

    One that says itself on which it runs has `backend` among its parameters.
    """
    asked = set(metafunc.fixturenames)
    said = any("backend" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    file = asked & set(files) or metafunc.definition.get_closest_marker("sqlite")
    if "backend" in asked and not file and not said:
        metafunc.parametrize("backend", [SQLITE, POSTGRESQL])


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server that is this session's alone, begun when the first test asks for it."""
    try:
        starting = running()
        server = starting.__enter__()
    except NoServer as reason:
        pytest.skip(str(reason))
    try:
        yield server
    finally:
        starting.__exit__(None, None, None)


@pytest.fixture
def backend() -> str:
    """On which kind of database the test runs. What the database has a hand in runs on both, by `on_both`."""
    return SQLITE


@pytest.fixture
def database(backend: str, request: pytest.FixtureRequest) -> str:
    """The address of a migrated database that is this test's alone."""
    if backend == POSTGRESQL:
        return str(request.getfixturevalue("postgres").empty())
    path: Path = request.getfixturevalue("tmp_path") / "folkmoot.sqlite3"
    path.write_bytes(request.getfixturevalue("migrated"))
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def drawing() -> Iterator[DrawingProcess]:
    """The process that draws pictures, one for all tests, because starting it takes longer than most of them."""
    process = DrawingProcess()
    yield process
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, process.close()).result()
