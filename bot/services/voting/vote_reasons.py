"""The reason for a member's vote, posted for everybody if the member wants."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.domain.announcements.announcement import Announcement, Topic
from bot.domain.proposals.proposal import Proposal, State
from bot.domain.proposals.vote_rules import VoteVisibility
from bot.domain.shared.errors import InvalidInput, NotConfigured, NotFound, NotVoting, Recused
from bot.domain.shared.errors.faults.ballots import BallotFlaw
from bot.domain.shared.errors.faults.general import WrongLength
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import ServerSetting, Thing
from bot.domain.shared.types import GuildId, MemberId, ProposalId, Timestamp
from bot.ports import Clock, Repositories, Store
from bot.services.announcements.proposal_announcements import announce
from bot.services.shared.clock_checks import Clocks
from bot.services.shared.lookup import known

MAX_REASON = 1_000
"""Characters, as a card's field holds them."""


class Reasons:
    """Posts reasons in a proposal's thread: one for each vote that was cast, in place of a member's earlier one."""

    def __init__(self, *, store: Store, clock: Clock, clocks: Clocks) -> None:
        self._store, self._clock, self._clocks = store, clock, clocks

    async def give(
        self, guild: GuildId, proposal: ProposalId, member: MemberId, text: str, *, said: Timestamp | None = None
    ) -> bool:
        """Queue the reason for the member's vote for posting; return False if this vote has one already.

        Raises:
            NotFound: no such proposal in this guild, or no vote of the member's on it.
            NotVoting: the window is not open.
            ClocksDiffer: as `Clocks.asked`, for a request that Discord received at `said`.
            Recused: the member takes no part.
            InvalidInput: empty, too long, or the tally is hidden and the reason would tell it.
            NotConfigured: the proposal has no thread.

        """
        text = "\n".join(line.rstrip() for line in text.strip().splitlines())
        if not 1 <= len(text) <= MAX_REASON:
            raise InvalidInput(Field.REASON, WrongLength(len(text), 1, MAX_REASON))
        at = await self._clocks.asked(proposal, said)
        async with self._store.write() as repos:
            found, now = await known(repos, proposal), self._clock.now()
            if found.guild != guild or found.terms is None:
                raise NotFound(Thing.PROPOSAL, "")
            if found.state(at) is not State.VOTING:
                raise NotVoting(
                    number=found.number, state=found.state(at), start=found.terms.start, end=found.terms.end
                )
            if found.is_without(member):
                raise Recused(number=found.number)
            if found.terms.rules.shown is not VoteVisibility.TALLY:
                raise InvalidInput(Field.REASON, BallotFlaw.REASON_TELLS_HIDDEN_VOTE)
            if found.thread is None:
                raise NotConfigured(ServerSetting.DISCUSSION_THREAD)
            ballots = [b for b in await repos.ballots.by_member(proposal, member) if b.caster == member]
            if not ballots:
                raise NotFound(Thing.OWN_VOTE, "")
            ballot = max(ballots, key=lambda ballot: ballot.cast_at)
            facts: dict[str, str | int | None] = {"member": member, "mark": json.dumps(ballot.mark), "text": text}
            earlier = await repos.outbox.reasons(guild, proposal)
            stored = await announce(repos, found, Topic.REASON, f"reason/{ballot.receipt}", found.thread, now, facts)
            if stored:
                await _take_down(repos, earlier, member, now)
            await repos.commit()
        return stored


async def take_reason_back(repos: Repositories, proposal: Proposal, member: MemberId, at: Timestamp) -> bool:
    """Have a member's reason taken out of the thread, because the vote that it is for counts no more.

    Returns False if there is none. Nothing is committed.
    """
    return await _take_down(repos, await repos.outbox.reasons(proposal.guild, proposal.id), member, at)


async def _take_down(repos: Repositories, reasons: Sequence[Announcement], member: MemberId, at: Timestamp) -> bool:
    taken = False
    for reason in reasons:
        if reason.facts["member"] != member:
            continue
        if not reason.attempts:
            await repos.outbox.give_up(reason.id, "the vote was changed", at)
            taken = True
            continue
        taken |= await repos.outbox.add(
            key=f"taken down/{reason.key}",
            topic=Topic.TAKEN_DOWN,
            guild=reason.guild,
            channel=reason.channel,
            facts={"announcement": reason.key},
            at=at,
            space=reason.space,
        )
    return taken
