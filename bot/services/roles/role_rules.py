"""Roles by holdings: the rules that moderators set, and what members see of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.audit.log.entry_kinds import Facts, Kind, Subject
from bot.domain.power import Strategy
from bot.domain.roles.role_rules import MAX_RULES, Asked, Match, RoleRule, RoleStatus, Step, parse_tests
from bot.domain.shared.errors import InvalidInput, NotConfigured, NotFound, PowerUndefined
from bot.domain.shared.errors.faults.roles import (
    NothingForEmptyWallet,
    RoleBeingTaken,
    RoleFlaw,
    RoleHasRule,
    TooManyRules,
)
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import ServerSetting, Thing
from bot.domain.shared.types import Address, GuildId, MemberId, RoleId, SpaceId, Timestamp
from bot.domain.spaces.space import Space
from bot.ports import Clock, Repositories, Store
from bot.services.audit.log_entries import role_held, role_step
from bot.services.power.voting_power import Power
from bot.services.shared.lookup import check_active
from bot.services.shared.space_fact import space_fact
from bot.services.spaces.space_settings import Spaces

_EMPTY = Address("0x" + "11" * 20)
"""A wallet that holds nothing: a formula without a result for it has none for most members."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A rule with the number of members at each step of it, and what its tests now count, in their order."""

    rule: RoleRule
    counts: Mapping[Step, int]
    strategies: tuple[tuple[Strategy, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnView:
    """A member's status under a rule, None before the first check; `next_at` is the time of the next, in seconds."""

    view: RuleView
    status: RoleStatus | None
    next_at: Timestamp


class Roles:
    """Makes, shows and removes rules. `interval` is the seconds between two looks at the wallets."""

    def __init__(self, *, store: Store, clock: Clock, spaces: Spaces, power: Power, interval: int) -> None:
        self._store, self._clock, self._spaces, self._power = store, clock, spaces, power
        self._interval = interval

    async def add(
        self,
        space: Space,
        role: RoleId,
        *,
        name: str,
        tests: str = "",
        minimum: str | None = None,
        match: Match = Match.ALL,
        by: MemberId,
    ) -> RoleRule:
        """Add a rule: members whose wallets pass the tests get a role, from the next check on.

        Raises:
            InvalidInput: the tests are wrong, the role has a rule, there are too many, a contract does not answer, or
                the space is archived.
            UnknownStrategy: a strategy is not supported.
            NotConfigured: a test is by the space's strategies, and there are none.
            ChainUnavailable: a contract could not be read.

        """
        asked = parse_tests(tests, minimum)
        for test in asked:
            await self._check(test, space)
        now = self._clock.now()
        async with self._store.write() as repos:
            check_active(await repos.spaces.get(space.id))
            _check_room(await repos.roles.of(space.guild), role, space)
            rule = await repos.roles.add(
                RoleRule(
                    space=space.id,
                    guild=space.guild,
                    number=0,
                    role=role,
                    name=name,
                    tests=asked,
                    match=match,
                    added_by=by,
                    added_at=now,
                )
            )
            await _log(repos, rule, "added", by, now, ())
            await repos.commit()
        return rule

    async def of(self, space: Space) -> list[RuleView]:
        """Return the rules of a space, by number."""
        async with self._store.read() as repos:
            return await _views(repos, space.guild, await repos.roles.of_space(space.id))

    async def space_of(self, guild: GuildId, number: int) -> SpaceId:
        """Return the space of a guild's rule. Raises NotFound."""
        async with self._store.read() as repos:
            rules = await repos.roles.of(guild)
        found = next((one.space for one in rules if one.number == number), None)
        if found is None:
            raise NotFound(Thing.RULE, str(number))
        return found

    async def remove(self, space: Space, number: int, *, take: bool, by: MemberId) -> RoleRule:
        """Remove a space's rule; with `take`, members lose the role that it gave them, else they keep it.

        Raises NotFound.
        """
        now, guild = self._clock.now(), space.guild
        async with self._store.write() as repos:
            rule = next((one for one in await repos.roles.of_space(space.id) if one.number == number), None)
            if rule is None:
                raise NotFound(Thing.RULE, str(number))
            theirs = [one for one in await repos.roles.statuses(guild) if one.rule == number and one.step.ours]
            if take and theirs:
                await repos.roles.save(replace(rule, removed_at=rule.removed_at or now))
                await repos.roles.end(guild, number)  # also for members who had not been given it yet
            else:
                await repos.roles.remove(guild, number)
            await _log(repos, rule, "removed", by, now, theirs)
            await repos.commit()
        return rule

    async def own(self, guild: GuildId, member: MemberId) -> list[OwnView]:
        """Return the member's status under each rule that is in force in the guild, of all its spaces."""
        now = self._clock.now()
        async with self._store.read() as repos:
            views = await _views(repos, guild, await repos.roles.of(guild))
            mine = {status.rule: status for status in await repos.roles.of_member(guild, member)}
        return [
            OwnView(
                view=view,
                status=mine.get(view.rule.number),
                next_at=Timestamp(max(now, (view.rule.checked_at or now) + self._interval)),
            )
            for view in views
            if view.rule.removed_at is None
        ]

    async def given(self, guild: GuildId, member: MemberId) -> list[RoleId]:
        """Return the roles that the bot gave the member, or may have given, also those it is about to take."""
        async with self._store.read() as repos:
            role_of = {rule.number: rule.role for rule in await repos.roles.of(guild)}
            return [role_of[one.rule] for one in await repos.roles.of_member(guild, member) if one.step.ours]

    async def met(self, guild: GuildId, member: MemberId, roles: Collection[RoleId]) -> None:
        """Note which roles a member was seen with, so that one who lost a role, or left and returned, gets it again."""
        async with self._store.read() as repos:
            lacking = await _lacking(repos, guild, member, roles)
        if not lacking:
            return
        async with self._store.write() as repos:
            for status, step in await _lacking(repos, guild, member, roles):
                await repos.roles.move(status, step)
                await role_step(repos, status, step, self._clock.now())
            await repos.commit()

    async def _check(self, test: Asked, space: Space) -> None:
        if test.strategies is not None:
            await self._spaces.check_on_chain(test.strategies)
        strategies = test.strategies or space.strategies
        if not strategies:
            raise NotConfigured(ServerSetting.VOTING_POWER)
        test.least(strategies)
        blocks = await self._power.snapshot(strategies)
        try:
            await self._power.read(strategies, [_EMPTY], blocks)
        except PowerUndefined as error:
            raise InvalidInput(Field.STRATEGIES, NothingForEmptyWallet(error.strategy, error.why)) from None


async def _views(repos: Repositories, guild: GuildId, rules: Sequence[RoleRule]) -> list[RuleView]:
    spaces = {space.id: space for space in await repos.spaces.of(guild, archived=True)}
    counts: dict[int, Counter[Step]] = {}
    for status in await repos.roles.statuses(guild):
        counts.setdefault(status.rule, Counter())[status.step] += 1
    return [
        RuleView(
            rule=rule,
            counts=counts.get(rule.number, Counter()),
            strategies=tuple(test.strategies or spaces[rule.space].strategies for test in rule.tests),
        )
        for rule in rules
    ]


async def _lacking(
    repos: Repositories, guild: GuildId, member: MemberId, roles: Collection[RoleId]
) -> list[tuple[RoleStatus, Step]]:
    """Return the statuses in which the member lacks the role that was noted, each with the step to continue from.

    A role that the bot gave stays noted as the bot's, even if the member was seen a moment before it was given.
    """
    role_of = {rule.number: rule.role for rule in await repos.roles.of(guild)}
    on = {Step.GIVEN: Step.GIVING, Step.BY_HAND: Step.NONE, Step.ABSENT: Step.NONE}
    return [
        (status, on[status.step])
        for status in await repos.roles.of_member(guild, member)
        if status.step in on and (status.step is Step.ABSENT or role_of[status.rule] not in roles)
    ]


def _check_room(rules: list[RoleRule], role: RoleId, space: Space) -> None:
    """Raise InvalidInput if a space has too many rules, or a space of its guild has one for the role."""
    for rule in rules:
        if rule.role == role and rule.space != space.id:
            raise InvalidInput(Field.ROLE, RoleFlaw.RULE_OF_ANOTHER_SPACE)
        if rule.role == role:
            raise InvalidInput(
                Field.ROLE, RoleHasRule(rule.number) if rule.removed_at is None else RoleBeingTaken(rule.number)
            )
    if sum(rule.space == space.id for rule in rules) >= MAX_RULES:
        raise InvalidInput(Field.RULE, TooManyRules(MAX_RULES))


async def _log(
    repos: Repositories, rule: RoleRule, change: str, by: MemberId, now: Timestamp, statuses: Sequence[RoleStatus]
) -> None:
    whose = space_fact(await repos.spaces.get(rule.space))
    facts: Facts = {"rule": rule.number, "change": change, **whose}
    subjects: list[Subject] = [("role rule", rule.number), *(role_held(one) for one in statuses if one.step.held)]
    await repos.log.append(rule.guild, Kind.ROLE_RULE, at=now, by=by, facts=facts, subjects=subjects)
