"""The repository of roles by holdings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, not_, or_, select, update

from bot.domain.roles.role_rules import LONGEST_WAIT, Asked, Match, RoleRule, RoleStatus, Step
from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.types import GuildId, MemberId, RoleId, SpaceId, Timestamp
from bot.storage.driver.statements import AnyConnection, Stored, conflicting_insert, next_number
from bot.storage.repositories.shared.json_columns import from_json, from_strategies, to_json, to_strategies
from bot.storage.tables import role_holders, role_rules

_OURS = [step for step in Step if step.ours]
_KEY = ("guild", "rule", "member")


class SqlRoles:
    """Rules by guild and number; a role has at most one rule."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def add(self, rule: RoleRule) -> RoleRule:
        """Store a rule under the guild's next number."""
        number = await next_number(self._connection, rule.guild, "role rule")
        stored = insert(role_rules).values(_columns(rule) | {"number": number}).returning(*role_rules.c)
        return _rule((await self._connection.execute(stored)).one())

    async def save(self, rule: RoleRule) -> None:
        """Store every field of a rule whose number is known."""
        known = update(role_rules).where(role_rules.c.guild == rule.guild, role_rules.c.number == rule.number)
        await self._connection.execute(known.values(_columns(rule)))

    async def remove(self, guild: GuildId, number: int) -> None:
        """Delete a rule with the states of its members."""
        theirs = delete(role_holders).where(role_holders.c.guild == guild, role_holders.c.rule == number)
        await self._connection.execute(theirs)
        await self._connection.execute(
            delete(role_rules).where(role_rules.c.guild == guild, role_rules.c.number == number)
        )

    async def of(self, guild: GuildId) -> list[RoleRule]:
        """Return the rules of a guild by number, of all its spaces."""
        return await self._rules(role_rules.c.guild == guild)

    async def of_space(self, space: SpaceId) -> list[RoleRule]:
        """Return the rules of a space by number."""
        return await self._rules(role_rules.c.space == space)

    async def guilds(self) -> list[GuildId]:
        """Return the guilds that have rules."""
        found = select(role_rules.c.guild).distinct().order_by(role_rules.c.guild)
        return [GuildId(guild) for guild in await self._connection.scalars(found)]

    async def statuses(self, guild: GuildId) -> list[RoleStatus]:
        """Return how the members of a guild stand to its rules."""
        return await self._read(role_holders.c.guild == guild)

    async def end(self, guild: GuildId, rule: int) -> None:
        """Note that no member earns the role of a rule any more."""
        theirs = update(role_holders).where(role_holders.c.guild == guild, role_holders.c.rule == rule)
        await self._connection.execute(theirs.values(earned=False))

    async def of_member(self, guild: GuildId, member: MemberId) -> list[RoleStatus]:
        """Return how a member stands to the rules of a guild."""
        return await self._read(and_(role_holders.c.guild == guild, role_holders.c.member == member))

    async def put(self, statuses: Sequence[RoleStatus]) -> None:
        """Store members' states under their rules, replacing the stored ones."""
        if not statuses:
            return
        inserted = conflicting_insert(self._connection, role_holders)
        changed = {name: inserted.excluded[name] for name in ("earned", "step", "checked_at", "found")}
        put = inserted.on_conflict_do_update(index_elements=_KEY, set_=changed)
        await self._connection.execute(put, [_row(status) for status in statuses])

    async def move(self, status: RoleStatus, step: Step) -> bool:
        """Move a member's role to a step; False if it is not at the step in `status` any more (compare-and-set)."""
        there = update(role_holders).where(*_is(status), role_holders.c.step == status.step)
        return (await self._connection.execute(there.values(step=step))).rowcount == 1

    async def forget(self, statuses: Sequence[RoleStatus]) -> None:
        """Forget how members stand."""
        for status in statuses:
            await self._connection.execute(delete(role_holders).where(*_is(status)))

    async def failed(self, status: RoleStatus, retry_at: Timestamp) -> None:
        """Note a failed attempt, and when the next is due."""
        changed = update(role_holders).where(*_is(status))
        await self._connection.execute(changed.values(tries=role_holders.c.tries + 1, retry_at=retry_at))

    async def worked(self, status: RoleStatus) -> None:
        """Forget the failed attempts."""
        await self._connection.execute(update(role_holders).where(*_is(status)).values(tries=0, retry_at=0))

    async def due(
        self, guild: GuildId, rule: int, limit: int, now: Timestamp, *, only_take: bool = False
    ) -> list[RoleStatus]:
        """Return whose role is due to be given or taken; after a failure, last in order and only when its wait is over.

        With `only_take`, only members from whom it is to be taken, so that roles that can't be given do not delay them.
        A wait longer than any that is ever set was set by a clock that has been put back since, and counts as over.
        """
        wanted = [Step.NONE, Step.GIVING, Step.TAKING]
        give = and_(role_holders.c.earned, role_holders.c.step.in_([] if only_take else wanted))
        take = and_(not_(role_holders.c.earned), role_holders.c.step.in_(_OURS))
        mine = and_(role_holders.c.guild == guild, role_holders.c.rule == rule)
        waited = not_(role_holders.c.retry_at.between(now + 1, now + LONGEST_WAIT))
        rows = select(role_holders).where(mine, or_(give, take), waited).limit(limit)
        ordered = rows.order_by(role_holders.c.retry_at, role_holders.c.member)
        return [_status(row) for row in await self._connection.execute(ordered)]

    async def _rules(self, where: ColumnElement[bool]) -> list[RoleRule]:
        rows = select(role_rules).where(where).order_by(role_rules.c.number, role_rules.c.guild)
        return [_rule(row) for row in await self._connection.execute(rows)]

    async def _read(self, where: ColumnElement[bool]) -> list[RoleStatus]:
        rows = select(role_holders).where(where).order_by(role_holders.c.rule, role_holders.c.member)
        return [_status(row) for row in await self._connection.execute(rows)]


