"""What anybody may see of a server that moderators made public: what its rules hide is not in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.audit.bundle.writing.bundle_builder import StoredBundle
from bot.domain.proposals.proposal import Proposal, State
from bot.domain.shared.types import Units
from bot.domain.spaces.space import Space
from bot.domain.treasury.campaigns import Campaign, Watch
from bot.domain.voting import Score, Tally
from bot.domain.voting.ballot import Ballot


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicProposal:
    """A proposal as the public may see it, with its terms as they stand, and the bundle of its result.

    `tally` and `turnout` are None where votes are hidden; `voted` (wallets) and `reached` (power that counts towards
    the quorum, in tenths of it while votes are hidden) where that is hidden too.
    """

    proposal: Proposal
    state: State
    space: Space
    tally: Tally | None
    voted: int | None
    turnout: Units | None
    reached: Score | None
    kept: StoredBundle | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicBallots:
    """Ballots that are listed, and how many there are on all pages; None where votes are hidden, or none is there."""

    proposal: Proposal
    state: State
    space: Space
    ballots: Sequence[Ballot] | None
    many: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicServer:
    """What is public of a server. `counted` are the results of one page, `many_counted` is how many there are."""

    spaces: Sequence[Space]
    uncounted: Sequence[Proposal]
    counted: Sequence[Proposal]
    many_counted: int
    campaigns: Sequence[Campaign]
    watches: Sequence[Watch]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicNews:
    """What a feed tells of: votes that opened, and results, both newest first."""

    spaces: Sequence[Space]
    opened: Sequence[Proposal]
    counted: Sequence[Proposal]
