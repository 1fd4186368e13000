"""What is said, and the voice that says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.domain.announcements.announcement import Announcement
from bot.domain.shared.types import (
    ChannelId,
    GuildId,
    MessageId,
    ProposalId,
    SpaceId,
    Timestamp,
)
from bot.domain.spaces.space import Space


class OutboxRepository(Protocol):
    """Announcements, stored with the facts they tell."""

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
    ) -> bool:
        """Store it unless its key is; the repository derives `nonce` and `ref` from it and the time."""
        ...

    async def due(self, now: Timestamp, limit: int) -> list[Announcement]:
        """Return those not told and not given up whose next attempt has come, oldest first, a channel in order."""
        ...

    async def attempt(self, announcement: int, at: Timestamp, next_at: Timestamp) -> None:
        """Note, before it is sent, that an attempt begins, and when the next may."""
        ...

    async def told(self, announcement: int, message: MessageId, at: Timestamp) -> None: ...
    async def give_up(self, announcement: int, reason: str, at: Timestamp) -> None: ...
    async def find(self, key: str) -> Announcement | None: ...
    async def retarget(self, announcement: int, channel: ChannelId) -> None:
        """Say it in another channel from now on."""
        ...

    async def end(self, key: str) -> None:
        """Free the key of what is over, so that it may be said again when it returns; nothing to free is no harm."""
        ...

    async def notices(self, space: Space, since: Timestamp) -> list[Announcement]:
        """Return the notices to a space's moderators created since, newest first, told or not.

        The server's own are among those of its main space.
        """
        ...


class Announcer(Protocol):
    """The voice: posts announcements where people read them.

    `say` returns the message's id once it stands in the channel. It looks for an earlier message with the same
    `ref` before it repeats an attempt, so it may be called again after any interruption.

    Raises:
        Undeliverable: it cannot be said there, and trying again will not help (channel gone, permission missing).
        Undelivered: it may work later.

    """

    def ready(self) -> bool:
        """Return whether it can speak; if not, nothing is attempted."""
        ...

    async def say(self, announcement: Announcement) -> MessageId: ...

    async def find(self, announcement: Announcement) -> MessageId | None:
        """Return the message that an earlier attempt left in the announcement's channel, None if there is none."""
        ...

    async def show(self, proposal: ProposalId) -> None:
        """Draw the card of a proposal again from the stored facts."""
        ...


class Undeliverable(Exception):
    """It cannot be said in that channel; `reason` is words for moderators, with the remedy."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Undelivered(Exception):
    """It could not be said now."""
