"""/delegate in a server with several spaces: who delegates in one gives nothing in another, and answers say where."""

from __future__ import annotations

from typing import Any

import pytest
import simcord

from bot.domain.shared.types import MemberId, RoleId, SpaceId
from cogs.delegation.delegation_cards import member_delegations_card
from tests.builders import NOW, a_member_delegation
from tests.cogs.answers import answer, buttons, present
from tests.cogs.conftest import World, fits, said
from tests.cogs.spaces.two_spaces import Side, Two, two_spaces

MAIN, GROUP = "“Amber Commons”", "“Basalt Circle”"
EVERYWHERE = 0
"""The number under which every server is offered."""


@pytest.fixture
async def two(world: World) -> Two:
    return await two_spaces(world)


async def delegate(
    two: Two, who: str, command: str, where: simcord.ChannelHandle | None = None, **options: object
) -> simcord.InteractionResult:
    return await two.actors[who].slash(where or two.world.general, f"delegate {command}", **options)


async def lent(two: Two, side: Side, delegate: simcord.MemberActor, what: str = "open") -> str:
    """What a delegate reads when they vote on the open proposal of a space."""
    view = await two.world.app.proposals.view(two.world.guild_id, side.numbers[what], MemberId(delegate.id))
    receipt, _ = await two.world.app.voting.cast(two.world.guild_id, view.proposal.id, MemberId(delegate.id), 1)
    return ", ".join(str(one.member) for one in receipt.lent)


async def submitted(two: Two, side: Side) -> None:
    """Another proposal of the space, by one who may."""
    bob = MemberId(two.actors["both"].id)
    await two.world.later(1)
    await two.actors["both"].slash(side.here, "proposal submit", proposal=side.numbers["draft of both"])
    view = await two.world.app.proposals.view(two.world.guild_id, side.numbers["draft of both"], bob)
    assert view.proposal.terms is not None


@pytest.mark.parametrize("name", ["main", "group"])
async def test_who_delegates_in_one_space_gives_nothing_in_another(two: Two, name: str) -> None:
    side, other = two.side(name)
    delegator, manager = two.actors["both"], two.actors["manager"]
    answer = said(await delegate(two, "both", "set", side.here, member=manager))
    assert f"votes with your power in **“{side.space.name}”** on **all proposals**" in answer
    assert "this server" not in answer
    for one in (side, other):
        await submitted(two, one)
    assert await lent(two, side, manager, "draft of both") == str(delegator.id)
    assert await lent(two, other, manager, "draft of both") == ""


async def test_outside_a_spaces_channel_it_is_asked_which_is_meant_and_what_was_typed_is_kept(two: Two) -> None:
    manager = two.actors["manager"]
    asked = await delegate(two, "both", "set", member=manager, type="basic")
    assert "several spaces" in said(asked)
    given = said(await two.actors["both"].select(answer(asked), ["2"]))
    assert f"in **{GROUP}** on **basic proposals**" in given
    named = said(await delegate(two, "both", "set", member=manager, space=1))
    assert f"in **{MAIN}** on **all proposals**" in named
    wide = said(await delegate(two, "both", "set", member=manager, space=EVERYWHERE))
    assert "in **every server with this bot** on **all proposals**" in wide
    assert "In a server or space for which you give one of its own, that one comes first" in wide
    assert f"In {MAIN} that is your delegation to <@{manager.id}> on all proposals." in wide
    assert f"In {GROUP} that is your delegation to <@{manager.id}> on basic proposals." in wide


async def test_who_sees_one_space_alone_is_not_asked(two: Two) -> None:
    answer = said(await delegate(two, "member", "set", member=two.actors["both"]))
    assert f"in **{MAIN}** on **all proposals**" in answer


