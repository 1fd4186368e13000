"""Delegation between members: giving it, taking it back, and which delegations count on a proposal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain

from bot.domain.audit.log.entry_kinds import FORMER, Kind
from bot.domain.delegation.member_delegation import MemberDelegation, ahead, circle, counting, idle
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.shared.errors import DelegationCircle, InvalidInput
from bot.domain.shared.errors.faults.spaces import SpaceFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import Address, GuildId, MemberId, SpaceId, Timestamp
from bot.domain.spaces.space import MAIN, Space
from bot.domain.voting import VotingType
from bot.ports import Clock, Repositories, Store
from bot.services.shared.lookup import check_active, space_numbered
from bot.services.shared.space_fact import space_fact


class MemberDelegations:
    """Stores and returns delegations. A change counts for proposals submitted after it.

    Delegations are of the guild's space with the number `space`, by default the main one.
    """

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
        space: int = MAIN,
        seen: Collection[SpaceId] | None = None,
    ) -> MemberDelegation:
        """Let `delegate` vote for `delegator` in the space, or `everywhere`.

        It replaces the delegator's earlier delegation of the same topic in the same space, or everywhere from any
        guild. `said` is when Discord received the request, in seconds. It counts instead of the machine's clock where
        that is far ahead, since a change dated in the future would not count for proposals submitted until then. `seen`
        are the guild's spaces that the delegator may see; None is all.

        Raises:
            InvalidInput: nobody is their own delegate; the space is archived.
            NotFound: the guild has no space of that number.
            DelegationCircle: the delegate's power already comes to the delegator, directly or through others.

        """
        if delegate == delegator:
            raise InvalidInput(Field.DELEGATE, SpaceFlaw.YOURSELF)
        async with self._store.write() as repos:
            within = await space_numbered(repos, guild, MAIN if everywhere else space)
            check_active(within)
            given = MemberDelegation(
                guild=guild,
                space=within.id,
                delegator=delegator,
                delegate=delegate,
                topic=topic,
                given_at=await self._after_submissions(repos, None if everywhere else within.id, said),
                until=until,
                everywhere=everywhere,
            )
            if path := circle(await repos.member_delegations.around_circle(given), given):
                apart = seen is not None and any(
                    one.guild == guild and not one.everywhere and one.space not in seen for one in path
                )
                known = not apart and await _told(repos, guild, path) == list(path)
                through = [member_delegation.delegator for member_delegation in path] if known else []
                raise DelegationCircle(through, apart=apart)
            ended = await repos.member_delegations.give(given)
            await repos.log.append(
                guild,
                Kind.DELEGATION_GIVEN,
                at=self._clock.now(),
                by=delegator,
                about={"delegate": delegate},
                facts={"topic": topic, "until": until, "everywhere": everywhere, **space_fact(within)},
                subjects=[("mandates", delegator, given.given_at)],
            )
            # The delegations of this guild are in the entry above.
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
        space: int = MAIN,
    ) -> list[MemberDelegation]:
        """End the delegator's delegation for the space, or `everywhere` from any guild (None: both); return what ended.

        With a topic, only that topic's ends. `said` is as in `give`. The space may be archived. Raises NotFound.
        """
        async with self._store.write() as repos:
            within = await space_numbered(repos, guild, space)
            standing = await repos.member_delegations.of(guild, delegator, self._clock.now())
            taken = [
                member_delegation
                for member_delegation in standing
                if member_delegation.everywhere or member_delegation.space == within.id
                if topic is None or member_delegation.topic == topic
            ]
            taken = [
                member_delegation for member_delegation in taken if everywhere in (None, member_delegation.everywhere)
            ]
            for scope in sorted({member_delegation.everywhere for member_delegation in taken}):
                at = await self._after_submissions(repos, None if scope else within.id, said)
                ended = [
                    await repos.member_delegations.clear(member_delegation, at)
                    for member_delegation in taken
                    if member_delegation.everywhere == scope
                ]
                await self._log_ended(repos, list(chain(*ended)), at)
            await repos.commit()
        return taken

    async def of(self, guild: GuildId, member: MemberId) -> tuple[list[MemberDelegation], list[MemberDelegation]]:
        """Return the member's current delegations, and those to the member that may be shown in this guild."""
        now = self._clock.now()
        async with self._store.read() as repos:
            given, received = (
                await repos.member_delegations.of(guild, member, now),
                await repos.member_delegations.to(guild, member, now),
            )
            return given, await _told(repos, guild, received)

    async def ahead(
        self, guild: GuildId, member: MemberId, spaces: Collection[SpaceId]
    ) -> dict[MemberDelegation, list[MemberDelegation]]:
        """Return, for each delegation from or to the member, those that take precedence over it in `spaces`."""
        now = self._clock.now()
        async with self._store.read() as repos:
            given, received = (
                await repos.member_delegations.of(guild, member, now),
                await repos.member_delegations.to(guild, member, now),
            )
            others = {space: await repos.member_delegations.around(space, member, now) for space in spaces}
        return {
            member_delegation: [
                first for space in spaces for first in ahead(member_delegation, [*given, *others[space]], space)
            ]
            for member_delegation in (*given, *received)
        }

    async def _log_ended(self, repos: Repositories, ended: Sequence[MemberDelegation], at: Timestamp) -> None:
        """Log that delegations of one delegator and scope ended `at`, in each guild where they were given."""
        for space in dict.fromkeys(member_delegation.space for member_delegation in ended):
            told = [member_delegation for member_delegation in ended if member_delegation.space == space]
            await repos.log.append(
                told[0].guild,
                Kind.DELEGATION_CLEARED,
                at=self._clock.now(),
                by=told[0].delegator,
                facts={
                    "topics": [member_delegation.topic for member_delegation in told],
                    "everywhere": told[0].everywhere,
                    **space_fact(await repos.spaces.get(space)),
                },
                subjects=[("mandates", told[0].delegator, at)],
            )

    async def _after_submissions(self, repos: Repositories, space: SpaceId | None, said: Timestamp | None) -> Timestamp:
        """Return the time, in seconds, at which a change counts: now, but after the newest submission's second.

        If the machine's clock is far ahead of `said`, when Discord received the request, now is `said`. Without a
        space, the submissions of all spaces of all guilds matter.
        """
        newest = await repos.proposals.newest_submission(space)
        now = self._clock.now()
        if said is not None and now - said > CLOCK_SKEW:
            now = said
        return now if newest is None else Timestamp(max(now, newest + 1))


