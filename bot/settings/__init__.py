"""What an operator sets: a TOML file, overridden by the environment, read once."""

from pydantic import SecretStr

from bot.settings.model import (
    DISCORD_API,
    DISCORD_GATEWAY,
    ChainSettings,
    DiscordSettings,
    JobSettings,
    LoggingSettings,
    Settings,
    StorageSettings,
    WebSettings,
)
from bot.settings.read import BadSettings, read_settings

__all__ = [
    "DISCORD_API",
    "DISCORD_GATEWAY",
    "BadSettings",
    "ChainSettings",
    "DiscordSettings",
    "JobSettings",
    "LoggingSettings",
    "SecretStr",
    "Settings",
    "StorageSettings",
    "WebSettings",
    "read_settings",
]
