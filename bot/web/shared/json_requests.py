"""What our scripts send: JSON, small, from our own pages only."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import orjson
from aiohttp import ClientError, web

MOST_BYTES = 32_768
"""Enough for the signatures of a contract wallet with many owners that does not stand yet."""
_SECONDS = 10
_NULL = "null"
"""What some browsers send as origin under our referrer policy."""


async def asked(request: web.Request, origin: str) -> Mapping[str, object]:
    """Return the JSON object that one of our scripts sent.

    There are no cookies that another site could misuse. Still, only requests from a page of `origin` are accepted; the
    browser itself says where a request comes from.

    Raises:
        web.HTTPException: from elsewhere, too large, too slow, or something else than a JSON object.

    """
    if not _is_ours(request, origin):
        raise web.HTTPForbidden
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        async with asyncio.timeout(_SECONDS):
            body = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ConnectionError, ClientError, web.RequestPayloadError):  # the line broke, or what came is not HTTP
        raise web.HTTPBadRequest from None
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise web.HTTPBadRequest from None
    if not isinstance(sent, dict):
        raise web.HTTPBadRequest
    return sent


def text_of(sent: Mapping[str, object], name: str, most: int) -> str:
    """Return a text that was sent, at most `most` characters long. Raises web.HTTPBadRequest."""
    value = sent.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise web.HTTPBadRequest
    return value


def _is_ours(request: web.Request, origin: str) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    said = request.headers.get("Origin")
    if said == origin:
        return site in (None, "same-origin")
    return said in (None, _NULL) and site == "same-origin"
