"""`folkmoot check`: tells an operator what is wrong, one line each with its remedy."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator

from bot.app.configured_chains import networks, open_chains
from bot.app.system_clock import SystemClock
from bot.chain.rpc.network import Network
from bot.cli.checks.chains import check_network
from bot.cli.checks.database import check_database
from bot.cli.checks.findings import Finding, Level, ok, problem
from bot.cli.checks.guilds import check_discord, places
from bot.cli.checks.tokens import check_tokens
from bot.cli.checks.web import check_web
from bot.cli.shared.discord_address import point_discord_at
from bot.cli.shared.logging_setup import set_up_logging
from bot.cli.shared.secret_redaction import Redactor
from bot.cli.shared.settings_or_exit import settings_or_exit
from bot.settings import LoggingSettings, Settings


def main(given: argparse.Namespace) -> int:
    """Print every finding. Return 0 if none is a problem, 1 otherwise."""
    settings = settings_or_exit(given.config)
    redact = Redactor(settings.secrets())
    # The findings tell what is wrong; libraries would log it a second time.
    set_up_logging(LoggingSettings(level="ERROR", format="text"), redact)
    return asyncio.run(_print_all(settings, redact))


async def _print_all(settings: Settings, redact: Redactor) -> int:
    problems = 0
    async for finding in check(settings):
        print(redact(str(finding)), flush=True)
        problems += finding.level is Level.PROBLEM
    print("all is well" if not problems else f"{problems} to mend")
    return 1 if problems else 0


async def _of_network(network: Network) -> list[Finding]:
    return [finding async for finding in check_network(network, SystemClock().now())]


async def check(settings: Settings) -> AsyncIterator[Finding]:
    """Yield a finding for everything that the bot depends on: settings, database, chains, tokens, web, Discord.

    Nothing is changed.
    """
    yield ok("the settings can be read")
    kept = await check_database(settings.storage)
    yield kept.finding
    if not settings.chains:
        yield problem("no chain is configured", "add a section such as [chains.1] with rpc_urls")
    for findings in await asyncio.gather(*map(_of_network, networks(settings))):
        for finding in findings:
            yield finding
    async with open_chains(settings) as chain:
        async for finding in check_tokens(kept.spaces, chain):
            yield finding
    async for finding in check_web(settings.web):
        yield finding
    point_discord_at(settings.discord)
    token = settings.discord.token.get_secret_value() if settings.discord.token else None
    async for finding in check_discord(token, places(kept.spaces, kept.campaigns)):
        yield finding
