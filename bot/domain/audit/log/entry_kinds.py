"""The kinds of log entries, and what an entry vouches for."""

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
    SPACE_RENAMED = "space renamed"
    SPACE_ARCHIVED = "space archived"
    SPACE_RESTORED = "space restored"
    RULES_CHANGED = "rules changed"
    WALLET_LINKED = "wallet linked"
    WALLET_UNLINKED = "wallet unlinked"
    WALLET_MOVED = "wallet moved"
    DELEGATION_GIVEN = "mandate given"
    DELEGATION_CLEARED = "mandate cleared"
    DELEGATIONS_BY_SPACE = "mandates by space"
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
"""Kinds of entries that change ballots, and how. Other kinds never do."""

AHEAD = "ahead"
"""The key under which an entry says by how many seconds an earlier entry's time is ahead of its own, if it is.

That happens if the machine's clock was ahead of Discord's (whose time the entry states), or was put back.
"""

Subject = tuple[str | int, ...]
"""What an entry vouches for from then on: the rows that are stored of it, or that they are gone.

`("space",)` is a guild's main space and `("sub-space", number)` another; `("wallet", member, address)`; `("mandates",
delegator, at)` are delegations given or cleared at that time, and `("mandate", id)` one that is gone; `("proposal",
number)` with its texts and its bundle; `("watch", number)`; `("campaign", number)` with its milestones; `("role rule",
number)`; `("role held", member, rule)`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """One ballot in an entry: its commitment, its scores, references of member and delegate, its signature's hashes.

    `signature` has the hashes by key as `signature_marks` returns them; empty for an unsigned ballot.
    """

    wallet: Address
    commitment: str
    scores: tuple[Units, ...]
    member: MemberId
    via: MemberId | None = None
    signature: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """Changes of ballots on the proposal with one number: ballots cast, dropped, and rescored."""

    proposal: int
    cast: Sequence[Ballot] = ()
    dropped: Sequence[Address] = ()
    rescored: Mapping[Address, tuple[Units, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A head of the log that was due to be posted: the entry's number and hash, and when."""

    seq: int
    hash: str
    at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A stored row that an entry vouches for: its name, a digest of its contents, and the persons in it by column.

    A person is None if the column is empty, and 0 for a member who was forgotten.
    """

    name: str
    digest: str
    people: Mapping[str, MemberId | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBallot:
    """A stored ballot, in the form in which the log is compared with it."""

    proposal: int
    cast: Cast
    power: Units
    counts: bool


Facts = Mapping[str, Canonical]
FORMER, FORGOTTEN = MemberId(0), ""
"""What replaces a forgotten member: in a row, and as a reference in entries made afterwards."""
