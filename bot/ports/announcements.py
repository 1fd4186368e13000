"""The outbox repository, and the interface that posts announcements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.domain.announcements.announcement import Announcement, Recurring
from bot.domain.announcements.delivery_fault import DeliveryFault, DeliveryRefusal
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
    """Announcements, stored in the transaction that stores their facts."""

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
        """Store it; False if its key is stored already.

        `nonce` and `ref` are derived from its key and its time; where `recurring` is given, from its key and that.
        """
        ...

    async def due(self, now: Timestamp, limit: int) -> list[Announcement]:
        """Return announcements that wait and whose next attempt is due: of each channel the oldest, oldest first."""
        ...

    async def waiting(self, announcement: int) -> Announcement | None:
        """Return an announcement as it is stored now, None if it was posted or given up."""
        ...

    async def attempt(self, announcement: int, at: Timestamp, next_at: Timestamp) -> None:
        """Note that an attempt begins, before it is made, and when the next may."""
        ...

    async def told(self, announcement: int, message: MessageId, at: Timestamp) -> None: ...
    async def give_up(self, announcement: int, reason: str, at: Timestamp) -> None: ...
    async def clear(self, announcement: int) -> None:
        """Erase the facts of an announcement."""
        ...

    async def find(self, key: str) -> Announcement | None: ...
    async def reasons(self, guild: GuildId, proposal: ProposalId) -> list[Announcement]:
        """Return the reasons that members gave for their votes on a proposal, posted or not, except those given up."""
        ...

    async def retarget(self, announcement: int, channel: ChannelId) -> None:
        """Change the channel to which an announcement goes."""
        ...

    async def end(self, key: str) -> None:
        """Free the key of a notice whose problem is over, so that it is posted again if the problem returns.

        A key that is not stored is no error.
        """
        ...

    async def notices(self, space: Space, since: Timestamp) -> list[Announcement]:
        """Return the notices to a space's moderators created since, newest first, posted or not.

        Notices of the server belong to its main space.
        """
        ...


class Announcer(Protocol):
    """Posts announcements where people read them.

    `say` returns the message's id once the message is in the channel. Before it repeats an attempt it looks for a
    message with the same `ref`, so it may be called again after any interruption.

    Raises:
        Undeliverable: it cannot be posted there, and trying again will not help (channel gone, permission missing).
        Undelivered: it may work later.

    """

    def ready(self) -> bool:
        """Return whether it is connected; if not, nothing is attempted."""
        ...

    async def say(self, announcement: Announcement) -> MessageId: ...

    async def find(self, announcement: Announcement) -> MessageId | None:
        """Return the message that an earlier attempt left in the announcement's channel, None if there is none.

        A proposal's card that is found is stored as its card. Raises Undeliverable where the channel can't be read, so
        that nobody knows whether there is one; Undelivered if that may pass.
        """
        ...

    async def show(self, proposal: ProposalId) -> None:
        """Draw the card of a proposal again from the stored facts."""
        ...


class Undeliverable(Exception):
    """It cannot be posted in that channel, and why."""

    def __init__(self, refusal: DeliveryRefusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal

    @property
    def gone(self) -> bool:
        """Whether the channel exists no more."""
        return self.refusal.fault is DeliveryFault.CHANNEL_GONE


class Undelivered(Exception):
    """It could not be posted now."""
