"""When a request counts: the machine's clock, Discord's and a chain's, none of which is believed alone."""

from __future__ import annotations

from bot.domain.shared.types import Timestamp

CLOCK_SKEW = 60
"""Seconds up to which two clocks agree, be they a machine's, Discord's or a chain's: what a request takes, and a few
blocks."""
FAR = 180
"""Seconds from which moderators are told that a chain's clock and the machine's differ."""
INSIDE = 3_600
"""Seconds inside the window of a vote where the machine's clock is enough if nothing else tells the time."""
STANDSTILL = 3_600
"""Seconds after the end of voting from which moderators may have a vote counted whose chain stands still."""


def agree(one: Timestamp, other: Timestamp) -> bool:
    """Return whether two clocks say the same."""
    return abs(one - other) <= CLOCK_SKEW


def moment(
    start: Timestamp, end: Timestamp, *, host: Timestamp, said: Timestamp | None, head: Timestamp | None
) -> Timestamp | None:
    """Return the time at which a request counts; None where the clocks do not tell whether voting was open.

    `host` is the machine's time, `said` the time at which Discord took the request (None: it came another way), and
    `head` the time of the chain's newest block (None: not known). All are seconds.

    Discord's time counts if another clock agrees with it; without Discord, the machine's time counts if the chain
    agrees. Where no two clocks agree, the chain may stand still: then the time counts only if voting was open by all
    clocks, before its start by all, or after its end by all. A time that both other clocks contradict never counts.
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
