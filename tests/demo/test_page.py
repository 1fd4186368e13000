"""The main job of the page, as a newcomer does it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.people import BEN, CHIARA, FINN, MARA
from bot.demo.play import open_page
from bot.demo.story.verify_process import verify
from tests.demo.visitor import IN_A_BROWSER, Visitor, visit

pytestmark = IN_A_BROWSER


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    async with open_page(0) as stage, visit(stage) as somebody:
        yield somebody


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
    await visitor.press("Your ranking", "2. Tallinn")
    await visitor.sees("1st: Tallinn (choice 2)")
    await visitor.restart()
    await visitor.press("Your ranking", "1. Lisbon")
    await visitor.sees("2nd: Lisbon (choice 1)")
    await visitor.press("Your ranking", "4. Valencia")
    await visitor.sees("4th: Ljubljana (choice 3)")
    await visitor.press("Your ranking", "Cast this vote")
    await visitor.sees("Recorded: 1st Tallinn, 2nd Lisbon, 3rd Valencia and 4th Ljubljana")

    await visitor.be(MARA.display)
    await visitor.type_command("config show")
    await visitor.sees("The rules in force here")
    await visitor.type_command("demo donate", amount="15k")
    await visitor.sees("Milestone reached: First 40 volunteers")

    await visitor.be(FINN.display)
    await visitor.links_a_wallet()
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
    await visitor.type_command("demo verify", proposal="4")
    await visitor.sees("It needs nothing but the file")
    told = await visitor.message("It needs nothing but the file").inner_text()
    command = next(line for line in told.splitlines() if " verify " in line).split()
    name, *options = command[command.index("verify") + 1 :]
    assert name == bundle
    checked = await verify(tmp_path, name, *options, "--receipt", receipt)
    assert (checked.code, checked.failed) == (0, ())
    assert any("signatures: 3 by account" in line for line in checked.lines)
    assert any("voting power: 3 wallets read" in line for line in checked.lines)
