"""What public pages have in common: what an address names, how times are written, answers that anybody may cache."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256

from aiohttp import web

from bot.domain.shared.types import GuildId, Timestamp

KEPT = "public, max-age=60, must-revalidate"
"""Anybody may keep it for a minute: what moderators take back is gone after that."""
GUILD_PATH = r"/p/{guild:[1-9]\d{0,19}}"
PROPOSAL_PATH = GUILD_PATH + r"/{number:[1-9]\d{0,8}}"
_MOST_PAGES = 10_000


def guild_named(request: web.Request) -> GuildId:
    """Return the server that an address names. Raises web.HTTPNotFound if there can be none."""
    guild = int(request.match_info["guild"])
    if guild >= 1 << 63:
        raise web.HTTPNotFound
    return GuildId(guild)


def proposal_named(request: web.Request) -> tuple[GuildId, int]:
    """Return the server and the number of a proposal that an address names. Raises web.HTTPNotFound."""
    return guild_named(request), int(request.match_info["number"])


def page_named(request: web.Request) -> int:
    """Return the page of a list that is asked for, from 1. Raises web.HTTPNotFound for what is no number."""
    asked = request.query.get("page", "1")
    if not (asked.isascii() and asked.isdigit()) or not 1 <= int(asked[:6]) <= _MOST_PAGES:
        raise web.HTTPNotFound
    return int(asked)


def short_moment(at: int) -> str:
    """Write a time for a narrow column: `2026-03-03 14:05`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")


def iso(at: int) -> str:
    """Write a time for programs, as RFC 3339 has it."""
    return datetime.fromtimestamp(at, UTC).isoformat()


def is_known(request: web.Request, tag: str) -> bool:
    """Whether a visitor has this version of an answer already."""
    return any(one.value in (tag, "*") for one in request.if_none_match or ())


def unless_known(
    request: web.Request, made: web.Response, tag: str | None = None, changed: Timestamp | None = None
) -> web.Response:
    """Return `made`, or 304 Not Modified to who has it already; without a `tag`, the tag is a hash of the content.

    `changed` is when the newest of its contents happened; it is compared only for visitors who sent no tag.
    """
    tag = tag or sha256(made.body if isinstance(made.body, bytes) else b"").hexdigest()[:32]
    since = request.if_modified_since if request.if_none_match is None else None
    known = is_known(request, tag) or (changed is not None and since is not None and since.timestamp() >= changed)
    if known:
        made = web.Response(status=304, headers={"Cache-Control": made.headers["Cache-Control"]})
    made.etag = tag
    if changed is not None:
        made.headers["Last-Modified"] = format_datetime(datetime.fromtimestamp(changed, UTC), usegmt=True)
    return made


def file(content: bytes, kind: str, name: str) -> web.Response:
    """Answer with a file that is saved under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": KEPT}
    return web.Response(body=content, content_type=kind, headers=headers)
