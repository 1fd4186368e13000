"""What is to be said unasked: a fact, the place, and a key that makes it said once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.types import ChannelId, GuildId, MessageId, Timestamp


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
"""Seconds between two attempts at most, which is how late an announcement is after an outage."""
PRIVATE = frozenset({Topic.WALLET_MOVED})
"""What one member alone is told. Its `channel` is that member's id; where their door is closed, nobody else is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One thing to say. It is stored in the transaction that stores its fact.

    `key` is unique for all time ("proposal/12/result"): a second announcement of the same key is not stored.
    `facts` point at what is said (ids), or hold it where it has no other home (a notice). `nonce` (at most 25
    characters) is derived from the key; Discord returns the first message if it is sent again within minutes.
    `ref` is shown small on the message, so that it can be found again after that.
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
