"""Buttons and menus that name a space: after a restore its number may be another's, and then they do nothing."""

from __future__ import annotations

from importlib import import_module

import discord
import pytest

from bot.client.discord_client import extensions
from cogs._shared.components import StoredItem
from tests.cogs.answers import buttons, menus
from tests.cogs.conftest import World, said

NAMED = {
    "NextStep": "config:next:channel",
    "ChannelMenu": "config:proposals",
    "ProposersMenu": "config:proposers",
    "MinimumButton": "config:minimum",
    "FixStrategies": "config:strategies:fix",
    "TakeSettings": "config:space::7200::",
    "FixRule": "roles:fix:1:all",
    "FixButton": f"campaign:fix:31337:{10**17}",
    "ArchiveSpace": "space:archive",
    "RestoreSpace": "space:restore",
}
"""Each that names a space so, and how its custom_id begins; the space is its end."""
STALE = {"of another name": ":2.00000000", "of a version that wrote no mark": ":2"}


def test_every_one_is_in_the_table() -> None:
    for extension in extensions():
        import_module(extension)
    named = {
        kind.__name__
        for kind in StoredItem.__subclasses__()
        if r"(?P<space>\d{1,9}(?:" in kind.__discord_ui_compiled_template__.pattern
    }
    assert named == set(NAMED)


@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize("stale", STALE)
async def test_one_whose_space_has_another_name_now_does_nothing(world: World, kind: str, stale: str) -> None:
    await world.moderator.slash(world.general, "space new", name="IPT holders")
    before = await world.app.space_list.all(world.guild_id)
    custom_id = NAMED[kind] + STALE[stale]
    item: discord.ui.Item[discord.ui.View]
    match kind:
        case "ChannelMenu":
            item = discord.ui.ChannelSelect(custom_id=custom_id)
        case "ProposersMenu":
            item = discord.ui.RoleSelect(custom_id=custom_id)
        case _:
            item = discord.ui.Button(label="x", custom_id=custom_id)
    message = await world.channel(world.general).send("x", view=discord.ui.View(timeout=None).add_item(item))
    if buttons(message):
        pressed = await world.moderator.click(message, label="x")
    else:
        (menu,) = menus(message)
        value = world.general if kind == "ChannelMenu" else world.researcher
        pressed = await world.moderator.select(message, [value], custom_id=menu.custom_id)
    assert pressed.modal is None
    assert "is of something that I have no record of any more" in said(pressed)
    assert await world.app.space_list.all(world.guild_id) == before
