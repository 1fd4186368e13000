"""What is logged: the kinds of decisions, and what an entry vouches for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.audit.hashing.canonical_json import Canonical
from bot.domain.shared.types import Address, MemberId, Timestamp, Units
from bot.domain.voting.ballot import Ballot


class Kind(StrEnum):
    """The kinds of entries."""

    BEGUN = "log begun"
    SPACE_MADE = "space made"
    SPACE_ARCHIVED = "space archived"
    SPACE_RESTORED = "space restored"
    RULES_CHANGED = "rules changed"
    WALLET_LINKED = "wallet linked"
    WALLET_UNLINKED = "wallet unlinked"
    WALLET_MOVED = "wallet moved"
    DELEGATION_GIVEN = "mandate given"
    DELEGATION_CLEARED = "mandate cleared"
    SUBMITTED = "proposal submitted"
    EDITED = "proposal edited"
    OPENED = "proposal opened"
    WITHDRAWN = "proposal withdrawn"
    DELETED = "proposal deleted"
    HELD = "count held"
    CLOSED = "proposal closed"
    BALLOTS = "ballots cast"
    RECUSED = "member recused"
    WATCHED = "treasury watched"
    UNWATCHED = "treasury unwatched"
    CAMPAIGN = "campaign started"
    MILESTONE = "milestone reached"
    MILESTONE_BACK = "milestone taken back"
    TOLD = "announcement told"
    GIVEN_UP = "announcement given up"
    ROLE_RULE = "role rule changed"
    ROLE_GRANTED = "role granted"
    ROLE_REMOVED = "role removed"
    FORGOTTEN = "member forgotten"


VOTES: Mapping[str, frozenset[str]] = {
    Kind.BEGUN: frozenset({"cast", "dropped"}),
    Kind.BALLOTS: frozenset({"cast", "dropped", "rescored"}),
    Kind.RECUSED: frozenset({"dropped", "rescored"}),
    Kind.CLOSED: frozenset({"rescored"}),
}
"""The kinds of entries that say something of ballots, and what; nothing of ballots counts in any other."""

AHEAD = "ahead"
"""The name under which an entry has by how many seconds a time before it is ahead of its own, if that is over a minute.

So it is where the machine's clock was ahead of Discord's, by which the entry goes, or was put back.
"""

Subject = tuple[str | int, ...]
"""What an entry vouches for from now on: what is stored of it, or that nothing is any more.

`("space",)` for a guild's main one and `("sub-space", number)` for another, `("wallet", member, address)`,
`("mandates", delegator, at)` for those given or cleared then and `("mandate", id)` for one that is gone,
`("proposal", number)` with its texts and its bundle, `("watch", number)`, `("campaign", number)` with its milestones,
`("role rule", number)`, `("role held", member, rule)`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """One ballot as it is logged: its commitment, its scores, whose it is, and what commits to its signature.

    `signature` has the forms in which entries may commit to it, by their names; it is empty for an unsigned ballot.
    """

    wallet: Address
    commitment: str
    scores: tuple[Units, ...]
    member: MemberId
    via: MemberId | None = None
    signature: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """What became of ballots on the proposal of a number: some cast, some that count no more, some with new scores."""

    proposal: int
    cast: Sequence[Ballot] = ()
    dropped: Sequence[Address] = ()
    rescored: Mapping[Address, tuple[Units, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A head of the log that was to be posted: the entry's number and hash, and when."""

    seq: int
    hash: str
    at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A stored row that decides something: its name, a digest of what it says, and the persons in it by column.

    A person is None where the column is empty, and 0 for a former member.
    """

    name: str
    digest: str
    people: Mapping[str, MemberId | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBallot:
    """A stored ballot, as the log is held against it."""

    proposal: int
    cast: Cast
    power: Units
    counts: bool


Facts = Mapping[str, Canonical]
FORMER, FORGOTTEN = MemberId(0), ""
"""Stand where a member stood who was forgotten: in a row, and for their reference in an entry made afterwards."""
