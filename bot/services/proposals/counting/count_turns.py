"""Whose count comes first, and for how long it may ask a chain, so that no slow one keeps the others waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import ProposalId
from bot.ports.deadline import within

LONGEST = 600.0
"""Seconds for which one count may ask, each time that they did not suffice twice as long."""


@dataclass(slots=True)
class Turn:
    """One count, and whether it took all the time that it had."""

    late: bool = False


class Turns:
    """Puts counts last that took all their time. It remembers in this process alone; a restart begins anew."""

    def __init__(self, longest: float = LONGEST, time: Callable[[], float] = monotonic) -> None:
        self._longest, self._time = longest, time
        self._late: dict[ProposalId, float] = {}

    def ordered(self, due: Sequence[Proposal]) -> list[Proposal]:
        """Return those due in the order in which they are counted: those that were late last, the latest at the end."""
        waiting = {proposal.id for proposal in due}
        self._late = {proposal: seconds for proposal, seconds in self._late.items() if proposal in waiting}
        places = {proposal: place for place, proposal in enumerate(self._late)}
        return sorted(due, key=lambda proposal: places.get(proposal.id, -1))

    @contextmanager
    def of(self, proposal: ProposalId) -> Iterator[Turn]:
        """Let what the block asks of chains take as long as it may; say afterwards whether it took all of it."""
        seconds, began, turn = self._late.get(proposal, self._longest), self._time(), Turn()
        with within(seconds):
            yield turn
        if self._time() - began >= seconds:
            turn.late = True
            self._late.pop(proposal, None)
            self._late[proposal] = 2 * seconds
