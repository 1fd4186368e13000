"""Proposals: what is stored happened; the state is derived from it and from the time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.power import Strategy
from bot.domain.proposals.vote_rules import OPEN, SNAPSHOT, Rules, Settled, Whole
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.collected import Collected
from bot.domain.shared.errors.faults.general import GeneralFlaw, TextTooLong
from bot.domain.shared.errors.faults.proposals import ProposalFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import (
    Address,
    Block,
    ChainId,
    ChannelId,
    GuildId,
    MemberId,
    MessageId,
    ProposalId,
    RoleId,
    SpaceId,
    Timestamp,
    Units,
)
from bot.domain.voting import PLAIN, SIMPLE, SYSTEMS, Options, Outcome, Quorum, Tally, Threshold, VotingType
from bot.domain.voting.recusal import Recusal, taken_out

GRACE = 60
"""Seconds between the end of voting and the count, so that presses under way still arrive (as in Snapshot).

By how much clocks may differ is another matter: `CLOCK_SKEW` in `bot/domain/shared/clock_agreement.py`.
"""
MAX_TITLE, MAX_SUMMARY, MAX_BODY, MAX_URL = 256, 300, 4_000, 256
"""Characters. The title and the address as in Snapshot; summary and body as a Discord modal and card hold."""
_MENTION = re.compile(r"<@!?[0-9]{1,20}>")
MAX_GROUND = 300
"""Characters of the reason for which a proposal is taken back."""
MAX_VERSIONS = 25
"""Versions that a text may have: who changes it more often than that starts anew."""


class State(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    PENDING = "pending"
    VOTING = "voting"
    CLOSING = "closing"
    CLOSED = "closed"
    HELD = "held"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a proposal says."""

    title: str
    summary: str
    body: str
    discussion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a proposal said from `written_at` on. `number` counts from 1, which is the text that was submitted.

    `cid` is the content identifier that the whole proposal had with this text.
    """

    proposal: ProposalId
    number: int
    text: Text
    choices: tuple[str, ...]
    cid: str
    editor: MemberId
    written_at: Timestamp


class Remover(StrEnum):
    """In which part somebody took a proposal back."""

    AUTHOR = "author"
    MODERATOR = "moderator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What is left of a proposal that was taken back before its count: when, by whom in which part, and why.

    Only an author may give no reason. All else is kept, its number and its ballots too, and counts for nothing.
    """

    at: Timestamp
    by: Remover
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is frozen at submission: the window (seconds, both ends inclusive), the power and the rules.

    `snapshot` pins one block for each chain that a strategy reads. `quorum`, `threshold` and `wholes` are what
    `rules` came to at that block, in units of `scale`. Delegates vote for others only with `delegation`.
    Where there are `voters`, only who holds one of these roles votes. `after_recusals` says that the power of recused
    wallets is taken out already; what is stored is never so.
    """

    start: Timestamp
    end: Timestamp
    snapshot: Mapping[ChainId, Block]
    strategies: tuple[Strategy, ...]
    scale: int
    symbol: str
    quorum: Units
    delegation: bool = True
    threshold: Threshold = SIMPLE
    rules: Settled = SNAPSHOT
    wholes: Mapping[Whole, Units] = field(default_factory=dict)
    voters: tuple[RoleId, ...] = ()
    after_recusals: bool = False

    @property
    def quorum_rule(self) -> Quorum:
        """The quorum, with what counts towards it."""
        return Quorum(amount=self.quorum, counts=self.rules.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The count that is final: made at `counted_at` from the power of every voter, read again in one batch."""

    tally: Tally
    outcome: Outcome
    counted_at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal of a space. `number` counts from 1 in its guild, and is what members type.

    `chosen` is what its author settled otherwise than the space does. `terms` exist from submission on; `recusals`
    are those of members who take no part. `card` is its public message, `thread` the discussion that grows from it.
    `cid` names all that is voted on, from submission on; it changes with the text until voting opens, and then never.
    """

    id: ProposalId
    space: SpaceId
    guild: GuildId
    number: int
    author: MemberId
    text: Text
    voting: VotingType
    choices: tuple[str, ...]
    created_at: Timestamp
    chosen: Rules = OPEN
    submitted_at: Timestamp | None = None
    terms: Terms | None = None
    cid: str | None = None
    tombstone: Tombstone | None = None
    opened_at: Timestamp | None = None
    held_reason: str | None = None
    recusals: tuple[Recusal, ...] = ()
    result: Result | None = None
    channel: ChannelId | None = None
    card: MessageId | None = None
    thread: ChannelId | None = None

    def state(self, now: Timestamp) -> State:
        """Return the state at `now`.

        A vote has begun once it was opened, and not before: until then its author may change the choices, and what
        members press must stand for what they read.
        """
        if self.tombstone is not None:
            return State.WITHDRAWN
        if self.result is not None:
            return State.CLOSED
        if self.terms is None:
            return State.DRAFT
        if now <= self.terms.end:
            return State.PENDING if now < self.terms.start or self.opened_at is None else State.VOTING
        return State.HELD if self.held_reason else State.CLOSING

    def check_card(self, card: MessageId, posted: Timestamp, *, casts: bool = False) -> None:
        """Raise InvalidInput if the message is another proposal's: older than this one, and than its card if any.

        After a backup was restored proposals get ids anew that cards in Discord have still, and so have panels and
        questions that one member alone sees. What casts ballots (`casts`) must not be older than the submission: a
        draft that is submitted once more after a restore may have other choices. While no card stands, other messages
        may be older by as much as clocks may differ. Buttons of a draft have a mark of it, so only its card tells here.
        """
        since = self.submitted_at if casts and self.submitted_at is not None else self.created_at
        if self.card is None and not casts:
            since = Timestamp(since - CLOCK_SKEW)
        older = card < self.card if self.card is not None else self.submitted_at is not None
        if older and posted < since:
            raise InvalidInput(Field.MESSAGE, ProposalFlaw.MESSAGE_OF_UNKNOWN_PROPOSAL)

    @property
    def options(self) -> Options:
        """What its marks and its count follow."""
        return self.terms.rules.options if self.terms else PLAIN

    @property
    def recused(self) -> frozenset[Address]:
        """The wallets that take no part: no ballot of theirs counts."""
        return frozenset(wallet.address for recusal in self.recusals for wallet in recusal.wallets)

    def recusal_of(self, member: MemberId) -> Recusal | None:
        """Return the recusal of a member."""
        return next((recusal for recusal in self.recusals if recusal.member == member), None)

    def is_without(self, member: MemberId) -> bool:
        """Return whether a member is recused, also one who was forgotten since and came back."""
        return any(recusal.is_of(member) for recusal in self.recusals)

    @property
    def terms_after_recusals(self) -> Terms | None:
        """The terms as they stand: recused wallets' power is taken out, once, of supply, quorum and threshold."""
        terms = self.terms
        if terms is None or not self.recusals or terms.after_recusals:
            return terms
        wholes, quorum, threshold = taken_out(terms.rules, terms.wholes, self.recusals, terms.quorum, terms.threshold)
        return replace(terms, wholes=wholes, quorum=quorum, threshold=threshold, after_recusals=True)

    def ahead(self, chain: ChainId) -> int:
        """Return by how many seconds the snapshot's block of a chain is later than the submission; negative: older.

        A finalized block is only later where the clock of its chain is fast. 0 where there is none.
        """
        block = self.terms.snapshot.get(chain) if self.terms else None
        return block.timestamp - self.submitted_at if block and self.submitted_at is not None else 0

    def due_to_close(self, now: Timestamp) -> bool:
        """Return whether the grace after the end is over and the count is still to be made."""
        return (
            self.terms is not None and self.tombstone is None and self.result is None and now >= self.terms.end + GRACE
        )


