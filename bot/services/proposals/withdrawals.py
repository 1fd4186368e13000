"""Withdrawing and deleting proposals: a tombstone remains that says by whom and why."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.announcements.announcement import Topic
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.proposals.proposal import Proposal, Remover, State, Tombstone, check_removal_reason
from bot.domain.shared.errors import NotAllowed, NotFound, WrongState
from bot.domain.shared.errors.kinds import Reserved, Step, Thing
from bot.domain.shared.types import GuildId, MemberId, Timestamp
from bot.ports import Clock, Repositories, Store
from bot.services.announcements.proposal_announcements import announce
from bot.services.audit.log_entries import step
from bot.services.shared.clock_checks import Clocks
from bot.services.shared.lookup import numbered


class Withdrawals:
    """Withdraws for authors, deletes for moderators. Number, text and ballots are kept; nothing is counted."""

    def __init__(self, *, store: Store, clock: Clock, clocks: Clocks) -> None:
        self._store, self._clock, self._clocks = store, clock, clocks

    async def withdraw(
        self, guild: GuildId, number: int, author: MemberId, reason: str = "", *, said: Timestamp | None = None
    ) -> Proposal:
        """Withdraw one's own proposal: a draft at any time, a submitted one until the first vote on it is cast.

        Raises:
            NotFound: no such proposal, or somebody else's draft.
            NotAllowed: it is somebody else's, or members have voted on it.
            WrongState: voting is over, or it was withdrawn or deleted before.
            ClocksDiffer: as `Clocks.asked`, for a request that Discord received at `said`.
            InvalidInput: the reason is too long.

        """
        reason = check_removal_reason(reason, needed=False)
        at = await self._asked(guild, number, said)
        async with self._store.write() as repos:
            proposal = await _withdrawable(repos, guild, number, author, at)
            return await self._bury(repos, proposal, Remover.AUTHOR, reason, author)

    async def check_withdraw(
        self, guild: GuildId, number: int, author: MemberId, reason: str = "", *, said: Timestamp | None = None
    ) -> None:
        """Raise as `withdraw` does, and change nothing."""
        check_removal_reason(reason, needed=False)
        at = await self._asked(guild, number, said)
        async with self._store.read() as repos:
            await _withdrawable(repos, guild, number, author, at)

    async def delete(
        self,
        guild: GuildId,
        number: int,
        reason: str,
        *,
        moderator: bool,
        by: MemberId | None = None,
        said: Timestamp | None = None,
    ) -> Proposal:
        """Delete a submitted proposal, as a moderator, until voting is over; ballots are kept.

        After that it is possible only while its count is held.

        Raises:
            NotFound: no such proposal, or a draft.
            NotAllowed: not a moderator.
            WrongState: voting is over and its count not held, or it was withdrawn or deleted before.
            ClocksDiffer: as `Clocks.asked`, for a request that Discord received at `said`.
            InvalidInput: the reason is missing or too long.

        """
        reason = check_removal_reason(reason, needed=True)
        at = await self._asked(guild, number, said)
        async with self._store.write() as repos:
            proposal = await numbered(repos, guild, number)
            if proposal.submitted_at is None:
                raise NotFound(Thing.PROPOSAL, str(number))
            if not moderator:
                raise NotAllowed(Reserved.MODERATOR_DELETES)
            state = proposal.state(at)
            if state not in (State.PENDING, State.VOTING, State.HELD):
                raise WrongState(number=number, state=state, step=Step.DELETE)
            return await self._bury(repos, proposal, Remover.MODERATOR, reason, by)

    async def discard(self, guild: GuildId, number: int, author: MemberId) -> Proposal:
        """Delete a draft. Raises NotFound, NotAllowed, and WrongState if it was submitted meanwhile."""
        async with self._store.write() as repos:
            draft = await numbered(repos, guild, number)
            if draft.author != author and draft.submitted_at is None:
                raise NotFound(Thing.PROPOSAL, str(number))
            if draft.author != author:
                raise NotAllowed(Reserved.AUTHOR_DISCARDS)
            if (state := draft.state(self._clock.now())) is not State.DRAFT:
                raise WrongState(number=number, state=state, step=Step.DISCARD)
            return await self._bury(repos, draft, Remover.AUTHOR, "", author)

    async def _asked(self, guild: GuildId, number: int, said: Timestamp | None) -> Timestamp:
        async with self._store.read() as repos:
            proposal = await numbered(repos, guild, number)
        return await self._clocks.asked(proposal.id, said)

    async def _bury(
        self, repos: Repositories, proposal: Proposal, by: Remover, reason: str, member: MemberId | None
    ) -> Proposal:
        now = self._clock.now()
        proposal = replace(proposal, tombstone=Tombstone(at=now, by=by, reason=reason))
        await repos.proposals.save(proposal)
        if proposal.terms is not None:
            await repos.people.erase_unvoted(proposal.id)
            await repos.proposals.mark_card_stale(proposal.id, now)
            where = proposal.thread or proposal.channel
            await announce(repos, proposal, Topic.PROPOSAL_WITHDRAWN, "withdrawn", where, now)
            kind = Kind.WITHDRAWN if by is Remover.AUTHOR else Kind.DELETED
            await step(repos, proposal, kind, now, by=member, facts={"reason": reason})
        await repos.commit()
        return proposal


async def _withdrawable(repos: Repositories, guild: GuildId, number: int, author: MemberId, at: Timestamp) -> Proposal:
    """Return a proposal that its author may withdraw. Raises NotFound, NotAllowed, WrongState."""
    proposal = await numbered(repos, guild, number)
    if proposal.author != author and proposal.submitted_at is None:
        raise NotFound(Thing.PROPOSAL, str(number))
    if proposal.author != author:
        raise NotAllowed(Reserved.AUTHOR_WITHDRAWS)
    state = proposal.state(at)
    if state not in (State.DRAFT, State.PENDING, State.VOTING):
        raise WrongState(number=number, state=state, step=Step.WITHDRAW)
    if state is State.VOTING and await repos.ballots.in_force(proposal.id):
        raise NotAllowed(Reserved.MODERATOR_TAKES_BACK_WHAT_IS_VOTED_ON)
    return proposal
