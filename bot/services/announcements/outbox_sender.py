"""Posts announcements: each once and in order, however often posting is interrupted."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from typing import assert_never

from bot.domain.announcements.announcement import (
    DELIVERIES,
    LONGEST_WAIT,
    PRIVATE,
    SOUGHT,
    Announcement,
    Configured,
    Topic,
)
from bot.domain.announcements.moderator_notice import AnnouncementRefused
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import CampaignId, ChannelId, MessageId, ProposalId, Timestamp
from bot.domain.spaces.space import Space
from bot.ports import Announcer, Clock, Repositories, Store, Undeliverable, Undelivered
from bot.services.announcements.moderator_notices import NOWHERE, notice, told
from bot.services.announcements.proposal_announcements import forget_thread

_log = logging.getLogger(__name__)

BATCH = 32
"""The most announcements taken at a time, each for another channel."""
FIRST_WAIT = 15
"""Seconds until the second attempt; each further wait is twice as long, up to `LONGEST_WAIT`."""


class OutboxSender:
    """Posts stored announcements.

    An attempt is noted before it is made, so that a repeated one looks for its message first.
    """

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def announced(self, key: str) -> Announcement | None:
        """Return an announcement by its key, None where it is not stored."""
        async with self._store.read() as repos:
            return await repos.outbox.find(key)

    async def send_due(self, announcer: Announcer) -> int:
        """Post everything that is due; return how many were posted. Safe to run late, twice, or to interrupt."""
        if not announcer.ready():
            return 0
        said = 0
        while True:
            async with self._store.read() as repos:
                due = await repos.outbox.due(self._clock.now(), BATCH)
            if not due:
                return said
            said += sum(await asyncio.gather(*(self._send(announcement, announcer) for announcement in due)))

    async def _send(self, announcement: Announcement, announcer: Announcer) -> bool:
        begun = await self._begin(announcement)
        if begun is None:
            return False
        announcement, holds, channel = begun
        try:
            if not holds and (announcement.attempts == 0 or await announcer.find(announcement) is None):
                await self._drop(announcement)
                return False
            tried = replace(announcement, attempts=announcement.attempts + 1)
            channel, message = await self._say(tried, channel, announcer)
        except Undeliverable as error:
            if announcement.topic in PRIVATE:  # the channel id is then a member's, for a private message
                _log.warning("announcement %s (%s) cannot be said", announcement.id, announcement.topic)
                await self._give_up(announcement, str(error.refusal.fault))
                return False
            _log.warning("announcement %s (%s) cannot be said: %s", announcement.id, announcement.topic, error)
            if announcement.topic is not Topic.NOTICE:
                await self._tell(replace(announcement, channel=channel), error)
            return False
        except Undelivered as error:
            _log.warning("announcement %s (%s) was not said: %s", announcement.id, announcement.topic, error)
            return False
        await self._end(announcement, channel, message)
        return True

    async def _begin(self, announcement: Announcement) -> tuple[Announcement, bool, ChannelId] | None:
        """Note an attempt; return what is to be said now, whether it still holds, and where. None if it is not said.

        It may have been taken back, or its member forgotten, since it was looked up.
        """
        now = self._clock.now()
        async with self._store.write() as repos:
            current = await repos.outbox.waiting(announcement.id)
            if current is None:
                return None
            holds, channel = await _holds(repos, current), await _channel(repos, current)
            if channel == NOWHERE:
                await repos.outbox.give_up(current.id, "no channel for moderators is set", now)
                await _note(repos, current, Kind.GIVEN_UP, now, channel=channel)
            else:
                wait = min(FIRST_WAIT * 2 ** min(current.attempts, 16), LONGEST_WAIT)
                await repos.outbox.attempt(current.id, now, Timestamp(now + wait))
            await repos.commit()
        return None if channel == NOWHERE else (current, holds, channel)

    async def _end(self, announcement: Announcement, channel: ChannelId, message: MessageId) -> None:
        """Note that it was posted; if its member was forgotten meanwhile, what waits in its place takes it down."""
        async with self._store.write() as repos:
            now = self._clock.now()
            current = await repos.outbox.waiting(announcement.id)
            if current is None or current.topic is not announcement.topic:
                return
            await repos.outbox.told(announcement.id, message, now)
            if SOUGHT in announcement.facts:
                await repos.outbox.clear(announcement.id)
            await _note(repos, announcement, Kind.TOLD, now, channel=channel, message=message)
            await repos.commit()

    async def _say(
        self, announcement: Announcement, channel: ChannelId, announcer: Announcer
    ) -> tuple[ChannelId, MessageId]:
        """Post in `channel`, unless an earlier attempt posted it in its former channel; return where it stands."""
        if channel != announcement.channel:
            with suppress(Undeliverable):  # it can't be read, which may be why another one was chosen
                if announcement.attempts > 1 and (message := await announcer.find(announcement)) is not None:
                    return announcement.channel, message
            async with self._store.write() as repos:
                await repos.outbox.retarget(announcement.id, channel)
                await repos.commit()
        return channel, await announcer.say(replace(announcement, channel=channel))

    async def _drop(self, announcement: Announcement) -> None:
        """Never say what no longer holds and nobody read; its key is free for when it holds again."""
        async with self._store.write() as repos:
            if await _holds(repos, announcement):
                return
            now = self._clock.now()
            await repos.outbox.give_up(announcement.id, "it no longer holds", now)
            await repos.outbox.end(announcement.key)
            await _note(repos, announcement, Kind.GIVEN_UP, now)
            await repos.commit()

    async def _give_up(self, announcement: Announcement, reason: str) -> None:
        async with self._store.write() as repos:
            now = self._clock.now()
            await repos.outbox.give_up(announcement.id, reason, now)
            await _note(repos, announcement, Kind.GIVEN_UP, now)
            await repos.commit()

    async def _tell(self, announcement: Announcement, error: Undeliverable) -> None:
        """Tell moderators, once, why it cannot be posted in its channel; a thread that is gone is forgotten."""
        async with self._store.write() as repos:
            now = self._clock.now()
            await notice(
                repos,
                announcement.guild,
                key=_undeliverable(announcement),
                fact=AnnouncementRefused(
                    topic=str(announcement.topic),
                    fault=str(error.refusal.fault),
                    channel=error.refusal.channel,
                    detail=error.refusal.detail,
                ),
                at=now,
                since=announcement.since or announcement.created_at,
                space=announcement.space,
            )
            proposal = await _proposal(repos, announcement) if error.gone else None
            if proposal is not None and proposal.thread == announcement.channel:
                await forget_thread(repos, proposal, now)
            await repos.commit()


async def _note(
    repos: Repositories,
    announcement: Announcement,
    kind: Kind,
    at: Timestamp,
    *,
    channel: ChannelId | None = None,
    message: MessageId | None = None,
) -> None:
    """Log the outcome of an announcement. Posting the log's own head is not logged, which would never end."""
    if not DELIVERIES[announcement.topic].logged:
        return
    facts = {"topic": announcement.topic.value, "ref": announcement.ref}
    if announcement.topic not in PRIVATE:  # whose channel id is a member's
        facts |= {"channel": str(channel or announcement.channel)} | ({"message": str(message)} if message else {})
    await repos.log.append(announcement.guild, kind, at=at, facts=facts)


