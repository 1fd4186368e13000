"""Where discord.py looks for Discord."""

from __future__ import annotations

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.settings import DiscordSettings


def point_discord_at(discord: DiscordSettings) -> None:
    """Send every client of this process to the settings' addresses. Call it before any of them logs in."""
    Route.BASE = discord.api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(discord.gateway_url)
