"""Delegation between members: giving, taking back, and what counts on a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from bot.domain.audit.log.entry_kinds import FORMER, Kind
from bot.domain.delegation.member_delegation import MemberDelegation, ahead, circle, counting, idle
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.shared.errors import DelegationCircle, InvalidInput
from bot.domain.shared.types import Address, GuildId, MemberId, Timestamp
from bot.domain.voting import VotingType
from bot.ports import Clock, Repositories, Store


class MemberDelegations:
    """Gives, takes back and shows delegations. Changes count for proposals submitted afterwards."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def give(
        self,
        guild: GuildId,
        delegator: MemberId,
        delegate: MemberId,
        *,
        topic: VotingType | None = None,
        until: Timestamp | None = None,
        everywhere: bool = False,
        said: Timestamp | None = None,
    ) -> MemberDelegation:
        """Let `delegate` vote for `delegator` in the guild, or `everywhere`.

        It replaces what the delegator gave before for the same topic in the same guild, or everywhere from any guild.
        `said` is when Discord took the request, which counts where the machine's clock is ahead of it: else what is
        given, or taken back, would count only for what is submitted once the right time has caught up.

        Raises:
            InvalidInput: nobody is their own delegate.
            DelegationCircle: the delegate's power comes to the delegator already, at once or through others.

        """
        if delegate == delegator:
            raise InvalidInput(field="delegate", problem="is yourself", remedy="choose another member")
        async with self._store.write() as repos:
            given = MemberDelegation(
                guild=guild,
                delegator=delegator,
                delegate=delegate,
                topic=topic,
                given_at=await self._after_submissions(repos, guild, said, everywhere=everywhere),
                until=until,
                everywhere=everywhere,
            )
            if path := circle(await repos.member_delegations.around_circle(given), given):
                known = await _told(repos, guild, path) == list(path)
                raise DelegationCircle([member_delegation.delegator for member_delegation in path] if known else [])
            ended = await repos.member_delegations.give(given)
            await repos.log.append(
                guild,
                Kind.DELEGATION_GIVEN,
                at=self._clock.now(),
                by=delegator,
                about={"delegate": delegate},
                facts={"topic": topic, "until": until, "everywhere": everywhere},
                subjects=[("mandates", delegator, given.given_at)],
            )
            # Those of this guild are in the entry above.
            await self._log_ended(repos, [other for other in ended if other.guild != guild], given.given_at)
            await repos.commit()
        return given

    async def take_back(
        self,
        guild: GuildId,
        delegator: MemberId,
        topic: VotingType | None = None,
        *,
        everywhere: bool | None = None,
        said: Timestamp | None = None,
    ) -> list[MemberDelegation]:
        """End the delegator's delegation for the guild, or `everywhere` from any guild (None: both); return what ended.

        With a topic that of the topic alone. Return what stood. `said` is that of `give`.
        """
        async with self._store.write() as repos:
            standing = await repos.member_delegations.of(guild, delegator, self._clock.now())
            taken = [
                member_delegation for member_delegation in standing if topic is None or member_delegation.topic == topic
            ]
            taken = [
                member_delegation for member_delegation in taken if everywhere in (None, member_delegation.everywhere)
            ]
            for scope in sorted({member_delegation.everywhere for member_delegation in taken}):
                at = await self._after_submissions(repos, guild, said, everywhere=scope)
                ended = [
                    await repos.member_delegations.clear(member_delegation, at)
                    for member_delegation in taken
                    if member_delegation.everywhere == scope
                ]
                await self._log_ended(repos, list(chain(*ended)), at)
            await repos.commit()
        return taken

    async def of(self, guild: GuildId, member: MemberId) -> tuple[list[MemberDelegation], list[MemberDelegation]]:
        """Return what stands from the member to others, and from others to the member as far as this guild is told."""
        now = self._clock.now()
        async with self._store.read() as repos:
            given, received = (
                await repos.member_delegations.of(guild, member, now),
                await repos.member_delegations.to(guild, member, now),
            )
            return given, await _told(repos, guild, received)

    async def ahead(self, guild: GuildId, member: MemberId) -> dict[MemberDelegation, list[MemberDelegation]]:
        """Return, for each delegation for every guild from or to the member, those that precede it in this guild."""
        now = self._clock.now()
        async with self._store.read() as repos:
            given, received = (
                await repos.member_delegations.of(guild, member, now),
                await repos.member_delegations.to(guild, member, now),
            )
            others = await repos.member_delegations.around(guild, member, now)
        return {
            member_delegation: ahead(member_delegation, [*given, *others], guild)
            for member_delegation in (*given, *received)
        }

    async def _log_ended(self, repos: Repositories, ended: Sequence[MemberDelegation], at: Timestamp) -> None:
        """Log what ended `at` (one delegator, one scope) in the logs of the guilds in which it was given."""
        for guild in sorted({member_delegation.guild for member_delegation in ended}):
            told = [member_delegation for member_delegation in ended if member_delegation.guild == guild]
            await repos.log.append(
                guild,
                Kind.DELEGATION_CLEARED,
                at=self._clock.now(),
                by=told[0].delegator,
                facts={
                    "topics": [member_delegation.topic for member_delegation in told],
                    "everywhere": told[0].everywhere,
                },
                subjects=[("mandates", told[0].delegator, at)],
            )

    async def _after_submissions(
        self, repos: Repositories, guild: GuildId, said: Timestamp | None, *, everywhere: bool
    ) -> Timestamp:
        """Return the present second, or the next one after a proposal's that was submitted in it already.

        It is Discord's where the machine's clock is far ahead of that.
        """
        newest = await repos.proposals.newest_submission(None if everywhere else guild)
        now = self._clock.now()
        if said is not None and now - said > CLOCK_SKEW:
            now = said
        return now if newest is None else Timestamp(max(now, newest + 1))


