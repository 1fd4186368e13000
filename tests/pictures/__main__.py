"""Takes the pictures: opens the demo in a browser, goes through its story as a member would, and photographs cards."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import ViewportSize, async_playwright

from bot.demo.people import BEN, CHIARA, FINN, MARA
from bot.demo.play import open_page
from tests.demo.visitor import ARGUMENTS, CHROMIUM, Visitor
from tests.pictures import IMAGES

CARD: ViewportSize = {"width": 850, "height": 1700}
WINDOW: ViewportSize = {"width": 1180, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 780}

ALONE = """(taken, alone) => {
  for (const other of taken.parentElement.children) {
    if (other !== taken) other.style.visibility = alone ? "hidden" : "";
  }
  for (const part of taken.querySelectorAll(".message-context-actions")) part.style.visibility = "hidden";
}"""
"""Hides the neighbours of a card, and what the page shows of it under a pointer."""


class Photographer(Visitor):
    """A visitor with a camera."""

    def __init__(self, page: Any, folder: Path) -> None:
        super().__init__(page)
        self.folder = folder

    async def card(self, name: str, text: str) -> None:
        """Take the last message with this text as it stands on the page."""
        await self.sees(text)
        await self.page.wait_for_timeout(500)
        await self.page.mouse.move(5, 5)
        message = self.message(text)
        await message.evaluate("taken => taken.scrollIntoView({ block: 'center' })")
        await message.evaluate(ALONE, True)
        await message.screenshot(path=self.folder / f"{name}.png")
        await message.evaluate(ALONE, False)

    async def shows(self, name: str) -> None:
        """Take the whole window."""
        await self.page.set_viewport_size(WINDOW)
        await self.page.mouse.move(5, 5)
        await self.page.wait_for_timeout(500)
        await self.page.screenshot(path=self.folder / f"{name}.png")
        await self.page.set_viewport_size(CARD)


async def whole(page: Any, name: str, folder: Path, viewport: ViewportSize) -> None:
    """Take a page of its own from top to bottom."""
    await page.set_viewport_size(viewport)
    await page.wait_for_timeout(500)
    await page.screenshot(path=folder / f"{name}.png", full_page=True)


async def votes(visitor: Photographer) -> None:
    """The votes of the demo, from a card to a receipt."""
    await visitor.be(CHIARA.display)
    await visitor.card("proposal", "#2, proposed by")
    await visitor.card("result", "Result of #1")
    await visitor.card("milestone", "Milestone reached: Ethics approval")
    await visitor.press("#2, proposed by", "Worm screen")
    await visitor.card("receipt", "Recorded: Worm screen")
    await visitor.type_command("power")
    await visitor.card("power", "Your power now")
    await visitor.press("#3, proposed by", "Rank the choices")
    await visitor.press("Your ranking", "2. Tallinn")
    await visitor.card("ranking", "Your ranking")
    await visitor.be(MARA.display)
    await visitor.type_command("config show")
    await visitor.card("config", "The rules in force here")


async def pages(visitor: Photographer) -> None:
    """The pages on which a wallet is linked, and signs a ballot."""
    await visitor.be(FINN.display)
    await visitor.type_command("wallet link")
    await visitor.sees("Link your wallet")
    page = await visitor.follow("Link your wallet", "Open my page")
    await page.emulate_media(color_scheme="dark")
    await whole(page, "link-phone", visitor.folder, PHONE)
    await page.emulate_media(color_scheme="light")
    await page.get_by_role("button", name="Demo wallet").click()
    await page.get_by_role("button", name="Sign with my wallet").wait_for(timeout=10_000)
    await whole(page, "link", visitor.folder, {"width": 700, "height": 900})
    await page.close()
    await visitor.be(BEN.display)
    await visitor.press("#4, proposed by", "For")
    page = await visitor.follow("Sign your ballot on #4", "Sign my ballot")
    await page.get_by_role("radio", name="For", exact=True, checked=True).wait_for(timeout=20_000)
    await page.get_by_role("button", name="Go on to my wallet").click()
    await page.get_by_role("button", name="Demo wallet").click()
    await page.get_by_role("button", name="Sign with my wallet").wait_for(timeout=10_000)
    await whole(page, "sign", visitor.folder, {"width": 500, "height": 900})
    await page.get_by_role("button", name="Sign with my wallet").click()
    await page.get_by_role("heading", name="Your ballot is stored").wait_for(timeout=20_000)
    await page.close()


async def results(visitor: Photographer) -> None:
    """What stands there when voting is over."""
    await visitor.type_command("demo pass", days="3")
    await visitor.sees("Result of #4")
    await visitor.press("#3, proposed by", "Every round")
    await visitor.card("rounds", "Round 1")
    page = await visitor.page.context.browser.new_page(device_scale_factor=2)
    address = visitor.message("Result of #4").get_by_role("link", name="Public page")
    await page.goto(await address.get_attribute("href"))
    await whole(page, "public", visitor.folder, PHONE)


async def main() -> None:
    """Take every picture."""
    async with open_page(0) as stage, async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = await browser.new_page(viewport=CARD, device_scale_factor=2)
        await page.goto(stage.preview.url)
        await page.locator("article.channel-message").first.wait_for(timeout=20_000)
        visitor = Photographer(page, IMAGES)
        await votes(visitor)
        await visitor.shows("demo")
        await pages(visitor)
        await results(visitor)
        await browser.close()
    for path in IMAGES.glob("*.png"):  # a third of the size, and nobody sees it
        Image.open(path).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


asyncio.run(main())
