"""A backup is put back while what was said since then stands in Discord: nothing of it is said a second time."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.audit.hashing.content_id import cid
from bot.domain.proposals.proposal import Proposal
from tests.kill.nursery import ROOT
from tests.kill.scene import ONE, Scene, a_scene, submitted
from tests.standin import Message

pytestmark = [pytest.mark.kill, pytest.mark.timeout(120)]


async def _db(scene: Scene, step: str, file: Path) -> None:
    command = (sys.executable, "-m", "bot", "db", step, str(file), "--config", str(scene.config))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL)
    assert await process.wait() == 0


async def _ended(scene: Scene, proposal: Proposal) -> None:
    """Let the vote be over and the bot say all that comes of it."""
    scene.end(proposal)
    await scene.start()
    await scene.said()
    await asyncio.sleep(1.5)  # further sweeps say nothing more
    await scene.kill()


def _results(scene: Scene) -> list[Message]:
    return [message for message in scene.announcements.history if "Passed" in message.first_text]


def _title(message: Message) -> str:
    """The line that tells one announcement from the others."""
    lines = message.first_text.splitlines()
    results = (line.removeprefix("-# ").partition(";")[0] for line in lines if line.startswith("-# Result of #"))
    return next(results, lines[0])


async def test_what_comes_about_again_after_a_backup_was_restored_is_said_once_and_proved_by_what_is_stored(
    tmp_path: Path,
) -> None:
    async with a_scene(tmp_path) as scene:
        same, other = await submitted(scene, 2)
        await scene.start()
        await scene.said()
        for proposal in (same, other):
            await scene.press(proposal, 1, scene.voters[0])
        await scene.start_campaign([100 * ONE])
        await _db(scene, "backup", tmp_path / "backup")
        await scene.discord.until(lambda: len(scene.rows("SELECT 1 FROM ballots")) == 2)
        await scene.press(other, 1, scene.voters[1])  # a vote that the backup does not have
        await scene.discord.until(lambda: len(scene.rows("SELECT 1 FROM ballots")) == 3)
        await scene.donate(150 * ONE)
        await scene.kill()
        scene.end(other)
        await _ended(scene, same)
        before = Counter(_title(message) for message in scene.announcements.history)
        assert len(before) == 3
        await _db(scene, "restore", tmp_path / "backup")
        scene.end(other)
        await _ended(scene, same)
        said = Counter(_title(message) for message in scene.announcements.history)
        assert said == before + Counter([f"Result of #{other.number}"])  # its result is another one now
        rows = scene.rows("SELECT proposal, cid FROM bundles")
        stored = {row["proposal"]: row["cid"] for row in rows}
        newest = {_title(message): message for message in _results(scene)}
        for proposal in (same, other):
            message = newest[f"Result of #{proposal.number}"]
            bundle = unpacked(message.files[f"proposal-{proposal.number}-result.json.gz"])
            assert stored[proposal.id] == cid(bundle)
        told = {row["message"] for row in scene.rows("SELECT message FROM outbox WHERE key LIKE '%/result'")}
        assert told == {message.id for message in newest.values()}
