"""What moderators configure: a space's rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.power import KINDS, Strategy, networks_of, parse_strategies, scale_of, walk
from bot.domain.proposals.vote_rules import OPEN, Rules, Share, Whole, check, check_one_supply
from bot.domain.shared.amounts import canonical_amount, parse_amount, stored_amount
from bot.domain.shared.errors import InvalidInput, NotConfigured, PowerUndefined
from bot.domain.shared.types import Address, Block, ChainId, ChannelId, GuildId, MemberId, RoleId
from bot.domain.spaces.space import MAX_DELAY, MAX_PERIOD, MIN_PERIOD, OPTIONAL_COGS, Space
from bot.domain.voting import VotingType
from bot.ports import ChainReader, Clock, Repositories, Store
from bot.services.power.voting_power import Power

NOBODY = "none"
"""What a moderator types as the minimum of voting power where none is enough."""
_ANYBODY = Address("0x" + "11" * 20)
"""An arbitrary wallet: that its power can be read is proof that the contracts answer."""


class Spaces:
    """Reads and changes the rules of a guild's space; a guild has one from the first time it is asked for."""

    def __init__(self, *, store: Store, clock: Clock, chain: ChainReader, power: Power) -> None:
        self._store, self._clock, self._chain, self._power = store, clock, chain, power

    async def of(self, guild: GuildId, name: str = "") -> Space:
        """Return the guild's space, made with the default rules if there is none yet."""
        async with self._store.read() as repos:
            space = await repos.spaces.of(guild)
        if space is not None:
            return space
        async with self._store.write() as repos:
            space = await repos.spaces.of(guild) or await self._made(repos, guild, name or "DAO")
            await repos.commit()
        return space

    async def set_strategies(self, guild: GuildId, text: str, *, by: MemberId | None = None) -> Space:
        """Replace the strategies by a list in Snapshot's JSON, after looking at each contract on its chain.

        `by` is who does it, here and below, for the log.

        Raises:
            InvalidInput: the list is wrong, a chain is not configured, no such token stands there, or the
                decimals it states differ from those of the contract.
            UnknownStrategy: one is not supported.
            ChainUnavailable: a contract could not be looked at.

        """
        strategies = parse_strategies(text)
        await self.check_on_chain(strategies)
        space = await self.of(guild)
        stored_amount(space.proposer_power or "0", scale_of(strategies), field="minimum power")
        for rules in space.rules.values():
            _check_fits(rules, strategies)
        return await self._change(guild, lambda space: replace(space, strategies=strategies), by)

    async def check_on_chain(self, strategies: Sequence[Strategy]) -> None:
        """Look at each contract that the strategies read, on its chain. Raises as `set_strategies`."""
        for index, strategy in enumerate(strategies, start=1):
            await self._check_on_chain(index, strategy)

    async def _check_on_chain(self, index: int, strategy: Strategy) -> None:
        """Look at every chain and contract that the strategy reads, those of strategies inside it included."""
        known = self._chain.chains()
        for network in networks_of([strategy]):
            if network not in known:
                chains = ", ".join(f"{name} ({chain})" for chain, name in sorted(known.items()))
                raise InvalidInput(
                    field=f"strategy {index} network",
                    problem=f"{network} is not configured here",
                    remedy=f"use one of {chains}, or ask the bot's operator to add it",
                )
        blocks = {network: await self._chain.finalized(network) for network in networks_of([strategy])}
        for one in walk([strategy]):
            await self._check_decimals(index, one, blocks[one.network])
            kind = KINDS[one.name]
            if kind.chains(one) or not kind.inner(one):
                await self._check_answers(index, one, blocks)

    async def _check_decimals(self, index: int, strategy: Strategy, block: Block) -> None:
        kind = KINDS[strategy.name]
        contract = kind.contract(strategy)
        if not kind.erc20 or contract is None:
            return
        token, stated = await self._chain.token(strategy.network, contract, block), strategy.params["decimals"]
        if token.decimals != stated:
            raise InvalidInput(
                field=f"strategy {index} params.decimals",
                problem=f"says {stated}, but the contract says {token.decimals}",
                remedy=f"write {token.decimals}",
            )

    async def _check_answers(self, index: int, strategy: Strategy, blocks: Mapping[ChainId, Block]) -> None:
        try:
            (power,) = await self._power.read([strategy], [_ANYBODY], blocks)
        except PowerUndefined:  # a formula inside has no result for a wallet that holds nothing; its parts do answer
            return
        if power.total is None:
            raise InvalidInput(
                field=f"strategy {index}",
                problem=f"is {strategy.name}, which that contract does not answer",
                remedy="check the address and the network, or choose another strategy",
            )

    async def set_channels(
        self,
        guild: GuildId,
        *,
        proposals: ChannelId | None = None,
        announcements: ChannelId | None = None,
        moderators: ChannelId | None = None,
        audit: ChannelId | None = None,
        by: MemberId | None = None,
    ) -> Space:
        """Set those channels that are given."""
        return await self._change(
            guild,
            lambda space: replace(
                space,
                proposals_channel=proposals or space.proposals_channel,
                announcements_channel=announcements or space.announcements_channel,
                moderators_channel=moderators or space.moderators_channel,
                audit_channel=audit or space.audit_channel,
            ),
            by,
        )

    async def set_proposers(
        self,
        guild: GuildId,
        *,
        roles: Sequence[RoleId] | None = None,
        power: str | None = None,
        by: MemberId | None = None,
    ) -> Space:
        """Set those that are given: members with one of `roles`, or with at least `power`, may submit.

        `power` is text in the unit people read, and "none" means nobody by power.
        """
        nobody = power is not None and power.strip().casefold() == NOBODY
        if power is not None and not nobody:
            space = await self.of(guild)
            if not space.strategies:
                raise NotConfigured("voting power", "/config strategies")
            parse_amount(power, scale_of(space.strategies), field="minimum power")
        chosen = None if roles is None else tuple(dict.fromkeys(roles))
        least = None if nobody or power is None else canonical_amount(power, field="minimum power")
        return await self._change(
            guild,
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
        by: MemberId | None = None,
    ) -> Space:
        """Set those that are given: delay and period in seconds; `rules` for one voting system, or (None) for all.

        What is set for one system goes before what is set for all. `afresh` forgets first what was set there.

        Raises:
            InvalidInput: out of range, or a rule has no meaning for that voting system or for the strategies.
            NotConfigured: there are no strategies, and the rule is one of power.

        """
        if delay is not None and not 0 <= delay <= MAX_DELAY:
            raise InvalidInput(field="delay", problem="is out of range", remedy="use 0 to 30 days")
        if period is not None and not MIN_PERIOD <= period <= MAX_PERIOD:
            raise InvalidInput(field="period", problem="is out of range", remedy="use 5 minutes to 366 days")
        check(voting, rules)
        space = await self.of(guild)
        if rules.quorum is not None or rules.approval is not None:
            if not space.strategies:
                raise NotConfigured("voting power", "/config strategies")
            _check_fits(rules, space.strategies)

        def change(space: Space) -> Space:
            others = {system: own for system, own in space.rules.items() if system != voting}
            changed = rules.over(OPEN if afresh else space.rules.get(voting, OPEN))
            return replace(
                space,
                voting_delay=space.voting_delay if delay is None else delay,
                voting_period=space.voting_period if period is None else period,
                rules=others if changed == OPEN else {**others, voting: changed},
            )

        return await self._change(guild, change, by)

    async def switch_cog(self, guild: GuildId, cog: str, *, on: bool, by: MemberId | None = None) -> Space:
        """Turn an optional part on or off."""
        if cog not in OPTIONAL_COGS:
            raise InvalidInput(field="part", problem="cannot be switched", remedy=f"choose {', '.join(OPTIONAL_COGS)}")
        return await self._change(
            guild, lambda space: replace(space, cogs_off=space.cogs_off - {cog} if on else space.cogs_off | {cog}), by
        )

    async def set_public(self, guild: GuildId, *, public: bool, by: MemberId | None = None) -> Space:
        """Let anybody read submitted proposals and their results on the web, those of before included; or nobody."""
        return await self._change(guild, lambda space: replace(space, public=public), by)

    async def _change(self, guild: GuildId, change: Callable[[Space], Space], by: MemberId | None) -> Space:
        async with self._store.write() as repos:
            space = change(await repos.spaces.of(guild) or await self._made(repos, guild, "DAO"))
            changes = await repos.spaces.changes(space)
            await repos.spaces.save(space)
            if changes:
                now = self._clock.now()
                facts = {"changes": changes}
                await repos.log.append(guild, Kind.RULES_CHANGED, at=now, by=by, facts=facts, subjects=[("space",)])
            await repos.commit()
        return space

    async def _made(self, repos: Repositories, guild: GuildId, name: str) -> Space:
        space = await repos.spaces.add(guild, name)
        await repos.log.append(guild, Kind.SPACE_MADE, at=self._clock.now(), subjects=[("space",)])
        return space


def _check_fits(rules: Rules, strategies: Sequence[Strategy]) -> None:
    """Refuse a quorum finer than the power divides, or a share of a supply that the strategies don't have."""
    if isinstance(rules.quorum, str):
        stored_amount(rules.quorum, scale_of(strategies), field="quorum")
    shares = {rules.quorum.of} if isinstance(rules.quorum, Share) else set()
    if Whole.SUPPLY in shares or (rules.approval and rules.approval.of is Whole.SUPPLY):
        check_one_supply(strategies)
