"""The commands: exit codes, one clear line where something is wrong, no secret anywhere, a clean end."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from discord import client

from bot.__main__ import main
from bot.cli.shared.discord_address import point_discord_at
from bot.cli.shared.logging_setup import _is_news, _somebody_waits, set_up_logging
from bot.cli.shared.secret_redaction import HIDDEN, Redactor
from bot.settings import DiscordSettings, LoggingSettings, read_settings
from bot.storage.maintenance.file_lock import FileLock, lock_file
from tests.presence import present
from tests.standin import BotProcess, Discord

ROOT = Path(__file__).parent.parent
TOKEN = "MTIzNDU2Nzg5.GabcDE.q9Xw7-made-up_Zt4"
RPC = "https://ann:w0rdpass@mainnet.provider.example:8443/v3/0123abcdEFGH4567?apikey=Zz99yy88Xx"


@pytest.fixture(autouse=True)
def an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(f'[storage]\nurl = "sqlite+aiosqlite:///{tmp_path}/kept/folkmoot.sqlite3"\n')
    return path


def run(*arguments: str) -> int:
    try:
        return main(arguments)
    except SystemExit as ended:
        return int(ended.code or 0)


@pytest.mark.parametrize("command", [(), ("dance",), ("run", "--fast"), ("db",), ("db", "drop")])
def test_a_wrong_command_line_is_refused_with_the_usage(
    command: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*command) == 2
    assert "usage: folkmoot" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("run",), ("check",), ("db", "path"), ("db", "migrate"), ("db", "backup", "x")])
def test_wrong_settings_end_every_command_with_code_2_and_a_line_each(
    command: Sequence[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(f'[discord]\ntokn = "{TOKEN}"\n[jobs]\nopen = "{TOKEN}"\n')
    assert run(*command, "--config", str(path)) == 2
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        "problem: discord.tokn: is no setting — did you mean token?",
        "problem: jobs.open: does not fit — write the seconds between two looks, 1 to 3600",
    ]
    assert said.out == ""


def test_run_without_a_token_says_so(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("run", "--config", str(config)) == 2
    assert "discord.token is missing — write the bot's token" in capsys.readouterr().err


def test_db_path_prints_the_file(config: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("db", "path", "--config", str(config)) == 0
    assert capsys.readouterr().out == f"{tmp_path}/kept/folkmoot.sqlite3\n"


def test_db_backup_copies_what_is_only_in_the_log_of_a_database_in_use(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("db", "migrate", "--config", str(config)) == 0
    assert run("db", "migrate", "--config", str(config)) == 0
    with closing(sqlite3.connect(tmp_path / "kept/folkmoot.sqlite3")) as running:
        running.execute("CREATE TABLE kept (word TEXT)")
        running.execute("INSERT INTO kept VALUES ('moot')")
        running.commit()
        running.execute("BEGIN IMMEDIATE")
        running.execute("INSERT INTO kept VALUES ('not committed')")
        assert run("db", "backup", str(tmp_path / "copy.sqlite3"), "--config", str(config)) == 0
    assert f"ok: {tmp_path}/copy.sqlite3" in capsys.readouterr().out
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        assert copy.execute("SELECT word FROM kept").fetchall() == [("moot",)]
    assert stat.S_IMODE((tmp_path / "copy.sqlite3").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.toml", "copy.sqlite3", "kept"]


def test_a_backup_is_put_back_but_not_while_the_bot_runs(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("db", "migrate", "--config", str(config)) == 0
    copied, kept = tmp_path / "copy.sqlite3", present(read_settings(config).storage.file)
    assert run("db", "backup", str(copied), "--config", str(config)) == 0
    kept.write_bytes(b"damaged")
    lock = FileLock(lock_file(kept.absolute()))
    assert lock.take()
    for step in (("restore", str(copied)), ("migrate",)):
        assert run("db", *step, "--config", str(config)) == 1
        assert "stop it first" in capsys.readouterr().err
    assert kept.read_bytes() == b"damaged"
    lock.release()
    assert run("db", "restore", str(copied), "--config", str(config)) == 0
    assert "what stood there is" in capsys.readouterr().out
    assert run("db", "migrate", "--config", str(config)) == 0


def test_db_backup_never_overwrites_and_needs_a_database(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "copy.sqlite3"
    assert run("db", "backup", str(target), "--config", str(config)) == 1
    assert "there is nothing to copy yet" in capsys.readouterr().err
    assert run("db", "migrate", "--config", str(config)) == 0
    target.write_text("precious")
    assert run("db", "backup", str(target), "--config", str(config)) == 1
    assert "a backup never overwrites" in capsys.readouterr().err
    assert target.read_text() == "precious"
    assert run("db", "backup", str(tmp_path / "no" / "folder"), "--config", str(config)) == 1
    assert "it could not be copied" in capsys.readouterr().err


def test_a_database_that_cannot_be_used_is_one_line(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kept").write_text("a file where the folder should be")
    assert run("db", "migrate", "--config", str(config)) == 1
    assert capsys.readouterr().err.startswith("problem: the database cannot be made (")


@pytest.mark.parametrize(
    "text",
    [
        f"token {TOKEN}!",
        "half of it: q9Xw7-made-up_Zt4",
        f"cannot get {RPC}",
        "Cannot connect to host mainnet.provider.example:8443 ssl:default",
        "url='https://mainnet.provider.example:8443/v3/0123abcdEFGH4567?apikey=Zz99yy88Xx'",
        "path /v3/0123abcdEFGH4567",
        "401 for 0123abcdEFGH4567",
        "{'apikey': 'Zz99yy88Xx'}",
        "user ann:w0rdpass",
    ],
)
def test_no_secret_and_no_part_of_one_is_logged(text: str) -> None:
    hidden = Redactor([TOKEN, RPC])(text)
    assert HIDDEN in hidden
    for part in ("q9Xw7", "0123abcd", "Zz99", "w0rd", "provider.example", "MTIz"):
        assert part not in hidden


def test_what_is_no_secret_stays_readable() -> None:
    redact = Redactor([TOKEN, "http://127.0.0.1:8545", "https://node.example/ethereum/v1/mainnet"])
    text = "ethereum mainnet v1: 127.0.0.1 port 9000 answered 200"
    assert redact(text) == text
    assert Redactor([])(text) == text


ORDINARY = (
    "folkmoot",
    "Folkmoot",
    "postgres",
    "PASSWORD",
    "a",
    "db",
    "",
    "results",
    "folkmoot-db",
    "http://geth:8545",
    "http://folkmoot:folkmoot@node:8545",
    "https://node.example/results",
    "https://node.example/v1?network=mainnet&client=folkmoot",
    "postgresql+asyncpg://folkmoot:folkmoot@db/folkmoot",
)


@pytest.mark.parametrize("secret", ORDINARY)
def test_an_ordinary_word_stays_readable_although_a_secret_is_made_of_it(secret: str) -> None:
    text = (
        "folkmoot db move: Folkmoot asks geth and node for results of mainnet; postgres says PASSWORD; a client of the "
        "database folkmoot-db, /results and /v1"
    )
    assert Redactor([secret])(text) == text


def test_a_short_or_ordinary_secret_is_hidden_where_it_stands_as_one() -> None:
    redact = Redactor(["folkmoot", "http://ann:folkmoot@geth:8545/ethereum"])
    for text in (
        "postgresql://ann:folkmoot@db/dao",
        "password=folkmoot",
        "cannot get http://ann:folkmoot@geth:8545/ethereum",
        "no answer of ann:folkmoot@geth:8545",
    ):
        hidden = redact(text)
        assert HIDDEN in hidden
        assert "folkmoot" not in hidden


@pytest.mark.parametrize("secret", ["hunter2!", "s3cret-word", "correct-horse-battery", "abcdefghijklmnopq"])
def test_what_is_no_ordinary_word_is_hidden_wherever_it_stands(secret: str) -> None:
    assert Redactor([secret])(f"it was {secret}, twice: {secret}") == f"it was {HIDDEN}, twice: {HIDDEN}"


@pytest.mark.parametrize("form", ["text", "json"])
def test_exceptions_arguments_and_uncaught_errors_are_logged_without_secrets(
    form: Literal["text", "json"], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((sys, "excepthook"), (threading, "excepthook")):
        monkeypatch.setattr(module, name, getattr(module, name))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        set_up_logging(LoggingSettings(level="DEBUG", format=form), Redactor([TOKEN, RPC]))
        log = logging.getLogger("bot.test")
        log.info("with %s and %r", TOKEN, {"url": RPC})
        try:
            raise OSError(f"no route to {RPC}")  # noqa: TRY301 - an error as a library would raise it
        except OSError:
            log.exception("reading failed for %s", TOKEN)
        sys.excepthook(ValueError, ValueError(TOKEN), None)
        thread = threading.Thread(target=lambda: int(TOKEN), name="breaks")
        thread.start()
        thread.join()
    finally:
        logging.captureWarnings(False)
        root.handlers[:] = handlers
        root.setLevel(level)
    said = capsys.readouterr().err
    assert said.count(HIDDEN) >= 6
    assert "no route to" in said
    assert "Traceback" in said
    for part in ("q9Xw7", "0123abcd", "Zz99", "provider.example"):
        assert part not in said
    if form == "json":
        lines = [json.loads(line) for line in said.splitlines()]
        assert [line["level"] for line in lines] == ["INFO", "ERROR", "CRITICAL", "CRITICAL"]
        assert all({"time", "level", "logger", "message"} <= set(line) for line in lines)


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord(token=TOKEN) as running:
        yield running


def process(discord: Discord, folder: Path, token: str = TOKEN) -> BotProcess:
    env = {
        "FOLKMOOT_DISCORD__TOKEN": token,
        "FOLKMOOT_DISCORD__API_BASE": discord.api_base,
        "FOLKMOOT_DISCORD__GATEWAY_URL": discord.gateway_url,
        "FOLKMOOT_STORAGE__URL": f"sqlite+aiosqlite:///{folder}/folkmoot.sqlite3",
        "FOLKMOOT_CHAINS__31337__RPC_URLS": '["http://127.0.0.1:9/k3y-of-ours"]',
        "FOLKMOOT_LOGGING__LEVEL": "DEBUG",
        "PYTHONPATH": str(ROOT),
    }
    return BotProcess([sys.executable, "-m", "bot", "run"], env=env, log=folder / "log", cwd=folder)


@pytest.mark.timeout(90)
@pytest.mark.parametrize("how", ["terminate", "interrupt"])
async def test_run_serves_its_guilds_and_ends_cleanly_when_asked(discord: Discord, tmp_path: Path, how: str) -> None:
    guild = discord.create_guild("DAO")
    async with process(discord, tmp_path) as bot:
        await discord.until(lambda: guild.commands, timeout=45)
        code = await (bot.terminate() if how == "terminate" else interrupt(bot))
    assert code == 0, bot.output
    assert "stopped" in bot.output
    assert "Traceback" not in bot.output
    assert TOKEN not in bot.output
    assert "k3y-of-ours" not in bot.output
    with closing(sqlite3.connect(tmp_path / "folkmoot.sqlite3")) as kept:
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def interrupt(bot: BotProcess) -> int:
    assert bot.process is not None
    bot.process.send_signal(2)
    return await bot.process.wait()


@pytest.mark.timeout(90)
async def test_run_ends_while_discord_is_away(discord: Discord, tmp_path: Path) -> None:
    guild = discord.create_guild("DAO")
    async with process(discord, tmp_path) as bot:
        await discord.until(lambda: guild.commands, timeout=45)
        await discord.stop()
        await asyncio.sleep(0.5)
        async with asyncio.timeout(20):
            assert await bot.terminate() == 0, bot.output
    assert "Traceback (most recent call last)" not in bot.output.split("stopping")[-1]


@pytest.mark.timeout(90)
async def test_a_refused_token_is_one_clear_line_and_code_1(discord: Discord, tmp_path: Path) -> None:
    async with process(discord, tmp_path, token="MTIz.refused.token-that-nobody-knows") as bot:
        assert bot.process is not None
        async with asyncio.timeout(45):
            assert await bot.process.wait() == 1
    assert "problem: Discord refuses the token — reset it" in bot.output
    assert "Traceback" not in bot.output
    assert "nobody-knows" not in bot.output


@pytest.mark.timeout(90)
async def test_a_silent_discord_is_one_clear_line_and_code_1(discord: Discord, tmp_path: Path) -> None:
    bot = process(discord, tmp_path)
    await discord.stop()
    async with bot:
        assert bot.process is not None
        async with asyncio.timeout(45):
            assert await bot.process.wait() == 1
    assert "problem: Discord does not answer (" in bot.output
    assert "Traceback" not in bot.output


def test_after_any_number_of_outages_it_is_back_within_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "ExponentialBackoff", vars(client)["ExponentialBackoff"])
    point_discord_at(DiscordSettings())
    backoff = vars(client)["ExponentialBackoff"]()
    waits = [backoff.delay() for _ in range(300)]
    assert waits[0] <= 2
    assert 30 < max(waits) <= 60
    assert min(waits) > 0


def test_the_command_is_installed_and_known_as_a_module() -> None:
    for command in (["folkmoot"], [sys.executable, "-m", "bot"]):
        asked = subprocess.run(
            [*command, "--version"], capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ | PATH
        )
        assert asked.stdout.startswith("folkmoot 0."), asked


PATH = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}


@pytest.mark.timeout(90)
async def test_a_connection_that_ends_and_is_opened_again_is_a_line_and_no_error(
    discord: Discord, tmp_path: Path
) -> None:
    guild = discord.create_guild("DAO")

    def begun_after(before: int) -> bool:
        return discord.gateway.identified + discord.gateway.resumed > before

    async with process(discord, tmp_path) as bot:
        await discord.until(lambda: guild.commands, timeout=45)
        for code in (4000, 1000, 1001, 4000):
            before = discord.gateway.identified + discord.gateway.resumed
            await discord.gateway.close(code)
            await discord.until(partial(begun_after, before), timeout=30)
        assert await bot.terminate() == 0
    assert "Traceback" not in bot.output
    assert not any(level in bot.output for level in (" ERROR ", " CRITICAL "))


def test_a_reconnect_is_a_line_and_what_nobody_foresaw_stays_an_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    log = logging.getLogger("discord.client")
    log.addFilter(_is_news)
    for error in (ConnectionResetError(104, "Connection reset by peer"), TimeoutError(), RuntimeError("odd")):
        try:
            raise error  # noqa: TRY301 - as discord.py catches it
        except Exception:
            log.exception("Attempting a reconnect in %.2fs", 1.5)
    log.removeFilter(_is_news)
    reset, timed_out, odd = caplog.records
    ending = "Attempting a reconnect in 1.50s"
    assert reset.getMessage() == f"{ending} (ConnectionResetError: [Errno 104] Connection reset by peer)"
    assert timed_out.getMessage() == f"{ending} (TimeoutError)"
    assert [(record.levelname, bool(record.exc_info)) for record in caplog.records] == [
        ("INFO", False),
        ("INFO", False),
        ("ERROR", True),
    ]
    assert odd.getMessage() == ending


def test_suggestions_that_came_too_late_are_no_error_and_others_are(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("discord.app_commands.tree")
    log.addFilter(_somebody_waits)
    for code in (10062, 50013):
        try:
            raise Answer(code)  # noqa: TRY301 - an error as discord.py would raise it
        except Answer:
            log.exception("Ignoring exception in autocomplete: %s", code)
    assert [record.args for record in caplog.records] == [(50013,)]


class Answer(Exception):
    """An answer of Discord's that is an error."""

    def __init__(self, code: int) -> None:
        self.code = code
