"""Proposals and the versions of their texts."""

from __future__ import annotations

from typing import Protocol

from bot.domain.proposals.proposal import Proposal, Version
from bot.domain.shared.types import (
    GuildId,
    MemberId,
    ProposalId,
    Timestamp,
)


class ProposalRepository(Protocol):
    """Proposals. `save` stores every field of a value whose id is known."""

    async def add(self, draft: Proposal) -> Proposal:
        """Store a draft; `id` and `number` of the argument are ignored, those of the answer are given."""
        ...

    async def get(self, proposal: ProposalId) -> Proposal | None: ...
    async def numbered(self, guild: GuildId, number: int) -> Proposal | None: ...
    async def newest_submission(self, guild: GuildId | None) -> Timestamp | None:
        """Return when the newest of a guild's proposals was submitted, or (None) of all; None before the first."""
        ...

    async def save(self, proposal: Proposal) -> None: ...
    async def of(self, guild: GuildId) -> list[Proposal]:
        """Return all of a guild, drafts and withdrawn ones included, newest first."""
        ...

    async def visible(self, guild: GuildId, viewer: MemberId, limit: int) -> list[Proposal]:
        """Return the newest `limit` that were submitted, or are drafts of `viewer`, newest first."""
        ...

    async def drafts(self, guild: GuildId, author: MemberId) -> int:
        """Return how many drafts a member keeps."""
        ...

    async def due_to_open(self, now: Timestamp) -> list[Proposal]:
        """Return submitted, not withdrawn, whose start has come and that are not marked opened."""
        ...

    async def undecided(self) -> list[Proposal]:
        """Return those submitted, and not withdrawn or deleted, that have no result yet, earliest end first."""
        ...

    async def due_to_close(self, now: Timestamp) -> list[Proposal]:
        """Return those for which `Proposal.due_to_close(now)` holds."""
        ...

    async def close(self, proposal: Proposal) -> bool:
        """Store the result of a proposal that has none yet; False if it has one (compare-and-set)."""
        ...

    async def stale_cards(self, before: Timestamp, now: Timestamp) -> list[Proposal]:
        """Return those whose card was marked stale not earlier than it was shown, and shown not after `before`.

        Times are whole seconds, so a mark in the second of the drawing may have come after it.
        """
        ...

    async def mark_card_stale(self, proposal: ProposalId, at: Timestamp) -> None:
        """Note that what the card shows has changed."""
        ...

    async def shown(self, proposal: ProposalId, at: Timestamp) -> None:
        """Note that the card was drawn from the facts of `at`."""
        ...


class VersionRepository(Protocol):
    """What proposals said, from their submission on."""

    async def add(self, version: Version) -> None: ...
    async def of(self, proposal: ProposalId) -> list[Version]:
        """Return every version of a proposal's text, oldest first."""
        ...
