"""Gives and takes the roles that holdings decide; each step is noted first, so that it survives any interruption."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from weakref import WeakValueDictionary

from bot.domain.announcements.moderator_notice import MemberRefused, RuleRefused
from bot.domain.roles.role_rules import LONGEST_WAIT, RoleRule, RoleStatus, Step
from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.errors import StorageUnavailable
from bot.domain.shared.types import GuildId, SpaceId, Timestamp
from bot.ports import Clock, GuildRoles, MemberGone, RoleRefused, Store, Undelivered
from bot.services.announcements.moderator_notices import mended, notice
from bot.services.audit.log_entries import role_step
from bot.services.roles.role_words import FORGOTTEN, alone, of_rule, reason

_log = logging.getLogger(__name__)

ALIKE = 3
"""Failures in one pass, with no success, from which the rule or Discord is held to be at fault."""
TOLD_AT = 3
"""Failed tries in a row after which a member waits and moderators are told."""
FIRST_WAIT = 60
"""Seconds until a member's next try: doubled from this up to `LONGEST_WAIT`."""
AT_ONCE = 10
"""The most members of a guild whose role changes in one pass: Discord limits the rate."""


class RoleSync:
    """Gives roles to members who earn them and takes them from those who no longer do; other roles are left alone."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._turns: WeakValueDictionary[GuildId, asyncio.Lock] = WeakValueDictionary()
        self._stopped_at: dict[GuildId, int] = {}
        """The rule at which the last pass of a guild stopped, because Discord did not do it."""

    async def carry_out_all(self, guild_roles: GuildRoles) -> int:
        """Give and take what is due in every guild, a limited number a run; return how many. Safe to cut short."""
        if not guild_roles.ready():
            return 0
        async with self._store.read() as repos:
            guilds = await repos.roles.guilds()
        done = await asyncio.gather(*(self._guarded(guild, guild_roles) for guild in guilds))
        return sum(done)

    async def carry_out(self, guild: GuildId, guild_roles: GuildRoles, *, of: SpaceId | None = None) -> int:
        """Give and take what is due in one guild, at most `AT_ONCE` changes; return how many, or how many `of` a space.

        That space's rules come before those of the others.
        """
        async with self._turns.setdefault(guild, asyncio.Lock()):
            async with self._store.read() as repos:
                space = await repos.spaces.main(guild)
                rules = await repos.roles.of(guild)
            if space is None or "roles" in space.cogs_off:
                return 0
            done = told = 0
            for rule in sorted(self._in_turn(guild, rules), key=lambda rule: rule.space != of):
                try:
                    changed = await self._rule(rule, guild_roles, AT_ONCE - done)
                except RoleRefused as refused:
                    await self._note(rule, refused.trouble)
                except Undelivered:
                    self._stopped_at[guild] = rule.number
                    raise
                else:
                    done += changed
                    told += changed if of in (None, rule.space) else 0
            return told

    def _in_turn(self, guild: GuildId, rules: Sequence[RoleRule]) -> list[RoleRule]:
        """Return the rules, beginning after the one at which the last pass stopped, so that none blocks the others."""
        stopped = self._stopped_at.pop(guild, 0)
        return sorted(rules, key=lambda rule: (rule.number <= stopped, rule.number))

    async def _guarded(self, guild: GuildId, guild_roles: GuildRoles) -> int:
        try:
            return await self.carry_out(guild, guild_roles)
        except Undelivered as error:
            _log.info("the roles of guild %s wait: %s", guild, error)
        except StorageUnavailable:
            raise
        except Exception:  # noqa: BLE001 - one guild must not keep the next from its roles
            _log.exception("the roles of guild %s wait; it is tried again", guild)
        return 0

    async def _rule(self, rule: RoleRule, guild_roles: GuildRoles, room: int) -> int:
        trouble = guild_roles.trouble(rule.guild, rule.role)
        if trouble is None and rule.trouble is Trouble.REFUSED:
            return 0  # until the next check of the wallets
        if trouble is not rule.trouble:
            await self._note(rule, trouble)
        if trouble is Trouble.GONE:
            await self._gone(rule)
        done = 0
        if trouble is None or trouble is Trouble.POWERFUL:
            only_take = trouble is not None or rule.removed_at is not None
            done = await self._change(rule, guild_roles, room, only_take=only_take)
        if rule.removed_at is not None:
            await self._wind_up(rule)
        return done

    async def _change(self, rule: RoleRule, guild_roles: GuildRoles, room: int, *, only_take: bool) -> int:
        """Make the changes due, each member separately; return how many.

        Raises RoleRefused or Undelivered if the rule or Discord is at fault: at a refusal other than REFUSED, or after
        `ALIKE` failures without a success.
        """
        async with self._store.read() as repos:
            due = await repos.roles.due(rule.guild, rule.number, room, self._clock.now(), only_take=only_take)
        done = 0
        failures: list[tuple[RoleStatus, Exception]] = []
        for status in due:
            try:
                done += await self._one(rule, status, guild_roles)
            except MemberGone:
                await self._moved(status, Step.ABSENT, anyway=True)
            except (RoleRefused, Undelivered) as error:
                if isinstance(error, RoleRefused) and error.trouble is not Trouble.REFUSED:
                    raise
                failures.append((status, error))
                if len(failures) == ALIKE and not done:
                    await self._tried([status for status, _ in failures])
                    raise
                continue
            await self._worked(rule, status)
        for status, failure in failures:
            await self._failed(rule, status, failure)
        return done

    async def _tried(self, statuses: Sequence[RoleStatus]) -> None:
        """Let other members come first next time: these failed because of the rule, so none waits or is reported."""
        async with self._store.write() as repos:
            for status in statuses:
                await repos.roles.failed(status, self._clock.now())
            await repos.commit()

    async def _failed(self, rule: RoleRule, status: RoleStatus, error: Exception) -> None:
        """Make a member wait, longer each time; moderators are told once it lasts."""
        tries, now = status.tries + 1, self._clock.now()
        wait = 0 if tries < TOLD_AT else min(FIRST_WAIT * 2 ** min(tries - TOLD_AT, 16), LONGEST_WAIT)
        _log.info("rule %s of guild %s waits for a member: %s", rule.number, rule.guild, error)
        async with self._store.write() as repos:
            if all(one.rule != status.rule for one in await repos.roles.of_member(rule.guild, status.member)):
                return  # the member was forgotten meanwhile, or the rule removed
            await repos.roles.failed(status, Timestamp(now + wait))
            if tries >= TOLD_AT:
                await notice(
                    repos,
                    rule.guild,
                    space=rule.space,
                    key=alone(status),
                    fact=MemberRefused(rule=rule.number, role=rule.role, member=status.member, given=status.to_give),
                    at=now,
                    since=rule.added_at,
                )
            await repos.commit()

    async def _worked(self, rule: RoleRule, status: RoleStatus) -> None:
        if not status.tries:
            return
        async with self._store.write() as repos:
            await repos.roles.worked(status)
            await mended(repos, rule.guild, key=alone(status))
            await mended(repos, rule.guild, key=of_rule(rule, Trouble.REFUSED))
            await repos.commit()

    async def _one(self, rule: RoleRule, status: RoleStatus, guild_roles: GuildRoles) -> bool:
        place = (rule.guild, status.member, rule.role)
        if status.step is not Step.GIVEN:
            settled = await self._settled(status, held=await guild_roles.holds(*place))
            if settled is None:
                return False
            status = settled
        if status.to_give and (giving := await self._moved(status, Step.GIVING)) is not None:
            await self._ask(giving, guild_roles.give(*place, reason(rule, given=True)), back=Step.NONE)
            if await self._moved(giving, Step.GIVEN) is not None:
                return True
            if await self._is_forgotten(giving):  # while Discord gave it: nothing would say that the bot did
                await guild_roles.take(*place, FORGOTTEN)
            return False
        if status.to_take and (taking := await self._moved(status, Step.TAKING)) is not None:
            await self._ask(taking, guild_roles.take(*place, reason(rule, given=False)), back=Step.GIVEN)
            return await self._moved(taking, Step.NONE) is not None
        return False

    async def _is_forgotten(self, status: RoleStatus) -> bool:
        """Return whether nothing is stored of the member under the rule any more, though the rule still exists."""
        async with self._store.read() as repos:
            rules = {rule.number for rule in await repos.roles.of(status.guild)}
            theirs = {one.rule for one in await repos.roles.of_member(status.guild, status.member)}
        return status.rule in rules - theirs

    async def _settled(self, status: RoleStatus, *, held: bool) -> RoleStatus | None:
        """Note how a change ended that an earlier run began, by the roles seen now; None if it changed meanwhile.

        Such a change counts as the bot's own, whether or not it was finished.
        """
        match status.step, held:
            case Step.NONE, True:
                await self._moved(status, Step.BY_HAND)
                return None
            case Step.GIVING, True:
                return await self._moved(status, Step.GIVEN)
            case Step.GIVING, False if not status.earned:
                return await self._moved(status, Step.NONE)
            case Step.TAKING, True:
                return await self._moved(status, Step.GIVEN)
            case Step.TAKING, False:
                return await self._moved(status, Step.NONE)
            case _:
                return status

    async def _ask(self, status: RoleStatus, done: Awaitable[None], *, back: Step) -> None:
        """Ask Discord for the change; if it refuses, nothing was done, so the status is set back."""
        try:
            await done
        except RoleRefused:
            await self._moved(status, back)
            raise

    async def _moved(self, status: RoleStatus, step: Step, *, anyway: bool = False) -> RoleStatus | None:
        """Store the next step and return the member's status; None if another one was stored meanwhile.

        With `anyway` it is stored nevertheless. The audit log has an entry when the member has the role from now on, or
        no longer has it.
        """
        async with self._store.write() as repos:
            if anyway:
                mine = await repos.roles.of_member(status.guild, status.member)
                status = next((one for one in mine if one.rule == status.rule), status)
            if status.step is not step and not await repos.roles.move(status, step):
                return None
            await role_step(repos, status, step, self._clock.now())
            await repos.commit()
        return replace(status, step=step)

    async def _note(self, rule: RoleRule, trouble: Trouble | None) -> None:
        """Store what keeps a role from being given, and tell moderators once."""
        now = self._clock.now()
        async with self._store.write() as repos:
            current = next((one for one in await repos.roles.of(rule.guild) if one.number == rule.number), None)
            if current is None:
                return
            await repos.roles.save(replace(current, trouble=trouble))
            if trouble is None and current.trouble not in (None, Trouble.REFUSED):
                await mended(repos, rule.guild, key=of_rule(rule, current.trouble))
            if trouble is not None:
                await notice(
                    repos,
                    rule.guild,
                    space=rule.space,
                    key=of_rule(rule, trouble),
                    fact=RuleRefused(rule=rule.number, role=rule.role, trouble=trouble.name),
                    at=now,
                    since=rule.added_at,
                )
            await repos.commit()

    async def _gone(self, rule: RoleRule) -> None:
        """Note that nobody has a role that was deleted."""
        async with self._store.write() as repos:
            for status in await repos.roles.statuses(rule.guild):
                if status.rule == rule.number and status.step is not Step.NONE:
                    await repos.roles.move(status, Step.NONE)
                    await role_step(repos, status, Step.NONE, self._clock.now())
            await repos.commit()

    async def _wind_up(self, rule: RoleRule) -> None:
        """Delete a removed rule once it has no role left to take."""
        async with self._store.write() as repos:
            left = [one for one in await repos.roles.statuses(rule.guild) if one.rule == rule.number and one.step.ours]
            if left:
                await repos.roles.end(rule.guild, rule.number)
            else:
                await repos.roles.remove(rule.guild, rule.number)
            await repos.commit()
