"""Repositories of proposals and of the revisions of their texts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from bot.domain.proposals.proposal import Proposal, Version
from bot.domain.shared.types import (
    GuildId,
    MemberId,
    ProposalId,
    SpaceId,
    Timestamp,
)


class ProposalRepository(Protocol):
    """Proposals. `save` stores every field of a value whose id is known."""

    async def add(self, draft: Proposal) -> Proposal:
        """Store a draft, and return it with its new `id` and `number`; those of the argument are ignored."""
        ...

    async def get(self, proposal: ProposalId) -> Proposal | None: ...
    async def numbered(self, guild: GuildId, number: int) -> Proposal | None: ...
    async def newest_submission(self, space: SpaceId | None) -> Timestamp | None:
        """Return the newest submission time in a space, or in all (None); None if there was none."""
        ...

    async def save(self, proposal: Proposal) -> None: ...
    async def of(self, guild: GuildId) -> list[Proposal]:
        """Return all proposals of a guild, with drafts and withdrawn ones, newest first."""
        ...

    async def uncounted_in(self, spaces: Collection[SpaceId], limit: int) -> list[Proposal]:
        """Return submitted proposals of these spaces without a result, not withdrawn, earliest end first."""
        ...

    async def counted_in(self, spaces: Collection[SpaceId], limit: int, offset: int) -> list[Proposal]:
        """Return proposals of these spaces with a result, not withdrawn, newest count first."""
        ...

    async def how_many_counted_in(self, spaces: Collection[SpaceId]) -> int:
        """Return how many of those there are."""
        ...

    async def opened_in(self, spaces: Collection[SpaceId], now: Timestamp, limit: int) -> list[Proposal]:
        """Return proposals of these spaces whose start has come, not withdrawn, newest start first."""
        ...

    async def visible(self, guild: GuildId, viewer: MemberId, limit: int) -> list[Proposal]:
        """Return the newest `limit` proposals that were submitted or are drafts of `viewer`, newest first."""
        ...

    async def drafts(self, guild: GuildId, author: MemberId) -> int:
        """Return how many drafts a member has."""
        ...

    async def due_to_open(self, now: Timestamp) -> list[Proposal]:
        """Return submitted proposals, not withdrawn, whose start has passed and that are not marked opened."""
        ...

    async def undecided(self) -> list[Proposal]:
        """Return submitted proposals without a result, not withdrawn or deleted, earliest end first."""
        ...

    async def due_to_close(self, now: Timestamp) -> list[Proposal]:
        """Return the proposals for which `Proposal.due_to_close(now)` is true."""
        ...

    async def close(self, proposal: Proposal) -> bool:
        """Store the result of a proposal that has none yet; False if it has one (compare-and-set)."""
        ...

    async def stale_cards(self, before: Timestamp, now: Timestamp) -> list[Proposal]:
        """Return proposals whose card is marked stale since it was drawn, and was drawn at `before` or earlier.

        Times are whole seconds, so a mark in the second of the drawing may have come after it, and counts.
        """
        ...

    async def mark_card_stale(self, proposal: ProposalId, at: Timestamp) -> None:
        """Note that the card shows less than the facts since `at`."""
        ...

    async def mark_card_drawn(self, proposal: ProposalId, at: Timestamp) -> None:
        """Note that the card was drawn from the facts of `at`."""
        ...


class VersionRepository(Protocol):
    """The revisions of proposals' texts since their submission."""

    async def add(self, version: Version) -> None: ...
    async def of(self, proposal: ProposalId) -> list[Version]:
        """Return all revisions of a proposal's text, oldest first."""
        ...
