"""The database went back to an earlier state: what stands in Discord already is found, and not posted again."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from bot.domain.announcements.announcement import Topic
from bot.domain.announcements.moderator_notice import Told
from bot.domain.shared.types import ChannelId
from bot.services.announcements.moderator_notices import notice
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.tables import outbox
from tests.cogs.audit.test_results import result, takes_less
from tests.cogs.conftest import World


async def _restored(world: World, topic: Topic) -> list[int]:
    """Forget what was posted of a kind, as an earlier state of the database does; return the messages it was."""
    engine = open_engine(world.app.settings.storage.url.get_secret_value())
    async with engine.begin() as connection:
        of_kind = outbox.c.topic == topic
        told = list((await connection.execute(select(outbox.c.message).where(of_kind).order_by(outbox.c.id))).scalars())
        await connection.execute(delete(outbox).where(of_kind))
    await close_engine(engine)
    await world.later(60)
    await world.restart()
    return told


async def test_a_notice_to_moderators_stands_once(world: World) -> None:
    began = world.clock.now()
    await world.later(10)
    await world.restart()

    async def tell() -> None:
        async with world.app.store.write() as repos:
            fact = Told(problem="It is broken", remedy="Mend it.")
            await notice(repos, world.guild_id, key="trouble", fact=fact, at=world.clock.now(), since=began)
            await repos.commit()
        await world.sweep()

    await tell()
    assert len(world.moderators.history()) == 1
    first = await _restored(world, Topic.NOTICE)
    await tell()
    assert len(world.moderators.history()) == 1
    assert await _restored(world, Topic.NOTICE) == first


async def test_a_head_of_the_log_stands_once(world: World) -> None:
    await world.configure(audit_channel=ChannelId(world.general.id))
    await world.sweep()
    assert len(world.general.history()) == 1
    first = await _restored(world, Topic.LOG_HEAD)
    await world.sweep()
    assert len(world.general.history()) == 1
    assert await _restored(world, Topic.LOG_HEAD) == first


async def test_parts_of_a_bundle_stand_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    takes_less(monkeypatch)
    proposal, _ = await result(world)
    await world.sweep()
    before = [message.id for message in world.announcements.history()]
    first = await _restored(world, Topic.BUNDLE_PART)
    assert len(first) == 2
    assert await world.app.bundle_parts.post(proposal.id, ChannelId(world.announcements.id)) == 2
    await world.sweep()
    await world.sweep()
    assert [message.id for message in world.announcements.history()] == before
    assert await _restored(world, Topic.BUNDLE_PART) == first
