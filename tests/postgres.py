"""A real PostgreSQL server from Debian's package: begun in a temporary folder, with an empty database for each test."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]

from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.schema_version import migrate, newest_version
from bot.storage.tables import metadata

USER, PASSWORD = "folkmoot", "a-password-that-nobody-sees"
TEMPLATE, SHARED = "migrated", "shared"
_EMPTY = ";".join(
    [
        "SET session_replication_role = replica",  # in whatever order they refer to each other
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shared' AND pid <> pg_backend_pid()",
        *(f'DELETE FROM "{name}"' for name in metadata.tables),  # noqa: S608 - our own names
        f"UPDATE alembic_version SET version_num = '{newest_version()}'",  # noqa: S608 - likewise
        "SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences",
    ]
)
_PATIENCE = 40.0
_SMALL = ("autovacuum=off", "shared_buffers=32MB", "max_connections=60")
_FAST = ("fsync=off", "full_page_writes=off")
_FIRST_WITH_LOCALES_OF_ICU = 15


class NoServer(Exception):
    """There is no PostgreSQL to start, for the reason that it tells."""


def binaries() -> Path:
    """Return the folder of the newest PostgreSQL that Debian's package installed. Raises NoServer."""
    found = [
        path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if (path.parent / "postgres").exists()
    ]
    if not found:
        raise NoServer("PostgreSQL is not installed (apt-get install postgresql)")
    if not shutil.which("setpriv"):
        raise NoServer("setpriv, which drops the rights of root for PostgreSQL, is not installed (util-linux)")
    return max(found, key=lambda path: float(path.parent.name))


