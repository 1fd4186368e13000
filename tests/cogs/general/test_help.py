"""What /help shows, to whom."""

from __future__ import annotations

import discord

from bot.domain.shared.types import ChannelId, MemberId, RoleId
from bot.domain.spaces.space import OPTIONAL_COGS
from cogs.general.help_card import WANTS, help_card, want_of
from tests.builders import a_space, a_wallet
from tests.cogs.conftest import World, fits, said


async def test_a_member_sees_what_members_can_do(world: World) -> None:
    alice = await world.member("alice")
    result = await alice.slash(world.general, "help")
    assert result.ephemeral
    text = said(result)
    assert "/wallet link: Link a wallet by signing a text" in text
    assert "sign a text, which costs nothing" in text
    assert f"<#{world.proposals.id}>" in text
    assert "/config" not in text
    assert "/campaign new" not in text
    assert "/treasury watch" not in text
    assert "/treasury view" in text


async def test_a_moderator_sees_everything_that_is_registered(world: World) -> None:
    text = said(await world.moderator.slash(world.general, "help"))
    assert all(f"/{name}" in text for name in world.moderator.available_commands(world.general))


async def test_steps_that_are_done_are_said_to_be(world: World) -> None:
    alice = await world.member("alice", 5)
    assert "done: you have linked 1" in said(await alice.slash(world.general, "help"))


async def test_a_moderator_is_told_what_is_missing(world: World) -> None:
    await world.configure(strategies=(), proposals_channel=None)
    text = said(await world.moderator.slash(world.general, "help"))
    assert "what gives voting power: /config strategies" in text
    assert "the channel for proposals: /config channels" in text
    alice = await world.member("alice")
    assert "/config" not in said(await alice.slash(world.general, "help"))


def test_with_every_part_off_no_step_names_one() -> None:
    card = help_card([a_space()], [], [], [("help", "Show")], off=OPTIONAL_COGS)
    assert "First steps" not in card.text()
    fits(help_card([a_space()], [a_space()], [a_wallet()], [("x" * 32, "y" * 100)] * 60))


def test_what_many_spaces_lack_fits() -> None:
    spaces = [
        a_space(name="*" * 50, number=number, strategies=(), proposals_channel=10**18 + number, proposer_roles=())
        for number in range(1, 26)
    ]
    card = help_card(spaces, spaces, [a_wallet()], [("x" * 32, "y" * 100)] * 60, several=True)
    fits(card)
    assert "and 20 more spaces" in card.text()


async def test_the_steps_are_those_of_the_channels_space_and_each_that_lacks_something_is_named(world: World) -> None:
    hall = world.guild.create_text_channel("hall")
    made = await world.app.space_list.new(world.guild_id, "IPT holders", by=MemberId(world.moderator.id))
    await world.app.spaces.set_channels(
        world.guild_id, proposals=ChannelId(hall.id), space=2, by=MemberId(world.moderator.id)
    )
    await world.app.spaces.set_moderators(
        world.guild_id, [RoleId(world.researcher.id)], space=2, by=MemberId(world.moderator.id)
    )
    await world.app.spaces.switch_cog(world.guild_id, "power", on=False)
    await world.client.sync_guild(world.guild_id)
    here, there = [said(await world.moderator.slash(place, "help")) for place in (world.proposals, hall)]
    assert "All set: /proposal new" in here
    assert f"in <#{world.proposals.id}>; you" in here
    assert f"Before the first proposal in “{made.name}”, set:" in there
    assert "what gives voting power: /config strategies" in there
    assert f"in <#{hall.id}>; you" in there
    assert "See your voting power" not in there, "a part that is off is off in all spaces"
    both = said(await world.moderator.slash(world.general, "help"))
    assert f"in <#{world.proposals.id}> and <#{hall.id}>" in both
    assert f"Before the first proposal in “{made.name}”, set:" in both
    await world.configure(strategies=())
    both = said(await world.moderator.slash(world.general, "help"))
    main = (await world.app.spaces.main(world.guild_id)).name
    assert f"- “{main}”: /config strategies" in both
    assert f"- “{made.name}”: /config strategies and /config proposers" in both
    own = said(await (await world.member("ron", researcher=True)).slash(hall, "help"))
    assert f"Before the first proposal in “{made.name}”, set:" in own, "who moderates a space is told what it lacks"


async def test_commands_stand_below_what_people_want(world: World) -> None:
    alice = await world.member("alice")
    text = said(await alice.slash(world.general, "help"))
    heads = ["First steps", "Vote", "Propose", "My wallet and power", "Delegate", "Follow"]
    places = [text.index(f"**{head}**" if head != "First steps" else head) for head in heads]
    assert places == sorted(places)
    assert "Moderators: " not in text
    assert want_of("proposal delete") == "Moderators: run"
    assert want_of("demo pass") == "Besides"
    assert (want_of("proposal view"), want_of("proposal new"), want_of("space list")) == ("Follow", "Propose", "Follow")


async def test_every_command_belongs_to_what_somebody_wants(world: World) -> None:
    everything = world.moderator.available_commands(world.general)
    named = [beginning for _, names in WANTS for beginning in names]
    lost = [name for name in everything if not any(f"{name} ".startswith(f"{one} ") for one in named)]
    assert lost == []
    assert not [one for one in named if not any(f"{name} ".startswith(f"{one} ") for name in everything)]


async def test_who_moderates_a_space_alone_sees_what_runs_it_and_not_what_the_server_is_set_up_with(
    world: World,
) -> None:
    await world.configure(moderators=(RoleId(world.researcher.id),))
    runner = await world.member("alice", researcher=True)
    text = said(await runner.slash(world.general, "help"))
    assert "/proposal delete" in text
    assert "/campaign new" in text
    assert "/space new" not in text
    assert "/roles" not in text


async def test_who_may_not_manage_roles_sees_no_command_of_theirs(world: World) -> None:
    manager = world.guild.create_role("Manager", permissions=discord.Permissions(manage_guild=True))
    actor = world.guild.add_member(world.env.create_user("nat"), roles=[manager])
    text = said(await actor.slash(world.general, "help"))
    assert "/config show" in text
    assert "/roles" not in text
