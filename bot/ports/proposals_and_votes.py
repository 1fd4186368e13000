"""Proposals, ballots and who votes for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain.delegation.member_delegation import MemberDelegation
from bot.domain.power import VotingPower
from bot.domain.proposals.proposal import Proposal, Version
from bot.domain.shared.types import (
    Address,
    GuildId,
    MemberId,
    ProposalId,
    Timestamp,
    Units,
)
from bot.domain.voting import Mark
from bot.domain.voting.ballot import Ballot, PowerChange


class ProposalRepository(Protocol):
    """Proposals. `save` stores every field of a value whose id is known."""

    async def add(self, draft: Proposal) -> Proposal:
        """Store a draft; `id` and `number` of the argument are ignored, those of the answer are given."""
        ...

    async def get(self, proposal: ProposalId) -> Proposal | None: ...
    async def numbered(self, guild: GuildId, number: int) -> Proposal | None: ...
    async def newest_submission(self, guild: GuildId | None) -> Timestamp | None:
        """Return when the newest of a guild's proposals was submitted, or (None) of all; None before the first."""
        ...

    async def save(self, proposal: Proposal) -> None: ...
    async def of(self, guild: GuildId) -> list[Proposal]:
        """Return all of a guild, drafts and withdrawn ones included, newest first."""
        ...

    async def visible(self, guild: GuildId, viewer: MemberId, limit: int) -> list[Proposal]:
        """Return the newest `limit` that were submitted, or are drafts of `viewer`, newest first."""
        ...

    async def drafts(self, guild: GuildId, author: MemberId) -> int:
        """Return how many drafts a member keeps."""
        ...

    async def due_to_open(self, now: Timestamp) -> list[Proposal]:
        """Return submitted, not withdrawn, whose start has come and that are not marked opened."""
        ...

    async def undecided(self) -> list[Proposal]:
        """Return those submitted, and not withdrawn or deleted, that have no result yet, earliest end first."""
        ...

    async def due_to_close(self, now: Timestamp) -> list[Proposal]:
        """Return those for which `Proposal.due_to_close(now)` holds."""
        ...

    async def close(self, proposal: Proposal) -> bool:
        """Store the result of a proposal that has none yet; False if it has one (compare-and-set)."""
        ...

    async def stale_cards(self, before: Timestamp, now: Timestamp) -> list[Proposal]:
        """Return those whose card was marked stale not earlier than it was shown, and shown not after `before`.

        Times are whole seconds, so a mark in the second of the drawing may have come after it.
        """
        ...

    async def mark_card_stale(self, proposal: ProposalId, at: Timestamp) -> None:
        """Note that what the card shows has changed."""
        ...

    async def shown(self, proposal: ProposalId, at: Timestamp) -> None:
        """Note that the card was drawn from the facts of `at`."""
        ...


class VersionRepository(Protocol):
    """What proposals said, from their submission on."""

    async def add(self, version: Version) -> None: ...
    async def of(self, proposal: ProposalId) -> list[Version]:
        """Return every version of a proposal's text, oldest first."""
        ...


class BallotRepository(Protocol):
    """Ballots and the power behind them."""

    async def cast(self, ballot: Ballot) -> Ballot | None:
        """Store a ballot; the wallet's earlier one is kept as history and returned."""
        ...

    async def of(self, proposal: ProposalId) -> list[Ballot]:
        """Return the ballots that count: the last of each wallet, by wallet."""
        ...

    async def version(self, proposal: ProposalId) -> tuple[int, int]:
        """Return what differs whenever other ballots count; what `rescore` changes in them is not told."""
        ...

    async def counted(
        self, proposal: ProposalId, *, rescored: bool
    ) -> Mapping[Address, tuple[Mark, Units, tuple[Units, ...]]]:
        """Return mark, power and scores on the ballots that count; `rescored` says that `rescore` may change them."""
        ...

    async def by_member(self, proposal: ProposalId, member: MemberId) -> list[Ballot]:
        """Return the ballots that count for this member, whoever cast them, and those that they cast as a delegate."""
        ...

    async def cast_themselves(
        self, proposal: ProposalId, members: Sequence[MemberId], wallets: Sequence[Address]
    ) -> list[Ballot]:
        """Return the ballots that count, of these members or wallets, that no delegate cast."""
        ...

    async def standing(self, proposal: ProposalId, wallets: Sequence[Address]) -> frozenset[Address]:
        """Return those of the wallets that have a ballot that counts."""
        ...

    async def cast_all(self, proposal: ProposalId, cast: Sequence[Ballot]) -> None:
        """Store ballots of one proposal as `cast` does each."""
        ...

    async def drop(self, proposal: ProposalId, wallets: Sequence[Address]) -> None:
        """Have the ballots of those wallets count no more; they are kept as history."""
        ...

    async def history(self, proposal: ProposalId, wallet: Address) -> list[Ballot]:
        """Return every ballot of a wallet, oldest first."""
        ...

    async def powers(self, proposal: ProposalId, wallets: Sequence[Address]) -> dict[Address, VotingPower]:
        """Return the power read earlier for this proposal, for those wallets it was read for."""
        ...

    async def add_powers(self, proposal: ProposalId, powers: Sequence[VotingPower], at: Timestamp) -> list[PowerChange]:
        """Store power read at the proposal's snapshot, and return what it changed; what is confirmed already stays.

        What one endpoint alone had told is replaced, and kept as a change where it is another.
        """
        ...

    async def note_changes(self, proposal: ProposalId, changes: Sequence[PowerChange]) -> None:
        """Keep how the power of wallets changed."""
        ...

    async def changes(self, proposal: ProposalId, wallets: Sequence[Address]) -> list[PowerChange]:
        """Return how the power of wallets changed, oldest first."""
        ...

    async def confirm_counting(self, proposal: ProposalId) -> None:
        """Note that the power of every wallet whose ballot counts is confirmed."""
        ...

    async def add_votable(self, proposal: ProposalId, powers: Sequence[VotingPower]) -> None:
        """Store what each linked wallet is of the power that could vote, as it was at submission."""
        ...

    async def votable(self, proposal: ProposalId, wallets: Sequence[Address]) -> dict[Address, Units]:
        """Return what wallets are of it; those that were not linked then are left out."""
        ...

    async def rescore(self, proposal: ProposalId, powers: Sequence[VotingPower]) -> None:
        """Replace the stored power, and that of the ballots that count, whose history keeps its own."""
        ...


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
