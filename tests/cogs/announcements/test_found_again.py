"""Every announcement that stands is found by its reference, so that one whose answer was lost is not said twice."""

from __future__ import annotations

import discord
import pytest
from sqlalchemy import select

from bot.domain.announcements.announcement import Topic
from bot.domain.shared.types import MemberId
from bot.domain.spaces.space import DAY
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.tables import outbox
from cogs._shared.cards import shows
from tests.cogs.answers import answer
from tests.cogs.audit.test_results import takes_less
from tests.cogs.conftest import World

STORY = {
    Topic.PROPOSAL_CARD,
    Topic.PROPOSAL_CHANGED,
    Topic.PROPOSAL_OPENED,
    Topic.PROPOSAL_RESULT,
    Topic.PROPOSAL_WITHDRAWN,
    Topic.BUNDLE_PART,
    Topic.REASON,
    Topic.RECUSAL,
}
"""What is told of proposals."""


async def _stored(world: World) -> list[tuple[Topic, int, str]]:
    engine = open_engine(world.app.settings.storage.url.get_secret_value())
    async with engine.connect() as connection:
        asked = select(outbox.c.topic, outbox.c.message, outbox.c.ref).where(outbox.c.message.is_not(None))
        rows = [(Topic(topic), message, ref) for topic, message, ref in (await connection.execute(asked)).all()]
    await close_engine(engine)
    return rows


async def test_what_is_told_of_proposals_is_found_by_its_reference_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes_less(monkeypatch)
    await world.configure(voting_delay=DAY)
    ada, bob = await world.member("ada", 5, researcher=True), await world.member("bob", 7)
    proposal = await world.open_proposal(ada)
    await world.open_proposal(ada)
    form = await ada.slash(world.general, "proposal edit", proposal=1)
    fields = {"title": "Fund the yeast study", "summary": "", "body": "ref 0123ABCD", "discussion": ""}
    await ada.submit_modal(form, fields)
    await world.sweep()
    asked = await ada.slash(world.general, "proposal withdraw", proposal=2)
    await ada.click(answer(asked).message, label="Withdraw it")
    await world.later(DAY + 60)
    await world.sweep()
    await world.app.voting.cast(world.guild_id, proposal.id, MemberId(ada.id), 1)
    await world.app.voting.cast(world.guild_id, proposal.id, MemberId(bob.id), 1)
    await world.app.reasons.give(world.guild_id, proposal.id, MemberId(ada.id), "-# a reason · ref 0123ABCD")
    asked = await bob.slash(world.general, "vote recuse", proposal=1)
    await bob.click(answer(asked).message, label="Recuse, for good")
    await world.sweep()
    await world.later(4 * DAY)
    await world.sweep()
    await world.sweep()
    stored = await _stored(world)
    assert {topic for topic, _, _ in stored} >= STORY
    messages: dict[int, discord.Message] = {
        message.id: message
        for channel in (world.proposals, world.announcements, world.moderators, *world.proposals.threads)
        for message in channel.history()
    }
    for topic, message, ref in stored:
        assert shows(messages[message], ref), topic
        assert not any(shows(messages[message], other) for _, _, other in stored if other != ref), topic
        assert not shows(messages[message], "0123ABCD"), topic