def _is(status: RoleStatus) -> tuple[ColumnElement[bool], ...]:
    return (
        role_holders.c.guild == status.guild,
        role_holders.c.rule == status.rule,
        role_holders.c.member == status.member,
    )


def _columns(rule: RoleRule) -> dict[str, object]:
    return {
        "space": rule.space,
        "guild": rule.guild,
        "role": rule.role,
        "name": rule.name,
        "tests": to_json([_from_test(test) for test in rule.tests]),
        "match": rule.match,
        "added_by": rule.added_by,
        "added_at": rule.added_at,
        "checked_at": rule.checked_at,
        "unknown": rule.unknown,
        "trouble": None if rule.trouble is None else rule.trouble.name,
        "removed_at": rule.removed_at,
    }


def _rule(row: Stored) -> RoleRule:
    return RoleRule(
        space=SpaceId(row.space),
        guild=GuildId(row.guild),
        number=row.number,
        role=RoleId(row.role),
        name=row.name,
        tests=_to_tests(row.tests),
        match=Match(row.match),
        added_by=MemberId(row.added_by),
        added_at=Timestamp(row.added_at),
        checked_at=None if row.checked_at is None else Timestamp(row.checked_at),
        unknown=row.unknown,
        trouble=None if row.trouble is None else Trouble[row.trouble],
        removed_at=None if row.removed_at is None else Timestamp(row.removed_at),
    )


def _from_test(test: Asked) -> dict[str, object]:
    strategies = None if test.strategies is None else from_strategies(test.strategies)
    return {"minimum": test.minimum, "strategies": strategies}


@lru_cache(maxsize=4_096)
def _to_tests(stored: str) -> tuple[Asked, ...]:
    """Read the tests of a rule, which stay the same; all rules of a guild are read at every step of one."""
    return tuple(_to_test(entry) for entry in from_json(stored))


def _to_test(entry: dict[str, Any]) -> Asked:
    strategies = None if entry["strategies"] is None else to_strategies(entry["strategies"])
    return Asked(minimum=entry["minimum"], strategies=strategies)


def _row(status: RoleStatus) -> dict[str, object]:
    return {
        "guild": status.guild,
        "rule": status.rule,
        "member": status.member,
        "earned": status.earned,
        "step": status.step,
        "checked_at": status.checked_at,
        "found": to_json(status.found),
    }


def _status(row: Stored) -> RoleStatus:
    return RoleStatus(
        guild=GuildId(row.guild),
        rule=row.rule,
        member=MemberId(row.member),
        earned=bool(row.earned),
        step=Step(row.step),
        checked_at=Timestamp(row.checked_at),
        found=tuple(from_json(row.found)),
        tries=row.tries,
    )
