"""Ballots: one for each wallet and proposal counts, the last; the earlier ones are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.power import VotingPower
from bot.domain.types import Address, MemberId, ProposalId, Timestamp, Units
from bot.domain.voting import Ballots, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One wallet's ballot. `power` is the sum of `scores`, in the proposal's units, read at its snapshot.

    `receipt` names the press that cast it; the wallets of one member share it.
    """

    proposal: ProposalId
    wallet: Address
    member: MemberId
    mark: Mark
    scores: tuple[Units, ...]
    power: Units
    cast_at: Timestamp
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a member is told of a ballot that is stored.

    `powers` explains each wallet, `power` is the sum over wallets in the proposal's units; `replaced` is the
    mark of the member's ballot before, None for a first one.
    """

    id: str
    proposal: ProposalId
    number: int
    mark: Mark
    powers: tuple[VotingPower, ...]
    power: Units
    cast_at: Timestamp
    replaced: Mark | None


def columns(ballots: Iterable[Ballot], strategies: int) -> Ballots:
    """Return what counting sees. To recuse wallets is to leave their ballots out here: they are in no total."""
    return Ballots.of(((ballot.mark, ballot.power, ballot.scores) for ballot in ballots), strategies)
