"""Delegation between members: who votes for whom, and when that does not count.

A mandate counts for a proposal if it was in force when the proposal was submitted, so nothing that is given, changed
or taken back afterwards moves power on it. One level only: a delegate passes nothing on. What delegators cast
themselves always replaces what was cast for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.types import GuildId, MemberId, Timestamp
from bot.domain.voting import VotingType


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """`delegator` lets `delegate` vote for them in one guild, from `given_at` on.

    It ends after the second `until`, or when it is taken back at `cleared_at`. `topic` narrows it to proposals of one
    voting type; None is a general one.
    """

    guild: GuildId
    delegator: MemberId
    delegate: MemberId
    topic: VotingType | None
    given_at: Timestamp
    until: Timestamp | None = None
    cleared_at: Timestamp | None = None

    def in_force(self, at: Timestamp) -> bool:
        """Return whether it counts for proposals of its topic that were submitted `at`."""
        return (
            self.given_at <= at
            and (self.until is None or at <= self.until)
            and (self.cleared_at is None or at < self.cleared_at)
        )


def counting(mandates: Iterable[Mandate], topic: VotingType | None, at: Timestamp) -> dict[MemberId, Mandate]:
    """Return, by delegator, the mandate for proposals of `topic` submitted `at`.

    One for the topic comes before a general one, whichever was given later.
    """
    found: dict[MemberId, Mandate] = {}
    for mandate in mandates:
        fits = mandate.topic is None or mandate.topic == topic
        if fits and mandate.in_force(at) and (mandate.topic is not None or mandate.delegator not in found):
            found[mandate.delegator] = mandate
    return found


def circle(standing: Sequence[Mandate], given: Mandate) -> tuple[MemberId, ...]:
    """Return whom `given` would close a circle with: from its delegate on, each voting for the one before.

    Empty if it closes none. `standing` is what is in force without it.
    """
    others = [m for m in standing if (m.delegator, m.topic) != (given.delegator, given.topic)]
    topics = {m.topic for m in others} | {None} if given.topic is None else {given.topic}
    for topic in sorted(topics, key=lambda topic: topic or ""):
        chosen = counting([*others, given], topic, given.given_at)
        if chosen.get(given.delegator) is not given:
            continue  # one for this topic comes before it
        path = [given.delegate]
        while (following := chosen.get(path[-1])) and following.delegate not in path:
            if following.delegate == given.delegator:
                return tuple(path)
            path.append(following.delegate)
    return ()
