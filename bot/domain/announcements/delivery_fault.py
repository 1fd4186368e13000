"""Why an announcement cannot be posted in its channel, as a fact; `bot/presentation/notices` has the words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DeliveryFault(StrEnum):
    """What keeps it; the value is stored, and stays as it is."""

    CHANNEL_GONE = "channel gone"
    OUT_OF_SIGHT = "out of sight"
    OTHER_SERVER = "channel of another server"
    NO_MESSAGES = "not for messages"
    THREAD_LOCKED = "thread locked"
    LACKING = "permissions lacking"
    REFUSED = "refused by Discord"


@dataclass(frozen=True, slots=True)
class DeliveryRefusal:
    """A fault with the channel that it is about.

    `detail` names the permissions of a `LACKING` one, and has Discord's code of a `REFUSED` one.
    """

    fault: DeliveryFault
    channel: int
    detail: str = ""

    def __str__(self) -> str:
        """Return it for logs."""
        return f"{self.fault}, channel {self.channel}{self.detail and f', {self.detail}'}"
