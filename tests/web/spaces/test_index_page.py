"""The index of a server: what is open, decided, raised and held, of spaces that moderators made public."""

from __future__ import annotations

import re
from html import unescape

from bot.domain.shared.types import Address, ChannelId, MemberId, Units
from bot.domain.treasury.campaigns import Holding, Reading
from bot.domain.voting import VotingType
from tests.builders import ANNOUNCEMENTS, AUTHOR, CHAIN, GUILD, ONE, RESEARCHER, TOKEN, TREASURY, a_block, a_text
from tests.web.conftest import Web
from tests.web.proposals.test_proposal_page import EVIL, Voted, close, voted

__all__ = ["voted"]
BASIC: VotingType = "basic"


async def index(web: Web, query: str = "") -> tuple[int, str]:
    async with web.http.get(f"{web.url}/p/{GUILD}{query}") as response:
        return response.status, await response.text()


def part(text: str, name: str) -> str:
    """A section of the page, its words alone."""
    (found,) = re.findall(rf'<section class="step" id="{name}".*?</section>', text, re.DOTALL)
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", found).split()))


async def test_an_index_without_anything_says_how_it_begins(web: Web) -> None:
    status, text = await index(web)
    assert status == 200
    assert "Hearthspan" in text
    assert part(text, "open") == "Open votes No vote is open. On Discord, /proposal new begins one."
    assert part(text, "results") == "Results No vote is counted yet."
    assert part(text, "campaigns") == "Campaigns No campaign raises funds here."
    assert part(text, "treasury") == "Treasury No treasury is watched here."


async def test_votes_are_listed_as_open_then_as_decided_and_lead_to_their_pages(web: Web, voted: Voted) -> None:
    proposal = await voted(title="Fund the mice")
    _, text = await index(web)
    assert "Fund the mice Voting is open until " in part(text, "open")
    assert f'href="/p/{GUILD}/{proposal.number}"' in text
    await close(web, proposal)
    _, text = await index(web)
    assert "Fund the mice Passed: more voted “For” than “Against”. “For” has 60 VITA" in part(text, "results")
    assert "Fund the mice" not in part(text, "open")
    async with web.http.get(f"{web.url}/p/{GUILD}/{proposal.number}") as response:
        back = await response.text()
    assert f'<nav class="crumbs" aria-label="The way back"><ol>\n<li><a href="/p/{GUILD}"><bdi>Hearthspan' in back


async def test_drafts_and_what_was_withdrawn_are_not_listed(web: Web, voted: Voted) -> None:
    gone = await voted(title="Spam for all")
    space = await web.app.spaces.main(GUILD)
    await web.app.proposals.draft(space, AUTHOR, a_text(title="Only a draft"), BASIC, ("For", "Against", "Abstain"))
    await web.app.withdrawals.delete(GUILD, gone.number, "spam", moderator=True)
    _, text = await index(web)
    assert "Spam" not in text
    assert "draft" not in text


async def test_a_vote_that_has_not_begun_is_among_those_to_come(web: Web, voted: Voted) -> None:
    await voted()
    await web.app.spaces.set_voting(GUILD, delay=3_600)
    space = await web.app.spaces.main(GUILD)
    draft = await web.app.proposals.draft(space, AUTHOR, a_text(title="Later"), BASIC, ("For", "Against", "Abstain"))
    await web.app.proposals.submit(GUILD, draft.number, AUTHOR, [RESEARCHER])
    _, text = await index(web)
    assert "Later Voting has not begun. It opens on " in part(text, "coming")
    assert "Later" not in part(text, "open")


async def test_campaigns_and_treasuries_are_shown_with_the_block_at_which_they_were_read(web: Web) -> None:
    space, holder = await web.app.spaces.main(GUILD), Address(TREASURY)
    web.chain.give(holder, 250 * ONE)
    await web.app.treasury.watch(space, AUTHOR, chain=CHAIN, holder=TREASURY, token=TOKEN, label="Main fund")
    await web.app.treasury.start_campaign(
        space,
        AUTHOR,
        title="A laboratory",
        chain=CHAIN,
        treasury=TREASURY,
        token=TOKEN,
        targets=[("Bench", "100"), ("Room", "1000")],
        channel=ChannelId(ANNOUNCEMENTS),
        deadline=None,
    )
    holding = Holding(chain=CHAIN, token=TOKEN, holder=holder)
    async with web.app.store.write() as repos:
        await repos.treasury.record([Reading(holding=holding, amount=Units(250 * ONE), block=a_block(10**8))])
        await repos.commit()
    _, text = await index(web)
    assert "A laboratory 250 of 1,000 VITA held, 25 %." in part(text, "campaigns")
    assert "Main fund" in part(text, "treasury")
    assert "250 VITA" in part(text, "treasury")
    assert "Ethereum, block 100,000,000" in part(text, "treasury"), "chains have names"


async def test_only_spaces_that_are_public_are_listed(web: Web, voted: Voted) -> None:
    await voted(title="Of the main space")
    await web.app.space_list.new(GUILD, "Hidden group", by=MemberId(1))
    status, text = await index(web)
    assert "Hidden group" not in text
    await web.app.spaces.set_public(GUILD, public=False)
    status, gone = await index(web)
    async with web.http.get(f"{web.url}/p/{GUILD + 1}") as response:
        assert (status, gone) == (404, await response.text()), "as one that never was"
    await web.app.spaces.set_public(GUILD, public=True, space=2)
    status, text = await index(web)
    assert status == 200
    assert "Of the main space" not in text
    assert "Hearthspan" not in text


async def test_results_go_on_over_pages(web: Web, voted: Voted) -> None:
    proposal = await voted()
    space = await web.app.spaces.main(GUILD)
    for number in range(26):
        draft = await web.app.proposals.draft(
            space, AUTHOR, a_text(title=f"No {number}"), BASIC, ("For", "Against", "Abstain")
        )
        await web.app.proposals.submit(GUILD, draft.number, AUTHOR, [RESEARCHER])
    assert proposal.terms is not None
    web.clock.time = proposal.terms.end + 60
    assert await web.app.lifecycle.close_due() == 27
    (_, first), (_, second) = await index(web), await index(web, "?page=2")
    assert [page.count("Counted ") for page in (first, second)] == [25, 2]
    assert f'href="/p/{GUILD}?page=2" rel="next"' in first
    assert (await index(web, "?page=3"))[0] == 200
    assert (await index(web, "?page=none"))[0] == 404


async def test_words_of_members_are_words(web: Web, voted: Voted) -> None:
    await voted(title=EVIL)
    _, text = await index(web)
    assert "<script>alert" not in text
    assert "\u202e" not in text


async def test_programs_find_the_feeds(web: Web) -> None:
    _, text = await index(web)
    assert re.findall(r'<link rel="alternate" type="([^"]*)" title="Hearthspan" href="([^"]*)">', text) == [
        ("application/atom+xml", f"/p/{GUILD}/feed.atom"),
        ("application/feed+json", f"/p/{GUILD}/feed.json"),
    ]
