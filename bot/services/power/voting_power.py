"""Voting power: read once for each wallet and proposal, at the blocks that the proposal pins."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.delegation.member_delegation import MemberDelegation
from bot.domain.power import (
    NoScore,
    Strategy,
    VotingPower,
    depends_on_voters,
    evaluate,
    explain,
    networks_of,
    scale_of,
    size_of,
    symbol_of,
)
from bot.domain.power.strategy import ReadSteps
from bot.domain.power.typed_reads import side_by_side
from bot.domain.power.zero_power_reasons import ScoredWallet
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import ChainUnavailable, NoWallet, PowerUndefined, PowerUnknown, WrongState
from bot.domain.shared.errors.faults.power import PowerGap
from bot.domain.shared.errors.kinds import Step
from bot.domain.shared.types import Address, Block, ChainId, GuildId, MemberId, Units
from bot.domain.spaces.space import MAIN
from bot.ports import Alone, ChainReader, Clock, Confirmation, Store
from bot.services.delegation.member_delegations import member_delegations_of
from bot.services.delegation.registry_index import Delegations, Noted, RecordedDelegations, StoredIndex
from bot.services.outages import gather_in_order
from bot.services.power.strategy_reads import answered, total_supply
from bot.services.shared.contract_events import ContractEvents, StoredEvents
from bot.services.shared.lookup import numbered

_AT_MOST = 60.0
"""Seconds of reading events in one go; a vote or a count that needs more continues in the next run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerReport:
    """A member's power, explained. `total` is None while a part is unknown; amounts are in units of `scale`.

    `proposal` is None for the power of now, which counts for proposals submitted now. `member_delegations` say who may
    vote for the member there, `delegators` for how many the member may vote, and `voted_by` which delegate's ballot
    counts. `why` says why a strategy gives every wallet zero. `alone` are the chains on which only one endpoint
    answered.
    """

    proposal: Proposal | None
    blocks: Mapping[ChainId, Block]
    powers: tuple[VotingPower, ...]
    scale: int
    symbol: str
    member_delegations: tuple[MemberDelegation, ...] = ()
    delegators: int = 0
    voted_by: MemberId | None = None
    why: tuple[NoScore, ...] = ()
    alone: frozenset[ChainId] = frozenset()

    @property
    def total(self) -> Units | None:
        """The sum over all wallets."""
        totals = [power.total for power in self.powers]
        return None if None in totals else Units(sum(total or 0 for total in totals))


