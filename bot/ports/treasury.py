"""Treasuries and campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.shared.types import (
    CampaignId,
    GuildId,
    SpaceId,
    Timestamp,
)
from bot.domain.treasury.campaigns import Campaign, Holding, Milestone, Reading, Watch


class TreasuryRepository(Protocol):
    """Watched treasuries and campaigns, with their newest readings and their milestones."""

    async def watches(self, space: SpaceId) -> list[Watch]: ...
    async def add_watch(self, watch: Watch) -> Watch:
        """Store it; `number` is given."""
        ...

    async def remove_watch(self, space: SpaceId, number: int) -> bool: ...
    async def add_campaign(self, campaign: Campaign) -> Campaign:
        """Store it with its milestones; `id` and `number` are given."""
        ...

    async def campaign(self, campaign: CampaignId) -> Campaign | None: ...
    async def campaign_numbered(self, guild: GuildId, number: int) -> Campaign | None:
        """Return the campaign that a guild knows by a number, of whichever space."""
        ...

    async def campaigns(self, space: SpaceId) -> list[Campaign]: ...
    async def open_campaigns(self) -> list[Campaign]:
        """Return, over all guilds, those with a milestone not reached yet."""
        ...

    async def reached_since(self, at: Timestamp) -> list[Campaign]:
        """Return, over all guilds, those with a milestone that was reached at `at` or later."""
        ...

    async def unreach(self, campaign: CampaignId, milestone: Milestone) -> bool:
        """Mark a milestone as not reached; False if it is not, or was reached anew meanwhile (compare-and-set)."""
        ...

    async def holdings(self) -> set[Holding]:
        """Return every holding that a watch or a campaign looks at, over all guilds."""
        ...

    async def lookers(self) -> dict[Holding, set[SpaceId]]:
        """Return every holding that a watch or a campaign looks at, over all guilds, with the spaces of those."""
        ...

    async def record(self, readings: Sequence[Reading]) -> None:
        """Store readings; one from a block not newer than the stored one changes nothing."""
        ...

    async def reach(self, campaign: CampaignId, milestone: int, reading: Reading, at: Timestamp) -> bool:
        """Mark a milestone reached; False if it was already (compare-and-set)."""
        ...
