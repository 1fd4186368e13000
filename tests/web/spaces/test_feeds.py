"""Feeds of a server: what opened and what was decided, in forms that other programs' parsers read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET  # Python's own parser, over expat

import pytest

from bot.domain.shared.types import MemberId
from tests.builders import GUILD
from tests.web.conftest import Web
from tests.web.proposals.test_proposal_page import EVIL, Voted, close, voted

__all__ = ["voted"]
ATOM = "{http://www.w3.org/2005/Atom}"
JSON_KEYS = {"id": "id", "title": "title", "url": "url", "text": "content_text", "at": "date_published"}
FEEDS = pytest.mark.parametrize("name", ["feed.atom", "feed.json"])


async def get(web: Web, name: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    async with web.http.get(f"{web.url}/p/{GUILD}/{name}", headers=headers) as response:
        return response.status, response.headers, await response.read()


async def entries(web: Web, name: str) -> list[dict[str, Any]]:
    """What a feed tells, in whichever form: id, title, address, summary, time."""
    async with web.http.get(f"{web.url}/p/{GUILD}/{name}") as response:
        assert response.status == 200
        if name == "feed.json":
            assert response.content_type == "application/feed+json"
            feed = await response.json()
            assert feed["version"] == "https://jsonfeed.org/version/1.1"
            assert (feed["home_page_url"], feed["feed_url"]) == (f"{web.url}/p/{GUILD}", f"{web.url}/p/{GUILD}/{name}")
            return [
                {
                    "id": one["id"],
                    "title": one["title"],
                    "url": one["url"],
                    "text": one["content_text"],
                    "at": one["date_published"],
                }
                for one in feed["items"]
            ]
        assert response.content_type == "application/atom+xml"
        root = ET.fromstring(await response.read())  # noqa: S314 - our own server's answer
    assert root.tag == f"{ATOM}feed"
    for needed in ("id", "title", "updated", "author"):
        assert len(root.findall(f"{ATOM}{needed}")) == 1, needed
    assert {one.attrib["rel"]: one.attrib["href"] for one in root.findall(f"{ATOM}link")} == {
        "self": f"{web.url}/p/{GUILD}/{name}",
        "alternate": f"{web.url}/p/{GUILD}",
    }
    found = root.findall(f"{ATOM}entry")
    times = [str(one.findtext(f"{ATOM}updated")) for one in found]
    assert root.findtext(f"{ATOM}updated") == max(times, default="1970-01-01T00:00:00+00:00")
    return [
        {
            "id": one.findtext(f"{ATOM}id"),
            "title": one.findtext(f"{ATOM}title"),
            "url": one.find(f"{ATOM}link").attrib["href"],  # type: ignore[union-attr]
            "text": one.findtext(f"{ATOM}summary"),
            "at": one.findtext(f"{ATOM}published"),
        }
        for one in found
    ]


@FEEDS
async def test_a_feed_tells_what_opened_and_what_was_decided(web: Web, voted: Voted, name: str) -> None:
    assert await entries(web, name) == [], "an empty feed is one too"
    proposal = await voted(title="Fund the mice", summary="Twelve months.")
    assert proposal.terms is not None
    opened = datetime.fromtimestamp(proposal.terms.start, UTC).isoformat()
    (only,) = await entries(web, name)
    tag = f"tag:127.0.0.1,2026-01-01:p/{GUILD}/{proposal.number}"
    assert only["id"] == f"{tag}/opened"
    assert (only["title"], only["at"]) == (f"Vote #{proposal.number} opened: Fund the mice", opened)
    assert only["text"].startswith("Voting is open until ")
    assert only["url"] == f"{web.url}/p/{GUILD}/{proposal.number}"
    await close(web, proposal)
    result, before = await entries(web, name)
    assert before == only, "what was told stays as it was, under the same id"
    assert result["id"] == f"{tag}/result"
    assert result["at"] == datetime.fromtimestamp(proposal.terms.end + 60, UTC).isoformat()
    assert result["text"].startswith("Passed: more voted “For” than “Against”. “For” has 60 VITA")


@FEEDS
async def test_any_title_makes_a_feed_that_can_be_read(web: Web, voted: Voted, name: str) -> None:
    title = f"{EVIL} ]]> & \x00\x0b\ufffe\U0001f680 نعم"
    await voted(title=title, summary=title)
    (only,) = await entries(web, name)
    assert " ".join(only["title"].split()).endswith("</title><script>alert(1)</script> ]]> & \U0001f680 نعم")


@FEEDS
async def test_nothing_of_a_feed_is_sent_twice(web: Web, voted: Voted, name: str) -> None:
    proposal = await voted()
    assert proposal.terms is not None
    status, headers, _ = await get(web, name)
    assert headers["Last-Modified"] == format_datetime(datetime.fromtimestamp(proposal.terms.start, UTC), usegmt=True)
    assert headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    known = {"If-None-Match": headers["ETag"]}, {"If-Modified-Since": headers["Last-Modified"]}
    for having in known:
        status, again, body = await get(web, name, **having)
        assert (status, body, again["ETag"]) == (304, b"", headers["ETag"])
    assert (await get(web, name, **{"If-None-Match": '"else"', **known[1]}))[0] == 200, "a tag goes before a time"
    await web.app.voting.cast(GUILD, proposal.id, MemberId(2), 1)
    assert (await get(web, name, **known[0]))[0] == 304, "a ballot is no news"
    await close(web, proposal)
    for having in known:
        assert (await get(web, name, **having))[0] == 200


@FEEDS
async def test_what_is_private_has_no_feed(web: Web, voted: Voted, name: str) -> None:
    await voted()
    await web.app.spaces.set_public(GUILD, public=False)
    status, _, body = await get(web, name)
    async with web.http.get(f"{web.url}/p/{GUILD + 1}/{name}") as response:
        assert (status, body) == (404, await response.read())


@FEEDS
async def test_a_vote_that_has_not_begun_is_no_news(web: Web, voted: Voted, name: str) -> None:
    proposal = await voted()
    assert proposal.terms is not None
    web.clock.time = proposal.terms.start - 1
    assert await entries(web, name) == []
