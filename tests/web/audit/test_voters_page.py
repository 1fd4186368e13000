"""Who voted: listed where votes are open to all or counted, and nothing of it where they are hidden."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import VoteVisibility
from bot.domain.shared.addresses import checksummed, short
from bot.domain.shared.types import MemberId
from tests.builders import AUTHOR, GUILD, NOW, ONE, RESEARCHER, a_ballot, a_text, an_address
from tests.web.conftest import Web
from tests.web.proposals.test_proposal_page import Voted, close, get, voted

__all__ = ["voted"]
ROW = re.compile(
    r'<a href="(/p/\d+/\d+/voters/0x[0-9a-f]{40})">([^<]*)</a></th><td>(.*?)</td><td>([^<]*)</td>'
    r'<td><time datetime="([^"]*)"'
)


async def rows(web: Web, path: str) -> list[tuple[str, ...]]:
    response, body = await get(web, path)
    assert response.status == 200
    return [tuple(found) for found in ROW.findall(body.decode())]


async def crowd(web: Web, proposal: Proposal, many: int) -> None:
    """Have so many wallets more vote; the higher its number, the more power a wallet has."""
    async with web.app.store.write() as repos:
        for number in range(3, 3 + many):
            ballot = a_ballot(
                number, proposal=proposal.id, mark=1 + number % 3, power=number * ONE, cast_at=NOW + number
            )
            await repos.ballots.cast(ballot)
        await repos.commit()


async def test_voters_are_listed_with_power_mark_and_a_permalink_each(web: Web, voted: Voted) -> None:
    proposal = await voted()
    for counted in (False, True):
        if counted:
            await close(web, proposal)
        found = await rows(web, f"{proposal.number}/voters")
        assert [(one[1], one[2], one[3]) for one in found] == [
            (short(an_address(1)), "<bdi>For</bdi>", "60"),
            (short(an_address(2)), "<bdi>Against</bdi>", "40"),
        ]
        for number, link_ in enumerate((one[0] for one in found), start=1):
            async with web.http.get(web.url + link_) as response:
                text = await response.text()
                assert response.status == 200
                assert checksummed(an_address(number)) in text
                assert ("<bdi>For</bdi>", "<bdi>Against</bdi>")[number - 1] in text
                assert f"{(60, 40)[number - 1]} VITA" in text


@pytest.mark.parametrize("shown", [VoteVisibility.QUORUM, VoteVisibility.NOTHING])
async def test_of_a_hidden_vote_nobody_learns_who_voted_before_its_result(web: Web, voted: Voted, shown: Any) -> None:
    proposal = await voted(shown)
    assert proposal.terms is not None
    stranger = f"0x{'9' * 40}"
    for late in (None, 30):
        if late is not None:
            web.clock.time = proposal.terms.end + late
        response, body = await get(web, f"{proposal.number}/voters")
        assert response.status == 200
        assert b"hidden until the result" in body
        assert b"0x" not in body.replace(b'placeholder="0x', b"")
        same = {
            (await get(web, f"{proposal.number}/voters?q={q}"))[1].replace(q.encode(), b"")
            for q in (an_address(1), stranger)
        }
        assert len(same) == 1, "a search tells nothing either"
        for wallet in (an_address(1), stranger):
            assert (await get(web, f"{proposal.number}/voters/{wallet}"))[0].status == 404
    await close(web, proposal)
    assert len(await rows(web, f"{proposal.number}/voters")) == 2
    assert (await get(web, f"{proposal.number}/voters/{an_address(1)}"))[0].status == 200


async def test_a_vote_that_has_not_begun_has_no_voters(web: Web, voted: Voted) -> None:
    await voted()
    await web.app.spaces.set_voting(GUILD, delay=3_600)
    space = await web.app.spaces.main(GUILD)
    draft = await web.app.proposals.draft(space, AUTHOR, a_text(), "basic", ("For", "Against", "Abstain"))
    found = await web.app.proposals.submit(GUILD, draft.number, AUTHOR, [RESEARCHER])
    _, body = await get(web, f"{found.number}/voters")
    assert b"Voting has not begun." in body


async def test_a_hundred_stand_on_a_page_sorted_as_asked(web: Web, voted: Voted) -> None:
    proposal = await voted()
    await crowd(web, proposal, 148)
    path = f"{proposal.number}/voters"
    first, second = await rows(web, path), await rows(web, f"{path}?sort=power&page=2")
    assert (len(first), len(second)) == (100, 50)
    powers = [int(one[3].replace(",", "")) for one in (*first, *second)]
    assert powers == sorted(powers, reverse=True), "by number, not by digits"
    assert len({one[0] for one in (*first, *second)}) == 150, "each stands once"
    wallets = [one[0] for one in await rows(web, f"{path}?sort=wallet")]
    assert wallets == sorted(wallets)
    times = [one[4] for one in await rows(web, f"{path}?sort=time")]
    assert times == sorted(times, reverse=True)
    assert await rows(web, f"{path}?sort=nonsense") == first
    _, body = await get(web, path)
    text = unescape(body.decode())
    assert "1 to 100 of 150 wallets" in text
    assert f'href="/p/{GUILD}/{path}?sort=power&page=2" rel="next"' in text
    _, body = await get(web, f"{path}?sort=power&page=2")
    assert "101 to 150 of 150 wallets" in body.decode()
    assert 'rel="next"' not in body.decode()
    for page in ("0", "-1", "x", "10001", "٣"):
        assert (await get(web, f"{path}?page={page}"))[0].status == 404, page
    assert await rows(web, f"{path}?page=99") == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (an_address(7), [7]),
        (an_address(7).upper().replace("0X", "0x"), [7]),
        (an_address(7)[2:], [7]),
        (short(an_address(7)), [7]),
        (f"...{an_address(7)[-6:]}", [7]),
        (f"0x{'9' * 9}", []),
        ("0x_%", None),
        ("<b>", None),
        ("vitalik.eth", None),
    ],
)
async def test_a_wallet_is_found_by_a_part_of_its_address(web: Web, voted: Voted, typed: str, found: Any) -> None:
    proposal = await voted()
    await crowd(web, proposal, 20)
    async with web.http.get(f"{web.url}/p/{GUILD}/{proposal.number}/voters", params={"q": typed}) as response:
        text = await response.text()
    assert response.status == 200
    assert [one[0].rpartition("/")[2] for one in ROW.findall(text)] == [an_address(n) for n in found or ()]
    assert ("That is no part of an address" in text) == (found is None)
    assert ("has voted here" in text) == (found == [])
    assert "<b>" not in text


async def test_wallets_that_are_recused_are_not_listed(web: Web, voted: Voted) -> None:
    proposal = await voted()
    await web.app.recusals.recuse(GUILD, proposal.id, MemberId(1), by=MemberId(1), moderator=False)
    assert [one[1] for one in await rows(web, f"{proposal.number}/voters")] == [short(an_address(2))]
    assert (await get(web, f"{proposal.number}/voters/{an_address(1)}"))[0].status == 404


@pytest.mark.parametrize("label", ["'" * 80, "研" * 80, "\U0001f680" * 80, "For"])
async def test_a_page_of_voters_is_small_whatever_the_labels_are(web: Web, voted: Voted, label: str) -> None:
    await voted()
    space = await web.app.spaces.main(GUILD)
    choices = tuple(f"{number:02d}{label}"[:80] for number in range(25))
    draft = await web.app.proposals.draft(space, AUTHOR, a_text(title="'" * 256), "weighted", choices)
    found = await web.app.proposals.submit(GUILD, draft.number, AUTHOR, [RESEARCHER])
    async with web.app.store.write() as repos:
        for number in range(1, 120):
            power = 123_456_789_012_345_678_901_234_567 + number
            await repos.ballots.cast(a_ballot(number, proposal=found.id, mark=(1,) * 25, power=power))
        await repos.commit()
    response, body = await get(web, f"{found.number}/voters")
    assert response.status == 200
    assert len(ROW.findall(body.decode())) == 100
    assert len(body) < 50_000
    _, one = await get(web, f"{found.number}/voters/{an_address(1)}")
    assert one.count(b"<bdi>") >= 25, "its own page has all of it"


async def test_what_is_private_has_no_voters(web: Web, voted: Voted) -> None:
    proposal = await voted()
    await web.app.spaces.set_public(GUILD, public=False)
    for path in (f"{proposal.number}/voters", f"{proposal.number}/voters/{an_address(1)}", "77/voters"):
        response, body = await get(web, path)
        assert (response.status, b"There is no such page here, or it is private." in body) == (404, True)


async def test_who_has_the_list_already_is_told_that_nothing_changed(web: Web, voted: Voted) -> None:
    proposal = await voted()
    first, _ = await get(web, f"{proposal.number}/voters")
    again, nothing = await get(web, f"{proposal.number}/voters", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status, nothing) == (304, b"")
    await web.app.voting.cast(GUILD, proposal.id, MemberId(2), 1)
    changed, _ = await get(web, f"{proposal.number}/voters", **{"If-None-Match": first.headers["ETag"]})
    assert changed.status == 200