async def wallets_behind(repos: Repositories, proposal: Proposal, delegate: MemberId) -> dict[Address, MemberId]:
    """Return the wallets for which a delegate may vote on a proposal, with their owners.

    These are the wallets linked now of members whose delegation counted at submission, except members who voted
    themselves or are recused, and wallets that have a ballot of their own.
    """
    members = await _delegators(repos, proposal, delegate)
    if not members:
        return {}
    linked = await repos.wallets.of_members(proposal.guild, members)
    own = await repos.ballots.cast_themselves(proposal.id, members, [wallet.address for wallet in linked])
    voters, voted = {ballot.member for ballot in own}, {ballot.wallet for ballot in own}
    voters |= {recusal.member for recusal in proposal.recusals}
    voted |= proposal.recused
    return {w.address: w.member for w in linked if w.member not in voters and w.address not in voted}


async def member_delegations_of(
    repos: Repositories, guild: GuildId, member: MemberId, proposal: Proposal | None, now: Timestamp
) -> tuple[list[MemberDelegation], int]:
    """Return a member's delegations and how many delegate to them, for a proposal or (None) for now."""
    if proposal is None:
        given = await repos.member_delegations.of(guild, member, now)
        others = await repos.member_delegations.around(guild, member, now)
        received = [
            member_delegation
            for member_delegation in others
            if member_delegation.delegate == member and not idle(member_delegation, others, guild)
        ]
        told = {member_delegation.delegator for member_delegation in await _told(repos, guild, received)}
        return [member_delegation for member_delegation in given if not idle(member_delegation, given, guild)], len(
            told
        )
    at = proposal.submitted_at
    if at is None or proposal.terms is None or not proposal.terms.delegation:
        return [], 0
    mine = counting(await repos.member_delegations.at(guild, member, at), guild, proposal.voting, at)
    known = [member_delegation for member_delegation in mine.values() if member_delegation.delegate != FORMER]
    return known, len(await _delegators(repos, proposal, member))


async def _delegators(repos: Repositories, proposal: Proposal, delegate: MemberId) -> list[MemberId]:
    """Return those for whom a delegate may vote on a proposal, as it was settled when it was submitted."""
    at = proposal.submitted_at
    if at is None or proposal.terms is None or not proposal.terms.delegation:
        return []
    guild = proposal.guild
    chosen = counting(await repos.member_delegations.around(guild, delegate, at), guild, proposal.voting, at)
    return [delegator for delegator, member_delegation in chosen.items() if member_delegation.delegate == delegate]


async def _told(
    repos: Repositories, guild: GuildId, member_delegations: Sequence[MemberDelegation]
) -> list[MemberDelegation]:
    """Return the delegations that may be shown in a guild.

    They were given there, or are for every guild by members with a wallet there; others may not even be known there.
    """
    far = sorted(
        {
            member_delegation.delegator
            for member_delegation in member_delegations
            if member_delegation.guild != guild and member_delegation.everywhere
        }
    )
    linked = {wallet.member for wallet in await repos.wallets.of_members(guild, far)}
    return [
        member_delegation
        for member_delegation in member_delegations
        if member_delegation.guild == guild or (member_delegation.everywhere and member_delegation.delegator in linked)
    ]
