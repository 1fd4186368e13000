"""The public page of a proposal: the same for everybody, cacheable, and silent on what is hidden."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Awaitable, Callable
from fractions import Fraction
from html import unescape
from typing import Any, Never

import aiohttp
import pytest
from PIL import Image

from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Approval, Rules, Share, VoteVisibility, Whole
from bot.domain.shared.types import MemberId
from bot.domain.voting import QuorumCounts
from bot.presentation.pictures.drawing_process import NotDrawn
from bot.presentation.results.choice_standings import choice_standings
from bot.presentation.results.outcome_lines import outcome_lines
from tests.builders import (
    ANNOUNCEMENTS,
    AUTHOR,
    GUILD,
    MODERATORS,
    ONE,
    PROPOSALS,
    RESEARCHER,
    a_strategy,
    a_text,
    a_wallet,
    an_address,
)
from tests.logs import link
from tests.presence import present
from tests.web.conftest import Web

Voted = Callable[..., Awaitable[Proposal]]
EVIL = "</title><script>alert(1)</script>\u202e"


@pytest.fixture
async def voted(web: Web) -> Voted:
    """A proposal in a vote, on which two members voted."""
    spaces = web.app.spaces
    await spaces.set_strategies(GUILD, json.dumps([a_strategy().to_json()]))
    await spaces.set_channels(GUILD, proposals=PROPOSALS, announcements=ANNOUNCEMENTS, moderators=MODERATORS)
    await spaces.set_proposers(GUILD, roles=[RESEARCHER])

    async def made(shown: VoteVisibility = VoteVisibility.TALLY, rules: Rules | None = None, **fields: Any) -> Proposal:
        await spaces.set_voting(GUILD, voting="basic", rules=rules or Rules(shown=shown))
        for number, tokens in ((1, 60), (2, 40)):
            web.chain.give(an_address(number), tokens * ONE)
            async with web.app.store.write() as repos:
                await link(repos, a_wallet(number, member=MemberId(number)))
                await repos.commit()
        space = await spaces.main(GUILD)
        draft = await web.app.proposals.draft(space, AUTHOR, a_text(**fields), "basic", ("For", "Against", "Abstain"))
        found = await web.app.proposals.submit(GUILD, draft.number, AUTHOR, [RESEARCHER])
        for number, mark in ((1, 1), (2, 2)):
            await web.app.voting.cast(GUILD, found.id, MemberId(number), mark)
        return found

    return made


async def close(web: Web, proposal: Proposal) -> None:
    web.clock.time = present(proposal.terms).end + 60
    assert await web.app.lifecycle.close_due() == 1


async def get(web: Web, path: str | int, **headers: str) -> tuple[aiohttp.ClientResponse, bytes]:
    async with web.http.get(f"{web.url}/p/{GUILD}/{path}", headers=headers) as response:
        return response, await response.read()


async def test_a_result_is_shown_with_chart_table_and_proof(web: Web, voted: Voted) -> None:
    proposal = await voted()
    await close(web, proposal)
    response, body = await get(web, proposal.number)
    text = body.decode()
    assert response.status == 200
    assert "Passed: more voted “For” than “Against”. “For” has 60 VITA, 60 % of what was cast" in text
    kept = (await web.app.results.counted(GUILD, proposal.number)).kept
    assert kept is not None
    assert kept.cid in text
    assert f"folkmoot verify proposal-1-result.json.gz --cid {kept.cid} --rpc 31337=URL" in text
    assert "<td>60 %</td><td>60</td>" in text
    assert re.findall(r'<svg [^>]*role="img" aria-label="([^"]*)"', text) == [
        "For: 60 %",
        "Against: 40 %",
        "Abstain: 0 %",
    ]
    assert re.findall(r'class="fill" width="([\d.]+)"', text) == ["60", "40", "0"]
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


async def test_its_files_are_those_of_the_result(web: Web, voted: Voted) -> None:
    proposal = await voted()
    await close(web, proposal)
    response, body = await get(web, f"{proposal.number}/result.json.gz")
    assert body == await web.app.results.bundle(GUILD, proposal.number)
    assert json.loads(unpacked(body))["schema"] == "folkmoot/bundle/2"
    assert response.headers["Content-Disposition"] == 'attachment; filename="proposal-1-result.json.gz"'
    assert response.headers["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in response.headers
    response, body = await get(web, f"{proposal.number}/ballots.csv")
    assert body == await web.app.results.table(GUILD, proposal.number)


async def test_nobody_keeps_the_bot_busy_with_making_tables(
    web: Web, voted: Voted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole bundle is read for each; votes on Discord would wait for it."""
    first, made = await voted(), []
    await close(web, first)
    space = await web.app.spaces.main(GUILD)
    draft = await web.app.proposals.draft(space, AUTHOR, a_text(), "basic", ("For", "Against", "Abstain"))
    second = await web.app.proposals.submit(GUILD, draft.number, AUTHOR, [RESEARCHER])
    await close(web, second)
    table = web.app.results.table

    async def counted(*which: Any) -> bytes:
        made.append(which)
        return await table(*which)

    monkeypatch.setattr(web.app.results, "table", counted)
    assert {(await get(web, f"{first.number}/ballots.csv"))[0].status for _ in range(8)} == {200}
    assert len(made) == 1
    statuses = [(await get(web, f"{(first, second)[turn % 2].number}/ballots.csv"))[0].status for turn in range(1, 20)]
    assert 429 in statuses
    assert len(made) <= 7
    assert (await get(web, "77/ballots.csv"))[0].status == 404


