"""What becomes of a role on its way to a member that is interrupted, refused, or meets nobody."""

from __future__ import annotations

import json

import pytest

from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.roles.role_rules import Step
from bot.domain.spaces.space import DAY
from tests.builders import GUILD, ONE, an_address
from tests.fakes import FakeKeeper, Killed
from tests.services.roles.test_role_rules import HOLDER, holders, rule, standing, sweep


@pytest.fixture
def guild_roles():
    return FakeKeeper()


async def changes(house) -> list[str]:
    """What the audit log says of roles, in order."""
    async with house.app.store.read() as repos:
        kinds = [json.loads(entry.content)["kind"] async for some in repos.log.entries(GUILD) for entry in some]
    return [kind for kind in kinds if kind in (Kind.ROLE_GRANTED, Kind.ROLE_REMOVED)]


async def test_who_left_is_asked_for_again_once_a_day_and_gets_the_role_without_doing_anything(house, guild_roles):
    house.clock.time -= house.clock.time % DAY
    alice = await house.member(1, 100)
    guild_roles.gone = {alice}
    await rule(house)
    for _ in range(10):
        await sweep(house, guild_roles)
    assert guild_roles.asked == [("holds", alice)]
    for _ in range(3):
        await sweep(house, guild_roles, seconds=DAY // 2)
    assert guild_roles.asked == [("holds", alice)] * 2
    guild_roles.gone = set()
    await sweep(house, guild_roles, seconds=DAY)
    assert holders(guild_roles) == {alice}


async def test_what_was_begun_is_looked_at_before_it_is_done_again(house, guild_roles):
    alice = await house.member(1, 100)
    await rule(house)
    await house.app.role_evaluation.check_all()
    guild_roles.die = 1
    with pytest.raises(Killed):
        await house.app.role_sync.carry_out(GUILD, guild_roles)
    await sweep(house, guild_roles)
    assert [what for what, _ in guild_roles.asked] == ["holds", "give", "holds"]
    house.chain.give(an_address(1), 0)
    await house.app.role_evaluation.check_all()
    guild_roles.die = 1
    with pytest.raises(Killed):
        await house.app.role_sync.carry_out(GUILD, guild_roles)
    await sweep(house, guild_roles)
    assert [what for what, _ in guild_roles.asked[3:]] == ["take", "holds"]
    assert (await standing(house, alice)).standing.step is Step.NONE


async def test_the_log_says_of_a_role_only_what_was_done_and_once(house, guild_roles):
    await house.member(1, 100)
    await rule(house)
    guild_roles.refuse = True
    await sweep(house, guild_roles)
    assert await changes(house) == []
    guild_roles.refuse = False
    await house.app.role_evaluation.check_all()
    guild_roles.die = 1
    with pytest.raises(Killed):
        await house.app.role_sync.carry_out(GUILD, guild_roles)
    house.chain.give(an_address(1), 0)
    await sweep(house, guild_roles)
    house.chain.give(an_address(1), 100 * ONE)
    await sweep(house, guild_roles)
    assert await changes(house) == [Kind.ROLE_GRANTED, Kind.ROLE_REMOVED, Kind.ROLE_GRANTED]


async def test_a_role_that_was_refused_to_the_bot_and_then_given_by_hand_is_not_the_bots(house, guild_roles):
    alice = await house.member(1, 100)
    await rule(house)
    await house.app.role_evaluation.check_all()
    guild_roles.refuse = True
    await house.app.role_sync.carry_out(GUILD, guild_roles)
    guild_roles.refuse = False
    guild_roles.has.add((alice, HOLDER))
    house.chain.give(an_address(1), 0)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {alice}
