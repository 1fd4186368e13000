"""Times and lengths of time as moderators type them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.general import GeneralFlaw
from bot.domain.shared.errors.fields import AnyField, Field
from bot.domain.shared.types import Timestamp
from bot.domain.spaces.space import DAY, HOUR

_UNITS = {"w": 7 * DAY, "d": DAY, "h": HOUR, "m": 60, "s": 1}
_PART = re.compile(
    r"(\d{1,6})\s*(w|weeks?|d|days?|h|hours?|hrs?|m|mins?|minutes?|s|secs?|seconds?)(?![a-z])(?:\s*(?:,|and)\s*|\s*)"
)


def parse_length(text: str, *, field: AnyField) -> int:
    """Read `3d 12h`, `90 minutes` or `0` as seconds.

    Raises:
        InvalidInput: not a length of time.

    """
    rest = text.strip().casefold()
    if rest == "0":
        return 0
    seconds, end = 0, 0
    while match := _PART.match(rest, end):
        seconds += int(match[1]) * _UNITS[match[2][0]]
        end = match.end()
    if not rest or end != len(rest):
        raise InvalidInput(field, GeneralFlaw.NOT_A_LENGTH_OF_TIME)
    return seconds


_FARTHEST = 3_653 * DAY


def parse_deadline(text: str, now: Timestamp, *, field: AnyField = Field.DEADLINE) -> Timestamp:
    """Read `2027-01-31` (the end of that day in UTC), `2027-01-31 18:00` (UTC unless it says otherwise) or `30 days`.

    Raises:
        InvalidInput: not a time, or not later than `now`.

    """
    text = text.strip()
    if text[:1].isdigit() and "-" not in text:
        moment = now + parse_length(text, field=field)
    else:
        try:
            read = datetime.fromisoformat(text)
        except ValueError:
            raise InvalidInput(field, GeneralFlaw.NOT_A_TIME) from None
        if len(text) == len("2027-01-31"):
            read = datetime.combine(read, time(23, 59, 59))
        moment = int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())
    if moment <= now:
        raise InvalidInput(field, GeneralFlaw.IN_THE_PAST)
    if moment > now + _FARTHEST:
        raise InvalidInput(field, GeneralFlaw.TOO_FAR_AWAY)
    return Timestamp(moment)
