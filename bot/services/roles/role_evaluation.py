"""Who earns a role: reads all linked wallets of a guild in one batch, and stores at once what that decides."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from weakref import WeakValueDictionary

from bot.domain.power import Strategy, VotingPower, networks_of, scale_of
from bot.domain.roles.role_rules import RoleRule
from bot.domain.roles.role_trouble import Trouble, Unlooked
from bot.domain.shared.errors import ChainUnavailable, InvalidInput, PowerUndefined, PowerUnknown, StorageUnavailable
from bot.domain.shared.types import Address, Block, ChainId, GuildId, MemberId, SpaceId, Timestamp, Units
from bot.domain.spaces.space import Space
from bot.domain.wallets.wallet import Wallet
from bot.ports import ChainReader, Clock, Repositories, Store
from bot.ports.deadline import within
from bot.services.outages import Outages, per_group
from bot.services.power.batched_power import Ahead, Wanted, read_ahead, snapshot
from bot.services.power.voting_power import Power
from bot.services.roles.role_status import role_status
from bot.services.shared.worker_thread import in_thread_if_many

_log = logging.getLogger(__name__)

_LONGEST = 1_800.0
"""Seconds that reading one guild may take before the next guild's turn."""
_WEIGHT = 50
"""How many items one rule counts as for `in_thread_if_many`, since its strategies may have others inside them."""
_PARTS = 64
"""Parts into which a batch is cut at most, where a formula has no result for some wallet in it."""
_UNKNOWN = (ChainUnavailable, PowerUnknown, PowerUndefined)
"""What keeps a rule from being looked at, and no other."""
Scores = Mapping[Address, Sequence[Units | None]]
"""By wallet, what it scores in each test of a rule, in units of that test's scale; None where it is unknown."""