@pytest.mark.parametrize("path", ["1", "1/result.json.gz", "1/ballots.csv"])
async def test_who_has_it_already_is_told_that_nothing_changed(web: Web, voted: Voted, path: str) -> None:
    await close(web, await voted())
    first, body = await get(web, path)
    assert first.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    again, nothing = await get(web, path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status, nothing) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other, whole = await get(web, path, **{"If-None-Match": '"else"'})
    assert (other.status, whole) == (200, body)


async def test_an_open_vote_shows_its_tally_and_changes_its_tag(web: Web, voted: Voted) -> None:
    proposal = await voted()
    first, body = await get(web, proposal.number)
    assert b"So far" in body
    await web.app.voting.cast(GUILD, proposal.id, MemberId(2), 1)
    again, body = await get(web, proposal.number, **{"If-None-Match": first.headers["ETag"]})
    assert again.status == 200
    assert b"<td>100 %</td>" in body


@pytest.mark.parametrize("shown", [VoteVisibility.QUORUM, VoteVisibility.NOTHING])
async def test_a_hidden_vote_tells_nothing_before_its_result(web: Web, voted: Voted, shown: VoteVisibility) -> None:
    proposal = await voted(shown)
    for late in (None, 30):
        if late is not None:
            assert proposal.terms is not None
            web.clock.time = proposal.terms.end + late
        response, body = await get(web, proposal.number)
        assert response.status == 200
        assert b"hidden until the result" in body
        assert b"<svg" not in body
        told = re.sub(rb"<dl.*?</dl>", b"", body, flags=re.DOTALL)
        assert b"60" not in re.sub(rb"[0-9a-f]{32,}|bafk\w+|127\.0\.0\.1:\d+", b"", told)
        for file in ("result.json.gz", "ballots.csv"):
            assert (await get(web, f"{proposal.number}/{file}"))[0].status == 404
    await close(web, proposal)
    assert b"<svg" in (await get(web, proposal.number))[1]


