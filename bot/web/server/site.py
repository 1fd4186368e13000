"""The server: gathers the pages behind the request guard, and listens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from aiohttp import web

from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.web.server.connection_limits import limited
from bot.web.server.graceful_shutdown import stop
from bot.web.server.rate_limits import TokenBuckets, VisitorNames
from bot.web.server.request_guard import VISITORS, RequestGuard
from bot.web.server.static_files import Statics
from bot.web.shared.html import fragment, sentence
from bot.web.shared.json_requests import MOST_BYTES
from bot.web.shared.responses import LAYOUT, Layout, page, reply

_CLOSING = 3.0
"""Seconds that answers under way may take when the server stops."""
_BURST, _PER_SECOND = 120, 2
WORKS: web.AppKey[Callable[[], bool]] = web.AppKey("works")


class Pages(Protocol):
    """A family of pages."""

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the routes of these pages. No other family uses the first part of their addresses."""
        ...


class CannotListen(Exception):
    """The address to listen on is taken, or not this machine's."""


def application(
    pages: Iterable[Pages],
    *,
    base_url: str,
    trusted_proxies: Sequence[str] = (),
    first: Sequence[str] = (),
    notice: str | None = None,
    buckets: TokenBuckets | None = None,
    works: Callable[[], bool] = lambda: True,
) -> web.Application:
    """Put pages behind the request guard. Every page loads the scripts `first`, of this origin, and shows `notice`.

    `/health` says whether the bot `works`.
    """
    statics = Statics("bot.web", "static", "static")
    visitors = VisitorNames(trusted_proxies)
    shield = RequestGuard(
        https=base_url.startswith("https://"),
        visitors=visitors,
        buckets=buckets or TokenBuckets(burst=_BURST, per_second=_PER_SECOND),
    )
    made = web.Application(middlewares=[shield.__call__], client_max_size=MOST_BYTES)
    made[VISITORS] = visitors
    made[LAYOUT] = Layout(statics=statics, first=first, notice=notice)
    made[WORKS] = works
    made.add_routes([web.get("/", _front), web.get("/health", _health), *statics.routes()])
    for each in pages:
        made.add_routes(each.routes())
    return made


class Site:
    """An application that listens."""

    def __init__(self, made: web.Application, *, host: str, port: int) -> None:
        self._application = web.AppRunner(made)
        self._listening: web.ServerRunner | None = None
        self._host, self._port = host, port

    async def start(self) -> None:
        """Begin to listen. Raises CannotListen."""
        await self._application.setup()
        self._listening = web.ServerRunner(limited(self._application), shutdown_timeout=_CLOSING)
        await self._listening.setup()
        try:
            await web.TCPSite(self._listening, self._host, self._port).start()
        except OSError as error:
            await self.stop()
            raise CannotListen(error.strerror or "it is refused") from None
        logging.getLogger(__name__).info("the web pages listen on %s port %s", self._host, self._port)

    async def stop(self) -> None:
        """Stop listening, and let answers under way finish."""
        if self._listening is not None:
            await stop(self._listening)
        await self._application.cleanup()


async def _front(request: web.Request) -> web.Response:
    begins = sentence(
        N_("The bot gives you an address on Discord when there is: {command} begins there."),
        command=fragment("shared/inline/command.html").fill(text="/wallet link"),
    )
    body = fragment("shared/front.html").fill(
        lead=_("Governance of a DAO, inside Discord."),
        nothing_to_do=_("There is nothing to do on this page."),
        begins=begins,
    )
    return page(request, "Folkmoot", body)


async def _health(request: web.Request) -> web.Response:
    if request.app[WORKS]():
        return reply({"status": "ok"})
    return reply({"status": "failing"}, status=503)