class RoleEvaluation:
    """Decides who earns which role. No transaction is open while a chain is read; an unknown power changes nothing."""

    def __init__(self, *, store: Store, clock: Clock, chain: ChainReader, power: Power) -> None:
        self._store, self._clock, self._chain, self._power = store, clock, chain, power
        self._turns: WeakValueDictionary[GuildId, asyncio.Lock] = WeakValueDictionary()

    async def check_all(self) -> None:
        """Check every guild that has rules. Safe to run late, twice, or cut short; one does not delay another."""
        async with self._store.read() as repos:
            guilds = await repos.roles.guilds()
        wanted = {guild: await self._wanted(guild) for guild in guilds}
        outages = Outages()

        async def look(those: Sequence[GuildId]) -> int:
            ahead = await read_ahead(self._power, {guild: wanted[guild] for guild in those}, outages)
            for guild in those:
                try:
                    await self.check(guild, ahead.get(guild), outages)
                except StorageUnavailable:
                    raise
                except Exception:  # noqa: BLE001 - one guild must not keep the next from its look
                    _log.exception("the holdings of guild %s were not looked at; it is tried again", guild)
            return 0

        await per_group(guilds, lambda guild: frozenset(networks_of(wanted[guild].strategies)), look)

    async def _wanted(self, guild: GuildId) -> Wanted:
        """Return what checking a guild will read; empty if that fails, which its own check will report."""
        try:
            async with self._store.read() as repos:
                wanted = await _wanted(repos, guild)
            networks_of(wanted.strategies)
        except StorageUnavailable:
            raise
        except Exception:  # noqa: BLE001 - one guild must not keep the others from their look
            return Wanted(strategies=(), wallets=())
        return wanted

    async def check(self, guild: GuildId, ahead: Ahead | None = None, outages: Outages | None = None) -> None:
        """Look at one guild now: a rule whose tests could not be read stays as it is, and says why.

        What was read `ahead` of exactly its wallets is not read again, and a chain of the `outages` is not asked again.
        """
        async with self._turns.setdefault(guild, asyncio.Lock()):
            async with self._store.read() as repos:
                spaces = await _spaces(repos, guild)
                known = await repos.roles.of(guild)
                linked = await repos.wallets.of_guild(guild)
            if not spaces or not known:
                return
            rules = [rule for rule in known if rule.removed_at is None]
            if any(rule.removed_at is not None and rule.trouble is Trouble.REFUSED for rule in known):
                await self._have_tried_again(guild)
            if not rules:
                return
            wallets = [wallet.address for wallet in linked]
            with within(_LONGEST):
                found = await self._read_all(rules, spaces, wallets, ahead, outages or Outages())
            now = self._clock.now()
            async with self._store.write() as repos:
                for rule in rules:
                    await _decide(repos, rule, found[rule.number], spaces[rule.space], linked, now)
                await repos.commit()

    async def _have_tried_again(self, guild: GuildId) -> None:
        """Let removed rules take roles that Discord refused to take before; their wallets are not checked any more."""
        async with self._store.write() as repos:
            for rule in await repos.roles.of(guild):
                if rule.removed_at is not None and rule.trouble is Trouble.REFUSED:
                    await repos.roles.save(replace(rule, trouble=None))
            await repos.commit()

    async def _read_all(
        self,
        rules: Sequence[RoleRule],
        spaces: Mapping[SpaceId, Space],
        wallets: Sequence[Address],
        ahead: Ahead | None,
        outages: Outages,
    ) -> dict[int, Scores | str]:
        """Return by rule the wallets' scores, or why they are unknown: from one batch, or else read rule by rule."""
        known, found = await in_thread_if_many(len(rules) * _WEIGHT, lambda: _readable(rules, spaces))
        try:
            return found | await self._read(known, wallets, ahead, outages)
        except _UNKNOWN:
            pass
        for number, lists in known.items():
            try:
                found |= await self._read({number: lists}, wallets, None, outages)
            except _UNKNOWN as error:
                found[number] = self._reason(error)
        return found

    async def _read(
        self,
        rules: Mapping[int, Sequence[tuple[Strategy, ...]]],
        wallets: Sequence[Address],
        ahead: Ahead | None,
        outages: Outages,
    ) -> dict[int, Scores]:
        """Read all rules at one block of each chain; each list of strategies once, however many tests it is in."""
        lists = await in_thread_if_many(len(rules) * _WEIGHT, lambda: _lists(rules))
        flat = [strategy for one in lists for strategy in one]
        if not flat or not wallets:
            return {number: {} for number in rules}
        parts: dict[Address, list[tuple[Units | None, int]] | None]
        if ahead is not None and ahead.wanted == Wanted(strategies=tuple(flat), wallets=tuple(wallets)):
            parts = _by_wallet(ahead.powers)
        else:
            blocks = await snapshot(self._power, flat, outages)
            parts = await _Batch(self._power, flat, wallets, blocks).read()
        scores: dict[Address, list[Units | None]] = {}
        for wallet in wallets:
            found = parts[wallet]
            amounts = iter([(None, 0)] * len(flat) if found is None else found)
            scores[wallet] = [_sum(one, [next(amounts) for _ in one]) for one in lists]
        places = await in_thread_if_many(
            len(rules) * _WEIGHT,
            lambda: {number: [lists.index(one) for one in tests] for number, tests in rules.items()},
        )
        return {
            number: {wallet: [scores[wallet][place] for place in places[number]] for wallet in wallets}
            for number in rules
        }

    def _reason(self, error: ChainUnavailable | PowerUnknown | PowerUndefined) -> str:
        if isinstance(error, ChainUnavailable):
            name = self._chain.chains().get(error.chain, f"chain {error.chain}")
            return f"{name} could not be read: {error.fault.value}"
        return str(error)


class _Batch:
    """Reads many wallets together, and sets apart those for which a formula has no result."""

    def __init__(
        self,
        power: Power,
        strategies: Sequence[Strategy],
        wallets: Sequence[Address],
        blocks: Mapping[ChainId, Block],
    ) -> None:
        self._power, self._strategies, self._wallets, self._blocks = power, strategies, tuple(wallets), blocks
        self._left = _PARTS

    async def read(self) -> dict[Address, list[tuple[Units | None, int]] | None]:
        """Return by wallet what each strategy gives it, with the decimals of that; None for those set apart.

        Raises PowerUndefined where there are too many of them.
        """
        return await self._part(self._wallets)

    async def _part(self, wallets: tuple[Address, ...]) -> dict[Address, list[tuple[Units | None, int]] | None]:
        self._left -= 1
        try:
            powers = await self._power.read(self._strategies, wallets, self._blocks, voters=self._wallets)
        except PowerUndefined:
            if len(wallets) == 1:
                return {wallets[0]: None}
            if self._left < 0:
                raise
            middle = len(wallets) // 2
            return await self._part(wallets[:middle]) | await self._part(wallets[middle:])
        return _by_wallet(powers)


