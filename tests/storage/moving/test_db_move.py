"""`folkmoot db move`: what it prints, and that no password is among it."""

from __future__ import annotations

import asyncio

import pytest

from bot.__main__ import main
from bot.storage.maintenance.file_lock import FileLock, lock_file
from tests.postgres import PASSWORD
from tests.storage.moving.conftest import Two


def run(source: str, target: str) -> int:
    return main(["db", "move", "--from", source, "--to", target])


def test_each_table_is_told_with_its_rows_and_at_the_end_what_to_do_next(
    to_postgres: Two, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(to_postgres.fill(4))
    assert run(to_postgres.source, to_postgres.target) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "ok: ballots: 4 rows, the same on both sides (" in said.out
    assert "ok: the heads of the log: 4 servers, the same on both sides\n" in said.out
    assert said.out.endswith("write that to storage.url, and do not run the bot on the old one\n")
    assert run(to_postgres.source, to_postgres.target) == 1
    assert "is not empty: challenges has 4 rows — move into a new, empty database" in capsys.readouterr().err


def test_the_password_may_come_from_the_environment_and_is_never_shown(
    to_postgres: Two, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert run(to_postgres.source, to_postgres.target.replace(f":{PASSWORD}", "")) == 0
    refused = f"postgresql://folkmoot:{PASSWORD}@127.0.0.1:1/folkmoot"
    assert run(to_postgres.source, refused) == 1
    assert run(to_postgres.source, f"mysql://folkmoot:{PASSWORD}@127.0.0.1/folkmoot") == 1
    said = capsys.readouterr()
    assert "the database postgresql+asyncpg://folkmoot:***@127.0.0.1:1/folkmoot cannot be used (" in said.err
    assert "check that the server runs, and the address, user, password and database" in said.err
    assert (
        "what stands behind --to is not the address of an SQLite file or of a PostgreSQL database — write " in said.err
    )
    assert PASSWORD not in said.out + said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("end", ["--from", "--to"])
def test_while_the_bot_runs_nothing_is_moved(to_postgres: Two, capsys: pytest.CaptureFixture[str], end: str) -> None:
    lock = FileLock(lock_file(to_postgres.file))
    assert lock.take()
    ends = [to_postgres.source, to_postgres.target]
    assert run(*(ends if end == "--from" else reversed(ends))) == 1
    said = capsys.readouterr().err
    assert f"another process on this machine works with the database {to_postgres.file} — stop the bot first" in said
    lock.release()
