"""Styles, scripts and the icon: read once, served from memory, under addresses that change with them."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from importlib.resources import files

from aiohttp import web

_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"


class Statics:
    """The files of one folder in one package. Scripts find each other by relative addresses."""

    def __init__(self, package: str, folder: str, under: str) -> None:
        entries = [entry for entry in files(package).joinpath(folder).iterdir() if entry.name[:1] not in "_."]
        self._contents = {entry.name: entry.read_bytes() for entry in sorted(entries, key=lambda entry: entry.name)}
        together = b"\0".join(name.encode() + b"\0" + content for name, content in self._contents.items())
        self._under = f"/{under}/{hashlib.sha256(together).hexdigest()[:16]}"

    def address(self, name: str) -> str:
        """Return where a file is. Raises KeyError if there is no such file."""
        if name not in self._contents:
            raise KeyError(name)
        return f"{self._under}/{name}"

    def routes(self) -> list[web.RouteDef]:
        """Return one route a file; nothing else can be asked for."""
        return [web.get(self.address(name), self._serve(name)) for name in self._contents]

    def _serve(self, name: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        kind, content = _KINDS[name.rpartition(".")[2]], self._contents[name]

        async def serve(_request: web.Request) -> web.Response:
            return web.Response(body=content, content_type=kind, charset="utf-8", headers={"Cache-Control": _FOR_EVER})

        return serve
