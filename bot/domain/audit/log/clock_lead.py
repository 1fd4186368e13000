"""By how much the times that a log has already are ahead of the next entry's own."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.audit.log.entry_kinds import AHEAD, Facts
from bot.domain.audit.log.hash_chain import Entry
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.shared.types import Timestamp

_READER = json.JSONDecoder()


def clock_lead(before: Entry | None, at: Timestamp, facts: Facts) -> Facts:
    """Return, under its name, by how many seconds the latest time that is logged is ahead of `at`; nothing up to 60 s.

    `facts` may say by how much the machine's clock is. The entry `before` tells of all that stand before it, so that
    what a clock said before it was put back is not lost.
    """
    said = {} if before is None else _fields_up_to_at(before.content)
    mine = facts.get(AHEAD, 0)
    ahead = max(mine if isinstance(mine, int) else 0, said.get("at", at) + said.get(AHEAD, 0) - at)
    return {AHEAD: ahead} if ahead > CLOCK_SKEW else {}


def _fields_up_to_at(content: str) -> dict[str, Any]:
    """Return an entry's fields through its `at`, however much stands behind: canonical JSON orders them by name."""
    found: dict[str, Any] = {}
    place, last = 1, ""
    while last < "at":
        last, place = _READER.raw_decode(content, place)
        found[last], place = _READER.raw_decode(content, place + 1)
        place += 1
    return found
