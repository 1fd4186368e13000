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
