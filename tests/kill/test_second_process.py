"""A second process of the same bot: it refuses, follows the dead at once, and who lost its place stops at once."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.storage.driver.postgres import WRITERS
from tests.kill.nursery import ROOT
from tests.kill.scene import Scene, a_scene, submitted
from tests.postgres import Server
from tests.standin import BotProcess

pytestmark = [pytest.mark.kill, pytest.mark.timeout(120)]


@asynccontextmanager
async def second(scene: Scene, folder: Path) -> AsyncIterator[BotProcess]:
    """Another `folkmoot run` with the same settings."""
    command = (sys.executable, "-m", "bot", "run", "--config", str(scene.config))
    async with BotProcess(command, env={}, log=folder / "second.log", cwd=ROOT) as process:
        yield process


async def refused(process: BotProcess) -> str:
    assert process.process is not None
    assert await process.process.wait() == 1
    *_, line = [line for line in process.output.splitlines() if line.startswith("problem: ")]
    assert "Traceback" not in process.output
    return line


async def test_a_second_process_says_who_runs_and_the_first_goes_on_also_if_it_is_stopped_for_a_while(
    tmp_path: Path,
) -> None:
    async with a_scene(tmp_path) as scene:
        (proposal,) = await submitted(scene, 1)
        await scene.start()
        await scene.said()
        async with second(scene, tmp_path) as process:
            line = await refused(process)
        assert f"this bot runs already: process {scene.bot.pid} on " in line
        os.kill(scene.bot.pid, signal.SIGSTOP)
        try:
            async with second(scene, tmp_path) as process:
                line = await refused(process)
            assert f"kill -9 {scene.bot.pid}" in line
        finally:
            os.kill(scene.bot.pid, signal.SIGCONT)
        shown = await scene.press(proposal, 1, scene.voters[0])
        await scene.discord.until(lambda: "Recorded" in shown.text, timeout=10)


async def test_after_a_kill_the_next_process_begins_at_once(tmp_path: Path) -> None:
    async with a_scene(tmp_path) as scene:
        await scene.start()
        await scene.kill()
        before = scene.discord.gateway.identified
        async with second(scene, tmp_path) as process:
            await scene.discord.until(lambda: scene.discord.gateway.identified > before, timeout=20)
            assert "waiting up to" not in process.output


async def test_after_a_kill_the_server_gives_the_lock_back_by_which_the_next_process_knows_it_is_dead(
    tmp_path: Path, postgres: Server
) -> None:
    locks = "SELECT classid::bigint << 32 | objid::bigint AS key FROM pg_locks WHERE locktype = 'advisory'"
    async with a_scene(tmp_path, server=postgres) as scene:
        await scene.start()
        assert len(scene.rows("SELECT 1 FROM leases WHERE lock = 'session'")) == 1
        held = {row["key"] for row in scene.rows(locks)} - {WRITERS}
        assert len(held) == 1
        await scene.bot.kill()
        await scene.discord.until(lambda: not held & {row["key"] for row in scene.rows(locks)}, timeout=20)
        assert len(scene.rows("SELECT 1 FROM leases")) == 1


async def test_a_copy_of_a_running_bots_database_starts_no_second_process(tmp_path: Path) -> None:
    async with a_scene(tmp_path) as scene:
        await scene.start()
        copied = tmp_path / "copy.sqlite3"
        with closing(sqlite3.connect(tmp_path / "folkmoot.sqlite3")) as here, closing(sqlite3.connect(copied)) as there:
            here.backup(there)
            there.execute("DELETE FROM leases")  # or it would wait to see whether that one still runs
            there.commit()
        config = scene.config.read_text().replace(str(tmp_path / "folkmoot.sqlite3"), str(copied))
        await asyncio.to_thread((tmp_path / "copy.toml").write_text, config)
        identified = scene.discord.gateway.identified
        async with second(replace(scene, config=tmp_path / "copy.toml"), tmp_path) as process:
            line = await refused(process)
        assert "this bot runs already on this machine, with another database" in line
        assert scene.discord.gateway.identified == identified
        await scene.kill()
        async with second(replace(scene, config=tmp_path / "copy.toml"), tmp_path):  # once that one is dead, it may
            await scene.discord.until(lambda: scene.discord.gateway.identified > identified, timeout=20)


async def test_who_lost_its_place_stops_at_once_and_stores_and_says_nothing_more(tmp_path: Path) -> None:
    async with a_scene(tmp_path) as scene, second(scene, tmp_path) as process:
        await scene.discord.until(lambda: scene.discord.gateway.identified > 0, timeout=20)
        (proposal,) = await submitted(scene, 1)
        await scene.said()
        messages = len(scene.proposals.history) + len(scene.announcements.history)
        scene.database.ask("UPDATE leases SET holder = 'somebody on another machine', beat = 7")
        shown = await scene.press(proposal, 1, scene.voters[0], timeout=10)
        assert process.process is not None
        async with asyncio.timeout(15):
            assert await process.process.wait() == 1
        assert "another process has taken over" in process.output
        assert "Traceback" not in process.output
        assert "Recorded" not in shown.text
        assert scene.rows("SELECT 1 FROM ballots") == []
        assert len(scene.proposals.history) + len(scene.announcements.history) == messages


async def test_a_press_that_another_process_acknowledged_is_left_to_it(tmp_path: Path) -> None:
    async with a_scene(tmp_path) as scene:
        (proposal,) = await submitted(scene, 1)
        await scene.start()
        await scene.said()
        scene.discord.fault("POST", r"/callback$", status=400, code=40060)
        shown = await scene.press(proposal, 1, scene.voters[0], timeout=0)
        await scene.discord.until(lambda: "came twice" in scene.bot.log.read_text(), timeout=10)
        other = await scene.press(proposal, 2, scene.voters[1])
        await scene.discord.until(lambda: "Recorded" in other.text, timeout=10)
        assert shown.text == ""
        assert len(scene.rows("SELECT 1 FROM ballots")) == 1
