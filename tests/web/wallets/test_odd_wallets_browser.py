"""Wallets that hang, turn to something else, lie about themselves, or crowd each other, in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.web.browser import TestWallet, a_key, open_browser, plug_in
from tests.web.conftest import Web
from tests.web.voting.test_vote_page import a_vote, an_address, ballots
from tests.web.wallets.test_link_page_browser import Visit, linked, visit

KEY, SECOND = a_key("1"), a_key("2")
pytestmark = pytest.mark.timeout(90)


async def turn(at: Visit, event: str, said: Any, name: str = "Test wallet") -> None:
    await at.page.evaluate("([name, event, said]) => window.__turn(name, event, said)", [name, event, said])


async def told(at: Visit) -> str:
    return str(await at.page.get_by_role("status").inner_text())


async def announce(at: Visit, script: str) -> None:
    """Have a wallet say hello whose detail is `script`."""
    await at.page.evaluate(
        f"() => window.dispatchEvent(new CustomEvent('eip6963:announceProvider', {{ detail: {script} }}))"
    )


@pytest.mark.parametrize("method", ["eth_requestAccounts", "personal_sign"])
async def test_who_has_waited_for_a_wallet_for_a_while_can_stop(web: Web, method: str) -> None:
    wallet = TestWallet([KEY], never={method})
    async with open_browser() as browser, visit(browser, "about:blank", wallet) as at:
        await at.page.clock.install()
        await at.page.goto(await web.ticket())
        await at.press("Test wallet")
        if method == "personal_sign":
            await at.press("Sign with my wallet")
        await at.page.clock.fast_forward(8_000)
        assert not await at.button("Stop waiting").is_visible()
        await at.page.clock.fast_forward(3_000)
        await at.button("Stop waiting").wait_for()
        assert "has not answered yet" in await told(at)
        assert await at.page.locator("button:enabled:visible").count() == 1
        await at.button("Stop waiting").press("Enter")
        await at.sees("You stopped waiting for your wallet.")
        assert not await at.button("Stop waiting").is_visible()
        wallet.never = set()
        await at.press("Try again")
        if method == "eth_requestAccounts":
            await at.press("Sign with my wallet")
        await at.sees("Linked")
    assert await linked(web) == [KEY.address.lower()]


async def test_what_a_wallet_answers_after_one_has_stopped_does_nothing(web: Web) -> None:
    wallet = TestWallet([KEY])
    late = """() => {
      const held = [];
      const slow = { request: ({ method }) => new Promise((answer) => held.push(() => answer(method))) };
      window.__answer = () => held.shift()?.();
      const info = { uuid: "slow", name: "Slow", icon: "", rdns: "slow.wallet" };
      const detail = { info, provider: slow };
      window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
    }"""
    async with open_browser() as browser, visit(browser, "about:blank", wallet) as at:
        await at.page.clock.install()
        await at.page.goto(await web.ticket())
        await at.page.evaluate(late)
        await at.press("Slow")
        await at.page.clock.fast_forward(11_000)
        await at.press("Stop waiting")
        await at.sees("You stopped waiting for your wallet.")
        await at.page.evaluate("() => window.__answer()")
        await at.page.clock.fast_forward(1_000)
        await at.sees("You stopped waiting for your wallet.")
        await at.press("Choose another wallet")
        await at.press("Test wallet")
        await at.press("Sign with my wallet")
        await at.sees("Linked")


async def test_a_wallet_that_does_not_tell_its_network_is_not_waited_for_long(web: Web) -> None:
    wallet = TestWallet([KEY], never={"eth_chainId"})
    async with open_browser() as browser, visit(browser, "about:blank", wallet) as at:
        await at.page.clock.install()
        await at.page.goto(await web.ticket())
        await at.press("Test wallet")
        await at.page.clock.run_for(3_500)
        await at.press("Sign with my wallet")
        await at.sees("Linked")


async def test_another_account_is_chosen_anew_and_the_same_one_is_not(web: Web) -> None:
    wallet = TestWallet([KEY])
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet) as at:
        await at.press("Test wallet")
        await at.sees("Read it, then sign")
        for accounts in ([KEY.address.lower()], [SECOND.address, KEY.address]):
            await turn(at, "accountsChanged", accounts)
            await at.sees("Read it, then sign")
        wallet.keys = [SECOND]
        await turn(at, "accountsChanged", [SECOND.address])
        await at.sees("Choose your wallet")
        assert "another account now" in await told(at)
        await at.press("Test wallet")
        await at.page.locator("#text", has_text=SECOND.address).wait_for()
        await turn(at, "accountsChanged", [])
        await at.sees("Choose your wallet")
        await at.press("Test wallet")
        await at.press("Sign with my wallet")
        await at.sees("Linked")
        await turn(at, "accountsChanged", [KEY.address])
        await turn(at, "chainChanged", "0x1")
        await at.sees("Linked")
        assert at.complaints == []
    assert await linked(web) == [SECOND.address.lower()]


async def test_a_wallet_that_was_left_is_listened_to_no_more(web: Web) -> None:
    wallet, other = TestWallet([KEY]), TestWallet([SECOND], name="Other")
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet, other) as at:
        await at.press("Test wallet")
        await at.press("Use another wallet")
        await at.press("Other")
        await at.sees("Read it, then sign")
        await turn(at, "accountsChanged", [])
        await at.sees("Read it, then sign")
        await turn(at, "accountsChanged", [], "Other")
        await at.sees("Choose your wallet")


@pytest.mark.parametrize("said", [None, 5, "", "0x1", "hello", {"signature": "0x"}, ["0x"], "0x<b>"])
async def test_what_is_no_signature_is_not_sent(web: Web, said: object) -> None:
    wallet = TestWallet([KEY], says={"personal_sign": said})
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet) as at:
        await at.press("Test wallet")
        await at.press("Sign with my wallet")
        await at.sees("Your wallet answered with something else than a signature.")
        assert not [address for address in at.requests if address.endswith("/signature")]


async def test_wallets_that_say_hello_again_keep_their_buttons(web: Web) -> None:
    buttons = "() => document.querySelectorAll('#wallets button')"
    async with open_browser() as browser, visit(browser, await web.ticket(), TestWallet([KEY])) as at:
        await at.button("Test wallet").wait_for()
        before = await at.page.evaluate_handle(buttons)
        await at.page.evaluate("() => window.dispatchEvent(new Event('eip6963:requestProvider'))")
        await at.page.wait_for_timeout(1_000)  # by then the page has looked again by itself
        kept = f"before => [...before].map(one => one.isConnected).concat(({buttons})().length)"
        assert await at.page.evaluate(kept, before) == [True, 1]


async def test_an_account_that_answers_with_nothing_is_told_so_and_asked_anew(web: Web) -> None:
    wallet = TestWallet([KEY], says={"personal_sign": "0x"})
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet) as at:
        await at.press("Test wallet")
        await at.press("Sign with my wallet")
        await at.sees("Your wallet answered without a signature.")
        await at.page.route("**/signature", lambda route: route.abort())
        await at.press("Check again")
        await at.sees("The server could not be reached.")
        await at.page.unroute("**/signature")
        await at.press("Try again")
        await at.sees("Your wallet answered without a signature.")
        wallet.says = {}
        await at.press("Choose another wallet")
        await at.press("Test wallet")
        await at.press("Sign with my wallet")
        await at.sees("Linked")


async def test_a_ballot_is_refused_hangs_and_is_cast_at_last(web: Web) -> None:
    vote = await a_vote(web)
    wallet = TestWallet([KEY], never={"eth_signTypedData_v4"})
    async with open_browser() as browser, visit(browser, "about:blank", wallet) as at:
        await at.page.clock.install()
        await at.page.goto(await an_address(web, vote))
        await at.page.get_by_label("For", exact=True).check()
        await at.press("Go on to my wallet")
        await at.press("Test wallet")
        await at.press("Sign with my wallet")
        await at.page.clock.fast_forward(11_000)
        await at.press("Stop waiting")
        await at.sees("You stopped waiting for your wallet.")
        wallet.never, wallet.refuse = set(), {"eth_signTypedData_v4": -32002}
        await at.press("Try again")
        await at.sees("Your wallet is asking already.")
        wallet.refuse = {}
        await at.press("Try again")
        await at.sees("Your ballot is stored")
    assert len(await ballots(web, vote)) == 1


async def test_wallets_that_lie_about_themselves_stand_in_nobodys_place(web: Web) -> None:
    wallet = TestWallet([KEY], name="Real")
    huge = "data:image/png;base64," + "A" * 400_000
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet) as at:
        await at.button("Real").wait_for()
        await at.page.evaluate(
            """() => {
              const claimed = new Set();
              window.addEventListener("eip6963:announceProvider", ({ detail }) => claimed.add(detail?.info?.uuid));
              window.dispatchEvent(new Event("eip6963:requestProvider"));
              const provider = { request: async () => ["0x" + "11".repeat(20)] };
              for (const uuid of claimed) {
                const info = { uuid, name: "Thief", icon: "", rdns: "thief" };
                window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: { info, provider } }));
              }
            }"""
        )
        provider = "{ request: async () => [] }"
        named = [
            ("rtl", "\u05d0\u05d1\u05d2 (kcol) \u202e\u2066x", "javascript:alert(1)"),
            ("huge", "Huge", huge),
            ("remote", "Remote", "https://evil.example/i.png"),
            ("marked", "<b>Bold</b>\n\n\u200b\u00ad", "data:image/svg+xml,<svg/onload=alert(1)>"),
            ("empty", "\u202e\u200b ", "data:text/html,<script>alert(1)</script>"),
        ]
        for uuid, name, icon in named:
            info = json.dumps({"uuid": uuid, "name": name, "icon": icon, "rdns": "x.y"})
            await announce(at, f"{{ info: {info}, provider: {provider} }}")
        for odd in (
            "null",
            "{}",
            "{ info: null, provider: null }",
            f"{{ info: {{ uuid: 5, name: 'Five' }}, provider: {provider} }}",
            "{ info: { uuid: 'p', name: 'Provider' }, provider: { request: 5 } }",
        ):
            await announce(at, odd)
        names = [text.splitlines()[0] for text in await at.page.locator("#wallets button").all_inner_texts()]
        assert names == [
            "Real", "\u05d0\u05d1\u05d2 (kcol) x", "Huge", "Remote", "<b>Bold</b>", "Wallet without a name",
        ]  # fmt: skip
        pictured = await at.page.locator("#wallets img").evaluate_all("all => all.map((one) => one.src.slice(0, 19))")
        assert pictured == ["data:image/svg+xml,", "data:image/svg+xml,"]
        assert await at.page.locator("#wallets span[dir=auto]").count() == len(names)
        assert all(address.startswith((web.url + "/", "data:")) for address in at.requests), at.requests
        assert not [line for line in at.complaints if "alert" in line]
        await at.press("Real")
        await at.press("Sign with my wallet")
        await at.sees("Linked")
    assert await linked(web) == [KEY.address.lower()]


async def test_so_many_wallets_are_shown_and_no_more(web: Web) -> None:
    wallet = TestWallet([KEY])
    async with open_browser() as browser:
        context = await browser.new_context(viewport={"width": 360, "height": 740})
        await plug_in(context, wallet)
        at = Visit(await context.new_page())
        await at.page.goto(await web.ticket())
        await at.button("Test wallet").wait_for()
        for number in range(30):
            info = json.dumps({"uuid": str(number), "name": f"Crowd {number}", "icon": "", "rdns": "x"})
            await announce(at, f"{{ info: {info}, provider: {{ request: async () => [] }} }}")
        assert await at.page.locator("#wallets button").count() == 20
        assert await at.button("Test wallet").is_visible()
        await context.close()
