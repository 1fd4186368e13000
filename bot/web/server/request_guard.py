"""The middleware before every page: paths, limits, headers, and no internals in answers."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.domain.shared.errors import FolkmootError
from bot.ports.deadline import wait_at_most
from bot.web.server.rate_limits import TokenBuckets, VisitorNames
from bot.web.shared.error_messages import of_error, of_status, unforeseen
from bot.web.shared.responses import trouble

_log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_PATH = re.compile(r"/[A-Za-z0-9._~/-]{0,199}")
"""No address of ours has anything else in it, so nothing has to be decoded."""
_ODD = re.compile(r"//|/\.")
_QUERY = 200
_COST = {"GET": 1, "HEAD": 1}
_COST_OF_CHANGES = 4
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; "
    "img-src 'self' data:"  # wallets bring their icons as data
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Smart wallets ask in a window that they open, and it must be able to answer.
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), display-capture=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Server": "Folkmoot",
}
VISITORS: web.AppKey[VisitorNames] = web.AppKey("visitors", VisitorNames)
CROWDED: web.RequestKey[bool] = web.RequestKey("crowded", bool)
"""Under this name a request says that its visitor has too many under way."""
_MOMENT = 10
"""Seconds until they may have fewer."""
_LONGEST = 15.0
"""Seconds that a page waits for a chain."""
_HSTS = "max-age=63072000"


def headers(*, https: bool) -> dict[str, str]:
    """Return the headers of every answer."""
    return _HEADERS | ({"Strict-Transport-Security": _HSTS} if https else {})


class RequestGuard:
    """The one middleware. `https` says whether visitors use HTTPS."""

    def __init__(self, *, https: bool, visitors: VisitorNames, buckets: TokenBuckets) -> None:
        self._headers, self._visitors, self._buckets = headers(https=https), visitors, buckets

    @web.middleware
    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Check the request and answer it; an error becomes an answer without internals."""
        response = await self._guarded(request, handler)
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        path, _, query = request.raw_path.partition("?")
        if not _PATH.fullmatch(path) or _ODD.search(path) or len(query) > _QUERY:
            return trouble(request, of_status(404))
        visitor = self._visitors.name(request.remote, request.headers.getall("X-Forwarded-For", []))
        wait = self._buckets.take(visitor, _COST.get(request.method, _COST_OF_CHANGES))
        if wait or request.get(CROWDED, False):
            limited = trouble(request, of_status(429))
            limited.headers["Retry-After"] = str(wait or _MOMENT)
            return limited
        wait_at_most(_LONGEST)
        try:
            return await handler(request)
        except web.HTTPException as error:
            told = trouble(request, of_status(error.status))
            if "Allow" in error.headers:
                told.headers["Allow"] = error.headers["Allow"]
            return told
        except FolkmootError as error:
            return trouble(request, of_error(error))
        except Exception:  # noqa: BLE001 - the last line of defence: the visitor learns nothing of it
            # The route, not the address, because the address holds a secret token.
            resource = request.match_info.route.resource
            _log.exception("a page failed: %s %s", request.method, resource.canonical if resource else "?")
            return trouble(request, unforeseen())
