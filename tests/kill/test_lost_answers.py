"""Answers that get lost between Discord and the bot cost nobody a vote, and nobody a receipt."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.kill.scene import a_scene, submitted
from tests.standin.answers import Interaction

pytestmark = [pytest.mark.kill, pytest.mark.timeout(120)]

LOST: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", r"/callback$", {"status": 502, "after": True}),
    ("POST", r"/callback$", {"hang_up": True, "after": True}),
    ("POST", r"/callback$", {"hang_up": True}),
    ("PATCH", r"^/webhooks/", {"hang_up": True}),
    ("PATCH", r"^/webhooks/", {"hang_up": True, "after": True}),
    ("PATCH", r"^/webhooks/", {"status": 502, "after": True}),
]
"""The acknowledgement, and then the receipt: refused or granted, and the answer lost."""


def _recorded(shown: Interaction) -> bool:
    return "Recorded" in shown.text


async def test_a_press_is_recorded_once_and_told_whatever_answer_is_lost(tmp_path: Path) -> None:
    async with a_scene(tmp_path) as scene:
        (proposal,) = await submitted(scene, 1)
        await scene.start()
        await scene.said()
        for number, (method, path, how) in enumerate(LOST):
            member = scene.voters[number % len(scene.voters)]
            fault = scene.discord.fault(method, path, **how)
            shown = await scene.press(proposal, 1 + number % 3, member)
            assert fault.struck.is_set()
            await scene.discord.until(partial(_recorded, shown), timeout=10)
        ballots = await scene.ballots(proposal.id)
        history = [ballot.receipt for of_member in ballots.values() for ballot in of_member]
        assert len(history) == len(set(history)) == len(LOST)


@pytest.mark.parametrize("how", [{"hang_up": True}, {"status": 502}, {"delay": 1.0}], ids=["cut", "502", "late"])
async def test_a_form_is_taken_though_the_bot_did_not_hear_that_it_was_shown(
    tmp_path: Path, how: dict[str, Any]
) -> None:
    async with a_scene(tmp_path) as scene:
        await scene.start()
        await scene.discord.until(lambda: scene.discord.command(scene.guild, "proposal new"))
        scene.discord.fault("POST", r"/callback$", after=True, **how)
        author = scene.voters[0]
        shown = await scene.discord.slash(scene.guild, author, "proposal new", {"type": "basic"})
        words = {"Title": "A mouse study", "Proposal": "Fund it."}
        sent = await scene.discord.submit(shown, words, timeout=20)
        await scene.discord.until(lambda: "Draft #1 is stored" in sent.text, timeout=10)
        assert [row["title"] for row in scene.rows("SELECT title FROM proposals")] == ["A mouse study"]


async def test_the_last_press_counts_though_the_one_before_was_acknowledged_late(tmp_path: Path) -> None:
    async with a_scene(tmp_path) as scene:
        (proposal,) = await submitted(scene, 1)
        await scene.start()
        await scene.said()
        member = scene.voters[0]
        fault = scene.discord.fault("POST", r"/callback$", delay=1.0)
        first = asyncio.create_task(scene.press(proposal, 1, member))
        await fault.struck.wait()
        shown = await scene.press(proposal, 2, member)
        await scene.discord.until(lambda: "Recorded" in shown.text, timeout=10)
        late = await first
        await scene.discord.until(lambda: "Recorded" in late.text, timeout=10)
        cast = [ballot.mark for ballots in (await scene.ballots(proposal.id)).values() for ballot in ballots]
        assert cast == [2]
        for text in (shown.text, late.text):
            assert "Recorded: **Against**" in text
