"""The page on which a wallet signs a ballot: over HTTP, and in a real browser with a real key."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from eth_account.signers.local import LocalAccount

from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Assurance, Rules
from bot.domain.shared.types import Address, MemberId, Timestamp
from bot.domain.voting import Mark, VotingType
from bot.domain.wallets.wallet import Wallet
from bot.domain.wallets.web_ticket import Purpose
from tests.builders import AUTHOR, GUILD, ONE, PROPOSALS, RESEARCHER, a_strategy, a_text
from tests.web.browser import TestWallet, a_key, open_browser, plug_in
from tests.web.conftest import FINN, Web

KEY = a_key("1")
FINNS = Address(KEY.address.lower())


async def a_vote(
    web: Web, voting: VotingType = "basic", choices: tuple[str, ...] = ("For", "Against", "Abstain")
) -> Proposal:
    """A vote under way that takes signed ballots; Finn's wallet has 700 tokens."""
    app = web.app
    web.chain.give(FINNS, 700 * ONE)
    await app.spaces.set_strategies(GUILD, json.dumps([a_strategy().to_json()]))
    await app.spaces.set_channels(GUILD, proposals=PROPOSALS)
    await app.spaces.set_proposers(GUILD, roles=[RESEARCHER])
    await app.spaces.set_voting(GUILD, rules=Rules(assurance=Assurance.SIGNED))
    async with app.store.write() as repos:
        await repos.wallets.add(Wallet(guild=GUILD, member=FINN, address=FINNS, linked_at=web.clock.now()))
        await repos.commit()
    draft = await app.proposals.draft(await app.spaces.main(GUILD), AUTHOR, a_text(), voting, choices)
    proposal = await app.proposals.submit(GUILD, draft.number, AUTHOR, [RESEARCHER])
    assert proposal.terms is not None
    web.clock.time = proposal.terms.start
    await app.lifecycle.open_due()
    return proposal


async def an_address(web: Web, proposal: Proposal, member: MemberId = FINN) -> str:
    invited = await web.app.tickets.issue(
        Purpose.VOTE, GUILD, member, guild_name="Hearthspan", member_name="finn", proposal=proposal.id
    )
    return invited.url


async def ballots(web: Web, proposal: Proposal) -> dict[Address, Mark]:
    async with web.app.store.read() as repos:
        return {ballot.wallet: ballot.mark for ballot in await repos.ballots.in_force(proposal.id)}


async def signed(web: Web, url: str, mark: object, key: LocalAccount = KEY) -> dict[str, Any]:
    """What the page sends once the wallet has signed."""
    status, asked = await web.tell(url + "/message", {"address": key.address, "mark": mark})
    assert status == 200, asked
    typed = asked["typed"]
    signature = "0x" + key.sign_typed_data(full_message=typed).signature.hex()
    return {"address": key.address, "mark": mark, "at": typed["message"]["timestamp"], "signature": signature}


async def test_a_signed_ballot_is_stored_and_told(web: Web) -> None:
    vote = await a_vote(web)
    url = await an_address(web, vote)
    status, stored = await web.tell(url + "/ballot", await signed(web, url, 1))
    assert (status, stored["mark"], stored["power"]) == (200, "For", "700 VITA")
    assert await ballots(web, vote) == {FINNS: 1}


async def test_a_label_reverses_nothing_on_the_page_nor_in_what_it_says_of_the_ballot(web: Web) -> None:
    vote = await a_vote(web, choices=("\u202eniaga yap\u202c", "Against"), voting="single-choice")
    url = await an_address(web, vote)
    async with web.http.get(url) as response:
        assert "\u202e" not in await response.text()
    _, asked = await web.tell(url + "/message", {"address": KEY.address, "mark": 1})
    assert asked["mark"] == "niaga yap"


async def test_the_address_is_good_for_a_second_thought(web: Web) -> None:
    vote = await a_vote(web)
    url = await an_address(web, vote)
    await web.tell(url + "/ballot", await signed(web, url, 1))
    web.clock.time = Timestamp(web.clock.time + 2)
    status, stored = await web.tell(url + "/ballot", await signed(web, url, 2))
    assert (status, stored["mark"]) == (200, "Against")
    assert await ballots(web, vote) == {FINNS: 2}


