"""The page of /wallet link in a real browser, with wallets that sign with real keys."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.domain.shared.types import MemberId
from bot.domain.wallets.web_ticket import TICKET_LIFE
from tests.web.browser import TestWallet, a_key, open_browser, plug_in
from tests.web.conftest import FINN, Web

KEY, SECOND, STRANGER = a_key("1"), a_key("2"), a_key("3")
HARMLESS = {"eth_requestAccounts", "eth_chainId", "personal_sign"}
NARROW = """() => {
  const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
  return [document.documentElement.scrollWidth, wide.map((e) => e.id || e.tagName)];
}"""
CONTRAST = r"""() => {
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c /= 255, c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parsed = (text) => text.match(/[\d.]+/g).map(Number);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = parsed(getComputedStyle(e).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color.slice(0, 3);
    }
  };
  const poor = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility()) continue;
    const [a, b] = [light(parsed(getComputedStyle(element).color).slice(0, 3)), light(ground(element))].sort();
    const ratio = (b + 0.05) / (a + 0.05);
    if (ratio < 4.5) poor.push([element.textContent.trim().slice(0, 40), ratio]);
  }
  return poor;
}"""
pytestmark = pytest.mark.timeout(90)


class Visit:
    """Somebody at the page, and what their browser did."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text))

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name)

    async def press(self, name: str) -> None:
        await self.button(name).click()

    async def sees(self, heading: str) -> None:
        title = self.page.get_by_role("heading", name=heading)
        await title.wait_for(timeout=10_000)

    async def focused(self) -> str:
        return str(await self.page.evaluate("() => document.activeElement.innerText"))


@asynccontextmanager
async def visit(browser: Any, address: str, *wallets: TestWallet, **kind: Any) -> AsyncIterator[Visit]:
    """Open an address in a browser of its own that has these wallets."""
    context = await browser.new_context(**kind)
    try:
        await plug_in(context, *wallets)
        visit = Visit(await context.new_page())
        await visit.page.goto(address)
        yield visit
    finally:
        await context.close()


async def linked(web: Web) -> list[str]:
    return [wallet.address for wallet in await web.wallets()]


async def test_a_wallet_is_linked_by_keyboard_alone_and_nothing_else_is_asked_for(web: Web) -> None:
    wallet, other = TestWallet([KEY], name="Clementine"), TestWallet([SECOND], name="Hardy")
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet, other) as at:
        await at.button("Clementine").wait_for()
        whose = await at.page.locator("dl.whose").inner_text()
        assert whose.split() == ["Discord", "account", "finn", "Server", "Hearthspan"]
        assert await at.page.get_by_role("main").count() == 1
        assert await at.page.locator("html[lang=en]").count() == 1
        await at.page.keyboard.press("Tab")
        assert "Clementine" in await at.focused()
        await at.page.keyboard.press("Enter")
        await at.sees("Read it, then sign")
        assert "Read it, then sign" in await at.focused()
        shown = await at.page.locator("#text").inner_text()
        await at.page.keyboard.press("Tab")
        await at.page.keyboard.press("Tab")
        assert await at.focused() == "Sign with my wallet"
        await at.page.keyboard.press("Enter")
        await at.sees("Linked")
        assert await at.focused() == "Linked"
        assert KEY.address in await at.page.locator("#done").inner_text()
        assert "Go back to Discord" in await at.page.locator("#done").inner_text()

        assert await linked(web) == [KEY.address.lower()]
        assert {method for method, _ in wallet.asked} == HARMLESS
        assert other.asked == []
        (signed,) = [params for method, params in wallet.asked if method == "personal_sign"]
        assert bytes.fromhex(signed[0].removeprefix("0x")).decode() == shown
        assert signed[1] == KEY.address
        assert all(address.startswith((web.url + "/", "data:")) for address in at.requests), at.requests
        assert at.complaints == []
        assert await at.page.context.cookies() == []
        assert await at.page.evaluate("() => localStorage.length + sessionStorage.length") == 0

        await at.page.reload()
        assert "used already" in await at.page.get_by_role("heading").first.inner_text()


async def test_what_goes_wrong_in_the_wallet_is_told_and_can_be_tried_again(web: Web) -> None:
    wallet = TestWallet([KEY, SECOND], name="Old one", legacy=True, refuse={"eth_requestAccounts": 4001})
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet) as at:
        await at.press("The wallet of this browser")
        await at.sees("You refused in your wallet, so nothing was done.")
        assert "You refused" in await at.focused()

        wallet.refuse = {"eth_requestAccounts": -32002}
        await at.press("Try again")
        await at.sees("Your wallet is asking already.")

        wallet.refuse = {"personal_sign": 4001}
        await at.press("Try again")
        await at.press(SECOND.address)
        await at.press("Sign with my wallet")
        await at.sees("You refused in your wallet, so nothing was done.")

        wallet.refuse, wallet.signs_as = {}, STRANGER
        await at.press("Try again")
        await at.sees(f"That was signed by {STRANGER.address[:6]}…{STRANGER.address[-4:]}")
        assert await linked(web) == []

        wallet.refuse = {"personal_sign": -32000}
        await at.press("Try again")
        await at.sees("Your wallet did not do it: “refused <b>here</b>”")

        wallet.refuse, wallet.signs_as = {}, None
        await at.press("Choose another wallet")
        await at.press("The wallet of this browser")
        await at.press(SECOND.address)
        await at.press("Sign with my wallet")
        await at.sees("Linked")
        assert await linked(web) == [SECOND.address.lower()]
        assert {method for method, _ in wallet.asked} == HARMLESS


