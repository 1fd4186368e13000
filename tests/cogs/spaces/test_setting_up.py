"""Setting a space up by buttons: each step leads to the next, and only who may change the rules takes one."""

from __future__ import annotations

import json
from typing import Any

import discord
import pytest
import simcord

from bot.domain.spaces.space import Space
from cogs._shared.components import Buttons, space_ref
from cogs.spaces.setup_buttons import ChannelMenu, MinimumButton, NextStep, ProposersMenu
from cogs.spaces.setup_steps import Step
from tests.builders import CHAIN, TOKEN
from tests.cogs.answers import answer, buttons, filled_in, menus
from tests.cogs.conftest import World, said

STRATEGIES = json.dumps(
    [
        {
            "name": "erc20-balance-of",
            "network": str(CHAIN),
            "params": {"address": TOKEN, "symbol": "VITA", "decimals": 18},
        }
    ]
)
NOTHING: dict[str, Any] = {
    "strategies": (),
    "proposals_channel": None,
    "proposer_roles": (),
    "proposer_power": None,
}
POWER, CHANNEL, WHO = "Next: say what gives power", "Next: choose a channel", "Next: say who may propose"
ALL_SET = "All set: /proposal new"


async def main(world: World) -> Space:
    return await world.app.spaces.main(world.guild_id)


def ways(result: simcord.InteractionResult) -> list[str]:
    """The labels of the buttons below an answer."""
    return [str(button.label) for button in buttons(answer(result).message)]


async def test_from_nothing_to_the_first_proposal_by_buttons_alone(world: World) -> None:
    await world.configure(**NOTHING)
    mona = world.moderator
    begun = await mona.slash(world.general, "config show")
    assert ways(begun) == [POWER]
    pasted = await mona.submit_modal(await mona.click(answer(begun).message, label=POWER), {"strategies": STRATEGIES})
    assert (ways(pasted), "VITA by erc20-balance-of" in said(pasted)) == ([CHANNEL], True)
    asked = await mona.click(answer(pasted).message, label=CHANNEL)
    assert "Where are proposals posted?" in said(asked)
    chosen = await mona.select(answer(asked).message, [world.proposals])
    assert (await main(world)).proposals_channel == world.proposals.id
    assert ways(chosen) == [WHO]
    asked = await mona.click(answer(chosen).message, label=WHO)
    await mona.select(answer(asked).message, [world.researcher])
    assert ALL_SET in said(asked)
    assert ways(asked) == []
    assert (await main(world)).proposer_roles == (world.researcher.id,)


async def test_a_minimum_that_is_wrong_is_kept_and_mended(world: World) -> None:
    await world.configure(**NOTHING | {"strategies": (await main(world)).strategies})
    mona = world.moderator
    begun = await mona.slash(world.general, "config channels", proposals=world.proposals)
    asked = await mona.click(answer(begun).message, label=WHO)
    form = await mona.click(answer(asked).message, label="By voting power")
    refused = await mona.submit_modal(form, {"minimum": "many"})
    assert "Nothing was changed; what you typed is kept." in said(refused)
    await world.restart()
    again = await mona.click(answer(refused).message, label="Fix it")
    assert filled_in(again) == {"minimum": "many"}
    mended = await mona.submit_modal(again, {"minimum": "2.5k"})
    assert "whoever has 2,500 VITA of voting power or more" in said(mended)
    assert ALL_SET in said(mended)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("channels", {"announcements": "announcements"}),
        ("proposers", {"minimum": "5"}),
        ("voting", {"period": "1d"}),
        ("moderators", {}),
        ("voters", {}),
        ("web", {"public": False}),
        ("cogs", {"part": "power", "on": True}),
    ],
)
async def test_after_each_step_the_next_one_is_offered(world: World, command: str, options: dict[str, Any]) -> None:
    given = {name: world.announcements if value == "announcements" else value for name, value in options.items()}
    done = await world.moderator.slash(world.general, f"config {command}", **given)
    assert (ALL_SET in said(done), ways(done)) == (True, [])
    await world.configure(proposals_channel=None)
    done = await world.moderator.slash(world.general, f"config {command}", **given)
    assert "the channel for proposals: /config channels" in said(done)
    assert ways(done) == [CHANNEL]


async def test_a_new_space_leads_to_its_own_steps(world: World) -> None:
    made = await world.moderator.slash(world.general, "space new", name="IPT holders")
    assert ways(made) == [POWER]
    form = await world.moderator.click(answer(made).message, label=POWER)
    await world.moderator.submit_modal(form, {"strategies": STRATEGIES})
    own = await world.app.spaces.numbered(world.guild_id, 2)
    assert own.strategies


async def test_an_archived_space_is_restored_by_the_button_below_what_archived_it(world: World) -> None:
    await world.moderator.slash(world.general, "space new", name="IPT holders")
    asked = await world.moderator.slash(world.general, "space archive", space=2)
    await world.moderator.click(answer(asked).message, label="Archive it")
    assert ways(asked) == ["Restore it"]
    assert len(await world.app.spaces.active(world.guild_id)) == 1
    restored = await world.moderator.click(answer(asked).message, label="Restore it")
    assert "is active again" in said(restored)
    assert len(await world.app.spaces.active(world.guild_id)) == 2


async def test_a_member_takes_no_step_by_a_forged_button(world: World) -> None:
    alice, before = await world.member("alice"), await main(world)
    view = Buttons(NextStep(Step.STRATEGIES), ChannelMenu(), ProposersMenu(), MinimumButton())
    forged = await world.channel(world.general).send("x", view=view)
    for button in buttons(forged):
        assert "may manage this server" in said(await alice.click(forged, custom_id=button.custom_id))
    channel, roles = menus(forged)
    for menu, value in ((channel, world.general), (roles, world.researcher)):
        assert "may manage this server" in said(await alice.select(forged, [value], custom_id=menu.custom_id))
    assert await main(world) == before


async def test_a_spaces_moderator_takes_no_step_of_another_space(world: World) -> None:
    await world.moderator.slash(world.general, "space new", name="IPT holders")
    await world.configure(moderators=(world.researcher.id,))
    alice = await world.member("alice", researcher=True)
    other = space_ref(await world.app.spaces.numbered(world.guild_id, 2))
    forged = await world.channel(world.general).send("x", view=Buttons(ChannelMenu(other), MinimumButton(other)))
    (menu,) = menus(forged)
    refused = await alice.select(forged, [world.general], custom_id=menu.custom_id)
    assert "may manage this server" in said(refused)
    assert (await world.app.spaces.numbered(world.guild_id, 2)).proposals_channel is None
    assert "may manage" in said(await alice.click(forged, label="By voting power"))


def test_the_longest_input_fits_a_button() -> None:
    button = MinimumButton("999999999.0123abcd", "9" * 60)
    assert isinstance(button.item, discord.ui.Button)
    assert len(button.item.custom_id or "") <= 100
