"""What moderators configure: the rules of spaces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.power import Strategy, parse_strategies, scale_of
from bot.domain.proposals.vote_rules import OPEN, Rules, Share, Whole, check, check_one_supply
from bot.domain.shared.amounts import canonical_amount, parse_amount, stored_amount
from bot.domain.shared.errors import InvalidInput, NotConfigured
from bot.domain.shared.errors.faults.spaces import PartNotSwitchable, SpaceFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import ServerSetting
from bot.domain.shared.types import ChannelId, GuildId, MemberId, RoleId, SpaceId
from bot.domain.spaces.space import MAIN, MAX_DELAY, MAX_PERIOD, MIN_PERIOD, OPTIONAL_COGS, Space
from bot.domain.voting import VotingType
from bot.ports import ChainReader, Clock, Store
from bot.services.audit.log_entries import space_step
from bot.services.power.voting_power import Power
from bot.services.shared.lookup import check_active, space_numbered
from bot.services.spaces.space_list import made_main
from bot.services.spaces.strategy_checks import StrategyChecks

NOBODY = "none"
"""What a moderator types as the minimum of voting power if no power is enough."""


class Spaces:
    """Reads and changes the rules of a guild's spaces; a guild has a main space from the first request on.

    A change is to the space with the number `space`, by default the main one. It raises NotFound if there is none of
    that number, and InvalidInput if it is archived.
    """

    def __init__(self, *, store: Store, clock: Clock, chain: ChainReader, power: Power) -> None:
        self._store, self._clock = store, clock
        self._checks = StrategyChecks(chain=chain, power=power)

    async def main(self, guild: GuildId, name: str = "") -> Space:
        """Return the guild's main space, made with the default rules if there is none yet."""
        async with self._store.read() as repos:
            space = await repos.spaces.main(guild)
        if space is not None:
            return space
        async with self._store.write() as repos:
            space = await made_main(repos, guild, self._clock.now(), name)
            await repos.commit()
        return space

    async def active(self, guild: GuildId) -> list[Space]:
        """Return the guild's active spaces by number: the main one first, which is made if there is none yet."""
        async with self._store.read() as repos:
            spaces = await repos.spaces.of(guild)
        return spaces or [await self.main(guild)]

    async def get(self, space: SpaceId) -> Space:
        """Return the space with this id, also an archived one. Raises LookupError."""
        async with self._store.read() as repos:
            return await repos.spaces.get(space)

    async def numbered(self, guild: GuildId, number: int = MAIN) -> Space:
        """Return a guild's space by its number, also one that is archived; the main one is made. Raises NotFound."""
        if number == MAIN:
            return await self.main(guild)
        async with self._store.read() as repos:
            return await space_numbered(repos, guild, number)

    async def set_strategies(
        self, guild: GuildId, text: str, *, snapshot: str | None = None, space: int = MAIN, by: MemberId | None = None
    ) -> Space:
        """Replace the strategies by a list in Snapshot's JSON, after looking at each contract on its chain.

        `snapshot` is the name of its space there, for delegations, where the text does not tell it. `by` is who does
        it, here and below, for the log.

        Raises:
            InvalidInput: the list is wrong, a chain is not configured, no such token stands there, or the
                decimals it states differ from those of the contract.
            UnknownStrategy: one is not supported.
            ChainUnavailable: a contract could not be looked at.

        """
        strategies = parse_strategies(text, space=snapshot)
        await self.check_on_chain(strategies)
        before = await self.numbered(guild, space)
        stored_amount(before.proposer_power or "0", scale_of(strategies), field=Field.MINIMUM_POWER)
        for rules in before.rules.values():
            _check_fits(rules, strategies)
        return await self._change(guild, space, lambda space: replace(space, strategies=strategies), by)

    async def check_on_chain(self, strategies: Sequence[Strategy]) -> None:
        """Look at each contract that the strategies read, on its chain. Raises as `set_strategies`."""
        await self._checks.check(strategies)

    async def set_channels(
        self,
        guild: GuildId,
        *,
        proposals: ChannelId | None = None,
        announcements: ChannelId | None = None,
        moderators: ChannelId | None = None,
        audit: ChannelId | None = None,
        space: int = MAIN,
        by: MemberId | None = None,
    ) -> Space:
        """Set the given channels of a space; the audit log's channel is the server's."""
        if audit is not None:
            changed = await self._change(guild, MAIN, lambda space: replace(space, audit_channel=audit), by)
            if proposals is announcements is moderators is None:
                return changed if space == MAIN else await self.numbered(guild, space)
        return await self._change(
            guild,
            space,
            lambda space: replace(
                space,
                proposals_channel=proposals or space.proposals_channel,
                announcements_channel=announcements or space.announcements_channel,
                moderators_channel=moderators or space.moderators_channel,
            ),
            by,
        )

    async def set_proposers(
        self,
        guild: GuildId,
        *,
        roles: Sequence[RoleId] | None = None,
        power: str | None = None,
        space: int = MAIN,
        by: MemberId | None = None,
    ) -> Space:
        """Set who may submit: members with one of `roles`, or with at least `power`; None leaves it as it is.

        `power` is text in whole tokens, as people write it; "none" means that no power is enough.
        """
        nobody = power is not None and power.strip().casefold() == NOBODY
        if power is not None and not nobody:
            strategies = (await self.numbered(guild, space)).strategies
            if not strategies:
                raise NotConfigured(ServerSetting.VOTING_POWER)
            parse_amount(power, scale_of(strategies), field=Field.MINIMUM_POWER)
        chosen = None if roles is None else tuple(dict.fromkeys(roles))
        least = None if nobody or power is None else canonical_amount(power, field=Field.MINIMUM_POWER)
        return await self._change(
            guild,
            space,
            lambda space: replace(
                space,
                proposer_roles=space.proposer_roles if chosen is None else chosen,
                proposer_power=space.proposer_power if power is None else least,
            ),
            by,
        )

    async def set_voting(
        self,
        guild: GuildId,
        *,
        delay: int | None = None,
        period: int | None = None,
        voting: VotingType | None = None,
        rules: Rules = OPEN,
        afresh: bool = False,
        space: int = MAIN,
        by: MemberId | None = None,
    ) -> Space:
        """Set what is given: delay and period in seconds; `rules` for one voting system, or (None) for all.

        Rules for one system take precedence over those for all. `afresh` first removes what was set there.

        Raises:
            InvalidInput: out of range, or a rule has no meaning for that voting system or for the strategies.
            NotConfigured: there are no strategies, and the rule is one of power.

        """
        if delay is not None and not 0 <= delay <= MAX_DELAY:
            raise InvalidInput(Field.DELAY, SpaceFlaw.DELAY_OUT_OF_RANGE)
        if period is not None and not MIN_PERIOD <= period <= MAX_PERIOD:
            raise InvalidInput(Field.PERIOD, SpaceFlaw.PERIOD_OUT_OF_RANGE)
        check(voting, rules)
        if rules.quorum is not None or rules.approval is not None:
            strategies = (await self.numbered(guild, space)).strategies
            if not strategies:
                raise NotConfigured(ServerSetting.VOTING_POWER)
            _check_fits(rules, strategies)

        def change(space: Space) -> Space:
            others = {system: own for system, own in space.rules.items() if system != voting}
            changed = rules.over(OPEN if afresh else space.rules.get(voting, OPEN))
            return replace(
                space,
                voting_delay=space.voting_delay if delay is None else delay,
                voting_period=space.voting_period if period is None else period,
                rules=others if changed == OPEN else {**others, voting: changed},
            )

        return await self._change(guild, space, change, by)

    async def switch_cog(self, guild: GuildId, cog: str, *, on: bool, by: MemberId | None = None) -> Space:
        """Turn an optional part on or off, in the whole server."""
        if cog not in OPTIONAL_COGS:
            raise InvalidInput(Field.PART, PartNotSwitchable(tuple(OPTIONAL_COGS)))

        def change(space: Space) -> Space:
            return replace(space, cogs_off=space.cogs_off - {cog} if on else space.cogs_off | {cog})

        return await self._change(guild, MAIN, change, by)

    async def set_public(self, guild: GuildId, *, public: bool, space: int = MAIN, by: MemberId | None = None) -> Space:
        """Let anybody, or nobody, read submitted proposals and their results on the web, earlier ones included."""
        return await self._change(guild, space, lambda space: replace(space, public=public), by)

    async def set_moderators(
        self, guild: GuildId, roles: Sequence[RoleId], *, space: int = MAIN, by: MemberId | None = None
    ) -> Space:
        """Let members with one of these roles change the rules of the space."""
        chosen = tuple(dict.fromkeys(roles))
        return await self._change(guild, space, lambda space: replace(space, moderators=chosen), by)

    async def set_voters(
        self, guild: GuildId, roles: Sequence[RoleId], *, space: int = MAIN, by: MemberId | None = None
    ) -> Space:
        """Let only members with one of these roles vote; without any roles, everybody with power.

        It counts for proposals that are submitted from now on.
        """
        chosen = tuple(dict.fromkeys(roles))
        return await self._change(guild, space, lambda space: replace(space, voters=chosen), by)

    async def _change(
        self, guild: GuildId, number: int, change: Callable[[Space], Space], by: MemberId | None
    ) -> Space:
        async with self._store.write() as repos:
            now = self._clock.now()
            if number == MAIN:
                before = await made_main(repos, guild, now)
            else:
                before = await space_numbered(repos, guild, number)
            check_active(before)
            space = change(before)
            changes = await repos.spaces.changes(space)
            await repos.spaces.save(space)
            if changes:
                await space_step(repos, space, Kind.RULES_CHANGED, now, by=by, facts={"changes": changes})
            await repos.commit()
        return space


def _check_fits(rules: Rules, strategies: Sequence[Strategy]) -> None:
    """Raise InvalidInput for a quorum with too many decimals, or a share of a supply the strategies do not have."""
    if isinstance(rules.quorum, str):
        stored_amount(rules.quorum, scale_of(strategies), field=Field.QUORUM)
    shares = {rules.quorum.of} if isinstance(rules.quorum, Share) else set()
    if Whole.SUPPLY in shares or (rules.approval and rules.approval.of is Whole.SUPPLY):
        check_one_supply(strategies)
