from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.roles.role_rules import LONGEST_WAIT, Asked, Match, RoleRule, RoleStatus, Step
from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.types import GuildId, MemberId, RoleId, SpaceId, Timestamp
from bot.ports import Store
from tests.builders import AUTHOR, GUILD, NOW, VOTER, a_strategy


def a_rule(role: int = 7, **fields: Any) -> RoleRule:
    tests = (Asked(strategies=None, minimum="1,000"), Asked(strategies=(a_strategy(),), minimum="0.5"))
    return replace(
        RoleRule(
            space=SpaceId(1),
            guild=GUILD,
            number=0,
            role=RoleId(role),
            name="Holder",
            tests=tests,
            match=Match.ANY,
            added_by=AUTHOR,
            added_at=NOW,
        ),
        **fields,
    )


def a_status(member: int = VOTER, **fields: Any) -> RoleStatus:
    return replace(
        RoleStatus(
            guild=GUILD,
            rule=1,
            member=MemberId(member),
            earned=True,
            step=Step.NONE,
            checked_at=NOW,
            found=("1,240.5", None),
        ),
        **fields,
    )


@pytest.fixture
async def rule(store: Store) -> RoleRule:
    async with store.write() as repos:
        await repos.spaces.add(GUILD, "Methuselah Commons")
        stored = await repos.roles.add(a_rule())
        await repos.commit()
    return stored


async def test_everything_of_a_rule_is_kept(store: Store, rule: RoleRule) -> None:
    changed = replace(
        rule, checked_at=Timestamp(NOW + 1), unknown="why", trouble=Trouble.ABOVE_ME, removed_at=Timestamp(NOW + 2)
    )
    async with store.write() as repos:
        assert await repos.roles.of(GUILD) == [rule]
        await repos.roles.save(changed)
        assert await repos.roles.of(GUILD) == await repos.roles.of_space(rule.space) == [changed]
        assert await repos.roles.guilds() == [GUILD]
        assert await repos.roles.of(GuildId(GUILD + 1)) == []


async def test_a_role_has_one_rule_and_numbers_are_given_once(store: Store, rule: RoleRule) -> None:
    async with store.write() as repos:
        with pytest.raises(IntegrityError):
            await repos.roles.add(a_rule())
    async with store.write() as repos:
        other = await repos.spaces.add(GuildId(GUILD + 1), "Another")
        await repos.roles.add(a_rule(guild=GUILD + 1, space=other.id))
        await repos.roles.remove(GUILD, rule.number)
        assert (await repos.roles.add(a_rule())).number == rule.number + 1


async def test_a_rule_takes_its_standings_along(store: Store, rule: RoleRule) -> None:
    async with store.write() as repos:
        await repos.roles.put([a_status()])
        await repos.roles.remove(GUILD, rule.number)
        assert await repos.roles.statuses(GUILD) == []


async def test_a_standing_replaces_the_one_before(store: Store, rule: RoleRule) -> None:
    after = a_status(earned=False, step=Step.GIVEN, found=("0", "1"), checked_at=NOW + 9)
    async with store.write() as repos:
        await repos.roles.put([a_status(), a_status(MemberId(VOTER + 1))])
        await repos.roles.put([after])
        assert await repos.roles.statuses(GUILD) == [after, a_status(MemberId(VOTER + 1))]
        assert await repos.roles.of_member(GUILD, VOTER) == [after]
        await repos.roles.forget([after])
        assert await repos.roles.of_member(GUILD, VOTER) == []


async def test_of_several_who_move_a_role_from_one_step_one_does(store: Store, rule: RoleRule) -> None:
    async with store.write() as repos:
        await repos.roles.put([a_status()])
        await repos.commit()

    async def move() -> bool:
        async with store.write() as repos:
            moved = await repos.roles.move(a_status(), Step.GIVING)
            await repos.commit()
        return moved

    assert sorted(await asyncio.gather(*(move() for _ in range(4)))) == [False, False, False, True]


async def test_a_clock_that_was_ahead_and_is_set_back_keeps_nobody_from_a_role(store: Store, rule: RoleRule) -> None:
    waits = a_status(earned=True, step=Step.NONE)
    async with store.write() as repos:
        await repos.roles.put([waits])
        await repos.roles.failed(waits, Timestamp(NOW + LONGEST_WAIT))
        assert await repos.roles.due(GUILD, rule.number, 10, NOW) == []
        (due,) = await repos.roles.due(GUILD, rule.number, 10, Timestamp(NOW - 1))
        assert due.member == waits.member


@pytest.mark.parametrize("earned", [True, False])
async def test_what_is_due_is_what_the_standings_say(store: Store, rule: RoleRule, earned: bool) -> None:
    statuses = [a_status(MemberId(VOTER + at), earned=earned, step=step) for at, step in enumerate(Step)]
    async with store.write() as repos:
        await repos.roles.put(statuses)
        due = await repos.roles.due(GUILD, rule.number, 10, NOW)
        assert due == [one for one in statuses if one.to_give or one.to_take]
        assert len(await repos.roles.due(GUILD, rule.number, 2, NOW)) == 2
        assert await repos.roles.due(GUILD, rule.number + 1, 10, NOW) == []