async def test_looking_at_the_page_casts_nothing_and_shows_the_text_escaped(web: Web) -> None:
    vote = await a_vote(web, choices=("<b>For</b>", "Against", "Abstain"), voting="single-choice")
    url = await an_address(web, vote)
    for _ in range(3):
        async with web.http.get(url) as response:
            body = await response.text()
            assert response.status == 200
    assert "&lt;b&gt;For&lt;/b&gt;" in body
    assert vote.cid is not None
    assert vote.cid in body
    assert not await ballots(web, vote)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"mark": 2}, 409),
        ({"mark": 9}, 409),
        ({"mark": "1"}, 409),
        ({"mark": {"1": 1}}, 409),
        ({"mark": None}, 409),
        ({"at": 1}, 409),
        ({"at": "now"}, 400),
        ({"at": True}, 400),
        ({"address": a_key("2").address}, 409),
        ({"address": "0x12"}, 409),
        ({"signature": "0x" + "11" * 65}, 409),
        ({"signature": "hello"}, 409),
        ({"signature": 5}, 400),
    ],
)
async def test_what_was_not_signed_is_not_cast(web: Web, changed: dict[str, object], status: int) -> None:
    vote = await a_vote(web)
    url = await an_address(web, vote)
    answer, told = await web.tell(url + "/ballot", await signed(web, url, 1) | changed)
    assert answer == status, told
    assert told["what"]
    assert told["then"]
    assert not await ballots(web, vote)


async def test_an_address_for_linking_is_none_for_voting(web: Web) -> None:
    vote = await a_vote(web)
    token = (await web.ticket()).rpartition("/")[2]
    async with web.http.get(f"{web.url}/vote/{token}") as response:
        assert response.status == 404
    url = await an_address(web, vote)
    async with web.http.get(url.replace("/vote/", "/link/")) as response:
        assert response.status == 404


async def test_after_the_end_and_after_ten_minutes_the_page_says_so(web: Web) -> None:
    vote = await a_vote(web)
    url = await an_address(web, vote)
    facts = await signed(web, url, 1)
    web.clock.time = Timestamp(web.clock.time + 601)
    assert (await web.tell(url + "/ballot", facts))[0] == 410
    assert vote.terms is not None
    web.clock.time = Timestamp(vote.terms.end + 1)
    late = await an_address(web, vote)
    status, told = await web.tell(late + "/message", {"address": KEY.address, "mark": 1})
    assert (status, told["over"]) == (409, True)


async def test_a_page_of_another_origin_is_not_listened_to(web: Web) -> None:
    vote = await a_vote(web)
    url = await an_address(web, vote)
    facts = await signed(web, url, 1)
    async with web.http.post(url + "/ballot", json=facts, headers={"Origin": "https://evil.example"}) as response:
        assert response.status == 403
    assert not await ballots(web, vote)


MARKS = {
    "basic": (1, "For"),
    "approval": ([1, 3], "For and Abstain"),
    "ranked-choice": ([2, 3, 1], "1. Against, 2. Abstain and 3. For"),
    "weighted": ([3, 0, 1], "For: 3 and Abstain: 1"),
    "star": ([5, 0, 2], "For: 5 of 5 stars and Abstain: 2 of 5 stars"),
}


async def fill(page: Any, voting: str, mark: Any) -> None:
    """Mark the ballot by hand."""
    if voting == "basic":
        await page.get_by_label("For", exact=True).check()
    elif voting == "approval":
        for label in ("For", "Abstain"):
            await page.get_by_label(label, exact=True).check()
    elif voting == "ranked-choice":
        for place, choice in enumerate(mark, start=1):
            await page.locator(f"#choice-{choice}").select_option(str(place))
    else:
        for choice, number in enumerate(mark, start=1):
            await page.locator(f"#choice-{choice}").fill(str(number))


