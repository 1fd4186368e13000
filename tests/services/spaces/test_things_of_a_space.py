"""What is a space's, beside its proposals: treasuries, campaigns, rules for roles, and what is told of them."""

from __future__ import annotations

import json

import pytest

from bot.domain.announcements.announcement import Topic
from bot.domain.shared.errors import ChainFault, NotFound
from bot.domain.shared.types import ChannelId, RoleId
from bot.domain.spaces.space import Space
from bot.domain.treasury.campaigns import Campaign, Watch
from bot.ports import Undeliverable
from tests.builders import ANNOUNCEMENTS, AUTHOR, CHAIN, GUILD, MODERATORS, ONE, TOKEN, TREASURY, a_strategy
from tests.refusals import refused
from tests.refusals_of_discord import SHUT
from tests.services.conftest import House

THEIRS, THEIR_MODERATORS = ChannelId(1_200_000_000_000_000_011), ChannelId(1_200_000_000_000_000_012)
HOLDER, WHALE = RoleId(1_300_000_000_000_000_011), RoleId(1_300_000_000_000_000_012)


@pytest.fixture
async def both(house: House) -> tuple[Space, Space]:
    """The main space, and a working group with channels and strategies of its own."""
    app = house.app
    group = await app.space_list.new(GUILD, "Working Group", by=AUTHOR)
    halved = a_strategy("erc20-votes")
    await app.spaces.set_channels(GUILD, announcements=THEIRS, moderators=THEIR_MODERATORS, space=group.number)
    await app.spaces.set_strategies(GUILD, json.dumps([halved.to_json()]), space=group.number)
    return await app.spaces.main(GUILD), await app.spaces.get(group.id)


async def watch(house: House, space: Space, label: str = "Treasury") -> Watch:
    return await house.app.treasury.watch(space, AUTHOR, chain=CHAIN, holder=TREASURY, token=TOKEN, label=label)


async def campaign(house: House, space: Space, title: str) -> Campaign:
    assert space.announcements_channel is not None
    return await house.app.treasury.start_campaign(
        space,
        AUTHOR,
        title=title,
        chain=CHAIN,
        treasury=TREASURY,
        token=TOKEN,
        targets=[("First", "100")],
        channel=space.announcements_channel,
        deadline=None,
    )


async def test_each_space_watches_what_it_wants_and_nobody_else_stops_it(
    house: House, both: tuple[Space, Space]
) -> None:
    main, group = both
    first, second = await watch(house, main, "Ours"), await watch(house, group, "Theirs")
    assert (first.number, second.number) == (1, 2)
    assert [one.label for one in await house.app.treasury.watches(main)] == ["Ours"]
    assert [one.label for one in await house.app.treasury.watches(group)] == ["Theirs"]
    with pytest.raises(NotFound):
        await house.app.treasury.unwatch(main, second.number)
    await house.app.treasury.unwatch(group, second.number)
    assert await house.app.treasury.watches(group) == []
    assert [one.label for one in await house.app.treasury.watches(main)] == ["Ours"]


def told(house: House, topic: Topic) -> list[tuple[int | None, ChannelId]]:
    """Of what space it was said, and where."""
    return sorted((one.space, one.channel) for one in house.voice.said if one.topic is topic)


async def test_a_milestone_is_told_in_its_spaces_channels_alone_also_once_one_is_replaced(
    house: House, both: tuple[Space, Space]
) -> None:
    main, group = both
    await campaign(house, main, "Ours")
    theirs = await campaign(house, group, "Theirs")
    assert [one.title for one in await house.app.treasury.campaigns(group)] == ["Theirs"]
    house.chain.give(TREASURY, 100 * ONE)
    house.chain.mine()
    await house.app.treasury.observe()
    house.voice.fail = [Undeliverable(SHUT), Undeliverable(SHUT)]
    await house.said()
    assert told(house, Topic.MILESTONE) == []
    assert told(house, Topic.NOTICE) == [(main.id, MODERATORS), (group.id, THEIR_MODERATORS)]
    new = ChannelId(THEIRS + 50)
    await house.app.spaces.set_channels(GUILD, announcements=new, space=group.number)
    house.clock.time += 900
    await house.said()
    assert told(house, Topic.MILESTONE) == [(main.id, ANNOUNCEMENTS), (theirs.space, new)]


async def test_the_moderators_of_each_space_are_told_of_their_own_treasuries(
    house: House, both: tuple[Space, Space]
) -> None:
    for space in both:
        await watch(house, space)
    house.chain.down = ChainFault.LAGGING
    await house.app.treasury.observe()
    await house.said()
    main, group = both
    assert told(house, Topic.NOTICE) == [(main.id, MODERATORS), (group.id, THEIR_MODERATORS)]
    for space in both:
        assert len(await house.app.notices.recent(space)) == 1


async def test_a_rule_goes_by_its_spaces_strategies_and_a_role_has_one_in_the_server(
    house: House, both: tuple[Space, Space]
) -> None:
    main, group = both
    await house.app.roles.add(main, HOLDER, name="Holder", minimum="1", by=AUTHOR)
    rule = await house.app.roles.add(group, WHALE, name="Whale", minimum="1", by=AUTHOR)
    (view,) = await house.app.roles.of(group)
    assert (view.rule.role, view.strategies) == (WHALE, (group.strategies,))
    assert [one.rule.role for one in await house.app.roles.of(main)] == [HOLDER]
    with refused("another space"):
        await house.app.roles.add(main, WHALE, name="Whale", minimum="2", by=AUTHOR)
    with pytest.raises(NotFound):
        await house.app.roles.remove(main, rule.number, take=False, by=AUTHOR)
    ann = await house.member(1, 5)
    await house.app.role_evaluation.check(GUILD)
    statuses = {one.view.rule.role: one.status and one.status.found for one in await house.app.roles.own(GUILD, ann)}
    assert statuses == {HOLDER: ("5",), WHALE: ("0",)}


async def test_an_archived_space_takes_nothing_new(house: House, both: tuple[Space, Space]) -> None:
    _, group = both
    await house.app.space_list.archive(GUILD, group.number, by=AUTHOR)
    with refused("archived"):
        await watch(house, group)
    with refused("archived"):
        await campaign(house, group, "Late")
    with refused("archived"):
        await house.app.roles.add(group, WHALE, name="Whale", minimum="1", by=AUTHOR)
