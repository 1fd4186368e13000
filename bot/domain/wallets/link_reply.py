"""The message on Discord that follows what a member does on the page of a link."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Self

from bot.domain.shared.types import MessageId, ProposalId, Timestamp

REPLY_LIFE = 870
"""Seconds after a press for which its message can be edited: Discord's quarter of an hour, and some to spare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReply:
    """Which message to edit, by what right, and what the member was doing before.

    `token` is Discord's right to edit that one message, good `until` a time in seconds, so this is stored only sealed.
    `back` is the custom_id of the button that goes on with what the member was doing, empty where they began here;
    `proposal` is what that was about, if it was about one.
    """

    application: int
    message: MessageId
    token: str
    until: Timestamp
    back: str = ""
    proposal: ProposalId | None = None

    def write(self) -> bytes:
        """Write it as `read` reads it."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    @classmethod
    def read(cls, written: bytes) -> Self:
        """Read what `write` wrote."""
        said = json.loads(written)
        return cls(
            application=int(said["application"]),
            message=MessageId(said["message"]),
            token=str(said["token"]),
            until=Timestamp(said["until"]),
            back=str(said["back"]),
            proposal=None if said["proposal"] is None else ProposalId(said["proposal"]),
        )
