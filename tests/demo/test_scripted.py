"""The demo as others script it: by these modules and names, which stay where they are."""

from __future__ import annotations

from bot.demo.acting import ask_to_link, fill_in, link_wallet, press, type_command
from bot.demo.people import ADA, MARA
from bot.demo.stage import open_stage
from bot.demo.story.message_texts import said
from bot.demo.world import MITOCLOCK, Draft, card, submit, write


async def test_a_script_links_a_wallet_and_asks_what_is_set() -> None:
    assert all(map(callable, (ask_to_link, fill_in, press, Draft, card, submit, write)))
    assert MITOCLOCK.title
    async with open_stage(one_channel=False) as made:
        await link_wallet(made, ADA)
        shown = await type_command(made, MARA, "config show", where="moderators")
        assert said(shown)
        assert set(made.channels) >= {"proposals", "announcements", "moderators"}