async def test_linked_already_expired_and_unreachable_are_told_apart(web: Web) -> None:
    wallet = TestWallet([KEY])
    async with open_browser() as browser:
        async with visit(browser, await web.ticket(), wallet) as at:
            await at.press("Test wallet")
            await at.press("Sign with my wallet")
            await at.sees("Linked")
        async with visit(browser, await web.ticket(), wallet) as at:
            await at.press("Test wallet")
            await at.sees("The wallet is linked already.")
            assert not await at.button("Try again").is_visible()
            await at.page.route("**/text", lambda route: route.abort())
            await at.press("Choose another wallet")
            await at.press("Test wallet")
            await at.sees("The server could not be reached.")
            await at.page.unroute("**/text")
            web.clock.time += TICKET_LIFE + 1
            await at.press("Try again")
            await at.sees("This address has expired")
            assert await at.page.get_by_role("button").count() == 0
            assert "fresh" in await at.page.locator("#problem").inner_text()


async def test_a_wallet_of_another_member_moves_after_proof_and_a_second_word(web: Web) -> None:
    mallory, wallet = MemberId(1_100_000_000_000_000_666), TestWallet([KEY])
    async with open_browser() as browser:
        for member, last in ((mallory, "Linked"), (FINN, "It is linked to another member")):
            async with visit(browser, await web.ticket(member), wallet) as at:
                await at.press("Test wallet")
                await at.press("Sign with my wallet")
                await at.sees(last)
                if member == mallory:
                    continue
                assert await at.focused() == last
                assert await linked(web) == []
                await at.press("Move it to me")
                await at.sees("Linked")
    assert await linked(web) == [KEY.address.lower()]
    assert await web.wallets(mallory) == []


async def test_a_page_that_is_left_open_says_when_it_has_expired(web: Web) -> None:
    ticket = await web.ticket()
    web.clock.time += TICKET_LIFE - 1
    async with open_browser() as browser, visit(browser, ticket, TestWallet([KEY])) as at:
        await at.sees("This address has expired")
        assert await at.page.get_by_role("button").count() == 0


async def test_without_a_wallet_or_without_scripts_the_page_says_what_to_do(web: Web) -> None:
    ticket = await web.ticket()
    async with open_browser() as browser:
        async with visit(browser, ticket, viewport={"width": 360, "height": 740}) as at:
            await at.page.get_by_text("No wallet was found").wait_for()
            assert "On a phone" in await at.page.locator("#none").inner_text()
            await at.press("Look again")
            assert await at.page.get_by_role("status").inner_text() == "Still no wallet found."
            await at.page.evaluate(TestWallet([KEY], name="Late").script)
            await at.button("Late").wait_for()
            assert not await at.page.locator("#none").is_visible()
        async with visit(browser, ticket, java_script_enabled=False) as at:
            await at.sees("JavaScript is off")
            assert "never asks for a transaction" in await at.page.locator("main").inner_text()
            assert await at.page.get_by_role("button").count() == 0


async def test_what_a_hostile_wallet_says_of_itself_does_no_harm(web: Web) -> None:
    wallets = [
        TestWallet([KEY], name="<img src=x onerror=alert(1)>", icon="https://evil.example/track.png"),
        TestWallet([KEY], name="a\u202ereversed " + "long " * 100, icon="javascript:alert(1)"),
        TestWallet([KEY], name="Scripted", icon="data:text/html,<script>alert(1)</script>", rdns="<b>x</b>"),
        TestWallet(
            [KEY], name="Drawn", icon="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
        ),
    ]
    async with open_browser() as browser, visit(browser, await web.ticket(), *wallets) as at:
        dialogs: list[str] = []
        at.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        await at.button("Drawn").wait_for()
        names = await at.page.locator("#wallets button").all_inner_texts()
        assert names[0].splitlines()[0] == "<img src=x onerror=alert(1)>"
        assert "\u202e" not in names[1]
        assert len(names[1].splitlines()[0]) <= 40
        assert "<b>" not in names[2]
        assert await at.page.locator("#wallets img").count() == 1
        assert all(address.startswith((web.url + "/", "data:")) for address in at.requests), at.requests
        assert dialogs == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_step_fits_a_phone_and_can_be_read(web: Web, scheme: str) -> None:
    wallet = TestWallet([KEY], name="Wallet with quite a long name of its own", refuse={"personal_sign": 4001})
    kind = {"viewport": {"width": 360, "height": 740}, "color_scheme": scheme}
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet, **kind) as at:

        async def look(heading: str) -> None:
            await at.sees(heading)
            width, wide = await at.page.evaluate(NARROW)
            assert width <= 360, wide
            assert await at.page.evaluate(CONTRAST) == []
            small = await at.page.evaluate(
                "() => [...document.querySelectorAll('button')].filter((b) => b.checkVisibility())"
                ".filter((b) => b.getBoundingClientRect().height < 44).length"
            )
            assert small == 0

        await look("Choose your wallet")
        await at.press("Wallet with quite a long name")
        await look("Read it, then sign")
        await at.press("Sign with my wallet")
        await look("You refused in your wallet, so nothing was done.")
        wallet.refuse = {}
        await at.press("Try again")
        await look("Linked")
        ground = await at.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", ground)[:3])) < 200) == (scheme == "dark")
