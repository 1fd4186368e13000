"""What pages are answered with: markup in the one layout, JSON for our scripts, and problems as either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from aiohttp import web

from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import spoken
from bot.web.server.static_files import Statics
from bot.web.shared.error_messages import Problem
from bot.web.shared.html import NOTHING, Html, fragment, join

KEEP_NOTHING = "no-store"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What all pages of a site have around them. `first` are scripts that each loads before its own."""

    statics: Statics
    first: Sequence[str] = ()
    notice: str | None = None


LAYOUT: web.AppKey[Layout] = web.AppKey("layout", Layout)


def page(
    request: web.Request,
    title: str,
    body: Html,
    *,
    script: str | None = None,
    status: int = 200,
    cache: str = KEEP_NOTHING,
    head: Html = NOTHING,
    kind: str = "",
) -> web.Response:
    """Answer with a whole page. `script` is the name of a static file, which is loaded as a module.

    `head` says more of the page to programs, `kind` to the style.
    """
    layout = request.app[LAYOUT]
    scripts = [*layout.first, *([layout.statics.address(script)] if script else [])]
    notice = fragment("shared/notice.html").fill(text=layout.notice) if layout.notice else NOTHING
    whole = fragment("shared/layout.html").fill(
        lang=spoken().code.replace("_", "-"),
        title=title,
        style=layout.statics.address("style.css"),
        icon=layout.statics.address("icon.svg"),
        scripts=join(fragment("shared/script.html").fill(address=address) for address in scripts),
        notice=notice,
        head=head,
        kind=kind,
        body=body,
    )
    return web.Response(text=whole.text, content_type="text/html", status=status, headers={"Cache-Control": cache})


def reply(facts: object, *, status: int = 200) -> web.Response:
    """Answer a script."""
    return web.Response(
        body=orjson.dumps(facts),
        content_type="application/json",
        status=status,
        headers={"Cache-Control": KEEP_NOTHING},
    )


def trouble(request: web.Request, problem: Problem) -> web.Response:
    """Answer with a problem: as a page to people, as JSON to our scripts."""
    if request.method not in ("GET", "HEAD"):
        facts = {"kind": problem.kind, "what": problem.what, "then": problem.then, "over": problem.over}
        return reply(facts, status=problem.status)
    body = fragment("shared/problem.html").fill(what=problem.what, then=problem.then)
    return page(request, _("This does not work"), body, status=problem.status)