async def test_what_stands_is_listed_by_space_and_in_a_spaces_channel_for_that_one(two: Two) -> None:
    main, group = two.main, two.group
    await delegate(two, "both", "set", member=two.actors["manager"], space=EVERYWHERE)
    for side, name, other in ((main, MAIN, group), (group, GROUP, main)):
        shown = said(await delegate(two, "both", "show", side.here))
        assert f"approval proposals in {name}: <@{side.delegate.id}>" in shown
        assert f"<@{two.actors['manager'].id}>; in {name} not on approval proposals, where one of its own" in shown
        assert f"<@{other.delegate.id}>" not in shown
        assert "you gave 1 more" in shown
    everything = said(await delegate(two, "both", "show"))
    places = [everything.index(f"approval proposals in {name}: ") for name in (MAIN, GROUP)]
    assert places == sorted(places)
    assert places[1] < everything.index("all proposals in every server: ")
    assert "more" not in everything
    received = said(await two.actors["group moderator"].slash(two.world.general, "delegate show"))
    assert f"<@{two.actors['both'].id}>: approval proposals in {GROUP}" in received


async def test_nothing_is_told_of_a_space_that_the_delegate_does_not_see(two: Two) -> None:
    hidden = MemberId(two.actors["member"].id)
    await two.world.app.member_delegations.give(
        two.world.guild_id, MemberId(two.actors["both"].id), hidden, space=two.group.space.number
    )
    for where in (two.main.here, two.world.general):
        shown = said(await delegate(two, "member", "show", where))
        assert "Nobody delegates to you" in shown
        assert "Basalt" not in shown


async def test_taking_back_ends_it_in_the_space_that_is_meant_and_for_every_server(two: Two) -> None:
    manager = two.actors["manager"]
    await delegate(two, "both", "set", member=manager, space=EVERYWHERE)
    assert f"no delegation on basic proposals in {MAIN}" in said(
        await delegate(two, "both", "clear", two.main.here, type="basic")
    )
    ended = said(await delegate(two, "both", "clear", two.main.here))
    assert "Taken back: " in ended
    for what in (f"approval proposals in {MAIN}", "all proposals in every server"):
        assert what in ended
    assert "Basalt" not in ended
    left = said(await delegate(two, "both", "show"))
    assert f"approval proposals in {GROUP}: " in left
    assert MAIN not in left
    only = said(await delegate(two, "both", "clear", space=2))
    assert f"Taken back: approval proposals in {GROUP} " in only
    assert "You delegate to nobody" in said(await delegate(two, "both", "show"))
    await delegate(two, "both", "set", member=manager, space=EVERYWHERE)
    assert "nothing to take back" in said(await delegate(two, "both", "clear", space=2))
    assert "Taken back: all proposals in every server" in said(await delegate(two, "both", "clear", space=EVERYWHERE))


async def test_what_a_member_gave_in_a_space_that_is_archived_or_hidden_since_is_theirs_to_see_and_take_back(
    two: Two,
) -> None:
    bob, group = two.actors["both"], two.group
    await two.world.app.space_list.new(two.world.guild_id, "Third", by=MemberId(two.world.moderator.id))
    await two.world.app.space_list.archive(two.world.guild_id, 2, by=MemberId(two.world.moderator.id))
    await two.world.client.sync_guild(two.world.guild_id)
    shown = said(await delegate(two, "both", "show"))
    assert f"approval proposals in {GROUP}, which is archived: <@{group.delegate.id}>" in shown
    refused = said(await delegate(two, "both", "set", member=two.actors["manager"], space=2))
    assert "space" in refused
    assert "votes with your power" not in refused
    ended = said(await delegate(two, "both", "clear", space=2))
    assert f"Taken back: approval proposals in {GROUP}, which is archived (<@{group.delegate.id}>)" in ended
    assert GROUP not in said(await bob.slash(two.world.general, "delegate show"))
    assert "There is no space 2 here that you can see" in said(await delegate(two, "both", "clear", space=2))


async def test_with_one_active_space_left_what_was_given_in_an_archived_one_is_taken_back_by_a_button(
    two: Two,
) -> None:
    """No command names an archived space where one active one is left."""
    bob, group = two.actors["both"], two.group
    await two.world.app.space_list.archive(two.world.guild_id, 2, by=MemberId(two.world.moderator.id))
    await two.world.client.sync_guild(two.world.guild_id)
    shown = await bob.slash(two.world.general, "delegate show")
    assert f"approval proposals in {GROUP}, which is archived: <@{group.delegate.id}>" in said(shown)
    (back,) = buttons(answer(shown).message)
    assert present(back.label).startswith("Take back in “")
    cleared = await bob.slash(two.world.general, "delegate clear")
    assert [button.label for button in buttons(answer(cleared).message)] == [back.label]
    await two.world.restart()
    ended = said(await bob.click(answer(shown).message, label=present(back.label)))
    assert f"Taken back: approval proposals in {GROUP}, which is archived (<@{group.delegate.id}>)" in ended
    assert GROUP not in said(await bob.slash(two.world.general, "delegate show"))
    again = said(await bob.click(answer(shown).message, label=present(back.label)))
    assert "nothing to take back" in again
    assert GROUP not in again


