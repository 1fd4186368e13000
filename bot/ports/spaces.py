"""Spaces."""

from __future__ import annotations

from typing import Protocol

from bot.domain.shared.types import GuildId, SpaceId, Timestamp
from bot.domain.spaces.space import Space


class SpaceRepository(Protocol):
    """Spaces by guild; each guild has a main one."""

    async def main(self, guild: GuildId) -> Space | None:
        """Return the guild's main space, None if it has none yet."""
        ...

    async def of(self, guild: GuildId, *, archived: bool = False) -> list[Space]:
        """Return the guild's active spaces by number, or all of them."""
        ...

    async def get(self, space: SpaceId) -> Space:
        """Return a space by its id, an archived one too. Raises LookupError."""
        ...

    async def numbered(self, guild: GuildId, number: int) -> Space | None:
        """Return a guild's space by its number, an archived one too."""
        ...

    async def add(self, guild: GuildId, name: str) -> Space:
        """Store a new space with the default rules and the guild's next number."""
        ...

    async def save(self, space: Space) -> None: ...
    async def changes(self, space: Space) -> dict[str, dict[str, str | None]]:
        """Return what saving it would change: by field, the texts `before` and `after`."""
        ...

    async def all(self) -> list[Space]:
        """Return every space of every guild, archived ones too, oldest first."""
        ...

    async def greeted(self, guild: GuildId) -> Timestamp | None:
        """Return when the bot joined a guild that needs no greeting any more; None for one that it never greeted."""
        ...

    async def greet(self, guild: GuildId, joined: Timestamp) -> None:
        """Note that a guild is greeted for the joining at that time."""
        ...

    async def left(self, guild: GuildId) -> None:
        """Note that the bot left a guild, so that it greets it again."""
        ...