async def _wanted(repos: Repositories, guild: GuildId) -> Wanted:
    """Return what a look at a guild will want to know."""
    spaces = await _spaces(repos, guild)
    if not spaces:
        return Wanted(strategies=(), wallets=())
    rules = [rule for rule in await repos.roles.of(guild) if rule.removed_at is None]
    lists = await in_thread_if_many(len(rules) * _WEIGHT, lambda: _lists(_readable(rules, spaces)[0]))
    wallets = tuple(wallet.address for wallet in await repos.wallets.of_guild(guild))
    return Wanted(strategies=tuple(strategy for one in lists for strategy in one), wallets=wallets)


async def _spaces(repos: Repositories, guild: GuildId) -> dict[SpaceId, Space]:
    """Return the guild's spaces by id whose rules are checked; none if roles are switched off."""
    main = await repos.spaces.main(guild)
    if main is None or "roles" in main.cogs_off:
        return {}
    return {space.id: space for space in await repos.spaces.of(guild, archived=True)}


def _readable(
    rules: Sequence[RoleRule], spaces: Mapping[SpaceId, Space]
) -> tuple[dict[int, list[tuple[Strategy, ...]]], dict[int, Scores | str]]:
    """Return by rule the lists of strategies to read, and for the other rules why they cannot be read."""
    known: dict[int, list[tuple[Strategy, ...]]] = {}
    found: dict[int, Scores | str] = {}
    for rule in rules:
        lists = [test.strategies or spaces[rule.space].strategies for test in rule.tests]
        try:
            for test, strategies in zip(rule.tests, lists, strict=True):
                if strategies:
                    test.least(strategies)
        except InvalidInput:
            found[rule.number] = Unlooked.MINIMUM_TOO_FINE.value
            continue
        if all(lists):
            known[rule.number] = lists
        else:
            found[rule.number] = Unlooked.NO_VOTING_POWER.value
    return known, found


def _lists(rules: Mapping[int, Sequence[tuple[Strategy, ...]]]) -> list[tuple[Strategy, ...]]:
    lists: list[tuple[Strategy, ...]] = []
    for tests in rules.values():
        lists += [one for one in tests if one not in lists]
    return lists


def _by_wallet(powers: Sequence[VotingPower]) -> dict[Address, list[tuple[Units | None, int]] | None]:
    return {power.address: [(part.amount, part.decimals) for part in power.parts] for power in powers}


def _sum(strategies: Sequence[Strategy], amounts: Sequence[tuple[Units | None, int]]) -> Units | None:
    scale, total = scale_of(strategies), 0
    for amount, decimals in amounts:
        if amount is None:
            return None
        total += amount * 10 ** (scale - decimals)
    return Units(total)


async def _decide(
    repos: Repositories, rule: RoleRule, scores: Scores | str, space: Space, linked: Sequence[Wallet], now: Timestamp
) -> None:
    """Store the result for members whose wallets are still those that were read."""
    current = next((one for one in await repos.roles.of(rule.guild) if one.number == rule.number), None)
    if current is None or current.removed_at is not None:
        return
    if isinstance(scores, str):
        await repos.roles.save(replace(current, checked_at=now, unknown=scores, trouble=current.lasting_trouble))
        return
    before, after = _by_member(linked), _by_member(await repos.wallets.of_guild(rule.guild))
    stored = {one.member: one for one in await repos.roles.statuses(rule.guild) if one.rule == rule.number}
    put, gone = [], []
    for member in sorted(before.keys() | after.keys() | stored.keys()):
        wallets = after.get(member, frozenset())
        if wallets != before.get(member, frozenset()):
            continue  # links changed while the chain answered: decided at the next check
        status = role_status(rule, member, [scores[wallet] for wallet in wallets], space, stored.get(member), now)
        if wallets or status.step.ours:
            put.append(status)
        elif member in stored:
            gone.append(status)
    await repos.roles.put(put)
    await repos.roles.forget(gone)
    await repos.roles.save(replace(current, checked_at=now, unknown=None, trouble=current.lasting_trouble))


def _by_member(linked: Sequence[Wallet]) -> dict[MemberId, frozenset[Address]]:
    found: defaultdict[MemberId, set[Address]] = defaultdict(set)
    for wallet in linked:
        found[wallet.member].add(wallet.address)
    return {member: frozenset(wallets) for member, wallets in found.items()}
