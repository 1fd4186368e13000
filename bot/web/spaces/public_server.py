"""What pages and feeds ask of a server: what moderators made public of it."""

from __future__ import annotations

from typing import Protocol

from bot.domain.audit.public_view import PublicNews, PublicServer
from bot.domain.shared.types import GuildId


class ServerService(Protocol):
    """Knows what is public of servers. Both raise NotFound where nothing is."""

    async def server(self, guild: GuildId, page: int) -> PublicServer:
        """Return what is public of a server, with one page of its results."""
        ...

    async def news(self, guild: GuildId) -> PublicNews:
        """Return what its feeds tell of."""
        ...