async def _holds(repos: Repositories, announcement: Announcement) -> bool:
    """Return whether what it says is so now.

    A milestone may have been taken back before it could be announced, and a proposal withdrawn whose opening waits.
    """
    match announcement.topic:
        case Topic.MILESTONE:
            campaign = await repos.treasury.campaign(CampaignId(int(announcement.facts["campaign"] or 0)))
            return campaign is not None and campaign.is_reached(int(announcement.facts["milestone"] or 0))
        case Topic.PROPOSAL_OPENED:
            proposal = await _proposal(repos, announcement)
            return proposal is not None and proposal.tombstone is None
        case _:
            return True


async def _spaces(repos: Repositories, announcement: Announcement) -> list[Space]:
    """Return the spaces in whose channels it may be posted: its own, and the main one for a notice or without one."""
    main = await repos.spaces.main(announcement.guild)
    spaces = [] if announcement.space is None else [await repos.spaces.get(announcement.space)]
    if main is not None and (not spaces or announcement.topic is Topic.NOTICE):
        spaces.append(main)
    return spaces


def _undeliverable(announcement: Announcement) -> str:
    """Return the key of the notice that an announcement cannot be posted in its channel."""
    return f"undeliverable/{announcement.key}/{announcement.channel}"


async def _channel(repos: Repositories, announcement: Announcement) -> ChannelId:
    """Return the channel to post in: its own first, after a failure the fallback that is configured now."""
    delivery = DELIVERIES[announcement.topic]
    if announcement.channel != NOWHERE and (
        announcement.attempts == 0
        or (delivery.stays and not await told(repos, announcement.guild, key=_undeliverable(announcement)))
    ):
        return announcement.channel
    spaces = await _spaces(repos, announcement)
    for otherwise in delivery.otherwise:
        if otherwise is Configured.CARD:
            found = await _beside_the_card(repos, announcement)
        else:
            found = next(filter(None, (_configured(space, otherwise) for space in spaces)), None)
        if found is not None:
            return found
    return announcement.channel


async def _beside_the_card(repos: Repositories, announcement: Announcement) -> ChannelId | None:
    """Return the channel of a proposal's card for what cannot be said in its thread; None if it failed there too.

    Reasons of voters, of which there may be many, stay out of it as long as the thread stands.
    """
    proposal = await _proposal(repos, announcement)
    if proposal is None or proposal.channel in (None, announcement.channel):
        return None
    waits = announcement.topic is Topic.REASON and proposal.thread == announcement.channel
    return announcement.channel if waits else proposal.channel


async def _proposal(repos: Repositories, announcement: Announcement) -> Proposal | None:
    number = announcement.facts.get("proposal")
    return await repos.proposals.get(ProposalId(number)) if isinstance(number, int) else None


def _configured(space: Space, channel: Configured) -> ChannelId | None:
    match channel:
        case Configured.PROPOSALS:
            return space.proposals_channel
        case Configured.ANNOUNCEMENTS:
            return space.announcements_channel
        case Configured.MODERATORS:
            return space.moderators_channel
        case Configured.AUDIT:
            return space.audit_channel
        case Configured.CARD:
            return None
        case _:
            assert_never(channel)
