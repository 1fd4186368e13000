"""The page in a real browser, where one is installed: playwright and a Chromium are not in the lock."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.demo.people import BEN, CHIARA, FINN, MARA
from bot.demo.play import open_page
from bot.demo.story.verify_process import verify

browsers = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.timeout(180),
]


IDLE = "() => simcordPreview.ready && simcordPreview.awaitingRevision === null"
TAKEN = """before => {
  const { pendingAction, lastAction } = simcordPreview;
  return Boolean(pendingAction) || (lastAction?.requestId ?? null) !== before;
}"""
"""While the page carries out one thing it takes no other, and it may draw a button anew under a press."""


class Visitor:
    """Somebody at the page."""

    def __init__(self, page: Any) -> None:
        self.page = page

    async def be(self, name: str) -> None:
        await self.does(lambda: self.page.locator("#viewer-picker").select_option(label=name))

    async def does(self, act: Callable[[], Awaitable[object]]) -> None:
        """Do something once the page is ready for it; if it was not taken, do it again, as anybody would."""
        for _ in range(3):
            await self.page.wait_for_function(IDLE, timeout=20_000)
            before = await self.page.evaluate("simcordPreview.lastAction?.requestId ?? null")
            await act()
            with contextlib.suppress(browsers.TimeoutError):
                await self.page.wait_for_function(TAKEN, arg=before, timeout=3_000)
                break
        await self.page.wait_for_function(IDLE, timeout=20_000)

    async def type_command(self, command: str, **options: str) -> None:
        await self.page.locator("#channel-composer-input").fill(f"/{command}")
        offered = self.page.locator("#command-picker-listbox [aria-selected=true]")
        await offered.get_by_text(f"/{command}", exact=True).wait_for(timeout=20_000)
        await self.page.keyboard.press("Enter")
        await self.page.locator(".command-chip").wait_for(timeout=20_000)
        for name, value in options.items():
            field = self.page.locator(f"[aria-label='{name}, required'], [aria-label='{name}']").first
            await field.click()
            await self.page.keyboard.type(value)
            await self.page.wait_for_timeout(300)
        await self.does(self.page.locator("#send-message").click)

    async def press(self, card: str, label: str) -> None:
        await self.does(self.message(card).get_by_role("button", name=label).first.click)

    async def restart(self) -> None:
        """Restart the bot, and wait until the new one is there."""
        before = await self.page.evaluate("simcordPreview.botGeneration")
        await self.type_command("demo restart")
        await self.page.wait_for_function("before => simcordPreview.botGeneration > before", arg=before, timeout=30_000)

    async def sees(self, text: str) -> None:
        try:
            await self.message(text).wait_for(timeout=20_000)
        except browsers.TimeoutError as error:
            done = await self.page.evaluate("JSON.stringify([simcordPreview.activity, simcordPreview.diagnostics])")
            raise AssertionError(f"{text!r} is not on the page; what it did last: {done[-2_000:]}") from error

    async def follow(self, card: str, label: str) -> Any:
        """Open the page that a message leads to, with a wallet that is always agreed with."""
        # A click can meet the page just as it draws its messages again; the address is what the link is about.
        address = await self.message(card).get_by_role("link", name=label).first.get_attribute("href")
        opened = await self.page.context.browser.new_page()
        opened.on("dialog", lambda dialog: dialog.accept())
        await opened.goto(address)
        return opened

    async def download(self, name: str, folder: Path) -> str:
        async with self.page.expect_download() as started:
            await self.page.get_by_role("button", name=f"Download {name}").first.click()
        file = await started.value
        await file.save_as(folder / name)
        return str(file.suggested_filename)

    def message(self, text: str) -> Any:
        return self.page.locator("article.channel-message", has_text=text).last


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    async with open_page(0) as stage, browsers.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1000, "height": 1000})
        await page.goto(stage.preview.url)
        await page.locator("article.channel-message").first.wait_for(timeout=20_000)
        yield Visitor(page)
        await browser.close()


async def test_a_newcomer_finds_the_main_job_on_the_page(visitor: Visitor) -> None:
    await visitor.be(CHIARA.display)
    await visitor.sees("Result of #1")
    await visitor.sees("Milestone reached: Ethics approval")

    await visitor.press("#2, proposed by", "Worm screen")
    await visitor.sees("Recorded: Worm screen of 2,000 compounds, with 300,000 SPAN")
    await visitor.restart()
    await visitor.press("#2, proposed by", "Liver organoids")
    await visitor.sees("It replaces your earlier vote: Worm screen of 2,000 compounds.")

    await visitor.press("#3, proposed by", "Rank the choices")
    await visitor.press("#3 · Your ranking", "2. Tallinn")
    await visitor.sees("1st: Tallinn (choice 2)")
    await visitor.restart()
    await visitor.press("#3 · Your ranking", "1. Lisbon")
    await visitor.sees("2nd: Lisbon (choice 1)")
    await visitor.press("#3 · Your ranking", "4. Valencia")
    await visitor.sees("4th: Ljubljana (choice 3)")
    await visitor.press("#3 · Your ranking", "Cast this vote")
    await visitor.sees("Recorded: 1st Tallinn, 2nd Lisbon, 3rd Valencia and 4th Ljubljana")

    await visitor.be(MARA.display)
    await visitor.type_command("config show")
    await visitor.sees("The rules in force here")
    await visitor.type_command("demo donate", amount="15k")
    await visitor.sees("Milestone reached: First 40 volunteers")

    await visitor.be(FINN.display)
    await visitor.type_command("wallet link")
    await visitor.sees("Link a wallet on a page of your own")
    page = await visitor.follow("Link a wallet on a page", "Link my wallet")
    assert "This is the demo" in await page.locator("body").inner_text()
    await page.get_by_role("button", name="Demo wallet").click()
    await page.get_by_role("button", name="Sign with my wallet").click()
    await page.get_by_role("heading", name="Linked").wait_for(timeout=10_000)
    await page.close()
    await visitor.type_command("wallet list")
    await visitor.sees("Your wallets here")

    await visitor.type_command("demo pass", days="3")
    await visitor.sees("Result of #2")


async def test_a_signed_vote_ends_in_a_bundle_that_another_machine_verifies(visitor: Visitor, tmp_path: Path) -> None:
    await visitor.be(BEN.display)
    await visitor.press("#4, proposed by", "For")
    page = await visitor.follow("Sign your ballot on #4", "Sign my ballot")
    await page.get_by_role("radio", name="For", exact=True, checked=True).wait_for(timeout=20_000)
    await page.get_by_role("button", name="Go on to my wallet").click()
    await page.get_by_role("button", name="Demo wallet").click()
    await page.get_by_role("button", name="Sign with my wallet").click()
    await page.get_by_role("heading", name="Your ballot is stored").wait_for(timeout=20_000)
    assert await page.locator("#power").inner_text() == "615,000 SPAN"
    await page.close()
    await visitor.type_command("vote status", proposal="4")
    await visitor.sees("Your wallet signed it.")

    await visitor.type_command("demo pass", days="3")
    await visitor.sees("Result of #4")
    bundle = await visitor.download("proposal-4-result.json.gz", tmp_path)
    await visitor.type_command("vote receipt", proposal="4")
    await visitor.sees("with the proof that they are under the root")
    receipt = await visitor.download("proposal-4-receipt.json", tmp_path)
    await visitor.type_command("demo verify")
    await visitor.sees("It needs nothing but the file")
    told = await visitor.message("It needs nothing but the file").inner_text()
    command = next(line for line in told.splitlines() if " verify " in line).split()
    name, *options = command[command.index("verify") + 1 :]
    assert name == bundle
    checked = await verify(tmp_path, name, *options, "--receipt", receipt)
    assert (checked.code, checked.failed) == (0, ())
    assert any("signatures: 3 by account" in line for line in checked.lines)
    assert any("voting power: 3 wallets read" in line for line in checked.lines)
