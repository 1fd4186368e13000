"""Opening proposals when their time has come, and counting them when it is over."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.domain.announcements.announcement import Topic
from bot.domain.announcements.moderator_notice import WaitingReason
from bot.domain.audit.bundle.writing.sections import Registered
from bot.domain.audit.log.entry_kinds import Kind, Votes
from bot.domain.power import chains_of_events
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.clock_agreement import STANDSTILL
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import (
    ChainUnavailable,
    NotAllowed,
    PowerUndefined,
    StorageUnavailable,
    Unavailable,
    WrongState,
)
from bot.domain.shared.errors.kinds import Reserved, Step
from bot.domain.shared.types import ChainId, GuildId, MemberId, ProposalId, Timestamp
from bot.domain.spaces.space import DAY
from bot.domain.voting.ballot import counting
from bot.ports import Clock, Store
from bot.services.announcements.proposal_announcements import announce
from bot.services.audit.log_entries import step
from bot.services.audit.result_bundles import prove
from bot.services.outages import Outages, per_group
from bot.services.power.voting_power import Power
from bot.services.proposals.counting.count_notices import PATIENCE, Holding, cause_of, facts_of, tell_of_corrections
from bot.services.proposals.counting.count_turns import Turns, chains_of
from bot.services.proposals.counting.power_recount import Doubts, recounted
from bot.services.proposals.counting.wholes_read_again import whole_that_differs
from bot.services.proposals.snapshot_blocks import Snapshots
from bot.services.shared.clock_checks import Clocks, home_of
from bot.services.shared.lookup import known, numbered
from bot.services.shared.worker_thread import in_thread_if_many

_log = logging.getLogger(__name__)


class ProposalLifecycle:
    """Opens and counts what is due."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        power: Power,
        clocks: Clocks,
        snapshots: Snapshots,
        turns: Turns | None = None,
    ) -> None:
        self._store, self._clock, self._power = store, clock, power
        self._clocks, self._snapshots = clocks, snapshots
        self._holding, self._doubts = Holding(store=store, clock=clock), Doubts(PATIENCE)
        self._turns = turns or Turns()
        self._reread: set[ProposalId] = set()
        """Votes for whose count events were read again, because the stored ones disagreed with the ballots."""
        self._doubted: dict[ChainId, Timestamp] = {}
        """When delegations on a chain were doubted last. A token that answers otherwise each time has every count of
        one server doubt them, and meanwhile nobody votes or is counted who needs them."""

    async def open_due(self) -> int:
        """Open every proposal whose start has come; return how many. Safe to run late, twice, or cut short.

        The newest block of the proposal's chain must have reached the start too, unless the chain cannot be read.
        """
        now = self._clock.now()
        async with self._store.read() as repos:
            coming = await repos.proposals.due_to_open(now)
        if not coming:
            return 0
        early: set[ProposalId] = set()
        outages = Outages()

        async def look(proposals: Sequence[Proposal]) -> int:
            early.update({one.id for one in proposals if not await self._has_begun(one, outages)})
            return 0

        await per_group([proposal for proposal in coming if proposal.terms is not None], home_of, look)
        async with self._store.write() as repos:
            due = [proposal for proposal in await repos.proposals.due_to_open(now) if proposal.id not in early]
            for proposal in due:
                await repos.proposals.save(replace(proposal, opened_at=now))
                await repos.proposals.mark_card_stale(proposal.id, now)
                space = await repos.spaces.get(proposal.space)
                channel = space.announcements_channel or proposal.channel
                await announce(repos, proposal, Topic.PROPOSAL_OPENED, "opened", channel, now)
                await step(repos, proposal, Kind.OPENED, now)
            await repos.commit()
        return len(due)

    async def _has_begun(self, proposal: Proposal, outages: Outages) -> bool:
        try:
            head = await outages.ask(home_of(proposal), partial(self._clocks.head, proposal))
        except ChainUnavailable:
            return True
        return proposal.terms is None or head >= proposal.terms.start

    async def close_due(self) -> int:
        """Recount every proposal whose grace is over; return how many. Safe to run late, twice, or cut short.

        A proposal is counted only after the newest block of its chain is later than its end, whatever the machine's
        clock says. The power of all voters is read again in one batch, from two endpoints where the chain has them.
        Power that differs from what the ballots were cast with counts, is stored with its history, and is announced;
        where only one endpoint says so, it must say so for a while. A count that is not certain is deferred, never
        decided.

        Votes that read other chains are counted side by side. A chain that does not answer is asked nothing more in
        this run, and a proposal whose reading takes too long goes on after all others of its chains that are due.
        """
        async with self._store.read() as repos:
            due = await repos.proposals.due_to_close(self._clock.now())
        outages = Outages()
        ordered = [proposal for proposal in self._turns.ordered(due) if proposal.terms is not None]
        return await per_group(ordered, chains_of, lambda those: self._count_in_turn(those, outages))

    async def _count_in_turn(self, proposals: Sequence[Proposal], outages: Outages) -> int:
        closed = 0
        for proposal in proposals:
            try:
                with self._turns.of(proposal.id) as turn:
                    closed += await self._count_or_hold(proposal, outages)
            except StorageUnavailable:
                raise
            except Exception:  # noqa: BLE001 - one proposal must not keep the next from its count
                _log.exception("the count of proposal %s failed; it is tried again", proposal.id)
                await self._holding.hold(proposal, WaitingReason.FAILED)
            if turn.late:
                break  # votes that have become due come first
        return closed

    async def _count_or_hold(self, proposal: Proposal, outages: Outages) -> bool:
        try:
            return await self._count(proposal, outages)
        except StorageUnavailable:
            raise
        except (Unavailable, PowerUndefined) as error:
            await self._holding.hold(proposal, str(error), cause_of(error))
            return False

    async def count_without_chain(
        self,
        guild: GuildId,
        number: int,
        *,
        by: MemberId,
        moderator: bool,
        said: Timestamp | None = None,
    ) -> Proposal:
        """Recount a vote whose chain stands still, because a moderator says that it is over; return it counted.

        An hour must have passed since the end, by the machine's clock and by `said`, when Discord received the request.
        The power of all voters is read and compared as in any count.

        Raises:
            NotFound: no such proposal.
            NotAllowed: not a moderator.
            WrongState: its count does not wait for its chain's clock, or not long enough.
            ChainUnavailable, PowerUndefined: the power of all voters could not be read.

        """
        if not moderator:
            raise NotAllowed(Reserved.MODERATOR_COUNTS_BEFORE_THE_CHAIN)
        async with self._store.read() as repos:
            proposal = await numbered(repos, guild, number)
        now = self._clock.now()
        clocks = [now, now if said is None else said]
        if proposal.terms is None or not proposal.due_to_close(now) or min(clocks) < proposal.terms.end + STANDSTILL:
            raise WrongState(number=number, state=proposal.state(now), step=Step.COUNT)
        if not await self._close(proposal, by=by):
            async with self._store.read() as repos:
                proposal = await known(repos, proposal.id)
            raise WrongState(number=number, state=proposal.state(now), step=Step.COUNT)
        async with self._store.read() as repos:
            return await known(repos, proposal.id)

    async def _count(self, proposal: Proposal, outages: Outages) -> bool:
        if proposal.terms is None:
            return False
        confirmed = partial(self._clocks.head, proposal, confirm=Confirmation.REQUIRED)
        if await outages.ask(home_of(proposal), confirmed) <= proposal.terms.end:
            await self._holding.hold(proposal, WaitingReason.NOT_PAST)
            return False
        return await self._close(proposal)

    async def _close(self, proposal: Proposal, by: MemberId | None = None) -> bool:
        terms = proposal.terms_after_recusals
        if terms is None or await self._has_lost_its_block(proposal):
            return False
        async with self._store.read() as repos:
            seen = await repos.ballots.version(proposal.id)
            ballots = counting(await repos.ballots.in_force(proposal.id), proposal.recused)
        noted: dict[tuple[ChainId, tuple[str, ...]], Registered] = {}
        alone: set[ChainId] = set()
        wallets = [ballot.wallet for ballot in ballots]
        powers = (
            await self._power.read(
                terms.strategies, wallets, terms.snapshot, alone=alone, voters=proposal.recused, noted=noted
            )
            if ballots
            else ()
        )
        if any(power.total is None for power in powers):
            await self._holding.hold(proposal, WaitingReason.UNREAD)
            return False
        now = self._clock.now()
        count = await in_thread_if_many(len(ballots), lambda: recounted(proposal, terms, ballots, powers, now))
        if count.corrected and await self._doubts_events(
            proposal.id, {*chains_of_events(terms.strategies), *(chain for chain, _ in noted)}
        ):
            return await self._close(proposal, by)
        alike = not (count.corrected and alone) or self._doubts.lasts(proposal.id, count.corrected, now)
        differs = (
            await whole_that_differs(self._store, self._power, proposal, count.ballots)
            if alike
            else WaitingReason.DIFFERS
        )
        if differs is not None:
            await self._holding.hold(proposal, differs)
            return False
        bundle, file = await prove(self._store, replace(proposal, result=count.result), count.ballots, noted.values())
        async with self._store.write() as repos:
            current = await known(repos, proposal.id)
            closed = replace(current, result=count.result, held_reason=None)
            if (
                await repos.ballots.version(proposal.id) != seen
                or _basis(current) != _basis(proposal)
                or not current.due_to_close(now)
                or not await repos.proposals.close(closed)
            ):
                return False
            await repos.ballots.rescore(proposal.id, count.changed)
            await repos.ballots.note_changes(proposal.id, count.corrected)
            if not alone:
                await repos.ballots.confirm_counting(proposal.id)
            await repos.bundles.add(proposal.id, bundle, file, now)
            await repos.people.erase_unvoted(proposal.id)
            await repos.proposals.mark_card_stale(proposal.id, now)
            space = await repos.spaces.get(proposal.space)
            channel = space.announcements_channel or current.channel
            await announce(repos, closed, Topic.PROPOSAL_RESULT, "result", channel, now)
            await tell_of_corrections(repos, closed, count.corrected)
            await step(
                repos,
                closed,
                Kind.CLOSED,
                now,
                by=by,
                facts={
                    "verdict": count.result.outcome.verdict.value,
                    "ballots": count.result.tally.ballots,
                    "bundle": bundle.cid,
                    "root": bundle.root,
                    **facts_of(count.corrected),
                },
                votes=Votes(proposal=closed.number, rescored={power.address: power.scores for power in count.changed}),
            )
            await repos.commit()
        self._holding.done(proposal.id)
        self._doubts.forget(proposal.id)
        self._reread.discard(proposal.id)
        return True

    async def _doubts_events(self, proposal: ProposalId, chains: set[ChainId]) -> bool:
        """Have the events behind powers read again, once a vote and once a day a chain; return whether to recount."""
        if not chains or proposal in self._reread:
            return False
        self._reread.add(proposal)
        now = self._clock.now()
        lately = {chain for chain in chains if 0 <= now - self._doubted.get(chain, -DAY) < DAY}
        self._doubted |= dict.fromkeys(chains - lately, now)
        await self._power.doubt(chains - lately)
        return True

    async def _has_lost_its_block(self, proposal: Proposal) -> bool:
        if not await self._snapshots.lost(proposal):
            return False
        await self._holding.hold(proposal, WaitingReason.GONE)
        return True


def _basis(proposal: Proposal) -> object:
    """Return the content of a proposal's bundle besides its ballots."""
    return proposal.text, proposal.choices, proposal.terms, proposal.recusals
