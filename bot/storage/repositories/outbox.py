"""The repository of announcements, posted and waiting."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from sqlalchemy import Executable, String, and_, cast, exists, func, not_, or_, select, update

from bot.domain.announcements.announcement import LONGEST_WAIT, SINCE, Announcement, Recurring, Topic
from bot.domain.shared.types import ChannelId, GuildId, MessageId, ProposalId, SpaceId, Timestamp
from bot.domain.spaces.space import Space
from bot.storage.driver.statements import AnyConnection, Stored, insert_new
from bot.storage.repositories.shared.json_columns import from_json, to_json
from bot.storage.tables import outbox

PATIENCE = 8
"""Attempts during which an announcement holds up later ones in its channel: about an hour, because the waits double."""
_NONCE, _REF = 25, 8
_UNAMBIGUOUS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
"""Crockford's alphabet has no I, L, O or U, which a reader could take for another sign."""


class SqlOutbox:
    """Announcements in the order of their facts."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def add(
        self,
        *,
        key: str,
        topic: str,
        guild: GuildId,
        channel: ChannelId,
        facts: Mapping[str, str | int | None],
        at: Timestamp,
        space: SpaceId | None = None,
        recurring: Recurring | None = None,
    ) -> bool:
        """Store an announcement unless its key is stored already; return whether it was added."""
        if recurring is None:
            nonce, ref = _marks(f"{key}/{at}")
        else:
            times = await self._ended(guild, key) if topic == Topic.NOTICE else 0
            again = f"/{times}" if times else ""
            nonce, ref = _marks(f"{recurring.of or key}/{recurring.since}/{recurring.said}{again}")
        since = {} if recurring is None else {SINCE: recurring.since}
        row = {
            "key": key,
            "topic": Topic(topic),
            "guild": guild,
            "channel": channel,
            "facts": to_json({**facts, **since}),
            "nonce": nonce,
            "ref": ref,
            "created_at": at,
            "attempts": 0,
            "next_at": at,
            "space": space,
        }
        return await insert_new(self._connection, outbox, [row]) == 1

    async def due(self, now: Timestamp, limit: int) -> list[Announcement]:
        """Return what may be posted now, oldest first: of each channel only the oldest that waits.

        So one that could not be posted is not overtaken in its channel, and holds up no other channel. After
        `PATIENCE` attempts it holds up none: what Discord never accepts must not silence a channel for good. A wait
        longer than any that is ever set was set by a clock that has been put back since: that one is due now.
        """
        before = outbox.alias("before")
        waiting = and_(outbox.c.told_at.is_(None), outbox.c.given_up_at.is_(None))
        overtaken = exists().where(
            before.c.guild == outbox.c.guild,
            before.c.channel == outbox.c.channel,
            before.c.told_at.is_(None),
            before.c.given_up_at.is_(None),
            before.c.id < outbox.c.id,
            before.c.attempts < PATIENCE,
        )
        waited = not_(outbox.c.next_at.between(now + 1, now + LONGEST_WAIT))
        heads = select(outbox).where(waiting, waited, ~overtaken)
        return await self._read(heads.order_by(outbox.c.id).limit(limit))

    async def waiting(self, announcement: int) -> Announcement | None:
        """Return an announcement as it is stored now, None if it was posted or given up."""
        open_still = and_(outbox.c.told_at.is_(None), outbox.c.given_up_at.is_(None))
        return next(iter(await self._read(select(outbox).where(outbox.c.id == announcement, open_still))), None)

    async def attempt(self, announcement: int, at: Timestamp, next_at: Timestamp) -> None:
        """Note that an attempt begins, before it is made, and when the next may."""
        await self._set(announcement, attempts=outbox.c.attempts + 1, attempted_at=at, next_at=next_at)

    async def told(self, announcement: int, message: MessageId, at: Timestamp) -> None:
        """Note that it was posted."""
        await self._set(announcement, message=message, told_at=at)

    async def give_up(self, announcement: int, reason: str, at: Timestamp) -> None:
        """Note that it will not be posted, and why."""
        await self._set(announcement, given_up=reason, given_up_at=at)

    async def clear(self, announcement: int) -> None:
        """Erase the facts of an announcement, which nobody needs any more."""
        await self._set(announcement, facts=to_json({}))

    async def find(self, key: str) -> Announcement | None:
        """Return the announcement of a key."""
        return next(iter(await self._read(select(outbox).where(outbox.c.key == key))), None)

    async def reasons(self, guild: GuildId, proposal: ProposalId) -> list[Announcement]:
        """Return the reasons given for votes on a proposal, oldest first, except those given up."""
        begins = f"proposal/{proposal}/reason/"
        theirs = select(outbox).where(
            outbox.c.guild == guild,
            outbox.c.key > begins,
            outbox.c.key < f"{begins}~",
            outbox.c.given_up_at.is_(None),
        )
        return await self._read(theirs.order_by(outbox.c.id))

    async def retarget(self, announcement: int, channel: ChannelId) -> None:
        """Change the channel to which an announcement goes."""
        await self._set(announcement, channel=channel)

    async def end(self, key: str) -> None:
        """Free the key of a notice whose cause is over, so that it is posted again if the cause returns."""
        ended = update(outbox).where(outbox.c.key == key)
        await self._connection.execute(ended.values(key=outbox.c.key + "/ended/" + cast(outbox.c.id, String)))

    async def _ended(self, guild: GuildId, key: str) -> int:
        """Return how often a notice of this key was ended: each time it comes back it is another one."""
        earlier = select(func.count()).where(
            outbox.c.guild == guild,
            outbox.c.topic == Topic.NOTICE,
            outbox.c.key.startswith(f"{key}/ended/", autoescape=True),
        )
        return int((await self._connection.execute(earlier)).scalar_one())

    async def notices(self, space: Space, since: Timestamp) -> list[Announcement]:
        """Return the notices to a space's moderators created since, newest first; the server's with the main one's."""
        own = outbox.c.space == space.id
        theirs = select(outbox).where(
            outbox.c.guild == space.guild,
            or_(own, outbox.c.space.is_(None)) if space.is_main else own,
            outbox.c.topic == Topic.NOTICE,
            outbox.c.created_at >= since,
        )
        return await self._read(theirs.order_by(outbox.c.id.desc()))

    async def _set(self, announcement: int, **values: object) -> None:
        await self._connection.execute(update(outbox).where(outbox.c.id == announcement).values(values))

    async def _read(self, statement: Executable) -> list[Announcement]:
        return [_announcement(row) for row in await self._connection.execute(statement)]


def _marks(key: str) -> tuple[str, str]:
    """Derive the nonce and the ref, two parts of one digest, from `key`: an announcement's key with time or content.

    The bare key may have been another announcement's, before a backup was restored or a notice's cause was fixed.
    """
    digest = hashlib.sha256(key.encode()).digest()
    text = base64.b32encode(digest).translate(_UNAMBIGUOUS, b"=").decode("ascii")
    return text[:_NONCE], text[_NONCE : _NONCE + _REF]


def _announcement(row: Stored) -> Announcement:
    return Announcement(
        id=row.id,
        key=row.key,
        topic=Topic(row.topic),
        guild=GuildId(row.guild),
        channel=ChannelId(row.channel),
        facts=from_json(row.facts),
        nonce=row.nonce,
        ref=row.ref,
        created_at=Timestamp(row.created_at),
        attempts=row.attempts,
        attempted_at=None if row.attempted_at is None else Timestamp(row.attempted_at),
        told_at=None if row.told_at is None else Timestamp(row.told_at),
        given_up=row.given_up,
        message=None if row.message is None else MessageId(row.message),
        space=None if row.space is None else SpaceId(row.space),
    )