async def wallets_behind(repos: Repositories, proposal: Proposal, delegate: MemberId) -> dict[Address, MemberId]:
    """Return the wallets for which a delegate may vote on a proposal, with their owners.

    These are the wallets linked now by members whose delegation counted at submission, except members who voted
    themselves or are recused, and wallets that are recused or have a ballot of their own.
    """
    members = await _delegators(repos, proposal, delegate)
    if not members:
        return {}
    linked = await repos.wallets.of_members(proposal.guild, members)
    own = await repos.ballots.cast_themselves(proposal.id, members, [wallet.address for wallet in linked])
    voters, voted = {ballot.member for ballot in own}, {ballot.wallet for ballot in own}
    voters |= {member for member in members if proposal.is_without(member)}
    voted |= proposal.recused
    return {w.address: w.member for w in linked if w.member not in voters and w.address not in voted}


async def member_delegations_of(
    repos: Repositories, space: Space, member: MemberId, proposal: Proposal | None, now: Timestamp
) -> tuple[list[MemberDelegation], int]:
    """Return a member's delegations and how many delegate to them, on a proposal, or without one in a space now."""
    if proposal is None:
        given = [
            member_delegation
            for member_delegation in await repos.member_delegations.of(space.guild, member, now)
            if member_delegation.everywhere or member_delegation.space == space.id
        ]
        others = await repos.member_delegations.around(space.id, member, now)
        received = [
            member_delegation
            for member_delegation in others
            if member_delegation.delegate == member and not idle(member_delegation, others, space.id)
        ]
        told = {member_delegation.delegator for member_delegation in await _told(repos, space.guild, received)}
        mine = [member_delegation for member_delegation in given if not idle(member_delegation, given, space.id)]
        return mine, len(told)
    at = proposal.submitted_at
    if at is None or proposal.terms is None or not proposal.terms.delegation:
        return [], 0
    there = proposal.space
    counted = counting(await repos.member_delegations.at(there, member, at), there, proposal.voting, at)
    known = [member_delegation for member_delegation in counted.values() if member_delegation.delegate != FORMER]
    return known, len(await _delegators(repos, proposal, member))


async def _delegators(repos: Repositories, proposal: Proposal, delegate: MemberId) -> list[MemberId]:
    """Return the members for whom a delegate may vote on a proposal, by the delegations at its submission."""
    at = proposal.submitted_at
    if at is None or proposal.terms is None or not proposal.terms.delegation:
        return []
    there = proposal.space
    chosen = counting(await repos.member_delegations.around(there, delegate, at), there, proposal.voting, at)
    return [delegator for delegator, member_delegation in chosen.items() if member_delegation.delegate == delegate]


async def _told(
    repos: Repositories, guild: GuildId, member_delegations: Sequence[MemberDelegation]
) -> list[MemberDelegation]:
    """Return the delegations that may be shown in a guild.

    They were given there, or hold in every guild and are by members who have a wallet in this one; anybody else may be
    unknown in this guild.
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
