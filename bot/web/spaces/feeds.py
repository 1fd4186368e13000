"""Feeds of a server: votes that open and results, as Atom (RFC 4287) and as JSON Feed 1.1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import NotFound
from bot.domain.shared.types import GuildId, Timestamp
from bot.presentation.catalogue.formats import moment
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import spoken
from bot.presentation.markdown.safe_text import cut
from bot.web.proposals.outcome import outcome_of
from bot.web.shared.html import fragment, join, visible_text
from bot.web.shared.public_answers import GUILD_PATH, KEPT, guild_named, iso, unless_known
from bot.web.spaces.public_server import ServerService

_NOTHING_YET = Timestamp(0)
"""When a feed changed in which nothing stands."""
_SUMMARY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One thing that happened: it never changes, so it is published and updated at the same time."""

    id: str
    kind: str
    title: str
    summary: str
    address: str
    at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    id: str
    title: str
    index: str
    own: str
    entries: Sequence[_Entry]

    @property
    def updated(self) -> Timestamp:
        return max((entry.at for entry in self.entries), default=_NOTHING_YET)


class FeedPages:
    """`/p/<server>/feed.atom` and `/p/<server>/feed.json`. `origin` is where the site is."""

    def __init__(self, *, servers: ServerService, origin: str) -> None:
        self._servers, self._origin = servers, origin

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what these feeds answer to."""
        return (
            web.get(GUILD_PATH + "/feed.atom", self._atom),
            web.get(GUILD_PATH + "/feed.json", self._json),
        )

    async def _atom(self, request: web.Request) -> web.Response:
        feed = await self._feed(request, "feed.atom")
        entries = (
            fragment("spaces/feed_entry.xml").fill(
                id=entry.id,
                title=entry.title,
                at=iso(entry.at),
                updated=iso(entry.at),
                address=entry.address,
                kind=entry.kind,
                summary=entry.summary,
            )
            for entry in feed.entries
        )
        whole = fragment("spaces/feed.xml").fill(
            lang=_language(),
            id=feed.id,
            title=feed.title,
            updated=iso(feed.updated),
            own=feed.own,
            index=feed.index,
            entries=join(entries),
        )
        return _answer(request, whole.text.encode(), "application/atom+xml", feed)

    async def _json(self, request: web.Request) -> web.Response:
        feed = await self._feed(request, "feed.json")
        facts = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": visible_text(feed.title),
            "home_page_url": feed.index,
            "feed_url": feed.own,
            "language": _language(),
            "items": [
                {
                    "id": entry.id,
                    "url": entry.address,
                    "title": visible_text(entry.title),
                    "content_text": visible_text(entry.summary),
                    "date_published": iso(entry.at),
                    "date_modified": iso(entry.at),
                    "tags": [entry.kind],
                }
                for entry in feed.entries
            ],
        }
        return _answer(request, orjson.dumps(facts), "application/feed+json", feed)

    async def _feed(self, request: web.Request, name: str) -> _Feed:
        guild = guild_named(request)
        try:
            found = await self._servers.news(guild)
        except NotFound:
            raise web.HTTPNotFound from None
        entries = [self._opened(guild, one) for one in found.opened]
        entries += [self._counted(guild, one) for one in found.counted]
        return _Feed(
            id=self._tag(f"p/{guild}"),
            title=found.spaces[0].name,
            index=f"{self._origin}/p/{guild}",
            own=f"{self._origin}/p/{guild}/{name}",
            entries=sorted(entries, key=lambda entry: (-entry.at, entry.id)),
        )

    def _opened(self, guild: GuildId, proposal: Proposal) -> _Entry:
        terms, text = proposal.terms, proposal.text
        until = _("Voting is open until {end}.", end=moment(terms.end)) if terms else ""
        return _Entry(
            id=self._tag(f"p/{guild}/{proposal.number}/opened"),
            kind="opened",
            title=_("Vote #{number} opened: {title}", number=proposal.number, title=text.title),
            summary=cut(" ".join(filter(None, (until, text.summary))), _SUMMARY),
            address=f"{self._origin}/p/{guild}/{proposal.number}",
            at=terms.start if terms else proposal.created_at,
        )

    def _counted(self, guild: GuildId, proposal: Proposal) -> _Entry:
        return _Entry(
            id=self._tag(f"p/{guild}/{proposal.number}/result"),
            kind="result",
            title=_("Result of #{number}: {title}", number=proposal.number, title=proposal.text.title),
            summary=cut(outcome_of(proposal), _SUMMARY),
            address=f"{self._origin}/p/{guild}/{proposal.number}",
            at=proposal.result.counted_at if proposal.result else proposal.created_at,
        )

    def _tag(self, path: str) -> str:
        """Name a thing for ever, as RFC 4151 does: by this host, as of a day, and the thing's own path."""
        return f"tag:{urlsplit(self._origin).hostname},2026-01-01:{path}"


def _language() -> str:
    return spoken().code.replace("_", "-")


def _answer(request: web.Request, body: bytes, kind: str, feed: _Feed) -> web.Response:
    made = web.Response(body=body, content_type=kind, charset="utf-8", headers={"Cache-Control": KEPT})
    return unless_known(request, made, changed=feed.updated)
