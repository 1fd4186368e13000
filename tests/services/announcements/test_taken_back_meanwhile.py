"""What is taken back or forgotten while it is being posted does not stay posted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.domain.announcements.announcement import SOUGHT, Announcement, Topic
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import ChannelId, MemberId, MessageId
from bot.ports import Undelivered
from bot.services.announcements.outbox_sender import OutboxSender
from tests.builders import GUILD
from tests.fakes import FakeAnnouncer
from tests.services.conftest import House


class _Between:
    """A store after whose first reading something else is done, as another request may."""

    def __init__(self, house: House, act: Callable[[], Awaitable[object]]) -> None:
        self._store, self._act, self._done = house.app.store, act, False

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Any]:
        async with self._store.read() as repos:
            yield repos
        if not self._done:
            self._done = True
            await self._act()

    def write(self) -> Any:
        return self._store.write()


class _Busy(FakeAnnouncer):
    """While a reason is posted something else is done; with `lose`, the answer of Discord gets lost."""

    def __init__(self, act: Callable[[], Awaitable[object]], *, lose: bool) -> None:
        super().__init__()
        self._act, self._lose = act, lose

    async def say(self, announcement: Announcement) -> MessageId:
        message = await super().say(announcement)
        if announcement.topic is Topic.REASON:
            await self._act()
            if self._lose:
                raise Undelivered("the answer was lost")
        return message


async def _reasoned(house: House) -> tuple[MemberId, Proposal]:
    """A member whose reason waits to be posted."""
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.said()
    await house.app.cards.placed(proposal.id, channel=ChannelId(5), card=MessageId(700), thread=ChannelId(800))
    await house.app.reasons.give(GUILD, proposal.id, ann, "because of the mice")
    return ann, proposal


async def _forget(house: House, member: MemberId) -> None:
    preview = await house.app.privacy.preview(GUILD, member)
    assert await house.app.privacy.forget(GUILD, member, preview.agreed) is not None


def _reasons(house: House) -> list[str]:
    return [one.key for one in house.voice.said if one.topic is Topic.REASON]


async def test_the_reason_of_a_vote_that_is_changed_before_the_attempt_is_not_posted(house: House) -> None:
    ann, proposal = await _reasoned(house)

    async def change() -> None:
        house.clock.time += 1
        await house.vote(proposal, ann, 2)

    await OutboxSender(store=_Between(house, change), clock=house.clock).send_due(house.voice)  # type: ignore[arg-type]
    assert _reasons(house) == []


async def test_who_is_forgotten_before_the_attempt_is_not_named(house: House) -> None:
    ann, _ = await _reasoned(house)
    store = _Between(house, lambda: _forget(house, ann))
    await OutboxSender(store=store, clock=house.clock).send_due(house.voice)  # type: ignore[arg-type]
    assert _reasons(house) == []


async def test_what_names_who_is_forgotten_while_it_is_posted_is_sought_and_taken_down(house: House) -> None:
    for lose in (False, True):
        ann, _ = await _reasoned(house)
        house.voice = _Busy(lambda member=ann: _forget(house, member), lose=lose)  # type: ignore[misc]
        await house.said()
        (reason,) = [one for one in house.voice.said if one.topic is Topic.REASON]
        house.clock.time += 600
        await house.said()
        down = [one for one in house.voice.said if one.topic is Topic.TAKEN_DOWN]
        assert [(one.channel, one.facts) for one in down] == [(reason.channel, {SOUGHT: reason.ref})]
        assert str(ann) not in str(down)
        async with house.app.store.read() as repos:
            assert await repos.outbox.waiting(reason.id) is None
            stored = await repos.outbox.find(f"erased/{reason.id}")
        assert stored is not None
        assert (dict(stored.facts), stored.ref) == ({}, "")
