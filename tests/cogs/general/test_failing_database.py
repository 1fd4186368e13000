"""A database that fails, through every door of Discord: words for members, one line for the operator."""

from __future__ import annotations

import logging

import pytest

from bot.app.scheduled_jobs import sweep_all
from bot.domain.shared.errors import StorageFault, StorageUnavailable
from bot.storage.unit_of_work import SqlStore
from cogs.general.error_messages import words
from tests.cogs.conftest import World, said
from tests.disks import READ_ONLY, Disk


async def test_members_read_that_nothing_was_recorded_and_the_log_has_one_line_without_a_traceback(
    world: World, caplog: pytest.LogCaptureFixture, unforeseen: list[str]
) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    form = await ada.slash(world.general, "proposal new")
    assert isinstance(world.app.store, SqlStore)
    disk = Disk(world.app.store)
    await disk.becomes(READ_ONLY)
    caplog.clear()
    unforeseen.append("the database")
    told = [
        said(await ada.click(world.card(proposal), label="For")),  # a button
        said(await ada.submit_modal(form, {"title": "Fund it", "body": "A long body. " * 300})),  # a form
        said(await world.moderator.slash(world.general, "config web", public=False)),  # a command
    ]
    for text in told:
        assert "I can't use my database just now: it may only be read. Nothing was recorded." in text
        assert "Next: try again" in text
        assert "Sorry" not in text
    for _ in range(3):
        await sweep_all(world.app, world.client.announcer, world.client.guild_roles)
    troubles = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(troubles) == 1
    assert "cannot be used" in troubles[0].getMessage()
    assert not any(record.exc_info for record in caplog.records if record.name.startswith(("bot", "cogs")))
    await disk.becomes("")
    assert "Recorded: **For**" in said(await ada.click(world.card(proposal), label="For"))


def test_where_it_did_not_say_whether_it_stored_members_read_that_it_may_be_recorded() -> None:
    text = words(StorageUnavailable(StorageFault.IN_DOUBT)) or ""
    assert "it may be recorded, or not" in text
    assert "Nothing was recorded" not in text
    assert "/vote receipt" in text