@pytest.mark.parametrize("voting", MARKS)
async def test_a_member_marks_and_signs_in_a_browser(web: Web, voting: VotingType) -> None:
    mark, words = MARKS[voting]
    vote = await a_vote(web, voting)
    wallet = TestWallet(keys=[KEY])
    async with open_browser() as browser:
        context = await browser.new_context()
        await plug_in(context, wallet)
        page = await context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
        await page.goto(await an_address(web, vote))
        await fill(page, voting, mark)
        await page.get_by_role("button", name="Go on to my wallet").click()
        await page.get_by_role("button", name="Test wallet").click()
        await page.get_by_text(f"You vote: {words}").wait_for()
        await page.get_by_role("button", name="Sign with my wallet").click()
        await page.get_by_role("heading", name="Your ballot is stored").wait_for()
        assert await page.locator("#power").inner_text() == "700 VITA"
        assert problems == []
    expected = tuple(mark) if isinstance(mark, list) else mark
    assert await ballots(web, vote) == {FINNS: expected}
    assert [method for method, _ in wallet.asked] == ["eth_requestAccounts", "eth_signTypedData_v4"]


async def test_the_ballot_comes_marked_as_it_was_on_discord_and_a_refusal_can_be_thought_over(web: Web) -> None:
    vote = await a_vote(web)
    wallet = TestWallet(keys=[KEY], refuse={"eth_signTypedData_v4": 4001})
    async with open_browser() as browser:
        context = await browser.new_context()
        await plug_in(context, wallet)
        page = await context.new_page()
        await page.goto(f"{await an_address(web, vote)}#mark={quote(json.dumps(2))}")
        assert await page.get_by_label("Against", exact=True).is_checked()
        await page.get_by_role("button", name="Go on to my wallet").press("Enter")
        await page.get_by_role("button", name="Test wallet").press("Enter")
        await page.get_by_role("button", name="Sign with my wallet").press("Enter")
        await page.get_by_role("heading", name="You refused in your wallet, so nothing was done.").wait_for()
        assert not await ballots(web, vote)
        wallet.refuse = {}
        await page.get_by_role("button", name="Try again").press("Enter")
        await page.get_by_role("heading", name="Your ballot is stored").wait_for()
    assert await ballots(web, vote) == {FINNS: 2}


async def vote_for(page: Any, label: str) -> None:
    await page.get_by_label(label, exact=True).check()
    await page.get_by_role("button", name="Go on to my wallet").click()
    await page.get_by_role("button", name="Test wallet").click()
    await page.get_by_role("button", name="Sign with my wallet").click()
    await page.get_by_role("heading", name="Your ballot is stored").wait_for()


async def test_whoever_comes_back_sees_the_ballot_that_is_stored_not_the_choice_of_the_address(web: Web) -> None:
    vote = await a_vote(web)
    address = f"{await an_address(web, vote)}#mark=1"
    async with open_browser() as browser:
        context = await browser.new_context()
        await plug_in(context, TestWallet(keys=[KEY]))
        page = await context.new_page()
        await page.goto(address)
        assert await page.locator("#stored").count() == 0
        assert await page.get_by_label("For", exact=True).is_checked()
        await vote_for(page, "For")
        await page.get_by_role("button", name="Change my ballot").click()
        web.clock.time += 1
        await vote_for(page, "Against")
        for come_back in (page.reload, lambda: page.goto("about:blank"), lambda: page.goto(address)):
            await come_back()
            if page.url != "about:blank":
                assert await page.get_by_label("Against", exact=True).is_checked()
                assert "Against, signed by 0x" in await page.locator("#stored").inner_text()
        web.clock.time += 60
        await page.goto("about:blank")
        await page.goto(f"{await an_address(web, vote)}#mark=3")
        assert await page.get_by_label("Abstain", exact=True).is_checked(), "it was chosen after that ballot"
        assert "Against, signed by 0x" in await page.locator("#stored").inner_text()
    assert await ballots(web, vote) == {FINNS: 2}


async def test_what_is_missing_on_the_ballot_is_said_on_the_page(web: Web) -> None:
    vote = await a_vote(web, "ranked-choice")
    async with open_browser() as browser:
        page = await browser.new_page()
        await page.goto(await an_address(web, vote))
        await page.locator("#choice-1").select_option("1")
        await page.locator("#choice-2").select_option("1")
        await page.get_by_role("button", name="Go on to my wallet").click()
        assert await page.get_by_role("alert").inner_text() == "Two choices have place 1. Give each place once."
