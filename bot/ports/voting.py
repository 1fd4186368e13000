"""Ballots and the powers behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain.power import VotingPower
from bot.domain.shared.types import (
    Address,
    MemberId,
    ProposalId,
    Timestamp,
    Units,
)
from bot.domain.voting import Mark
from bot.domain.voting.ballot import Ballot, PowerChange
from bot.domain.voting.ballot_listing import BallotListing


class BallotRepository(Protocol):
    """Ballots and the power behind them."""

    async def cast(self, ballot: Ballot) -> Ballot | None:
        """Store a ballot; the wallet's earlier one is kept as history and returned."""
        ...

    async def in_force(self, proposal: ProposalId) -> list[Ballot]:
        """Return the ballots that count (the last one of each wallet), by wallet."""
        ...

    async def listed(self, proposal: ProposalId, asked: BallotListing) -> tuple[list[Ballot], int]:
        """Return the counting ballots that are asked for, and how many there are on all pages."""
        ...

    async def version(self, proposal: ProposalId) -> tuple[int, int]:
        """Return a value that changes whenever other ballots count; changes by `rescore` do not change it."""
        ...

    async def counted(
        self, proposal: ProposalId, *, rescored: bool
    ) -> Mapping[Address, tuple[Mark, Units, tuple[Units, ...]]]:
        """Return mark, power and scores of the ballots that count. Set `rescored` if `rescore` may change them."""
        ...

    async def by_member(self, proposal: ProposalId, member: MemberId) -> list[Ballot]:
        """Return the counting ballots of this member, whoever cast them, and those that they cast as a delegate."""
        ...

    async def cast_themselves(
        self, proposal: ProposalId, members: Sequence[MemberId], wallets: Sequence[Address]
    ) -> list[Ballot]:
        """Return the counting ballots of these members or wallets that no delegate cast."""
        ...

    async def voted_among(self, proposal: ProposalId, wallets: Sequence[Address]) -> frozenset[Address]:
        """Return those of the wallets that have a counting ballot."""
        ...

    async def cast_all(self, proposal: ProposalId, cast: Sequence[Ballot]) -> None:
        """Store several ballots of one proposal, each as `cast` does."""
        ...

    async def drop(self, proposal: ProposalId, wallets: Sequence[Address]) -> None:
        """Make the ballots of these wallets count no more; they are kept as history."""
        ...

    async def history(self, proposal: ProposalId, wallet: Address) -> list[Ballot]:
        """Return every ballot of a wallet, oldest first."""
        ...

    async def powers(self, proposal: ProposalId, wallets: Sequence[Address]) -> dict[Address, VotingPower]:
        """Return the stored power by wallet, for those wallets for which it was read before."""
        ...

    async def add_powers(self, proposal: ProposalId, powers: Sequence[VotingPower], at: Timestamp) -> list[PowerChange]:
        """Store power read at the proposal's snapshot, and return what changed; confirmed power is not replaced.

        Power that only one endpoint had stated is replaced; if it differs, the change is kept.
        """
        ...

    async def note_changes(self, proposal: ProposalId, changes: Sequence[PowerChange]) -> None:
        """Store how the power of wallets changed."""
        ...

    async def changes(self, proposal: ProposalId, wallets: Sequence[Address]) -> list[PowerChange]:
        """Return how the power of wallets changed, oldest first."""
        ...

    async def confirm_counting(self, proposal: ProposalId) -> None:
        """Mark the power of every wallet with a counting ballot as confirmed."""
        ...

    async def add_votable(self, proposal: ProposalId, powers: Sequence[VotingPower]) -> None:
        """Store each linked wallet's part of the power that could vote, as of the submission."""
        ...

    async def votable(self, proposal: ProposalId, wallets: Sequence[Address]) -> dict[Address, Units]:
        """Return the wallets' parts of that power; wallets that were not linked then are left out."""
        ...

    async def rescore(self, proposal: ProposalId, powers: Sequence[VotingPower]) -> None:
        """Replace the stored power and the scores of the counting ballots; their history keeps the old ones."""
        ...
