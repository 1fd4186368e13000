"""In which order votes are counted, and for how long each may ask a chain, so that a slow one does not block others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import ChainId, ProposalId
from bot.ports.deadline import within

LONGEST = 600.0
"""Seconds for which one count may ask; doubled each time that they did not suffice."""


@dataclass(slots=True)
class Turn:
    """One count; `late` says that it used up its time."""

    late: bool = False


class Turns:
    """Orders counts: those that used up their time come last. Kept in memory only."""

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
        """Give what the block asks of chains a deadline, and note whether it used it up."""
        seconds, began, turn = self._late.get(proposal, self._longest), self._time(), Turn()
        with within(seconds):
            yield turn
        if self._time() - began >= seconds:
            turn.late = True
            self._late.pop(proposal, None)
            self._late[proposal] = 2 * seconds


def chains_of(proposal: Proposal) -> frozenset[ChainId]:
    """Return the chains at whose blocks a vote reads power: one that hangs is to hold up none that reads others."""
    return frozenset(proposal.terms.snapshot if proposal.terms else ())
