"""What the bot posts by itself: a fact, where it goes, and a key so that it is posted once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.shared.types import ChannelId, GuildId, MessageId, SpaceId, Timestamp


class Topic(StrEnum):
    """The kinds of announcements; each has one card in `cogs`."""

    PROPOSAL_CARD = "proposal card"
    PROPOSAL_CHANGED = "proposal changed"
    PROPOSAL_OPENED = "proposal opened"
    PROPOSAL_RESULT = "proposal result"
    BUNDLE_PART = "part of a bundle"
    PROPOSAL_WITHDRAWN = "proposal withdrawn"
    REASON = "reason of a voter"
    RECUSAL = "recusal"
    MILESTONE = "milestone"
    MILESTONE_CORRECTED = "milestone corrected"
    LOG_HEAD = "head of the audit log"
    TAKEN_DOWN = "message taken down"
    NOTICE = "moderators' notice"
    WALLET_MOVED = "wallet moved"


LONGEST_WAIT = 300
"""Seconds between two attempts at most. So this is how late an announcement can be after an outage."""


class To(StrEnum):
    """Where an announcement goes.

    `CHANNEL`: into a channel, as a message. `MEMBER`: to one member as a direct message; `channel` is then the member's
    id, and if they take no direct messages, nobody else is told. `MESSAGE`: an existing message is changed, and nothing
    new is posted.
    """

    CHANNEL = "channel"
    MEMBER = "member"
    MESSAGE = "message"


class Configured(StrEnum):
    """Channels that moderators configure; `CARD` is the one in which the proposal's card stands."""

    CARD = "card"
    PROPOSALS = "proposals"
    ANNOUNCEMENTS = "announcements"
    MODERATORS = "moderators"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a kind of announcement is posted.

    `otherwise` are the fallback channels if its own channel fails: the first one that is configured, or else its own
    again. One that `stays` leaves its own channel, which no setting names, only if it cannot be posted there at all.
    With `files` it may carry a file. If it is not `logged`, posting it leaves no entry in the log.
    """

    to: To = To.CHANNEL
    otherwise: tuple[Configured, ...]
    files: bool
    logged: bool = True
    stays: bool = False


_ANNOUNCED = (Configured.ANNOUNCEMENTS, Configured.PROPOSALS)
_DISCUSSED = (Configured.CARD, Configured.PROPOSALS)
"""For what is said in a proposal's thread."""
DELIVERIES: Mapping[Topic, Delivery] = {
    Topic.PROPOSAL_CARD: Delivery(otherwise=(Configured.PROPOSALS,), files=False),
    Topic.PROPOSAL_CHANGED: Delivery(otherwise=_DISCUSSED, files=True, stays=True),
    Topic.PROPOSAL_OPENED: Delivery(otherwise=_ANNOUNCED, files=False),
    Topic.PROPOSAL_RESULT: Delivery(otherwise=_ANNOUNCED, files=False),
    Topic.BUNDLE_PART: Delivery(otherwise=_ANNOUNCED, files=True, stays=True),
    Topic.PROPOSAL_WITHDRAWN: Delivery(otherwise=_DISCUSSED, files=False, stays=True),
    Topic.REASON: Delivery(otherwise=_DISCUSSED, files=False, stays=True),
    Topic.RECUSAL: Delivery(otherwise=_DISCUSSED, files=False, stays=True),
    Topic.MILESTONE: Delivery(otherwise=(Configured.ANNOUNCEMENTS,), files=True, stays=True),
    Topic.MILESTONE_CORRECTED: Delivery(to=To.MESSAGE, otherwise=(), files=False),
    Topic.LOG_HEAD: Delivery(otherwise=(Configured.AUDIT,), files=False, logged=False),
    Topic.TAKEN_DOWN: Delivery(to=To.MESSAGE, otherwise=(), files=False),
    Topic.NOTICE: Delivery(otherwise=(Configured.MODERATORS,), files=False),
    Topic.WALLET_MOVED: Delivery(to=To.MEMBER, otherwise=(), files=False),
}
PRIVATE = frozenset(topic for topic, delivery in DELIVERIES.items() if delivery.to is To.MEMBER)
"""Kinds that go to one member alone."""


SINCE = "since"
"""The key, among an announcement's facts, of when what it is about began; only of a `Recurring`."""

SOUGHT = "sought"
"""The key, among the facts of a message to take down, of the `ref` by which it is found: whether it was posted is not
known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """What comes about by itself, and would again if the database went back to an earlier state: a backup, a copy.

    `since` is when the proposal, campaign, rule or day that it tells of began, in seconds. `said` is its content in
    short, so that another result of the same vote is another announcement. Both together identify it, whenever it is
    said.
    `of` says what it tells of where the announcement's key does not, because that names the moment, too.
    """

    since: Timestamp
    said: str
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One thing to post. It is stored in the transaction that stores its fact.

    `key` is unique for all time ("proposal/12/result"): a second announcement with the same key is not stored. `facts`
    are ids of what is announced, or hold the content itself where it is stored nowhere else (a notice). `nonce` (at
    most 25 characters) is derived from the key and its time, or from what it is about where that is `Recurring`; if it
    is sent twice within minutes, Discord returns the first message. `ref` is shown in small print on the message, so
    that it can be found later. `space` says in whose channels it is posted; None is for the server itself, which uses
    the main space's channels.
    """

    id: int
    key: str
    topic: Topic
    guild: GuildId
    channel: ChannelId
    facts: Mapping[str, str | int | None]
    nonce: str
    ref: str
    created_at: Timestamp
    attempts: int = 0
    attempted_at: Timestamp | None = None
    told_at: Timestamp | None = None
    given_up: str | None = None
    message: MessageId | None = None
    space: SpaceId | None = None

    @property
    def since(self) -> Timestamp | None:
        """When that began of which something `Recurring` is; None of all else."""
        since = self.facts.get(SINCE)
        return Timestamp(since) if isinstance(since, int) else None

    def is_older(self, moment: Timestamp) -> bool:
        """Return whether it may have been said already by who worked with the database before `moment`.

        The database may have gone back to an earlier state since then.
        """
        return self.since is not None and self.since < moment