async def test_who_would_close_a_circle_in_another_space_is_told_no_names_of_it(two: Two) -> None:
    app, guild = two.world.app, two.world.guild_id
    bob, mia = (MemberId(two.actors[name].id) for name in ("both", "manager"))
    await app.member_delegations.give(guild, mia, bob, space=two.group.space.number)
    refused = said(await delegate(two, "both", "set", two.main.here, member=two.actors["manager"], space=EVERYWHERE))
    assert "close a circle" in refused
    assert "another space of this server" in refused
    assert f"<@{mia}>" not in refused
    given = said(await delegate(two, "both", "set", two.main.here, member=two.actors["manager"]))
    assert f"in **{MAIN}**" in given, "in the main space nothing comes back"
    circle = said(await delegate(two, "both", "set", two.group.here, member=two.actors["manager"]))
    assert f"<@{mia}> delegates to you" in circle


async def test_the_option_offers_spaces_and_every_server(two: Two) -> None:
    async def offered(command: str, typed: str = "") -> list[str]:
        found = await two.actors["both"].autocomplete(two.world.general, f"delegate {command}", "space", typed)
        return [choice["name"] for choice in found]

    for command in ("set", "clear"):
        assert await offered(command) == ["Amber Commons", "Basalt Circle", "every server with this bot"]
        assert await offered(command, "every") == ["every server with this bot"]
        assert await offered(command, "2") == ["Basalt Circle"]
    assert await offered("show") == ["Amber Commons", "Basalt Circle"]


async def test_where_only_some_roles_vote_it_is_said_that_nobody_votes_for_others(two: Two) -> None:
    role = two.world.guild.create_role("voters")
    await two.world.app.spaces.set_voters(two.world.guild_id, [RoleId(role.id)], space=2)
    answer = said(await delegate(two, "both", "set", two.group.here, member=two.actors["manager"]))
    assert "Only some roles vote there now, and nobody for others" in answer
    assert "Only some roles" not in said(
        await delegate(two, "both", "set", two.main.here, member=two.actors["manager"])
    )


async def test_the_log_names_another_space_than_the_main_one(two: Two) -> None:
    app, guild = two.world.app, two.world.guild_id
    await delegate(two, "both", "set", two.group.here, member=two.actors["manager"])
    await delegate(two, "both", "clear", two.group.here)
    await delegate(two, "both", "set", two.main.here, member=two.actors["manager"])
    async with app.store.read() as repos:
        entries = [one.content async for part in repos.log.entries(guild) for one in part]
    told = [one for one in entries if '"kind":"mandate ' in one]
    assert ['"space":2' in one for one in told[-3:]] == [True, True, False]


def test_the_most_delegations_in_the_most_spaces_fit() -> None:
    topics = [None, "basic", "approval", "weighted", "quadratic", "ranked-choice", "copeland", "star", "schulze"]
    common: dict[str, Any] = {"until": NOW + 9, "given_at": NOW}
    names = {SpaceId(number): f"“{'N' * 50}{number}”" for number in range(1, 26)}
    given = [
        a_member_delegation(space=space, topic=topic, everywhere=wide, **common)
        for wide in (False, True)
        for space in (names if not wide else [SpaceId(1)])
        for topic in topics
    ]
    first = {one: [m for m in given if not m.everywhere] for one in given if one.everywhere}
    received = [a_member_delegation(MemberId(10**18 + n), space=2, **common) for n in range(90)]
    card = member_delegations_card(given, received, first, names, others=3)
    fits(card)
    assert "the option `space` shows those of one space" in card.text()
    assert "**To you**" in card.text()
    (file,) = card.files
    assert f"{10**18},{names[SpaceId(2)]},all," in file.fp.read().decode()
