"""PostgreSQL is stopped at once, again and again, while members vote; the bot goes on by itself when it is back."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from pathlib import Path

import pytest

from bot.domain.shared.types import MemberId
from bot.domain.treasury.campaigns import MAX_TARGETS
from tests.kill.conftest import SOAK
from tests.kill.scene import ONE, a_scene, submitted
from tests.kill.test_killed import Press, check_ballots, check_said_once, press_all
from tests.postgres import Server, cutting_line
from tests.standin import Interaction

pytestmark = [pytest.mark.kill, pytest.mark.timeout(600 if SOAK else 180)]

SEED = 20
STOPS = MAX_TARGETS if SOAK else 3
"""How often it is stopped; each time a milestone is reached, of which a campaign has so many at most."""


def _answered(press: Press) -> bool:
    return press.shown.text != ""


def _recorded(shown: Interaction) -> bool:
    return "Recorded" in shown.text


def _is_answered(shown: Interaction) -> bool:
    return shown.text != ""


async def test_what_was_acknowledged_outlives_a_server_that_is_stopped_at_once_and_nothing_is_said_twice(
    tmp_path: Path, postgres: Server
) -> None:
    rng = random.Random(SEED)  # noqa: S311 - repeatable
    print("seed", SEED)
    async with a_scene(tmp_path, server=postgres) as scene:
        proposals = await submitted(scene, 2)
        await scene.start_campaign([100 * ONE * number for number in range(1, STOPS + 1)])
        await scene.start()
        await scene.said()
        presses: list[Press] = []
        for _ in range(STOPS):
            await scene.donate(100 * ONE)
            made = await press_all(scene, proposals, rng)
            await asyncio.sleep(rng.uniform(0, 0.15))
            postgres.stop_at_once()
            made += await press_all(scene, proposals, rng)
            await asyncio.sleep(rng.uniform(0, 0.5))
            postgres.start()
            presses += made
            for press in made:  # each is told something: that it is recorded, or that it is not
                await scene.discord.until(partial(_answered, press), timeout=30)
        for member in scene.voters:  # the same process goes on by itself
            shown = await scene.press(proposals[0], 1, member, timeout=0)
            await scene.discord.until(partial(_recorded, shown), timeout=30)
            presses.append(Press(proposal=proposals[0], member=member, mark=1, shown=shown))
        assert any("Recorded" not in press.shown.text for press in presses), "no stop came before an answer"
        await scene.said()
        await asyncio.sleep(1.5)  # further sweeps say nothing more
        await scene.kill()
        check_said_once(scene)
        assert len(scene.rows("SELECT 1 FROM outbox WHERE key LIKE 'campaign/%'")) == STOPS
        for proposal in proposals:
            by_member = await scene.ballots(proposal.id)
            for member in scene.voters:
                mine = [press for press in presses if (press.proposal, press.member) == (proposal, member)]
                check_ballots(scene, by_member[MemberId(member.id)], mine)


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_vote_is_told_as_it_is_stored_though_the_answer_to_its_commit_was_lost(
    tmp_path: Path, postgres: Server, arrives: bool
) -> None:
    async with a_scene(tmp_path, server=postgres) as scene, cutting_line(postgres.port) as line:
        (proposal,) = await submitted(scene, 1)
        config = scene.config.read_text()
        await asyncio.to_thread(scene.config.write_text, config.replace(f":{postgres.port}/", f":{line.port}/"))
        await scene.start()
        await scene.said()
        member = scene.voters[0]
        shown = await scene.press(proposal, 1, member)
        await scene.discord.until(partial(_recorded, shown), timeout=30)
        await scene.said()
        while not line.cuts:
            line.cut_at_commit(arrives=arrives)
            shown = await scene.press(proposal, 2, member, timeout=0)
            await scene.discord.until(partial(_is_answered, shown), timeout=30)
        marks = [ballot.mark for ballot in (await scene.ballots(proposal.id))[MemberId(member.id)]]
        assert marks[-1] == (2 if "Recorded: **Against**" in shown.text else 1), shown.text
        assert "othing was recorded" not in shown.text
        await scene.kill()
