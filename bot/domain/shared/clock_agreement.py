"""When a request counts, by three clocks: the machine's, Discord's and a chain's. None is trusted alone."""

from __future__ import annotations

from bot.domain.shared.types import Timestamp

CLOCK_SKEW = 60
"""Seconds by which two clocks (a machine's, Discord's or a chain's) may differ and still agree: the time of a request
and of a few blocks."""
FAR = 180
"""Seconds of difference between a chain's clock and the machine's from which moderators are told."""
INSIDE = 3_600
"""Seconds from both ends of the voting window within which the machine's clock suffices if no other is known."""
STANDSTILL = 3_600
"""Seconds after the end of voting from which moderators may have a vote counted although its chain has halted."""


def agree(one: Timestamp, other: Timestamp) -> bool:
    """Return whether two clocks differ by at most `CLOCK_SKEW` seconds."""
    return abs(one - other) <= CLOCK_SKEW


def moment(
    start: Timestamp, end: Timestamp, *, host: Timestamp, said: Timestamp | None, head: Timestamp | None
) -> Timestamp | None:
    """Return the time at which a request counts; None if the clocks do not tell whether voting was open.

    `host` is the machine's time, `said` the time at which Discord received the request (None: it came another way), and
    `head` the time of the chain's newest block (None: not known). All are in seconds.

    Discord's time counts if another clock agrees with it; without Discord, the machine's time counts if the chain
    agrees. If no two clocks agree, the chain may have halted: then the time counts only if by all clocks voting was
    open, or was not yet open, or was over. A time that both other clocks contradict never counts.
    """
    known = [clock for clock in (said, host, head) if clock is not None]
    first = known[0]
    if any(agree(first, other) for other in known[1:]):
        return first
    if said is not None and head is not None and agree(host, head):
        return None
    if said is None and head is None:
        return host if start + INSIDE <= host <= end - INSIDE else None
    places = {(clock >= start) + (clock > end) for clock in known}
    return first if len(places) == 1 else None
