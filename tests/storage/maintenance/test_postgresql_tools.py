"""What `folkmoot db backup` and `restore` say of PostgreSQL does it, word by word, on a real server."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.maintenance.postgresql_tools import dump_command, restore_commands
from tests.postgres import PASSWORD, Server, binaries
from tests.storage.moving.rows import contents, fill

ADDRESS = f"postgresql+asyncpg://folk%40moot:{PASSWORD}@db.example:5433/folkmoot?ssl=require"


def test_the_commands_name_the_database_and_no_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOLKMOOT_STORAGE__URL", ADDRESS)
    file = tmp_path / "a copy"
    where = "postgresql://folk%40moot@db.example:5433/folkmoot"
    assert main(["db", "backup", str(file)]) == 1
    said = capsys.readouterr().err
    assert (
        f"even while the bot runs: pg_dump --format=custom '--file={file}' '--dbname={where}?sslmode=require'\n" in said
    )
    assert main(["db", "restore", str(file)]) == 1
    said += (restored := capsys.readouterr().err)
    assert "createdb '--maintenance-db=" in restored
    assert (
        f"pg_restore '--dbname={where}_restored?sslmode=require' --single-transaction --no-owner '{file}'" in restored
    )
    assert PASSWORD not in said


def test_a_socket_is_named_as_the_tools_take_it(tmp_path: Path) -> None:
    command = dump_command("postgresql://folkmoot@/folkmoot?host=/run/postgresql", tmp_path)
    assert shlex.split(command)[-1] == "--dbname=postgresql://folkmoot@/folkmoot?host=%2Frun%2Fpostgresql"


@pytest.mark.kill
async def test_a_copy_that_is_made_and_put_back_by_those_commands_has_every_row_and_doubts_what_waits(
    postgres: Server, tmp_path: Path
) -> None:
    name = postgres.make()
    address, file = postgres.address(name), tmp_path / "folkmoot.dump"
    engines = [open_engine(address), open_engine(postgres.address(f"{name}_restored"))]
    try:
        await fill(engines[0], 5, 1)
        before = await contents(engines[0])
        for command in (dump_command(address, file), restore_commands(address, file)):
            path = f"{binaries()}:{os.environ['PATH']}"
            environment = {**os.environ, "PATH": path, "PGPASSWORD": PASSWORD}
            subprocess.run(command, shell=True, check=True, env=environment, capture_output=True)  # noqa: ASYNC221, S602
        after = await contents(engines[1])
        outbox, doubted = before.pop("outbox"), after.pop("outbox")
        assert after == before
        attempts, told = 9, 12
        assert {row[:attempts] + row[attempts + 1 :] for row in doubted} == {
            row[:attempts] + row[attempts + 1 :] for row in outbox
        }
        assert all(row[attempts] != 0 for row in doubted if row[told] is None)
    finally:
        for engine in engines:
            await close_engine(engine)
        postgres.drop(name)
        postgres.drop(f"{name}_restored")
