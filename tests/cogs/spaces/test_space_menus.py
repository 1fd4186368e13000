"""Where several spaces could be meant, /treasury, /campaign and /roles ask which, and go on with what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.domain.shared.types import MemberId
from tests.builders import TOKEN, an_address
from tests.cogs.answers import answer
from tests.cogs.conftest import World, said
from tests.cogs.spaces.two_spaces import Two, two_spaces

ASKED = "several spaces"
WATCH = {"treasury": an_address(0x1234), "label": "third", "token": TOKEN}
CAMPAIGN = {"title": "third", "treasury": an_address(0x1234), "token": TOKEN}


@pytest.fixture
async def two(world: World) -> Two:
    return await two_spaces(world)


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {table for table in before if after[table] != before[table]}


@pytest.mark.parametrize("command", ["treasury view", "campaign list", "roles list", "roles check"])
async def test_what_only_shows_shows_the_space_that_was_chosen(two: Two, command: str) -> None:
    manager = two.actors["manager"]
    for name in ("main", "group"):
        side, other = two.side(name)
        asked = await manager.slash(two.world.general, command)
        assert ASKED in said(asked)
        shown = said(await manager.select(answer(asked), [str(side.space.number)]))
        assert side.mark in shown or side.holder.mention in shown
        assert other.foreign(shown) == []


@pytest.mark.parametrize("name", ["main", "group"])
async def test_what_was_typed_counts_for_the_space_that_was_chosen(two: Two, name: str) -> None:
    manager, general = two.actors["manager"], two.world.general
    (side, other), role = two.side(name), two.world.guild.create_role("third")
    before, others = await two.rows(side.space), await two.rows(other.space)
    for command, typed, table in (
        ("treasury watch", WATCH, "watches"),
        ("treasury unwatch", {"treasury": "third"}, "watches"),
        ("roles add", {"role": role, "minimum": "12"}, "role_rules"),
    ):
        asked = await manager.slash(general, command, **typed)
        assert ASKED in said(asked), command
        assert await two.rows(side.space) == before, command
        await manager.select(answer(asked), [str(side.space.number)])
        after = await two.rows(side.space)
        assert table in changed(before, after), command
        assert await two.rows(other.space) == others, command
        before = after


@pytest.mark.parametrize("name", ["main", "group"])
async def test_a_treasury_that_is_chosen_from_the_list_needs_no_question(two: Two, name: str) -> None:
    manager, general = two.actors["manager"], two.world.general
    side, other = two.side(name)
    offered = await manager.autocomplete(general, "treasury unwatch", "treasury", side.mark)
    (choice,) = [one for one in offered if f"{side.mark} treasury" in one["name"]]
    assert choice["name"].endswith(f" · {side.space.name}")
    before, others = await two.rows(side.space), await two.rows(other.space)
    done = said(await manager.slash(general, "treasury unwatch", treasury=choice["value"]))
    assert done.startswith(f"This is of the space **{side.space.name}**.\nNo longer watched")
    assert "watches" in changed(before, await two.rows(side.space))
    assert await two.rows(other.space) == others


async def test_a_treasury_of_another_space_is_not_taken_away_by_its_number(two: Two) -> None:
    manager, before = two.actors["manager"], await two.rows(two.group.space)
    (watch,) = await two.world.app.treasury.watches(two.group.space)
    refused = said(await manager.slash(two.main.here, "treasury unwatch", treasury=str(watch.number)))
    assert "is not watched here" in refused
    assert await two.rows(two.group.space) == before


@pytest.mark.parametrize("name", ["main", "group"])
async def test_forms_are_of_the_space_that_was_chosen(two: Two, name: str) -> None:
    manager, general = two.actors["manager"], two.world.general
    (side, other), role = two.side(name), two.world.guild.create_role("third")
    before, others = await two.rows(side.space), await two.rows(other.space)
    for command, typed, entered, table in (
        ("campaign new", CAMPAIGN, {"targets": "Half: 50"}, "campaigns"),
        ("roles add", {"role": role}, {"minimum": "12", "tests": ""}, "role_rules"),
    ):
        asked = await manager.slash(general, command, **typed)
        form = await manager.select(answer(asked), [str(side.space.number)])
        await manager.submit_modal(form, entered)
        after = await two.rows(side.space)
        assert table in changed(before, after), command
        before = after
    assert await two.rows(other.space) == others


async def test_only_spaces_that_one_may_change_are_asked_about(two: Two) -> None:
    leader, general = two.actors["group moderator"], two.world.general
    before = await two.rows(two.main.space)
    done = said(await leader.slash(general, "treasury watch", **WATCH))
    assert "Watched from now on" in done
    assert await two.rows(two.main.space) == before
    refused = said(await two.actors["both"].slash(general, "treasury watch", **WATCH))
    assert "may manage this server" in refused


async def test_who_may_no_longer_change_a_space_changes_nothing_by_a_menu_that_is_still_there(two: Two) -> None:
    manager, world = two.actors["manager"], two.world
    role = world.guild.create_role("third")
    given: dict[str, Mapping[str, object]] = {
        "treasury watch": WATCH,
        "campaign new": CAMPAIGN,
        "roles add": {"role": role, "minimum": "12"},
        "config voting": {"period": "2h"},
        "config moderators": {"role1": role},
    }
    asked = {command: await manager.slash(world.general, command, **typed) for command, typed in given.items()}
    before = [await two.rows(side.space) for side in (two.main, two.group)]
    world.env.backend.delete_role(world.guild.id, world.guild.roles["Moderator"].id)
    await world.env.settle()
    for command, result in asked.items():
        refused = said(await manager.select(answer(result), ["1"]))
        assert "may manage this server" in refused, command
    assert [await two.rows(side.space) for side in (two.main, two.group)] == before


async def test_a_space_that_was_archived_meanwhile_is_no_longer_chosen(two: Two) -> None:
    manager, world = two.actors["manager"], two.world
    asked = await manager.slash(world.general, "treasury watch", **WATCH)
    before = await two.rows(two.group.space)
    await world.app.space_list.archive(world.guild_id, 2, by=MemberId(manager.id))
    archived = await two.rows(two.group.space)
    assert "There is no space" in said(await manager.select(answer(asked), ["2"]))
    assert await two.rows(two.group.space) == archived
    assert changed(before, archived) == {"spaces"}


async def test_a_part_that_was_turned_off_meanwhile_is_refused(two: Two) -> None:
    manager, world = two.actors["manager"], two.world
    asked = await manager.slash(world.general, "treasury watch", **WATCH)
    await manager.slash(world.general, "config cogs", part="treasury", on=False)
    before = await two.rows(two.group.space)
    assert "off" in said(await manager.select(answer(asked), ["2"]))
    assert await two.rows(two.group.space) == before
