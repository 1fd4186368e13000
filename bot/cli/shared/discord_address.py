"""The addresses at which discord.py finds Discord, and its waits between attempts to reconnect."""

from __future__ import annotations

import time
from random import SystemRandom
from typing import Literal

import discord.client
import yarl
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.settings import DiscordSettings

_LONGEST = 60.0
"""Seconds between two attempts to connect, at most."""
_CALM = 300.0
"""Seconds without an attempt after which waits are short again."""
_between = SystemRandom().uniform


class Backoff(ExponentialBackoff[Literal[False]]):
    """Waits between attempts to connect, each longer than the one before, up to a minute.

    discord.py's own waits grow to 17 minutes, and stay so for 34 minutes after the last outage: for as long, presses of
    buttons would be lost although Discord is back.
    """

    def __init__(self) -> None:
        super().__init__()
        self._attempts, self._last = 0, time.monotonic()

    def delay(self) -> float:
        """Return how long to wait now, in seconds."""
        now = time.monotonic()
        self._attempts = 1 if now - self._last > _CALM else self._attempts + 1
        self._last = now
        return _between(0.5, min(_LONGEST, 2.0 ** min(self._attempts, 10)))


def point_discord_at(settings: DiscordSettings) -> None:
    """Make every Discord client of this process use the addresses in the settings. Call it before any logs in."""
    Route.BASE = settings.api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
    discord.client.ExponentialBackoff = Backoff  # type: ignore[assignment, attr-defined]
