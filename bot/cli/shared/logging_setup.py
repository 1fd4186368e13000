"""Logs on standard error, without secrets."""

from __future__ import annotations

import json
import logging
import sys
import threading
from types import TracebackType

import aiohttp
import discord

from bot.cli.shared.secret_redaction import Redactor
from bot.domain.shared.errors import StorageUnavailable
from bot.settings import LoggingSettings

_QUIETER = {"aiosqlite": logging.INFO, "apscheduler": logging.ERROR, "discord": logging.INFO, "PIL": logging.INFO}
"""Lowest levels of libraries that log too much; a higher configured level applies. Late jobs are expected."""

_SUGGESTS = "discord.app_commands.tree"
"""The logger that writes a traceback if autocompletion fails."""
_TOO_LATE = 10062
"""Discord's code for an interaction that has expired: the member has typed on, so no one waits for it.

Failures of the database are left out too: they are logged elsewhere, once, and not for each letter that is typed.
"""


_CONNECTS = ("discord.client", "discord.gateway", "discord.shard")
"""Loggers that write a traceback each time the connection to Discord ends, for whatever reason."""
_RECONNECTS = (
    discord.ConnectionClosed,
    discord.GatewayNotFound,
    discord.DiscordServerError,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
)


class _Text(logging.Formatter):
    """Formats a record as one readable line, with an exception's traceback below; secrets are redacted in both."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class _Json(logging.Formatter):
    """Formats a record as one JSON object on one line; secrets are redacted in the message and the traceback."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._redact(record.getMessage()),
        }
        if record.exc_info:
            said["exception"] = self._redact(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


def set_up_logging(settings: LoggingSettings, redact: Redactor) -> None:
    """Log to standard error from now on, also exceptions that nothing caught."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json(redact) if settings.format == "json" else _Text(redact))
    logging.basicConfig(level=settings.level, handlers=[handler], force=True)
    for name, level in _QUIETER.items():
        logging.getLogger(name).setLevel(max(level, logging.getLevelNamesMapping()[settings.level]))
    logging.getLogger(_SUGGESTS).addFilter(_somebody_waits)
    for name in _CONNECTS:
        logging.getLogger(name).addFilter(_is_news)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda thread: _log_uncaught(
        thread.exc_type, thread.exc_value or thread.exc_type(), thread.exc_traceback
    )


def _somebody_waits(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return getattr(error, "code", None) != _TOO_LATE and not isinstance(error, StorageUnavailable)


def _is_news(record: logging.LogRecord) -> bool:
    """Return whether to log a record; a lost connection that discord.py opens again becomes one line at INFO.

    That happens every day, so it has no traceback.
    """
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, _RECONNECTS):
        said = " ".join(str(error).split())
        record.msg = f"{record.getMessage()} ({type(error).__name__}{': ' if said else ''}{said})"
        record.args, record.exc_info, record.exc_text = (), None, None
        record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
        return logging.getLogger().isEnabledFor(logging.INFO)
    return True


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("bot").critical("stopped by an error nobody caught", exc_info=(kind, error, trace))
