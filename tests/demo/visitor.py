"""Somebody at the demo's page, in a browser: playwright and a Chromium are installed besides what is in the lock."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.demo.stage import Stage

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
IN_A_BROWSER = [
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
            field = self.page.locator(f"[aria-label='{name}, required'], [aria-label='{name}']")
            optional = self.page.get_by_role("option", name=name)
            await field.or_(optional).first.click()
            await self.page.keyboard.type(value)
            await self.page.wait_for_timeout(300)
            if await self.page.get_by_role("option", name=value).count():
                await self.page.get_by_role("option", name=value).first.click()
        await self.does(self.page.locator("#send-message").click)

    async def fill_in(self, **values: str) -> None:
        """Fill in the form that is open, by the beginnings of its fields' labels, and send it."""
        form = self.page.locator("#modal-root")
        for label, value in values.items():
            await form.get_by_role("textbox", name=label).first.fill(value)
        await self.does(form.get_by_role("button", name="Submit").click)

    async def links_a_wallet(self) -> None:
        await self.type_command("wallet link")
        await self.sees("Link your wallet")
        page = await self.follow("Link your wallet", "Open my page")
        assert "This is the demo" in await page.locator("body").inner_text()
        await page.get_by_role("button", name="Demo wallet").click()
        await page.get_by_role("button", name="Sign with my wallet").click()
        await page.get_by_role("heading", name="Linked").wait_for(timeout=10_000)
        await page.close()

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


@asynccontextmanager
async def visit(stage: Stage) -> AsyncIterator[Visitor]:
    """Open a stage's page in a browser."""
    async with browsers.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1180, "height": 900})
        await page.goto(stage.preview.url)
        await page.locator("article.channel-message").first.wait_for(timeout=20_000)
        yield Visitor(page)
        await browser.close()
