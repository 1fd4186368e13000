"""`folkmoot run`: the bot on Discord, from login to shutdown."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys

import aiohttp
import discord

from bot.app.composition import App, CannotStart, open_site
from bot.app.memory_collection import settle
from bot.app.scheduled_jobs import Calendar
from bot.cli.shared.discord_address import point_discord_at
from bot.cli.shared.logging_setup import set_up_logging
from bot.cli.shared.secret_redaction import Redactor
from bot.cli.shared.settings_or_exit import BAD_SETTINGS, settings_or_exit
from bot.client.discord_client import Folkmoot
from bot.domain.shared.errors import StorageUnavailable
from bot.settings import Settings

_log = logging.getLogger(__name__)


def main(given: argparse.Namespace) -> int:
    """Run until SIGINT or SIGTERM. Return 0 for a clean end, 1 if it could not go on, 2 for wrong settings."""
    settings = settings_or_exit(given.config)
    if settings.discord.token is None:
        print("problem: discord.token is missing — write the bot's token; folkmoot check says more", file=sys.stderr)
        return BAD_SETTINGS
    redact = Redactor(settings.secrets())
    set_up_logging(settings.logging, redact)
    point_discord_at(settings.discord)
    try:
        return asyncio.run(_run(settings, settings.discord.token.get_secret_value()))
    except discord.LoginFailure:
        return _problem("Discord refuses the token — reset it on the application's Bot page and write the new one")
    except (CannotStart, StorageUnavailable) as error:
        return _problem(redact(str(error)))
    except (discord.HTTPException, discord.GatewayNotFound, discord.ConnectionClosed, aiohttp.ClientError) as error:
        kind = type(error).__name__
        return _problem(f"Discord does not answer ({kind}) — check the connection; folkmoot check says more")


async def _run(settings: Settings, token: str) -> int:
    """Log in, start the scheduled jobs, and run until a signal comes or the connection cannot be kept.

    Once another process has taken over, running jobs are cancelled instead of finished. Return the exit code.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with App.open(settings, alone=True) as app, open_site(app), Folkmoot(app) as client:
        lost = app.lease.lost if app.lease else asyncio.Event()
        await client.login(token)
        settle()
        connection = asyncio.create_task(client.connect(), name="connection to Discord")
        ends = [asyncio.create_task(event.wait(), name="reason to stop") for event in (stop, lost)]
        calendar = Calendar(app, client.announcer, client.guild_roles)
        calendar.start()
        try:
            await asyncio.wait({connection, *ends}, return_when=asyncio.FIRST_COMPLETED)
            _log.info("stopping")
        finally:
            for end in ends:
                end.cancel()
            await calendar.stop(at_once=lost.is_set())
            await client.close()
        if stop.is_set() or lost.is_set():
            # The client may be waiting between two attempts to reconnect.
            connection.cancel()
            await asyncio.wait({connection})
        else:
            await connection
    _log.info("stopped")
    return 1 if lost.is_set() else 0


def _problem(text: str) -> int:
    print(f"problem: {text}", file=sys.stderr)
    return 1
