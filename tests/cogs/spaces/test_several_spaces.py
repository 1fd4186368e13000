"""Where a server has several spaces, a command is about the one that is named, or of the channel, or chosen."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import discord
import pytest
from discord.ext import commands

from bot.client.space_option import OPTION, AnyCommand, takes_space, with_option
from bot.domain.shared.types import ChannelId, MemberId, RoleId
from bot.domain.spaces.space import Space
from tests.builders import a_strategy
from tests.cogs.answers import answer, text_of
from tests.cogs.conftest import World, labels, said

ENTRY = a_strategy().to_json()
ASKED = "several spaces"


async def second(world: World, name: str = "IPT holders", **rules: Any) -> Space:
    made = await world.app.space_list.new(world.guild_id, name, by=MemberId(world.moderator.id))
    async with world.app.store.write() as repos:
        made = replace(await repos.spaces.get(made.id), **rules)
        await repos.spaces.save(made)
        await repos.commit()
    await world.client.sync_guild(world.guild_id)
    return made


def options(world: World, name: str) -> list[str]:
    group, _, leaf = name.partition(" ")
    command = world.client.tree.get_command(group, guild=discord.Object(world.guild_id))
    if leaf:
        assert isinstance(command, discord.app_commands.Group)
        command = command.get_command(leaf)
    assert isinstance(command, discord.app_commands.Command)
    return [parameter.name for parameter in command.parameters]


async def number(world: World, space: int) -> Space:
    return await world.app.spaces.numbered(world.guild_id, space)


async def test_the_option_is_offered_only_where_there_are_several(world: World) -> None:
    assert OPTION not in options(world, "config voting")
    await second(world)
    assert OPTION in options(world, "config voting")
    assert OPTION not in options(world, "config cogs")
    await world.app.space_list.archive(world.guild_id, 2, by=MemberId(world.moderator.id))
    await world.client.sync_guild(world.guild_id)
    assert OPTION not in options(world, "config voting")


async def test_a_command_with_the_option_is_otherwise_the_same(world: World) -> None:
    """What discord.py knows of each parameter stays: its description, its choices, its limits, its suggestions."""
    for command in world.client.tree.get_commands():
        if not isinstance(command, discord.app_commands.ContextMenu) and takes_space(command):
            before, after = (one.to_dict(world.client.tree) for one in (command, with_option(command)))
            found = [after, *after["options"]]
            for one in found:
                one["options"] = [entry for entry in one.get("options", []) if entry["name"] != OPTION]
            for one in [before, *before["options"]]:
                one["options"] = [entry for entry in one.get("options", []) if entry["name"] != OPTION]
            assert after == before, command.name


async def _suggest_a(_interaction: discord.Interaction, _typed: str) -> list[discord.app_commands.Choice[str]]:
    return [discord.app_commands.Choice(name="a", value="a")]


def a_group(**extras: bool) -> discord.app_commands.Group:
    """A group whose one command suggests for `first` and `second`, in the two ways that discord.py has."""

    class Leaves(commands.Cog):
        group = discord.app_commands.Group(name="group", description="A group")

        @group.command(name="leaf", description="A leaf", extras=extras)
        @discord.app_commands.autocomplete(first=_suggest_a)
        async def leaf(self, _interaction: discord.Interaction, first: str, second: str) -> None:
            """Do nothing with `first` and `second`."""

        leaf.autocomplete("second")(_suggest_a)

    (group,) = Leaves().get_app_commands()
    assert isinstance(group, discord.app_commands.Group)
    return group


def leaf_of(group: AnyCommand) -> discord.app_commands.Command[Any, ..., Any]:
    assert isinstance(group, discord.app_commands.Group)
    leaf = group.get_command("leaf")
    assert isinstance(leaf, discord.app_commands.Command)
    return leaf


def test_the_other_commands_of_a_group_keep_their_suggestions_however_they_were_attached() -> None:
    group = a_group()
    before, made = leaf_of(group), leaf_of(with_option(group))
    assert [parameter.name for parameter in made.parameters if parameter.autocomplete] == ["first", "second"]
    assert OPTION not in [parameter.name for parameter in made.parameters]
    assert before.parent is group


def test_a_command_about_a_space_never_loses_suggestions_unnoticed() -> None:
    with pytest.raises(TypeError, match="group leaf would lose its suggestions for second"):
        with_option(a_group(**{OPTION: True}))


async def test_the_spaces_are_suggested_by_name(world: World) -> None:
    await second(world)
    await second(world, "Working group")
    suggested = await world.moderator.autocomplete(world.general, "config voting", OPTION, "ipt")
    assert [(choice["name"], choice["value"]) for choice in suggested] == [("IPT holders", 2)]


@pytest.mark.parametrize("named", [1, 2])
async def test_a_space_that_is_named_is_the_one(world: World, named: int) -> None:
    await second(world)
    other = await number(world, 3 - named)
    result = await world.moderator.slash(world.general, "config voting", period="2h", space=named)
    assert ASKED not in said(result)
    assert (await number(world, named)).voting_period == 7_200
    assert await number(world, 3 - named) == other


async def test_in_a_spaces_own_channel_it_is_that_space(world: World) -> None:
    channel = world.guild.create_text_channel("ipt-votes")
    await second(world, proposals_channel=ChannelId(channel.id))
    before = await number(world, 1)
    result = await world.moderator.slash(channel, "config voting", period="2h")
    assert "IPT holders" in said(result)
    assert (await number(world, 2)).voting_period == 7_200
    assert await number(world, 1) == before
    shown = await world.moderator.slash(channel, "config show")
    assert "IPT holders" in said(shown)


async def test_elsewhere_it_is_asked_and_what_was_typed_is_kept(world: World) -> None:
    await second(world)
    before = await number(world, 1)
    asked = await world.moderator.slash(world.general, "config voting", period="2h", delay="1h")
    assert ASKED in said(asked)
    assert await number(world, 1) == before
    done = await world.moderator.select(answer(asked), ["2"])
    assert "IPT holders" in said(done)
    assert [label for label in labels(answer(asked)) if not str(label).startswith("Next: ")] == []
    changed = await number(world, 2)
    assert (changed.voting_period, changed.voting_delay, await number(world, 1)) == (7_200, 3_600, before)


async def test_what_the_chosen_space_refuses_may_be_chosen_for_another(world: World) -> None:
    await second(world, strategies=())
    asked = await world.moderator.slash(world.general, "config proposers", minimum="12")
    refused = await world.moderator.select(answer(asked), ["2"])
    assert "voting power" in said(refused)
    await world.moderator.select(answer(asked), ["1"])
    assert (await number(world, 1)).proposer_power == "12"


async def test_a_choice_that_comes_after_a_restart_changes_nothing_and_says_so(world: World) -> None:
    await second(world)
    before = [await number(world, one) for one in (1, 2)]
    asked = await world.moderator.slash(world.general, "config voting", period="2h")
    await world.restart()
    late = await world.moderator.select(answer(asked).message, ["2"])
    assert "give the command again" in said(late)
    assert [await number(world, one) for one in (1, 2)] == before


async def test_a_form_is_of_the_space_for_which_it_was_opened(world: World) -> None:
    await second(world)
    before = await number(world, 1)
    asked = await world.moderator.slash(world.general, "config strategies")
    form = await world.moderator.select(answer(asked), ["2"])
    refused = await world.moderator.submit_modal(form, {"strategies": "[]"})
    again = await world.moderator.click(answer(refused).message, label="Fix it")
    await world.moderator.submit_modal(again, {"strategies": json.dumps([ENTRY])})
    assert (await number(world, 2)).strategies == (a_strategy(),)
    assert await number(world, 1) == before


async def test_a_pasted_space_is_taken_over_into_the_space_for_which_it_was_pasted(world: World) -> None:
    await second(world)
    before = await number(world, 1)
    form = await world.moderator.slash(world.general, "config strategies", space=2)
    whole = {"strategies": [ENTRY], "network": ENTRY["network"], "voting": {"period": 7_200, "quorum": 5}}
    pasted = await world.moderator.submit_modal(form, {"strategies": json.dumps(whole)})
    await world.restart()
    await world.moderator.click(answer(pasted).message, label="Take these too")
    assert (await number(world, 2)).voting_period == 7_200
    assert await number(world, 1) == before


async def test_moderators_of_a_space_change_its_rules_and_no_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = world.guild.create_role("Group leads")
    await second(world, moderators=(RoleId(group.id),))
    config = world.client.tree.get_command("config", guild=discord.Object(world.guild_id))
    monkeypatch.setattr(config, "default_permissions", None)  # a server let them in
    await world.client.tree.sync(guild=discord.Object(world.guild_id))
    lead = world.guild.add_member(world.env.create_user("lee"), roles=[group])
    before = await number(world, 1)

    done = await lead.slash(world.general, "config voting", period="2h")
    assert ASKED not in said(done), "there is one alone that they may change"
    assert (await number(world, 2)).voting_period == 7_200
    calls: dict[str, dict[str, Any]] = {
        "voting": {"period": "2h", "space": 1},
        "channels": {"audit": world.general, "space": 2},
        "cogs": {"part": "power", "on": False},
        "moderators": {"role1": group, "space": 2},
        "show": {"space": 1},
    }
    for command, given in calls.items():
        refused = await lead.slash(world.general, f"config {command}", **given)
        assert "may manage this server" in said(refused), command
    assert await number(world, 1) == before


async def test_everybody_is_never_made_a_moderator(world: World) -> None:
    everyone = world.guild.default_role
    refused = await world.moderator.slash(world.general, "config moderators", role1=everyone)
    assert "everybody" in said(refused)
    assert (await number(world, 1)).moderators == ()


async def test_a_space_has_voters_of_its_own_until_a_moderator_takes_the_roles_away(world: World) -> None:
    group = world.guild.create_role("Holders")
    told = await world.moderator.slash(world.general, "config voters", role1=group)
    assert f"<@&{group.id}>" in said(told)
    assert (await number(world, 1)).voters == (group.id,)
    assert f"<@&{group.id}>" in said(await world.moderator.slash(world.general, "config show"))
    await world.moderator.slash(world.general, "config voters")
    assert (await number(world, 1)).voters == ()


async def test_a_space_is_made_listed_archived_and_restored(world: World) -> None:
    made = await world.moderator.slash(world.general, "space new", name="IPT holders")
    assert "“IPT holders”" in said(made)
    assert OPTION in options(world, "config voting")
    assert "IPT holders" in said(await world.moderator.slash(world.general, "space list"))
    again = await world.moderator.slash(world.general, "space new", name="ipt\u200b HOLDERS")
    assert "already" in said(again)
    asked = await world.moderator.slash(world.general, "space archive", space=2)
    assert "go on to their end and are counted" in said(asked)
    assert (await number(world, 2)).archived_at is None
    await world.restart()
    done = await world.moderator.click(answer(asked).message, label="Archive it")
    assert "Archived" in said(done)
    assert OPTION not in options(world, "config voting")
    assert "archived" in said(await world.moderator.slash(world.general, "space list"))
    assert "active again" in said(await world.moderator.slash(world.general, "space restore", space=2))
    assert OPTION in options(world, "config voting")
    main = await world.moderator.slash(world.general, "space archive", space=1)
    assert "never archived" in said(main)


async def test_members_make_and_archive_nothing(world: World) -> None:
    await second(world)
    alice = await world.member("alice")
    calls: dict[str, dict[str, Any]] = {"new": {"name": "x"}, "archive": {"space": 2}, "restore": {"space": 2}}
    for command, given in calls.items():
        assert "may manage this server" in said(await alice.slash(world.general, f"space {command}", **given))
    assert [space.number for space in await world.app.spaces.active(world.guild_id)] == [1, 2]


async def test_proposals_are_written_for_the_space_that_was_chosen_and_seen_by_those_who_see_it(world: World) -> None:
    role = world.guild.create_role("Holders")
    made = await second(world, voters=(RoleId(role.id),))
    holder = world.guild.add_member(world.env.create_user("hal"), roles=[role])
    alice = await world.member("alice")
    asked = await holder.slash(world.general, "proposal new")
    assert ASKED in said(asked)
    form = await holder.select(answer(asked), ["2"])
    typed = {"title": "Ours alone", "summary": "", "body": "What and why.", "discussion": ""}
    stored = await holder.submit_modal(form, typed)
    assert "IPT holders" in said(stored)
    (view,) = await world.app.proposals.visible(world.guild_id, MemberId(holder.id))
    assert view.proposal.space == made.id
    async with world.app.store.write() as repos:
        await repos.proposals.save(replace(view.proposal, submitted_at=world.clock.now()))
        await repos.commit()
    author = view.proposal.author
    assert author == holder.id
    assert "Ours alone" in said(await holder.slash(world.general, "proposal list"))
    assert "Ours alone" not in said(await alice.slash(world.general, "proposal list"))
    assert await alice.autocomplete(world.general, "proposal view", "proposal", "") == []
    for command in ("proposal view", "proposal history"):
        assert "There is no proposal" in said(await alice.slash(world.general, command, proposal=view.proposal.number))


async def test_whoever_has_none_of_the_roles_is_told_which(world: World) -> None:
    role = world.guild.create_role("Holders")
    await world.configure(voters=(RoleId(role.id),))
    author = await world.member("ann", 10, researcher=True)
    alice = await world.member("alice", 5)
    holder = world.guild.add_member(world.env.create_user("hal"), roles=[role])
    await world.link(holder, 77, 5)
    proposal = await world.open_proposal(author)
    assert f"<@&{role.id}>" in text_of(world.card(proposal))
    refused = await alice.click(world.card(proposal), label="For")
    assert f"only members with <@&{role.id}> vote" in said(refused)
    assert "Recorded" in said(await holder.click(world.card(proposal), label="For"))


async def test_who_has_a_role_votes_before_discord_has_sent_the_servers_roles(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the start of a session the library knows no role of the server, and so none of a member's."""
    role = world.guild.create_role("Holders")
    await world.configure(voters=(RoleId(role.id),))
    author = await world.member("ann", 10, researcher=True)
    alice = await world.member("alice", 5)
    holder = world.guild.add_member(world.env.create_user("hal"), roles=[role])
    await world.link(holder, 77, 5)
    proposal = await world.open_proposal(author)
    monkeypatch.setattr(discord.Guild, "get_role", lambda _guild, _role: None)
    assert "Recorded" in said(await holder.click(world.card(proposal), label="For"))
    refused = await alice.click(world.card(proposal), label="For")
    assert f"only members with <@&{role.id}> vote" in said(refused)