def check_text(text: Text) -> Text:
    """Return the text trimmed. Raises InvalidInput with each part that is missing, too long, or not a web address."""
    text = Text(
        title=" ".join(text.title.split()),
        summary=" ".join(text.summary.split()),
        body=text.body.strip(),
        discussion=text.discussion.strip(),
    )
    wrong = Collected()
    for part, value, most in (
        (Field.TITLE, text.title, MAX_TITLE),
        (Field.SUMMARY, text.summary, MAX_SUMMARY),
        (Field.BODY, text.body, MAX_BODY),
        (Field.DISCUSSION, text.discussion, MAX_URL),
    ):
        with wrong.check():
            if len(value) > most:
                raise InvalidInput(part, TextTooLong(len(value), most))
            if not value and part in (Field.TITLE, Field.BODY):
                raise InvalidInput(part, GeneralFlaw.EMPTY)
            if value and part is Field.DISCUSSION and not value.startswith(("https://", "http://")):
                raise InvalidInput(part, GeneralFlaw.NOT_A_WEB_ADDRESS)
    wrong.finish()
    return text


def check_content(text: Text, voting: VotingType, choices: tuple[str, ...]) -> Text:
    """Return the text trimmed. Raises InvalidInput with all that is wrong with the text and the choices."""
    wrong = Collected()
    with wrong.check():
        text = check_text(text)
    with wrong.check():
        SYSTEMS[voting].check_choices(choices)
    wrong.finish()
    return text


def check_removal_reason(reason: str, *, needed: bool) -> str:
    """Return the reason for taking a proposal back, on one line. Raises InvalidInput: too long, or missing.

    It stands in the log for ever, where nobody can be forgotten: members are mentioned without their ids.
    """
    reason = _MENTION.sub("a member", " ".join(reason.split()))
    if len(reason) > MAX_GROUND:
        raise InvalidInput(Field.REASON, TextTooLong(len(reason), MAX_GROUND))
    if needed and not reason:
        raise InvalidInput(Field.REASON, ProposalFlaw.REMOVAL_WITHOUT_REASON)
    return reason