async def test_what_nobody_may_see_is_not_there(web: Web, voted: Voted) -> None:
    proposal = await voted()
    space = await web.app.spaces.main(GUILD)
    draft = await web.app.proposals.draft(space, AUTHOR, a_text(), "basic", ("For", "Against", "Abstain"))
    await web.app.withdrawals.delete(GUILD, proposal.number, "spam", moderator=True)
    for path in (draft.number, proposal.number, 77, 0, "x", f"{2**40}"):
        assert (await get(web, path))[0].status == 404, path
    async with web.http.get(f"{web.url}/p/{2**64 - 1}/1") as response:
        assert response.status == 404


def seen(response: aiohttp.ClientResponse, body: bytes) -> tuple[int, bytes, dict[str, str]]:
    """What a visitor can tell of an answer."""
    return response.status, body, {name: value for name, value in response.headers.items() if name != "Date"}


@pytest.mark.parametrize("path", ["1", "1/result.json.gz", "1/ballots.csv"])
async def test_what_moderators_took_off_the_web_looks_like_what_never_was(web: Web, voted: Voted, path: str) -> None:
    await close(web, await voted())
    found, _ = await get(web, path)
    await web.app.spaces.set_public(GUILD, public=False)
    async with web.http.get(f"{web.url}/p/{GUILD + 1}/{path}") as response:
        nothing = seen(response, await response.read())
    assert nothing[0] == 404
    assert seen(*await get(web, path)) == nothing
    assert seen(*await get(web, path, **{"If-None-Match": found.headers["ETag"]})) == nothing
    async with web.http.head(f"{web.url}/p/{GUILD}/{path}") as response:
        assert response.status == 404
    await web.app.spaces.set_public(GUILD, public=True)
    assert (await get(web, path))[0].status == 200


async def test_a_file_that_a_visitor_has_is_not_read_again(
    web: Web, voted: Voted, monkeypatch: pytest.MonkeyPatch
) -> None:
    await close(web, await voted())
    first, _ = await get(web, "1/result.json.gz")

    async def read(*_which: Any) -> Never:
        raise AssertionError

    monkeypatch.setattr(web.app.results, "bundle", read)
    again, nothing = await get(web, "1/result.json.gz", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status, nothing) == (304, b"")


async def test_words_of_members_are_words(web: Web, voted: Voted) -> None:
    proposal = await voted(title=EVIL, summary=EVIL, body=EVIL, discussion="https://forum.example/t/1")
    _, body = await get(web, proposal.number)
    assert b"<script>alert" not in body
    assert "\u202e" not in body.decode()
    assert b"&lt;script&gt;" in body


async def test_nothing_can_be_sent_to_it(web: Web, voted: Voted) -> None:
    proposal = await voted()
    async with web.http.post(f"{web.url}/p/{GUILD}/{proposal.number}", json={}) as response:
        assert response.status == 405


def meta(body: bytes) -> dict[str, str]:
    """What a page says of itself to programs that show links."""
    found = re.findall(
        r'<meta (?:property|name)="((?:og|twitter):[^"]*|description)" content="([^"]*)">', body.decode()
    )
    return {name: unescape(content) for name, content in found}


async def test_a_pasted_link_shows_the_result_in_words_and_as_a_picture(web: Web, voted: Voted) -> None:
    proposal = await voted(title="Fund the mice", summary="Twelve months.")
    here = f"{web.url}/p/{GUILD}/{proposal.number}"
    said = meta((await get(web, proposal.number))[1])
    assert (said["og:title"], said["og:url"], said["og:site_name"]) == ("Fund the mice", here, "Hearthspan")
    assert said["og:description"] == "Voting is open. Twelve months."
    assert "og:image" not in said, "there is no result to draw"
    assert (await get(web, f"{proposal.number}/result.png"))[0].status == 404
    await close(web, proposal)
    said = meta((await get(web, proposal.number))[1])
    assert said["og:description"].startswith(
        "Passed: more voted “For” than “Against”. “For” has 60 VITA, 60 % of what was cast"
    )
    assert said["og:image"] == f"{here}/result.png"
    assert said["twitter:card"] == "summary_large_image"
    for figure in ("Passed", "For 60 %, wins", "Against 40 %"):
        assert figure in said["og:image:alt"], "the words say the numbers"
    response, body = await get(web, f"{proposal.number}/result.png")
    assert (response.status, response.content_type) == (200, "image/png")
    with Image.open(io.BytesIO(body)) as picture:
        assert picture.size == (int(said["og:image:width"]), int(said["og:image:height"]))
    again, nothing = await get(web, f"{proposal.number}/result.png", **{"If-None-Match": response.headers["ETag"]})
    assert (again.status, nothing) == (304, b"")


