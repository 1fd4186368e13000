"""Opening proposals when their time has come, and counting them when it is over."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.domain.announcement import Topic
from bot.domain.audit.bundle.parts import Registered
from bot.domain.audit.decisions import Kind, Votes
from bot.domain.ballot import Ballot, columns, counting
from bot.domain.clocks import STANDSTILL
from bot.domain.confirmation import Confirmation
from bot.domain.errors import (
    ChainUnavailable,
    NotAllowed,
    PowerUndefined,
    StorageUnavailable,
    Unavailable,
    WrongState,
)
from bot.domain.power import depends_on_voters
from bot.domain.proposal import GRACE, Proposal, Result
from bot.domain.types import ChainId, GuildId, MemberId, ProposalId, Timestamp, Units
from bot.domain.voting import decide, tally
from bot.ports import Clock, Store
from bot.services.clocks import Clocks
from bot.services.logged import step
from bot.services.lookup import known, numbered
from bot.services.notices import notice
from bot.services.power import Power
from bot.services.proposal_view import announce
from bot.services.results import prove
from bot.services.snapshots import Snapshots

_log = logging.getLogger(__name__)

PATIENCE = 300
"""Seconds that a count may be late before moderators are told why."""

NOT_PAST = "the newest block of its chain is not later than the end of voting"
GONE = "its chain does not have the block (any more) at which the power is read"
_ANEW = "It is never counted on that block: remove it with /proposal delete, and submit it anew."
_AGAIN = "Nothing is lost; it is tried again by itself. If it lasts, check the chain's RPC endpoints."
_STANDING = (
    "Nothing is lost; it is tried again by itself, and until the chain is past the end votes are taken by Discord's "
    "clock. Check the clock of the machine on which the bot runs. If that is right, the chain stands still, or its "
    "endpoints lag: an hour after the end a moderator may use /proposal count, or delete it with /proposal delete."
)


class Polls:
    """Opens and counts what is due."""

    def __init__(self, *, store: Store, clock: Clock, power: Power, clocks: Clocks, snapshots: Snapshots) -> None:
        self._store, self._clock, self._power = store, clock, power
        self._clocks, self._snapshots = clocks, snapshots
        self._waiting: dict[ProposalId, str] = {}
        """Why counts wait, as the log has it already."""

    async def open_due(self) -> int:
        """Open every proposal whose start has come; return how many. Safe to run late, twice, or cut short.

        It has come once the chain's newest block says so too; a chain that can't be read keeps none shut.
        """
        now = self._clock.now()
        async with self._store.read() as books:
            coming = await books.proposals.due_to_open(now)
        if not coming:
            return 0
        early = {proposal.id for proposal in coming if not await self._has_begun(proposal)}
        async with self._store.write() as books:
            due = [proposal for proposal in await books.proposals.due_to_open(now) if proposal.id not in early]
            for proposal in due:
                await books.proposals.save(replace(proposal, opened_at=now))
                await books.proposals.touch(proposal.id, now)
                space = await books.spaces.of(proposal.guild)
                channel = (space.announcements_channel if space else None) or proposal.channel
                await announce(books, proposal, Topic.PROPOSAL_OPENED, "opened", channel, now)
                await step(books, proposal, Kind.OPENED, now)
            await books.commit()
        return len(due)

    async def _has_begun(self, proposal: Proposal) -> bool:
        try:
            return proposal.terms is None or await self._clocks.head(proposal) >= proposal.terms.start
        except ChainUnavailable:
            return True

    async def close_due(self) -> int:
        """Count every proposal whose grace is over; return how many. Safe to run late, twice, or cut short.

        None is counted before the newest block of its chain is later than its end, whatever the machine's clock says.
        The power of all voters is read again in one batch, from two endpoints where there are, and must agree
        with what the ballots were cast with; a count that cannot be sure is deferred, never decided.
        """
        async with self._store.read() as books:
            due = await books.proposals.due_to_close(self._clock.now())
        closed = 0
        for proposal in due:
            try:
                closed += await self._count(proposal)
            except StorageUnavailable:
                raise
            except (Unavailable, PowerUndefined) as error:
                await self._hold(proposal, str(error))
            except Exception:  # noqa: BLE001 - one proposal must not keep the next from its count
                _log.exception("the count of proposal %s failed; it is tried again", proposal.id)
                await self._hold(proposal, "it failed for a reason that the bot's log explains")
        return closed

    async def decide(
        self,
        guild: GuildId,
        number: int,
        *,
        by: MemberId,
        moderator: bool,
        said: Timestamp | None = None,
    ) -> Proposal:
        """Count a vote whose chain stands still, because a moderator says that it is over; return it counted.

        It takes that an hour has passed since the end, by the machine's clock and by Discord's, which took the request
        at `said`. The power of all voters is read and compared as ever.

        Raises:
            NotFound: no such proposal.
            NotAllowed: not a moderator.
            WrongState: its count does not wait for its chain's clock, or not long enough.
            ChainUnavailable, PowerUndefined: the power of all voters could not be read.

        """
        if not moderator:
            raise NotAllowed("a moderator", "have a vote counted whose chain stands still")
        async with self._store.read() as books:
            proposal = await numbered(books, guild, number)
        now = self._clock.now()
        clocks = [now, now if said is None else said]
        if proposal.terms is None or not proposal.due_to_close(now) or min(clocks) < proposal.terms.end + STANDSTILL:
            raise WrongState(number=number, state=proposal.state(now), action="have the votes counted on")
        if not await self._close(proposal, by=by):
            async with self._store.read() as books:
                proposal = await known(books, proposal.id)
            raise WrongState(number=number, state=proposal.state(now), action="have the votes counted on")
        async with self._store.read() as books:
            return await known(books, proposal.id)

    async def _count(self, proposal: Proposal) -> bool:
        if proposal.terms is None:
            return False
        if await self._clocks.head(proposal, confirm=Confirmation.REQUIRED) <= proposal.terms.end:
            await self._hold(proposal, NOT_PAST, _STANDING)
            return False
        return await self._close(proposal)

    async def _close(self, proposal: Proposal, by: MemberId | None = None) -> bool:
        terms = proposal.standing
        if terms is None or await self._has_lost_its_block(proposal):
            return False
        async with self._store.read() as books:
            ballots = counting(await books.ballots.of(proposal.id), proposal.recused)
        noted: dict[tuple[ChainId, tuple[str, ...]], Registered] = {}
        powers = (
            await self._power.read(
                terms.strategies,
                [ballot.wallet for ballot in ballots],
                terms.snapshot,
                voters=proposal.recused,
                noted=noted,
            )
            if ballots
            else ()
        )
        for ballot, power in zip(ballots, powers, strict=True):
            if power.total is None:
                await self._hold(proposal, "the power of a voter could not be read")
                return False
            if any(
                now != then and not depends_on_voters(strategy)
                for now, then, strategy in zip(power.scores, ballot.scores, terms.strategies, strict=True)
            ):
                await self._hold(proposal, "the power read now differs from the power the ballots were cast with")
                return False
        # Where scores depend on who votes, those that count are the ones of all voters together.
        changed = [power for ballot, power in zip(ballots, powers, strict=True) if power.scores != ballot.scores]
        ballots = [
            replace(ballot, scores=power.scores, power=Units(sum(power.scores)))
            for ballot, power in zip(ballots, powers, strict=True)
        ]
        counted = tally(
            proposal.voting, len(proposal.choices), columns(ballots, len(terms.strategies)), terms.rules.options
        )
        now = self._clock.now()
        outcome = decide(proposal.voting, counted, terms.asked, terms.threshold)
        result = Result(tally=counted, outcome=outcome, counted_at=now)
        bundle, file = await prove(self._store, replace(proposal, result=result), ballots, noted.values())
        async with self._store.write() as books:
            current = await known(books, proposal.id)
            if _basis(current) != _basis(proposal) or _keys(
                counting(await books.ballots.of(proposal.id), current.recused)
            ) != _keys(ballots):
                return False
            closed = replace(current, result=result, held_reason=None)
            if not current.due_to_close(now) or not await books.proposals.close(closed):
                return False
            await books.ballots.rescore(proposal.id, changed)
            await books.bundles.add(proposal.id, bundle, file, now)
            await books.people.erase_unvoted(proposal.id)
            await books.proposals.touch(proposal.id, now)
            space = await books.spaces.of(proposal.guild)
            channel = (space.announcements_channel if space else None) or current.channel
            await announce(books, closed, Topic.PROPOSAL_RESULT, "result", channel, now)
            await step(
                books,
                closed,
                Kind.CLOSED,
                now,
                by=by,
                facts={
                    "verdict": outcome.verdict.value,
                    "ballots": counted.ballots,
                    "bundle": bundle.cid,
                    "root": bundle.root,
                },
                votes=Votes(proposal=closed.number, rescored={power.address: power.scores for power in changed}),
            )
            await books.commit()
        self._waiting.pop(proposal.id, None)
        return True

    async def _has_lost_its_block(self, proposal: Proposal) -> bool:
        if not await self._snapshots.lost(proposal):
            return False
        await self._hold(proposal, GONE, _ANEW)
        return True

    async def _hold(self, proposal: Proposal, reason: str, remedy: str = _AGAIN) -> None:
        if self._waiting.get(proposal.id) != reason:
            self._waiting[proposal.id] = reason
            _log.warning("the count of proposal %s waits: %s", proposal.id, reason)
        now = self._clock.now()
        if proposal.terms is None or now < proposal.terms.end + GRACE + PATIENCE or proposal.held_reason == reason:
            return
        async with self._store.write() as books:
            current = await known(books, proposal.id)
            if not current.due_to_close(now):
                return
            await books.proposals.save(replace(current, held_reason=reason))
            await books.proposals.touch(proposal.id, now)
            await notice(
                books,
                proposal.guild,
                key=f"held/{proposal.id}" + ("" if current.held_reason is None else f"/{now}"),
                problem=f"The count of proposal #{proposal.number} waits: {reason}.",
                remedy=remedy,
                at=now,
            )
            await step(books, current, Kind.HELD, now, facts={"reason": reason})
            await books.commit()


def _basis(proposal: Proposal) -> object:
    """Return what a bundle says of a proposal besides its ballots."""
    return proposal.text, proposal.choices, proposal.terms, proposal.recusals


def _keys(ballots: list[Ballot]) -> set[tuple[str, str]]:
    return {(ballot.wallet, ballot.receipt) for ballot in ballots}
