"""Who votes for whom: between members, and by the Delegate Registry on chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.delegation.member_delegation import MemberDelegation
from bot.domain.delegation.onchain_registry import Delegation
from bot.domain.shared.types import ChainId, GuildId, MemberId, Timestamp
from bot.ports.contract_events import EventRecords


class MemberDelegationRepository(Protocol):
    """Who lets whom vote. One stands that nobody took back and that is not over; all are kept.

    What is asked of a guild includes what is for every guild.
    """

    async def give(self, member_delegation: MemberDelegation) -> list[MemberDelegation]:
        """Store it; return what it replaces: what the delegator gave for the same ends when it begins."""
        ...

    async def clear(self, member_delegation: MemberDelegation, at: Timestamp) -> list[MemberDelegation]:
        """End what its delegator gave for the same and nobody took back; return it as it is then."""
        ...

    async def newest_change(self, guild: GuildId) -> Timestamp | None:
        """Return when the last one was given or taken back; None if none ever was."""
        ...

    async def around_circle(self, given: MemberDelegation) -> list[MemberDelegation]:
        """Return the standing ones of its two members and of all to whom these lead on, in the order given.

        They are those for its guild, or of every guild if it is for all.
        """
        ...

    async def of(self, guild: GuildId, delegator: MemberId, now: Timestamp) -> list[MemberDelegation]:
        """Return the standing ones of a delegator, in the order given."""
        ...

    async def to(self, guild: GuildId, delegate: MemberId, now: Timestamp) -> list[MemberDelegation]:
        """Return the standing ones to a delegate, in the order given."""
        ...

    async def at(self, guild: GuildId, delegator: MemberId, at: Timestamp) -> list[MemberDelegation]:
        """Return those of a delegator that were in force `at`."""
        ...

    async def around(self, guild: GuildId, delegate: MemberId, at: Timestamp) -> list[MemberDelegation]:
        """Return those in force `at` of every delegator of whom one was to this delegate."""
        ...


class DelegationIndex(EventRecords[Delegation], Protocol):
    """The delegations of the Delegate Registry."""

    async def of(self, chain: ChainId, ids: Sequence[str], upto: int) -> list[Delegation]:
        """Return those under `ids` up to block `upto`, oldest first."""
        ...


class DelegationRepository(DelegationIndex, Protocol):
    """The same inside a transaction."""
