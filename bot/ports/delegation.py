"""Who votes for whom: between members, and by the Delegate Registry on chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.delegation.member_delegation import MemberDelegation
from bot.domain.delegation.onchain_registry import Delegation
from bot.domain.shared.types import ChainId, GuildId, MemberId, SpaceId, Timestamp
from bot.ports.contract_events import EventRecords


class MemberDelegationRepository(Protocol):
    """Delegations between members. One is in force until it is taken back or over; all are kept.

    Queries about a space, or about a guild with all its spaces, include delegations for every guild.
    """

    async def give(self, member_delegation: MemberDelegation) -> list[MemberDelegation]:
        """Store a delegation; return the one that it replaces: the delegator's for the same scope and topic."""
        ...

    async def clear(self, member_delegation: MemberDelegation, at: Timestamp) -> list[MemberDelegation]:
        """Take back the delegator's delegation for the same scope and topic; return it as it is then."""
        ...

    async def newest_change(self, space: SpaceId) -> Timestamp | None:
        """Return when a delegation was last given or taken back; None if never."""
        ...

    async def around_circle(self, given: MemberDelegation) -> list[MemberDelegation]:
        """Return the delegations in force that can be reached from the two members of `given`, in the order given.

        They are those of its space, or of every one if it is for all.
        """
        ...

    async def of(self, guild: GuildId, delegator: MemberId, now: Timestamp) -> list[MemberDelegation]:
        """Return the delegations in force from a member, in the order given."""
        ...

    async def to(self, guild: GuildId, delegate: MemberId, now: Timestamp) -> list[MemberDelegation]:
        """Return the delegations in force to a member, in the order given."""
        ...

    async def at(self, space: SpaceId, delegator: MemberId, at: Timestamp) -> list[MemberDelegation]:
        """Return a delegator's delegations that were in force at `at`."""
        ...

    async def around(self, space: SpaceId, delegate: MemberId, at: Timestamp) -> list[MemberDelegation]:
        """Return all delegations in force at `at` of every member who then had one to this delegate."""
        ...


class DelegationIndex(EventRecords[Delegation], Protocol):
    """An index of the Delegate Registry's delegations."""

    async def of(self, chain: ChainId, ids: Sequence[str], upto: int) -> list[Delegation]:
        """Return the delegations under `ids` up to block `upto`, oldest first."""
        ...


class DelegationRepository(DelegationIndex, Protocol):
    """The same inside a transaction."""
