"""One request to the stand-in's REST interface: how it is routed, answered, refused and recorded."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import BodyPartReader, web

if TYPE_CHECKING:
    from tests.standin.server import Discord

Endpoint = Callable[["Call"], Any]


class Routes(list[tuple[str, str, Endpoint]]):
    """Method, path and function of endpoints."""

    def on(self, method: str, path: str) -> Callable[[Endpoint], Endpoint]:
        def keep(endpoint: Endpoint) -> Endpoint:
            self.append((method, path, endpoint))
            return endpoint

        return keep


class ApiError(Exception):
    """What Discord refuses a request with."""

    def __init__(self, status: int, code: int, message: str, **more: object) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code
        self.body = {"code": code, "message": message, **more}


@dataclass
class Call:
    """One request, read. `files` are those of a multipart body, by name; `reason` is for the guild's audit log."""

    discord: Discord
    match: dict[str, str]
    query: dict[str, str]
    body: Any
    files: dict[str, bytes]
    reason: str | None = None

    def id(self, name: str) -> int:
        return int(self.match[name])


@dataclass
class Seen:
    """One request as it was recorded; `status` is what the bot was told, None if nothing."""

    method: str
    path: str
    body: Any = None
    status: int | None = None
    at: float = field(default_factory=time.monotonic)


async def read(request: web.Request) -> tuple[Any, dict[str, bytes]]:
    """Return the body of a request, and the files that came with it."""
    body, files = None, {}
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            data = bytes(await part.read())
            if part.name == "payload_json":
                body = orjson.loads(data)
            else:
                files[part.filename or part.name or "file"] = data
    elif request.can_read_body:
        body = orjson.loads(await request.read() or b"null")
    return body, files


def reply(status: int, body: Any, **headers: str) -> web.Response:
    """Answer as Discord does; discord.py reads JSON only under exactly this content type."""
    if body is None:
        return web.Response(status=204 if status == web.HTTPOk.status_code else status)
    headers = {"Content-Type": "application/json", "Via": "1.1 stand-in", **headers}
    return web.Response(status=status, body=orjson.dumps(body), headers=headers)
