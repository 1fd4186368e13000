"""Spaces."""

from __future__ import annotations

from typing import Protocol

from bot.domain.shared.types import (
    GuildId,
)
from bot.domain.spaces.space import Space


class SpaceRepository(Protocol):
    """Spaces by guild; one a guild for now."""

    async def of(self, guild: GuildId) -> Space | None: ...
    async def add(self, guild: GuildId, name: str) -> Space:
        """Store a new space with the default rules."""
        ...

    async def save(self, space: Space) -> None: ...
    async def changes(self, space: Space) -> dict[str, dict[str, str | None]]:
        """Return what saving it would change: by field, the texts `before` and `after`."""
        ...

    async def all(self) -> list[Space]: ...
