"""A request to vote, and the powers that it waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.power import VotingPower
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import Address, GuildId, MemberId, MessageId, ProposalId, RoleId, Timestamp, Units
from bot.domain.voting.ballot import Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRequest:
    """What a member asked for, and when. A request that is `signed` is for the one wallet that signed it.

    `card` is the message that was pressed, and when it was posted; `seen` whether the member is known to see the
    proposal, as who presses its own card does. `ahead` is by how many seconds the
    machine's clock was later than `at` when the request came; negative: earlier. `press` is the id of Discord's own.
    `roles` are those that the member has; None on a page, whose address is given only to who may vote. A request that
    `asks` casts nothing: it is whether the member could vote now.
    """

    guild: GuildId
    proposal: ProposalId
    member: MemberId
    mark: object
    at: Timestamp
    receipt: str
    signed: Signed | None = None
    ahead: int = 0
    card: tuple[MessageId, Timestamp] | None = None
    seen: bool = False
    press: int | None = None
    roles: frozenset[RoleId] | None = None
    asks: bool = False


class PressedElsewhere(Exception):
    """What was pressed is not the proposal's own card, and nobody has looked whether the member sees the proposal."""


class Overtaken(Exception):
    """A newer request of the same member is stored already, so this one replaces nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Powers that are to be read first, of `wallets`.

    `spared` are those of delegators without which the request is cast if need be, `known` what is stored already and
    confirmed, `unsure` what is stored and was told by one endpoint alone.
    `others` are the scores of all who voted, where powers depend on them, and `seen` is what they were told from.
    """

    proposal: Proposal
    wallets: Sequence[Address]
    spared: frozenset[Address]
    known: Mapping[Address, VotingPower]
    unsure: Mapping[Address, VotingPower]
    others: Mapping[Address, tuple[Units, ...]]
    seen: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Powers that were read for a request, by wallet, and in `fresh` those that are to be stored with its ballots.

    `doubted` are wallets whose zero one endpoint alone told, though another could be asked.
    """

    powers: Mapping[Address, VotingPower]
    fresh: Sequence[VotingPower]
    seen: object
    doubted: frozenset[Address] = frozenset()