async def test_a_space_is_renamed_by_who_manages_the_server_and_the_new_name_is_offered(world: World) -> None:
    await second(world)
    asked = await world.moderator.slash(world.general, "space rename", name="Working group")
    assert "several spaces" in said(asked)
    done = said(await world.moderator.select(answer(asked), ["2"]))
    assert "“IPT holders” is “Working group” from now on" in done
    assert "posted before may keep the old name" in done
    offered = await world.moderator.autocomplete(world.general, "config voting", OPTION, "")
    assert [choice["name"] for choice in offered][1:] == ["Working group"]
    assert "Working group" in said(await world.moderator.slash(world.general, "space list"))
    again = said(await world.moderator.slash(world.general, "space rename", name="Working group", space=2))
    assert "is its name already" in again
    stranger = await world.member("sam")
    refused = said(await stranger.slash(world.general, "space rename", name="Mine", space=2))
    assert "may manage this server" in refused
    assert (await world.app.spaces.numbered(world.guild_id, 2)).name == "Working group"


async def test_where_there_is_one_space_a_new_name_asks_nothing(world: World) -> None:
    done = said(await world.moderator.slash(world.general, "space rename", name="Hearthspan"))
    assert "is “Hearthspan” from now on" in done
    assert (await world.app.spaces.main(world.guild_id)).name == "Hearthspan"
