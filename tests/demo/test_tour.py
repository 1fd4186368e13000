"""What the page shows when it opens, its tours, and the server in which nothing is set yet."""

from __future__ import annotations

import re
from typing import Any

from bot.demo.page.tour import AUTHOR
from bot.demo.play import open_new_server, open_page
from tests.demo.visitor import IN_A_BROWSER, Visitor, visit

pytestmark = IN_A_BROWSER
TICKED = """([author, done]) => [...document.querySelectorAll("article.channel-message")].some(
  (one) => one.innerText.includes(author) && one.innerText.split("☑").length - 1 === done)"""


async def ticks_off(visitor: Visitor, done: int, *, of: int) -> None:
    """Wait until the tour has so many of its steps ticked off."""
    await visitor.page.wait_for_function(TICKED, arg=[AUTHOR, done], timeout=20_000)
    words = await visitor.message(AUTHOR).inner_text()
    assert len(re.findall(r"[☐☑] \d\.", words)) == of


async def is_in_view(visitor: Visitor, found: Any) -> bool:
    """Whether all of an element is seen, between the channel's name and the field for messages."""
    box, top = await found.bounding_box(), await visitor.page.locator(".channel-header").bounding_box()
    bottom = await visitor.page.locator("#channel-composer").bounding_box()
    return bool(top["y"] + top["height"] <= box["y"] and box["y"] + box["height"] <= bottom["y"])


async def nothing_alarms(visitor: Visitor) -> None:
    """Nothing on the page looks like an error, or like something unread."""
    assert await visitor.page.evaluate("simcordPreview.diagnostics") == []
    for alarm in ("#inspector-count", "#new-messages", "#history-newer"):
        assert not await visitor.page.locator(alarm).is_visible(), alarm


async def test_the_page_opens_on_an_open_vote_and_its_tour_is_ticked_off() -> None:
    async with open_page(0) as stage, visit(stage) as visitor:
        await nothing_alarms(visitor)
        newest = visitor.page.locator("article.channel-message").last
        assert AUTHOR in await newest.inner_text()
        assert await is_in_view(visitor, newest.get_by_text("1.", exact=True))
        assert await is_in_view(visitor, newest.get_by_text("4.", exact=True))
        for choice in ("For", "Against", "Abstain"):
            button = visitor.message("#5, proposed by").get_by_role("button", name=choice, exact=True)
            assert await button.is_enabled()
            assert await is_in_view(visitor, button)

        await ticks_off(visitor, 0, of=4)
        await visitor.links_a_wallet()
        await visitor.press("#5, proposed by", "For")
        await visitor.sees("Recorded: For, with 25,000 SPAN")
        await ticks_off(visitor, 2, of=4)
        await visitor.type_command("demo donate", amount="15k")
        await ticks_off(visitor, 3, of=4)
        await visitor.type_command("demo pass", days="3")
        await visitor.sees("Result of #5")
        await ticks_off(visitor, 4, of=4)


async def test_a_server_is_set_up_from_nothing_to_its_first_vote() -> None:
    async with open_new_server(0) as stage, visit(stage) as visitor:
        await nothing_alarms(visitor)
        await ticks_off(visitor, 0, of=7)
        token = await visitor.message(AUTHOR).locator("pre").inner_text()
        await visitor.type_command("config channels", proposals="governance")
        await visitor.type_command("config strategies")
        await visitor.fill_in(Strategies=token)
        await visitor.type_command("config proposers", minimum="1,000")
        await ticks_off(visitor, 3, of=7)
        await visitor.links_a_wallet()
        await visitor.type_command("proposal new")
        await visitor.fill_in(Title="Where do we meet?", Proposal="In Lisbon, in October.")
        await ticks_off(visitor, 4, of=7)
        await visitor.press("Where do we meet?", "Submit")
        await visitor.press("#1, proposed by", "For")
        await visitor.sees("Recorded: For, with 30,000 SPAN")
        await ticks_off(visitor, 6, of=7)
        await visitor.type_command("demo pass", days="3")
        await visitor.sees("Result of #1")
        await ticks_off(visitor, 7, of=7)
