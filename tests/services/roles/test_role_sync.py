"""What becomes of a role on its way to a member that is interrupted, refused, or meets nobody."""

from __future__ import annotations

import json

import pytest

from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.roles.role_rules import Step
from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.types import GuildId, MemberId, RoleId
from bot.domain.spaces.space import DAY
from bot.ports import Undelivered
from bot.services.roles.role_sync import ALIKE, AT_ONCE
from tests.builders import AUTHOR, GUILD, ONE, an_address
from tests.fakes import FakeKeeper, Killed
from tests.presence import present
from tests.services.conftest import House
from tests.services.roles.test_role_rules import HOLDER, WHALE, holders, rule, status, sweep


@pytest.fixture
def guild_roles() -> FakeKeeper:
    return FakeKeeper()


async def changes(house: House) -> list[str]:
    """What the audit log says of roles, in order."""
    async with house.app.store.read() as repos:
        kinds = [json.loads(entry.content)["kind"] async for some in repos.log.entries(GUILD) for entry in some]
    return [kind for kind in kinds if kind in (Kind.ROLE_GRANTED, Kind.ROLE_REMOVED)]


async def test_who_left_is_asked_for_again_once_a_day_and_gets_the_role_without_doing_anything(
    house: House, guild_roles: FakeKeeper
) -> None:
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


async def test_what_was_begun_is_looked_at_before_it_is_done_again(house: House, guild_roles: FakeKeeper) -> None:
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
    assert present((await status(house, alice)).status).step is Step.NONE


async def test_the_log_says_of_a_role_only_what_was_done_and_once(house: House, guild_roles: FakeKeeper) -> None:
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


async def test_a_role_that_was_refused_to_the_bot_and_then_given_by_hand_is_not_the_bots(
    house: House, guild_roles: FakeKeeper
) -> None:
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


async def test_a_rule_that_was_removed_gives_its_role_to_nobody_and_goes(house: House, guild_roles: FakeKeeper) -> None:
    given = {await house.member(number, 100) for number in range(11, 21)}
    await rule(house)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == given
    for number in range(1, 6):  # to whom it is to be given still, before anybody by their number
        await house.member(number, 100)
    await house.app.role_evaluation.check_all()
    await house.app.roles.remove(await house.app.spaces.main(GUILD), 1, take=True, by=AUTHOR)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == set()
    assert await house.app.roles.of(await house.app.spaces.main(GUILD)) == []


async def test_a_removed_rule_takes_its_role_also_after_discord_refused_it(
    house: House, guild_roles: FakeKeeper
) -> None:
    for number in range(1, 4):
        await house.member(number, 100)
    await rule(house)
    await sweep(house, guild_roles)
    await house.app.roles.remove(await house.app.spaces.main(GUILD), 1, take=True, by=AUTHOR)
    guild_roles.refuse = True
    await sweep(house, guild_roles)
    assert (await house.app.roles.of(await house.app.spaces.main(GUILD)))[0].rule.trouble is Trouble.REFUSED
    guild_roles.refuse = False
    await sweep(house, guild_roles)
    assert holders(guild_roles) == set()
    assert await house.app.roles.of(await house.app.spaces.main(GUILD)) == []


async def test_those_whom_a_powerful_role_is_not_given_to_keep_nobody_from_losing_it(
    house: House, guild_roles: FakeKeeper
) -> None:
    members = [await house.member(number, 100) for number in range(1, AT_ONCE + 2)]
    *waiting, last = members
    await rule(house)
    for _ in range(2):
        await sweep(house, guild_roles)
    for member in waiting:  # who left and came back
        guild_roles.has.discard((member, HOLDER))
        await house.app.roles.met(GUILD, member, [])
    house.chain.give(an_address(len(members)), 0)
    guild_roles.bad = Trouble.POWERFUL
    await sweep(house, guild_roles)
    assert holders(guild_roles) == set()
    assert not present((await status(house, last)).status).earned


class Picky(FakeKeeper):
    """Discord, which fails with some roles."""

    def __init__(self, *bad: int) -> None:
        super().__init__()
        self.bad_roles = bad

    async def give(self, guild: GuildId, member: MemberId, role: RoleId, reason: str) -> None:
        if role in self.bad_roles:
            raise Undelivered("HTTP 500")
        await super().give(guild, member, role, reason)


async def test_a_role_that_discord_never_gives_keeps_no_other_rule_waiting(house: House) -> None:
    members = {await house.member(number, 100) for number in range(1, ALIKE + 1)}
    third = RoleId(WHALE + 1)
    guild_roles = Picky(HOLDER, WHALE)
    for role in (HOLDER, WHALE, third):
        await rule(house, role=role)
    for _ in range(3):
        await sweep(house, guild_roles)
    assert holders(guild_roles, third) == members
    guild_roles.bad_roles = ()
    for _ in range(2):
        await sweep(house, guild_roles)
    assert holders(guild_roles) == holders(guild_roles, WHALE) == members


async def test_who_is_forgotten_while_discord_gives_the_role_does_not_keep_it(
    house: House, guild_roles: FakeKeeper
) -> None:
    alice = await house.member(1, 100)
    await rule(house)

    async def forget() -> None:
        guild_roles.meanwhile = None
        agreed = (await house.app.privacy.preview(GUILD, alice)).agreed
        await house.app.privacy.forget(GUILD, alice, agreed)

    guild_roles.meanwhile = forget
    await sweep(house, guild_roles)
    assert holders(guild_roles) == set()
    assert guild_roles.reasons[-1] == "The member asked to be forgotten"


async def test_what_was_given_is_told_also_of_rules_that_were_removed(house: House, guild_roles: FakeKeeper) -> None:
    alice = await house.member(1, 100)
    await rule(house)
    await rule(house, role=WHALE)
    await sweep(house, guild_roles)
    await house.app.roles.remove(await house.app.spaces.main(GUILD), 1, take=True, by=AUTHOR)
    assert await house.app.roles.given(GUILD, alice) == [HOLDER, WHALE]
