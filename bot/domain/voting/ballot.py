"""Ballots: for each wallet and proposal the last one counts; earlier ones are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.power import VotingPower
from bot.domain.shared.types import Address, Block, ChainId, MemberId, ProposalId, Timestamp, Units
from bot.domain.voting import Ballots, Mark
from bot.domain.voting.ballot_message import BallotMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a wallet signed to cast a ballot, and its signature.

    For a contract wallet, `chain` is where it is deployed and `block` the block at which it confirmed the signature. A
    key's signature needs no block.
    """

    message: BallotMessage
    signature: bytes
    chain: ChainId
    block: Block | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One wallet's ballot.

    `power` is the sum of `scores`, in the proposal's units, read at its snapshot. `receipt` is the number of the press
    that cast it; all ballots of one press share it. `via` is the delegate who cast it for `member`; None if `member`
    did. `cid` is the content identifier that the proposal had then. `signed` is the wallet's signature, if it gave one.
    `press` is the id of Discord's request, which grows with time; None if the ballot was not cast by one.
    """

    proposal: ProposalId
    wallet: Address
    member: MemberId
    mark: Mark
    scores: tuple[Units, ...]
    power: Units
    cast_at: Timestamp
    receipt: str
    via: MemberId | None = None
    cid: str | None = None
    signed: Signed | None = None
    press: int | None = None

    @property
    def caster(self) -> MemberId:
        """The member who cast it: the delegate, or else its owner."""
        return self.member if self.via is None else self.via


class ChangeReason(StrEnum):
    """Why the stored power of a wallet changed."""

    READ_AGAIN = "one endpoint alone had told it, and it was read again"
    COUNT = "the count read it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerChange:
    """A change of the stored power of a wallet on a proposal: its scores by strategy `before` and `after`, and when."""

    wallet: Address
    before: tuple[Units, ...]
    after: tuple[Units, ...]
    at: Timestamp
    why: ChangeReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """The power of a delegator's ballot that their delegate cast for them."""

    member: MemberId
    power: Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a member is told of a stored ballot.

    `powers` explains each of the member's own wallets, `lent` the power of those who delegate to them, and `power` is
    the sum of both in the proposal's units. `unread` are delegators whose power could not be read now, so it is not in
    `power`. `via` is the delegate who cast it for the member, None if the member did. `replaced` is the mark that it
    replaces, None for a first one, and `replaced_via` the delegate who had cast that. `changes` are changes of power of
    the member's own wallets. `reason_gone` says that the reason for the replaced vote is taken out of the thread.
    """

    id: str
    proposal: ProposalId
    number: int
    mark: Mark
    powers: tuple[VotingPower, ...]
    power: Units
    cast_at: Timestamp
    replaced: Mark | None
    lent: tuple[Lent, ...] = ()
    unread: tuple[MemberId, ...] = ()
    via: MemberId | None = None
    replaced_via: MemberId | None = None
    changes: tuple[PowerChange, ...] = ()
    reason_gone: bool = False


def counting(ballots: Iterable[Ballot], recused: Collection[Address]) -> list[Ballot]:
    """Return the ballots that count: those of wallets that are not recused."""
    return [ballot for ballot in ballots if ballot.wallet not in recused]


def columns(ballots: Iterable[Ballot], strategies: int) -> Ballots:
    """Return ballots in the form in which they are counted."""
    return Ballots.of(((ballot.mark, ballot.power, ballot.scores) for ballot in ballots), strategies)