class Power:
    """Reads power by strategies; no transaction is open while a chain is read."""

    def __init__(self, *, store: Store, clock: Clock, chain: ChainReader) -> None:
        self._store, self._clock, self._chain = store, clock, chain
        self._delegations = Delegations(index=StoredIndex(store), chain=chain, twice=True, at_most=_AT_MOST)
        self._events = ContractEvents(
            chain=chain, records=lambda name: StoredEvents(store, name), twice=True, at_most=_AT_MOST
        )

    async def snapshot(
        self,
        strategies: Sequence[Strategy],
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> dict[ChainId, Block]:
        """Pin a block for each chain that the strategies read.

        It is the newest final block on the first strategy's chain, and on every other chain the newest final
        block that is not later than that one. `confirm` and `alone` are those of `ChainReader`.
        """
        scale_of(strategies)
        home = await self._chain.finalized(strategies[0].network, confirm=confirm, alone=alone)
        others = [network for network in networks_of(strategies) if network != home.chain]
        pinned = await gather_in_order(
            self._chain.finalized_at(network, home.timestamp, confirm=confirm, alone=alone) for network in others
        )
        return {home.chain: home} | dict(zip(others, pinned, strict=True))

    async def read(
        self,
        strategies: Sequence[Strategy],
        wallets: Sequence[Address],
        blocks: Mapping[ChainId, Block],
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
        voters: Collection[Address] = (),
        noted: Noted | None = None,
    ) -> tuple[VotingPower, ...]:
        """Return the power of `wallets`, in order; a part that could not be read is None.

        `confirm` and `alone` are those of `ChainReader`. `voters` are the wallets that vote besides these. The
        registry's answers on delegations are added to `noted`.

        Raises:
            ChainUnavailable: a chain could not be read.
            PowerUndefined: a formula has no result for a wallet.

        """
        evaluation = evaluate(strategies, wallets, blocks, voters=voters)
        delegations = self._delegations if noted is None else RecordedDelegations(self._delegations, noted)
        return await answered(
            evaluation,
            self._chain,
            delegations,
            self._events,
            blocks,
            confirm=confirm,
            alone=alone,
            many=len(wallets) * size_of(strategies),
        )

    async def read_each(
        self, asked: Sequence[tuple[Sequence[Strategy], Sequence[Address]]], blocks: Mapping[ChainId, Block]
    ) -> list[tuple[VotingPower, ...] | PowerUndefined]:
        """Return the power of several groups of wallets, each by its own strategies, read in one batch; in order.

        A group with a wallet for which a formula has no result has that error in its place. Raises ChainUnavailable.
        """
        evaluations = [_or_undefined(evaluate(strategies, wallets, blocks)) for strategies, wallets in asked]
        many = sum(len(wallets) * size_of(strategies) for strategies, wallets in asked)
        return await answered(
            side_by_side(evaluations), self._chain, self._delegations, self._events, blocks, many=many
        )

    async def doubt(self, chains: Collection[ChainId]) -> None:
        """Have the events of these chains read again before their next use: a count disagreed with them."""
        for chain in chains:
            await self._delegations.doubt(chain)
            await self._events.doubt(chain)

    async def supply(self, strategies: Sequence[Strategy], blocks: Mapping[ChainId, Block]) -> Units:
        """Return the total supply of the token that the strategies count one for one. Raises as `total_supply`."""
        return await total_supply(self._chain, strategies, blocks)

    async def of_proposal(
        self,
        proposal: Proposal,
        wallets: Sequence[Address],
        known: Mapping[Address, VotingPower],
        others: Mapping[Address, tuple[Units, ...]],
    ) -> tuple[tuple[VotingPower, ...], list[VotingPower]]:
        """Return the power of `wallets` at the proposal's snapshot, in order, and the powers that are to be stored.

        Only powers that are not `known` are read. Where power depends on who votes, `others` are the scores of those
        who have voted; then all powers are read, and the changed powers of others are to be stored as well. A power
        that only one endpoint told is marked as unconfirmed if another endpoint could be asked; a power of zero is
        marked even if the chain has only one.

        Raises:
            ChainUnavailable: a chain could not be read.
            PowerUnknown: some part could not be read.
            PowerUndefined: a formula has no result for a wallet.

        """
        terms = proposal.terms
        if terms is None:
            raise WrongState(number=proposal.number, state="draft", step=Step.READ_POWER)
        by_voters = any(depends_on_voters(strategy) for strategy in terms.strategies)
        missing = [wallet for wallet in wallets if by_voters or wallet not in known]
        fresh: tuple[VotingPower, ...] = ()
        if missing:
            alone: set[ChainId] = set()
            fresh = await self.read(
                terms.strategies, [*missing, *others], terms.snapshot, confirm=Confirmation.WANTED, alone=alone
            )
            unknown = [power.address for power in fresh if power.total is None]
            if unknown:
                raise PowerUnknown(unknown, PowerGap.CONTRACT_SILENT)
            fresh = self._marked(fresh, alone)
        found = {**known, **{power.address: power for power in fresh}}
        mine = tuple(found[wallet] for wallet in wallets)
        changed = [power for power in fresh if power.address in others and power.scores != others[power.address]]
        return mine, [*mine, *changed] if by_voters else list(fresh)

    def doubted(self, proposal: Proposal, powers: Sequence[VotingPower]) -> frozenset[Address]:
        """Return the wallets whose zero came from one endpoint only, on a chain where another one did not answer."""
        snapshot = proposal.terms.snapshot if proposal.terms else {}
        if not any(self._chain.endpoints(chain) > 1 for chain in snapshot):
            return frozenset()
        return frozenset(power.address for power in powers if not power.confirmed and not power.total)

    def _marked(self, powers: Sequence[VotingPower], alone: Collection[ChainId]) -> tuple[VotingPower, ...]:
        unsure = any(self._chain.endpoints(chain) > 1 for chain in alone)
        return tuple(replace(power, confirmed=not (unsure or (alone and not power.total))) for power in powers)

    async def why(
        self,
        strategies: Sequence[Strategy],
        powers: Sequence[ScoredWallet],
        blocks: Mapping[ChainId, Block],
        *,
        voters: Collection[Address] = (),
        alone: Alone | None = None,
    ) -> tuple[NoScore, ...]:
        """Return why each strategy gives zero to all wallets of `powers`; empty if the chain can't be read.

        Chains on which only one endpoint answered are added to `alone`.
        """
        try:
            explained = explain(strategies, powers, blocks, voters=voters)
            return await answered(
                explained,
                self._chain,
                self._delegations,
                self._events,
                blocks,
                confirm=Confirmation.WANTED,
                alone=alone,
            )
        except ChainUnavailable:
            return ()

    async def report(
        self, guild: GuildId, member: MemberId, number: int | None = None, *, space: int = MAIN
    ) -> PowerReport:
        """Explain the member's power at a proposal's snapshot, or at the newest final block in a space.

        Raises:
            NoWallet: the member has linked none, and nobody delegates to them.
            NotConfigured: the space has no strategies.
            NotFound, WrongState: no such proposal, or it has no snapshot yet.
            ChainUnavailable: a chain could not be read.

        """
        async with self._store.read() as repos:
            wallets = [wallet.address for wallet in await repos.wallets.of(guild, member)]
            proposal = await numbered(repos, guild, number) if number is not None else None
            within = await repos.spaces.numbered(guild, space)
            ballots = await repos.ballots.in_force(proposal.id) if proposal else []
            member_delegations, delegators = (
                await member_delegations_of(repos, within, member, proposal, self._clock.now()) if within else ([], 0)
            )
        if proposal is not None and proposal.terms is None:
            raise WrongState(number=proposal.number, state="draft", step=Step.READ_POWER)
        if not wallets and not delegators:
            raise NoWallet
        alone: set[ChainId] = set()
        if proposal is not None and proposal.terms is not None:
            strategies, blocks = proposal.terms.strategies, proposal.terms.snapshot
        else:
            strategies = within.strategies if within else ()
            blocks = await self.snapshot(strategies, confirm=Confirmation.WANTED, alone=alone)
        voters = {ballot.wallet for ballot in ballots} | (proposal.recused if proposal else frozenset())
        powers = await self.read(strategies, wallets, blocks, confirm=Confirmation.WANTED, alone=alone, voters=voters)
        return PowerReport(
            proposal=proposal,
            blocks=blocks,
            powers=powers,
            why=await self.why(strategies, powers, blocks, voters=voters, alone=alone),
            alone=frozenset(alone),
            scale=scale_of(strategies),
            symbol=symbol_of(strategies),
            member_delegations=tuple(member_delegations),
            delegators=delegators,
            voted_by=next((ballot.via for ballot in ballots if ballot.member == member), None),
        )


def _or_undefined(
    evaluation: ReadSteps[tuple[VotingPower, ...]],
) -> ReadSteps[tuple[VotingPower, ...] | PowerUndefined]:
    try:
        return (yield from evaluation)
    except PowerUndefined as error:
        return error
