"""Checks whether the web pages can be served at the address in the settings."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from ipaddress import ip_address

import aiohttp

from bot.cli.checks.findings import Finding, ok, problem, warning
from bot.settings import WebSettings

_PATIENCE = aiohttp.ClientTimeout(total=5)


async def check_web(web: WebSettings) -> AsyncIterator[Finding]:
    """Yield whether there are pages, whether their address is free or served by the bot, and what the proxy lacks."""
    if web.base_url is None:
        yield ok("no web pages: web.base_url is empty, so members paste their signatures into Discord")
        return
    where = f"{web.host} port {web.port}"
    refused = _refused(web.host, web.port)
    if refused is None:
        yield ok(f"the web pages {web.base_url} can be served from {where}")
    elif await _is_served(web):
        yield ok(f"the web pages {web.base_url} are served from {where}: the bot is running")
    else:
        yield problem(
            f"the web pages cannot listen on {where} ({refused})",
            "free it, or set web.host and web.port to what the proxy in front passes on to",
        )
    behind = web.base_url.startswith("https://")
    if behind and not web.trusted_proxies:
        yield warning(
            "web.trusted_proxies is empty, so all visitors share one limit of requests and connections",
            'name the proxy in front, such as ["127.0.0.1"], and have it write X-Forwarded-For',
        )
    if behind and not ip_address(web.host).is_loopback:
        yield warning(
            f"the web pages listen on {web.host} without https, for others than this machine",
            "let only the proxy in front reach that port",
        )


def _refused(host: str, port: int) -> str | None:
    """Return why the address cannot be bound, None if it can."""
    family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET  # noqa: PLR2004 - IPv6
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or "refused"
    return None


async def _is_served(web: WebSettings) -> bool:
    """Return whether a Folkmoot listens at the address."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(web.host, web.host)  # noqa: S104 - compared, not bound
    written = f"[{host}]" if ":" in host else host
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE) as session,
            session.get(f"http://{written}:{web.port}/health", allow_redirects=False) as answer,
        ):
            said = await answer.json()
            return answer.headers.get("Server") == "Folkmoot" and said in ({"status": "ok"}, {"status": "failing"})
    except (aiohttp.ClientError, OSError, ValueError):
        return False