class Server:
    """One server on a port of loopback. What asks it here does so in a thread of its own, apart from a test's loop."""

    def __init__(self, port: int, folder: Path, command: Sequence[str]) -> None:
        self.port, self._folder, self._command = port, folder, command
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._admin: asyncpg.Connection | None = None
        self._cleaner: asyncpg.Connection | None = None

    def address(self, database: str) -> str:
        """Return what storage.url says of a database."""
        return f"postgresql+asyncpg://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the process, and return when it can be asked."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, cwd=self._folder)
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self._admin = self.wait(self._connect("postgres"))
                break
            except (OSError, asyncpg.CannotConnectNowError):
                told = (self._folder / "log").read_text()
                assert self._process.poll() is None and time.monotonic() < until, told  # noqa: PT018 - one reason
                time.sleep(0.05)
        if self._cleaner is not None:
            self._cleaner = self.wait(self._connect(SHARED))

    def stop_at_once(self) -> None:
        """End it as `pg_ctl stop -m immediate` does: whoever is connected is cut off, and nothing is tidied up."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(_PATIENCE)

    def make_template(self) -> None:
        """Make the database that others are made like."""
        self.do(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
        self.wait(self._migrate())

    def empty(self) -> str:
        """Return a database with the newest tables and nothing in them, the same each time: it is the fastest way."""
        self.wait(self._empty())
        return self.address(SHARED)

    def make(self, template: str = TEMPLATE) -> str:
        """Make a database as a template is, for what changes its tables, and return its name."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        """Take a database away, whoever is connected."""
        self.do(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def ask(self, statement: str) -> list[Any]:
        """Return the rows of a statement upon the database that `empty` gave, each value under its column's name."""
        assert self._cleaner is not None
        rows: list[Any] = self.wait(self._cleaner.fetch(statement))
        return rows

    def do(self, statement: str) -> None:
        """Run a statement that only an administrator may run."""
        assert self._admin is not None
        self.wait(self._admin.execute(statement))

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do what is awaited in the server's own thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def close(self) -> None:
        """Leave the server."""
        for connection in (self._cleaner, self._admin):
            if connection is not None:
                with suppress(OSError, asyncpg.PostgresError):
                    self.wait(connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _empty(self) -> None:
        if self._cleaner is None:
            assert self._admin is not None
            await self._admin.execute(f"CREATE DATABASE {SHARED} TEMPLATE {TEMPLATE}")
            self._cleaner = await self._connect(SHARED)
        await self._cleaner.execute(_EMPTY)

    async def _connect(self, database: str) -> asyncpg.Connection:
        return await asyncpg.connect(user=USER, password=PASSWORD, host="127.0.0.1", port=self.port, database=database)

    async def _migrate(self) -> None:
        engine = open_engine(self.address(TEMPLATE))
        await migrate(engine)
        await close_engine(engine)


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """Start a server; it ends with this process, and its folder goes. Raises NoServer.

    Only a `durable` one waits for the disk, as servers do where the machine itself may stop.
    """
    programs = binaries()
    # Its own user must reach the folder, so it is not in that of the tests.
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-postgres-"))
    try:
        become = _become(folder)
        made = [*become, str(programs / "initdb"), "-D", str(folder / "data"), "-U", USER, "-A", "trust", "-N"]
        subprocess.run([*made, *_locale(programs)], check=True, capture_output=True, cwd=folder, timeout=120)
        port = _free_port()
        options = [word for name in (*_SMALL, *(() if durable else _FAST), f"port={port}") for word in ("-c", name)]
        options += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        server = Server(port, folder, [*become, str(programs / "postgres"), "-D", str(folder / "data"), *options])
        try:
            server.start()
            server.make_template()
            yield server
        finally:
            server.close()
            server.stop_at_once()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _become(folder: Path) -> list[str]:
    """Return what runs a program as somebody who is not root, and ends it with this process."""
    quit_with_us = ["setpriv", "--pdeathsig", "QUIT"]
    if os.getuid() != 0:
        return quit_with_us
    names = [user.pw_name for user in pwd.getpwall()]
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [*quit_with_us, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _locale(programs: Path) -> list[str]:
    """Put text in another order than that of its bytes wherever nobody says so, as on many a server."""
    words = ["-E", "UTF8", "--locale=C.UTF-8"]
    if int(programs.parent.name) >= _FIRST_WITH_LOCALES_OF_ICU:
        words += ["--locale-provider=icu", "--icu-locale=en"]
    return words


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class CuttingLine:
    """What lies between the bot and a server: it can be cut at the next COMMIT, before the server's answer is back."""

    def __init__(self, port: int) -> None:
        self._to, self.port = port, 0
        self._cut: bool | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self.cuts = 0

    def cut_at_commit(self, *, arrives: bool) -> None:
        """Cut the connection that commits next, whose COMMIT `arrives` at the server or does not."""
        self._cut = arrives

    async def close(self) -> None:
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Begin to pass on what one connection says, both ways."""
        self._serving.add(asyncio.create_task(self._one(reader, writer)))

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        answers = asyncio.create_task(_pass_on(there, writer))
        try:
            with suppress(OSError):
                await self._pass_on_until_cut(reader, there, back, answers)
        finally:
            answers.cancel()
            for end in (writer, back):
                end.transport.abort()
            await asyncio.gather(answers, return_exceptions=True)

    async def _pass_on_until_cut(
        self,
        reader: asyncio.StreamReader,
        there: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        answers: asyncio.Task[None],
    ) -> None:
        while some := await reader.read(65_536):
            if self._cut is None or b"COMMIT;" not in some:
                back.write(some)
                continue
            arrives, self._cut = self._cut, None
            self.cuts += 1
            answers.cancel()
            await asyncio.gather(answers, return_exceptions=True)
            if arrives:
                back.write(some)
                await there.read(1)  # the server has done it
            return


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while some := await reader.read(65_536):
            writer.write(some)
    writer.close()


@asynccontextmanager
async def cutting_line(port: int) -> AsyncIterator[CuttingLine]:
    """Lay a line to the server at a port of loopback."""
    line = CuttingLine(port)
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        await line.close()
