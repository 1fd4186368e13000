"""axe-core finds nothing on any page or step, by day, by night, on a phone, and at twice the size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.domain.proposals.vote_rules import VoteVisibility
from bot.domain.shared.types import Address, MemberId
from bot.domain.voting import VotingType
from bot.domain.wallets.safe import Safe
from tests import builders
from tests.builders import GUILD
from tests.web.browser import TestWallet, a_key, open_browser
from tests.web.conftest import Web
from tests.web.proposals.test_proposal_page import Voted, close, voted
from tests.web.voting.test_vote_page import MARKS, a_vote, an_address, fill
from tests.web.wallets.test_link_page_browser import NARROW, Visit, visit

AXE = Path(__file__).parents[1] / "node/node_modules/axe-core/axe.min.js"
KEY, SECOND = a_key("1"), a_key("2")
SEEN: dict[str, dict[str, Any]] = {
    "by day": {"viewport": {"width": 1_000, "height": 800}},
    "by night": {"viewport": {"width": 1_000, "height": 800}, "color_scheme": "dark"},
    "on a phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
    "at twice the size": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 2},
}
RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html.slice(0, 120))]);
}"""
pytestmark = [
    pytest.mark.timeout(90),
    pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci in tests/node"),
]
__all__ = ["voted"]


async def is_fine(at: Visit) -> None:
    await at.page.evaluate(AXE.read_text())
    assert await at.page.evaluate(RUN) == []
    width, wide = await at.page.evaluate(NARROW)
    assert width <= at.page.viewport_size["width"], wide


@pytest.mark.parametrize("seen", SEEN)
async def test_every_step_of_linking_is_accessible(web: Web, seen: str) -> None:
    wallet = TestWallet([KEY, SECOND], refuse={"personal_sign": 4001})
    async with open_browser() as browser:
        async with visit(browser, "about:blank", wallet, TestWallet([KEY], name="Other"), **SEEN[seen]) as at:
            await at.page.clock.install()
            await at.page.goto(await web.ticket())
            await at.button("Test wallet").wait_for()
            await is_fine(at)
            await at.press("Test wallet")
            await at.sees("Which account?")
            await is_fine(at)
            await at.press(KEY.address)
            await at.sees("Read it, then sign")
            await is_fine(at)
            await at.press("Sign with my wallet")
            await at.sees("You refused in your wallet")
            await is_fine(at)
            wallet.refuse, wallet.never = {}, {"personal_sign"}
            await at.press("Try again")
            await at.page.clock.fast_forward(11_000)
            await at.button("Stop waiting").wait_for()
            await is_fine(at)
            wallet.never = set()
            await at.press("Stop waiting")
            await at.press("Try again")
            await at.sees("Linked")
            await is_fine(at)
            for other in (at.page.url, web.url, f"{web.url}/nowhere"):
                await at.page.goto(other)
                await is_fine(at)
        async with visit(browser, await web.ticket(), **SEEN[seen]) as at:
            await at.page.get_by_text("No wallet was found").wait_for()
            await is_fine(at)


@pytest.mark.parametrize("seen", SEEN)
async def test_the_step_of_owners_is_accessible(web: Web, seen: str) -> None:
    safe = builders.an_address(77)
    owners = (Address(KEY.address.lower()), builders.an_address(2))
    web.chain.contracts.add(safe)
    web.chain.safes[safe] = Safe(address=safe, chain=web.chain.chain, owners=owners, threshold=2)
    address = await web.ticket()
    async with open_browser() as browser, visit(browser, address, TestWallet([KEY]), **SEEN[seen]) as at:
        await at.page.get_by_text("A Safe, or another contract wallet").click()
        await is_fine(at)
        await at.page.get_by_label("Address of the wallet").fill(safe)
        await at.press("Go on")
        await at.sees("Its owners sign, one after another")
        await is_fine(at)
        await at.press("Sign as an owner")
        await at.press("Test wallet")
        await at.page.get_by_text("1 of 2 signatures are there.").wait_for()
        await is_fine(at)