async def test_a_picture_that_cannot_be_drawn_now_breaks_no_page(
    web: Web, voted: Voted, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = await voted()
    await close(web, proposal)

    async def crowded(*_what: Any) -> Never:
        raise NotDrawn("too many wait")

    with monkeypatch.context() as patch:
        patch.setattr(web.app.drawing, "draw", crowded)
        response, body = await get(web, f"{proposal.number}/result.png")
        assert (response.status, b"cannot be made just now" in body) == (503, True)
        assert (await get(web, proposal.number))[0].status == 200
    assert (await get(web, f"{proposal.number}/result.png"))[0].status == 200


async def test_a_private_result_has_no_picture(web: Web, voted: Voted) -> None:
    proposal = await voted()
    await close(web, proposal)
    assert (await get(web, f"{proposal.number}/result.png"))[0].status == 200
    await web.app.spaces.set_public(GUILD, public=False)
    assert (await get(web, f"{proposal.number}/result.png"))[0].status == 404


async def test_a_page_says_of_a_result_what_the_card_says(web: Web, voted: Voted) -> None:
    proposal = await voted()
    await close(web, proposal)
    stored = await web.app.cards.stored(proposal.id)
    result, terms = present(stored.result), present(stored.terms_after_recusals)
    text = unescape((await get(web, proposal.number))[1].decode())
    for line in outcome_lines(stored, result, terms, str).text().splitlines():
        assert line in text
    for one in choice_standings(stored, result.tally, terms):
        assert f"<td>{one.figure}</td><td>{one.amount}</td>" in text


async def test_a_page_takes_recused_power_out_as_often_as_the_card(web: Web, voted: Voted) -> None:
    shares = Rules(approval=Approval(of=Whole.LINKED, strict=True), quorum=Share(share=Fraction(1, 4), of=Whole.LINKED))
    async with web.app.store.write() as repos:
        web.chain.give(an_address(3), 30 * ONE)
        await link(repos, a_wallet(3, member=MemberId(3)))
        await repos.commit()
    proposal = await voted(rules=shares)
    await web.app.recusals.recuse(GUILD, proposal.id, MemberId(1), by=MemberId(1), moderator=False)
    await close(web, proposal)
    view = await web.app.cards.current_view(proposal.id)
    said = outcome_lines(view.proposal, present(view.proposal.result), present(view.proposal.terms), str).text()
    assert "the power of all wallets linked here (70 VITA)" in said
    text = unescape((await get(web, proposal.number))[1].decode())
    assert text.count(said.replace("\n", " ")) == 3, "on the page and in both its descriptions"


QUORUMS = {
    "turnout": ("150", QuorumCounts.TURNOUT, "150 VITA, 66.7 % of it is reached"),
    "for": ("50", QuorumCounts.FOR, "50 VITA For, reached"),
    "rejection": ("50", QuorumCounts.REJECTION, "none; more than 50 VITA Against rejects, 40 VITA so far"),
}


@pytest.mark.parametrize("case", QUORUMS)
async def test_the_quorum_says_what_counts_towards_it(web: Web, voted: Voted, case: str) -> None:
    quorum, counts, said = QUORUMS[case]
    proposal = await voted(rules=Rules(quorum=quorum, counts=counts))
    _, page = await get(web, proposal.number)
    assert re.findall("<dt>Quorum</dt><dd>(.*?)</dd>", unescape(page.decode())) == [said]
