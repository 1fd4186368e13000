"""On which databases the bot is killed: SQLite at every moment; PostgreSQL at some, and with SOAK set at every one."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from tests.conftest import POSTGRESQL, SQLITE
from tests.kill.moments import Moment
from tests.postgres import Server

SOON, LATE = (300, 0), (0, 7_200)
"""For how long Discord knows a nonce again, and how many seconds pass between two starts."""
SOAK = bool(os.environ.get("SOAK"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `server` on both, and one that asks for `soaked_server` on both with SOAK set."""
    if {"server", "nonce_window"} <= set(metafunc.fixturenames):
        cases = [(*window, server) for window in (SOON, LATE) for server in (SQLITE, POSTGRESQL)]
        cases = [case for case in cases if SOAK or case != (*LATE, POSTGRESQL)]
        names = [f"{case[2]}-{'soon' if case[:2] == SOON else 'late'}" for case in cases]
        metafunc.parametrize(("nonce_window", "wait", "server"), cases, ids=names, indirect=["server"])
    elif "server" in metafunc.fixturenames:
        metafunc.parametrize("server", [SQLITE, POSTGRESQL], indirect=True)
    if "soaked_server" in metafunc.fixturenames:
        metafunc.parametrize("soaked_server", [SQLITE, POSTGRESQL] if SOAK else [SQLITE], indirect=True)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server | None:
    """The server of the scene's database, None for SQLite."""
    return request.getfixturevalue("postgres") if request.param == POSTGRESQL else None


@pytest.fixture
def soaked_server(request: pytest.FixtureRequest) -> Server | None:
    """The same, for what PostgreSQL is asked in soaking alone."""
    return request.getfixturevalue("postgres") if request.param == POSTGRESQL else None


def few(moments: Sequence[Moment], server: Server | None, least: int) -> Sequence[Moment]:
    """Return the moments of a test: all of them, on PostgreSQL only `least` unless it is soaked."""
    return moments if server is None or SOAK else moments[:least]