@pytest.mark.parametrize("voting", MARKS)
async def test_every_step_of_voting_is_accessible(web: Web, voting: VotingType) -> None:
    proposal = await a_vote(web, voting)
    async with open_browser() as browser:
        for look in SEEN.values():
            async with visit(browser, await an_address(web, proposal), TestWallet([KEY]), **look) as at:
                await at.page.locator("summary").click()
                await is_fine(at)
                await fill(at.page, voting, MARKS[voting][0])
                await at.press("Go on to my wallet")
                await is_fine(at)
                await at.press("Test wallet")
                await at.sees("Read it, then sign")
                await is_fine(at)
                if look is SEEN["by day"]:
                    await at.press("Sign with my wallet")
                    await at.sees("Your ballot is stored")
                    await is_fine(at)


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("shown", [VoteVisibility.TALLY, VoteVisibility.NOTHING])
async def test_a_public_page_is_accessible(web: Web, voted: Voted, seen: str, shown: VoteVisibility) -> None:
    body = "### Begun low\n\n# High\n\n#### Deep\n\n" + "word " * 700
    proposal = await voted(shown, body=body, discussion="https://forum.example/t/1")
    address = f"{web.url}/p/{GUILD}/{proposal.number}"
    async with open_browser() as browser, visit(browser, address, **SEEN[seen]) as at:
        await is_fine(at)
        await close(web, proposal)
        await at.page.reload()
        await at.page.locator("summary").click()
        await is_fine(at)


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("voting", ["ranked-choice", "copeland", "star"])
async def test_the_pages_around_a_vote_are_accessible(web: Web, voted: Voted, seen: str, voting: VotingType) -> None:
    """Index, rounds or duels, voters by the list and one by one, and what is not there."""
    await voted(title="\u0647\u0644 \u0646\u0645\u0648\u0644 \u0627\u0644\u0645\u062e\u062a\u0628\u0631\u061f")
    space = await web.app.spaces.main(GUILD)
    cities = ("Lisbon", "Tallinn of the long name " * 3, "\u0646\u0639\u0645", "Valencia")
    draft = await web.app.proposals.draft(space, builders.AUTHOR, builders.a_text(), voting, cities)
    found = await web.app.proposals.submit(GUILD, draft.number, builders.AUTHOR, [builders.RESEARCHER])
    for number, mark in ((1, (3, 1, 4, 2)), (2, (2, 4, 3, 1))):
        await web.app.voting.cast(GUILD, found.id, MemberId(number), mark)
    assert found.terms is not None
    web.clock.time = found.terms.end + 60
    assert await web.app.lifecycle.close_due() == 2
    here = f"{web.url}/p/{GUILD}"
    async with open_browser() as browser, visit(browser, here, **SEEN[seen]) as at:
        await is_fine(at)
        for path in ("/2", "/2/voters", f"/2/voters/{builders.an_address(1)}", "/2/voters?q=none", "/99"):
            await at.page.goto(f"{here}{path}")
            await at.page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
            await is_fine(at)


async def test_public_pages_are_read_without_a_script_and_by_the_keyboard_alone(web: Web, voted: Voted) -> None:
    proposal = await voted()
    async with open_browser() as browser:
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(f"{web.url}/p/{GUILD}")
        reached = []
        for leads in (f"/p/{GUILD}/{proposal.number}", f"/p/{GUILD}/{proposal.number}/voters"):
            for _press in range(20):
                await page.keyboard.press("Tab")
                address = await page.locator(":focus").get_attribute("href")
                if address == leads:
                    break
            await page.keyboard.press("Enter")
            await page.wait_for_url(f"**{leads}")
            reached.append(await page.locator("h1").inner_text())
        assert reached == [proposal.text.title, "Who voted"]
        await page.get_by_label("Address of a wallet").fill("0x")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/voters?q=0x&sort=power")
        assert await page.locator("tbody tr").count() == 2
        await context.close()


async def test_a_printed_page_holds_the_whole_text(web: Web, voted: Voted) -> None:
    proposal = await voted(body="The mouse study has three stages.")
    async with open_browser() as browser, visit(browser, f"{web.url}/p/{GUILD}/{proposal.number}") as at:
        text = at.page.get_by_text("The mouse study has three stages.")
        shown = [await text.evaluate("(one) => one.checkVisibility({contentVisibilityAuto: true})")]
        await at.page.emulate_media(media="print")
        shown.append(await text.evaluate("(one) => one.checkVisibility({contentVisibilityAuto: true})"))
    assert shown == [False, True]


LINES = """(cell) => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
}"""


async def test_on_a_phone_no_word_or_figure_of_a_table_is_broken(web: Web, voted: Voted) -> None:
    proposal = await voted()
    space = await web.app.spaces.main(GUILD)
    await web.app.treasury.watch(
        space,
        builders.AUTHOR,
        chain=builders.CHAIN,
        holder=builders.TREASURY,
        token=builders.TOKEN,
        label="Long name " * 4,
    )
    narrow = {"viewport": {"width": 360, "height": 740}}
    async with open_browser() as browser:
        for path, head in ((f"/{proposal.number}", "Score"), ("", "Holds")):
            async with visit(browser, f"{web.url}/p/{GUILD}{path}", **narrow) as at:
                cells = [
                    at.page.get_by_role("columnheader", name=head),
                    *await at.page.locator("td:nth-child(2)").all(),
                ]
                assert [await cell.evaluate(LINES) for cell in cells] == [1] * len(cells)
                width, wide = await at.page.evaluate(NARROW)
                assert width <= 360, wide
