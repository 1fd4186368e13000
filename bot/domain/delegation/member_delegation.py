"""Delegation between members: who votes for whom, and when that does not count.

A delegation counts for a proposal if it was in force when the proposal was submitted, so nothing that is given, changed
or taken back afterwards moves power on it. One level only: a delegate passes nothing on. What delegators cast
themselves always replaces what was cast for them.

A delegation for one space always comes before one for every guild; among each, one for the topic comes before a general
one. When they were given makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.shared.types import GuildId, MemberId, SpaceId, Timestamp
from bot.domain.voting import VotingType


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDelegation:
    """`delegator` lets `delegate` vote for them from `given_at` on, in `space` alone or `everywhere`.

    `guild` is where it was given, also where it is for every space of every guild; its log tells of it, and `space` is
    its main one then. It ends after the second `until`, or when it is taken back at `cleared_at`. `topic` narrows it to
    proposals of one voting type; None is a general one.
    """

    guild: GuildId
    space: SpaceId
    delegator: MemberId
    delegate: MemberId
    topic: VotingType | None
    given_at: Timestamp
    until: Timestamp | None = None
    cleared_at: Timestamp | None = None
    everywhere: bool = False

    def in_force(self, at: Timestamp) -> bool:
        """Return whether it counts for proposals of its topic that were submitted `at`."""
        return (
            self.given_at <= at
            and (self.until is None or at <= self.until)
            and (self.cleared_at is None or at < self.cleared_at)
        )

    def fits(self, space: SpaceId | None, topic: VotingType | None) -> bool:
        """Return whether it is for proposals of `topic` in `space`; None is a space for which nobody gave one."""
        return (self.everywhere or self.space == space) and self.topic in (None, topic)

    @property
    def slot(self) -> tuple[MemberId, SpaceId | None, VotingType | None]:
        """What is the same in two of which one stands: the delegator, what it is for, the topic."""
        return self.delegator, None if self.everywhere else self.space, self.topic


def counting(
    member_delegations: Iterable[MemberDelegation], space: SpaceId | None, topic: VotingType | None, at: Timestamp
) -> dict[MemberId, MemberDelegation]:
    """Return, by delegator, the delegation for proposals of `topic` that were submitted `at` in `space`."""
    found: dict[MemberId, MemberDelegation] = {}
    for member_delegation in member_delegations:
        if member_delegation.fits(space, topic) and member_delegation.in_force(at):
            known = found.get(member_delegation.delegator)
            if known is None or _rank(member_delegation) > _rank(known):
                found[member_delegation.delegator] = member_delegation
    return found


def ahead(
    member_delegation: MemberDelegation, standing: Iterable[MemberDelegation], space: SpaceId
) -> list[MemberDelegation]:
    """Return those of its delegator, for `space` alone, that come before a delegation for every guild there."""
    if not member_delegation.everywhere:
        return []
    return [
        other
        for other in standing
        if other.delegator == member_delegation.delegator
        and not other.everywhere
        and other.space == space
        and (member_delegation.topic is None or other.topic in (None, member_delegation.topic))
    ]


def idle(member_delegation: MemberDelegation, standing: Iterable[MemberDelegation], space: SpaceId) -> bool:
    """Return whether it counts for nothing in `space`, because others come before it on all that it is for."""
    return any(other.topic in (None, member_delegation.topic) for other in ahead(member_delegation, standing, space))


def circle(standing: Sequence[MemberDelegation], given: MemberDelegation) -> tuple[MemberDelegation, ...]:
    """Return the delegations with which `given` would close a circle: from its delegate's on, back to its delegator.

    Empty if it closes none. `standing` is what is in force without it: in its space, or in all if it is for all. Then
    every space is looked at in which one of them is given, and one in which none is. What begins later counts already.
    """
    others = [member_delegation for member_delegation in standing if member_delegation.slot != given.slot]
    begun = max(member_delegation.given_at for member_delegation in (*others, given))
    spaces: dict[SpaceId | None, None] = {given.space: None}
    if given.everywhere:
        spaces |= {None: None} | {
            member_delegation.space: None for member_delegation in others if not member_delegation.everywhere
        }
    topics = {m.topic for m in others} | {None} if given.topic is None else {given.topic}
    for space in spaces:
        for topic in sorted(topics, key=lambda topic: topic or ""):
            if path := _way_back(counting([*others, given], space, topic, begun), given):
                return path
    return ()


def _way_back(chosen: dict[MemberId, MemberDelegation], given: MemberDelegation) -> tuple[MemberDelegation, ...]:
    if chosen.get(given.delegator) is not given:
        return ()  # another one comes before it
    path: list[MemberDelegation] = []
    seen, last = {given.delegate}, given.delegate
    while following := chosen.get(last):
        path.append(following)
        last = following.delegate
        if last == given.delegator:
            return tuple(path)
        if last in seen:
            break
        seen.add(last)
    return ()


def _rank(member_delegation: MemberDelegation) -> tuple[bool, bool, Timestamp]:
    """Of two for the same, the first ends when the other begins, unless it was ended by a clock that was ahead."""
    return not member_delegation.everywhere, member_delegation.topic is not None, member_delegation.given_at
