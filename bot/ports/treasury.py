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
    """Watched treasuries and campaigns, with their newest readings and milestones."""

    async def watches(self, space: SpaceId) -> list[Watch]: ...
    async def add_watch(self, watch: Watch) -> Watch:
        """Store a watch, and return it with its new `number`."""
        ...

    async def remove_watch(self, space: SpaceId, number: int) -> bool: ...
    async def add_campaign(self, campaign: Campaign) -> Campaign:
        """Store a campaign with its milestones, and return it with its new `id` and `number`."""
        ...

    async def campaign(self, campaign: CampaignId) -> Campaign | None: ...
    async def campaign_numbered(self, guild: GuildId, number: int) -> Campaign | None:
        """Return a guild's campaign by its number, in whichever space it is."""
        ...

    async def campaigns(self, space: SpaceId) -> list[Campaign]: ...
    async def open_campaigns(self) -> list[Campaign]:
        """Return the campaigns of all guilds that have an unreached milestone."""
        ...

    async def reached_since(self, at: Timestamp) -> list[Campaign]:
        """Return the campaigns of all guilds that have a milestone reached at `at` or later."""
        ...

    async def unreach(self, campaign: CampaignId, milestone: Milestone) -> bool:
        """Mark a milestone as not reached; False if it is not, or was reached anew meanwhile (compare-and-set)."""
        ...

    async def holdings(self) -> set[Holding]:
        """Return every holding of a watch or a campaign, over all guilds."""
        ...

    async def lookers(self) -> dict[Holding, set[SpaceId]]:
        """Return every holding of a watch or a campaign, over all guilds, with the spaces that have one."""
        ...

    async def record(self, readings: Sequence[Reading]) -> None:
        """Store readings; a reading whose block is not newer than the stored one's changes nothing."""
        ...

    async def reach(self, campaign: CampaignId, milestone: int, reading: Reading, at: Timestamp) -> bool:
        """Mark a milestone reached; False if it was already (compare-and-set)."""
        ...
