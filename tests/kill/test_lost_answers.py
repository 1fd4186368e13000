"""Answers that get lost between Discord and the bot cost nobody a vote, and nobody a receipt."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kill.scene import a_scene, submitted

pytestmark = [pytest.mark.kill, pytest.mark.timeout(120)]

LOST = [
    ("POST", r"/callback$", {"status": 502, "after": True}),
    ("POST", r"/callback$", {"hang_up": True, "after": True}),
    ("POST", r"/callback$", {"hang_up": True}),
    ("PATCH", r"^/webhooks/", {"hang_up": True}),
    ("PATCH", r"^/webhooks/", {"hang_up": True, "after": True}),
    ("PATCH", r"^/webhooks/", {"status": 502, "after": True}),
]
"""The acknowledgement, and then the receipt: refused or granted, and the answer lost."""


async def test_a_press_is_recorded_once_and_told_whatever_answer_is_lost(tmp_path: Path):
    async with a_scene(tmp_path) as scene:
        (proposal,) = await submitted(scene, 1)
        await scene.start()
        await scene.said()
        for number, (method, path, how) in enumerate(LOST):
            member = scene.voters[number % len(scene.voters)]
            fault = scene.discord.fault(method, path, **how)
            shown = await scene.press(proposal, 1 + number % 3, member)
            assert fault.struck.is_set()
            await scene.discord.until(lambda shown=shown: "Recorded" in shown.text, timeout=10)
        ballots = await scene.ballots(proposal.id)
        history = [ballot.receipt for of_member in ballots.values() for ballot in of_member]
        assert len(history) == len(set(history)) == len(LOST)
