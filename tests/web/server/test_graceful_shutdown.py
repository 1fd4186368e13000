"""A server that ends: no connection is left open, whenever it came in."""

from __future__ import annotations

import asyncio
import gc
import socket
import warnings
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from tests.serving import serving


@pytest.mark.parametrize("turns", range(8))
def test_a_connection_accepted_as_the_server_stops_is_closed(turns: Any) -> None:
    async def visit() -> None:
        async with serving(web.Application()) as url:
            parts = urlsplit(url)
            socket.create_connection((parts.hostname, parts.port)).close()
            for _ in range(turns):
                await asyncio.sleep(0)

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        asyncio.run(visit())
        gc.collect()
    assert [str(each.message) for each in told if each.category is ResourceWarning] == []
