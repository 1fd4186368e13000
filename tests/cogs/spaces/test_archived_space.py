"""A space that is archived: what runs goes on, nothing new begins, and it is hidden from whom it was hidden before."""

from __future__ import annotations

import pytest

from bot.domain.shared.types import MemberId
from tests.cogs.answers import answer, text_of
from tests.cogs.conftest import World, said
from tests.cogs.spaces.test_spaces_apart import Walk
from tests.cogs.spaces.two_spaces import Two, two_spaces

ARCHIVED = "is archived"


@pytest.fixture
async def two(world: World) -> Two:
    made = await two_spaces(world)
    await world.app.space_list.archive(world.guild_id, 2, by=MemberId(world.moderator.id))
    await world.client.sync_guild(world.guild_id)
    return made


async def test_open_votes_go_on_by_their_cards_and_their_numbers(two: Two) -> None:
    bob, group, world = two.actors["both"], two.group, two.world
    view = await world.app.proposals.view(world.guild_id, group.numbers["open"], MemberId(bob.id))
    card = next(message for message in group.here.history() if message.id == view.proposal.card)
    assert "Recorded: **For**" in said(await bob.click(card, label="For"))
    assert "Your vote: **For**" in said(await bob.slash(group.here, "vote status", proposal=group.numbers["open"]))
    assert "basalt open" in said(await bob.slash(world.general, "proposal list"))
    await world.sweep()
    await world.sweep(4 * 86_400)
    assert "basalt open" in said(await bob.slash(world.general, "proposal view", proposal=group.numbers["open"]))
    told = [text_of(message).splitlines() for message in group.channels["announcements"].history()]
    assert any("### basalt open" in lines for lines in told), "its result is announced where its others were"


async def test_nothing_new_begins_in_it(two: Two) -> None:
    bob, group, general = two.actors["both"], two.group, two.world.general
    before = await two.rows(group.space)
    draft = group.numbers["draft of both"]
    for where in (group.here, general):
        assert ARCHIVED in said(await bob.slash(where, "proposal submit", proposal=draft))
    manager = two.actors["manager"]
    for command, given in (
        ("campaign view", {"campaign": str(group.campaign)}),
        ("results", {"proposal": group.numbers["closed"]}),
    ):
        assert "basalt" in said(await manager.slash(group.here, command, **given))
    assert "basalt holder" not in said(await manager.slash(two.main.here, "roles list"))
    asked = await manager.slash(general, "roles remove", rule=group.rule)
    assert f"Remove rule #{group.rule}" in said(asked)
    assert await two.rows(group.space) == before
    await manager.click(answer(asked), label="Remove it, they keep the role")
    after = await two.rows(group.space)
    assert (len(before["role_rules"]), after["role_rules"]) == (1, []), "it is ended without restoring the space"


@pytest.mark.parametrize("caller", ["member", "main moderator"])
async def test_in_the_other_spaces_channel_no_suggestion_names_what_is_its(two: Two, caller: str) -> None:
    walk = Walk(two, "main", caller)
    for command, option in (
        *((f"proposal {one}", "proposal") for one in ("view", "history", "edit", "submit", "recuse")),
        *((one, "proposal") for one in ("power", "results", "vote status", "vote receipt", "vote recuse")),
        ("campaign view", "campaign"),
    ):
        for typed in ("", "basalt", "1"):
            offered = await walk.actor.autocomplete(two.main.here, command, option, typed)
            assert walk.other.foreign(str([one["name"] for one in offered])) == []
    for command in ("proposal list", "campaign list", "treasury view", "roles list", "delegate show", "space list"):
        result = await walk.command(f"/{command}", {})
        if result is not None and result.response is not None:
            assert walk.other.foreign(said(result)) == []
