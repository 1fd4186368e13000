"""The operator's settings: a TOML file, overridden by the environment, read once."""

from pydantic import SecretStr

from bot.settings.model import (
    ChainSettings,
    DiscordSettings,
    JobSettings,
    LoggingSettings,
    Settings,
    StorageSettings,
    WebSettings,
)
from bot.settings.read import BadSettings, read_settings
from bot.settings.setting_checks import DISCORD_API, DISCORD_GATEWAY

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
