"""Tickets: the single-use addresses of the web pages that act for one member."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.domain.shared.types import GuildId, MemberId, ProposalId, Timestamp

TICKET_LIFE = 600
"""Seconds for which a ticket can be used."""


class Purpose(StrEnum):
    """What a ticket is good for; also the first part of its address."""

    LINK = "link"
    VOTE = "vote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What its holder may do for `member` in `guild`, once. `proposal` is set where it is about one.

    Only `digest`, a hash of the token in its address, is known here. The names are for the person who looks. After it
    expired it is still good, until `lasts_until`, for what `lasts_for` names: signatures of a wallet's owners that were
    begun before, and nothing else. `reply` is the message on Discord that follows what is done, sealed by the token.
    """

    digest: str
    purpose: Purpose
    guild: GuildId
    member: MemberId
    proposal: ProposalId | None = None
    guild_name: str
    member_name: str
    issued_at: Timestamp
    expires_at: Timestamp
    used_at: Timestamp | None = None
    lasts_for: tuple[str, ...] = ()
    lasts_until: Timestamp | None = None
    reply: str | None = None

    def fault(self, now: Timestamp, about: str | None = None) -> Literal["expired", "used"] | None:
        """Return why it cannot be used `now`, None if it can: for anything, or `about` what lasts."""
        if self.used_at is not None:
            return "used"
        if now <= self.expires_at or (about in self.lasts_for and self.lasts(now)):
            return None
        return "expired"

    def lasts(self, now: Timestamp) -> bool:
        """Whether it is good for something still."""
        until = max(self.expires_at, self.lasts_until or self.expires_at)
        return self.used_at is None and now <= until


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """The address that a member is given. It holds the secret: only that member may read it."""

    url: str
    expires_at: Timestamp
