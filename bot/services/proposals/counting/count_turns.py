"""The order in which votes are counted, and how long each may read chains, so that a slow one does not block others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import ChainId, ProposalId
from bot.ports.deadline import within

LONGEST = 600.0
"""Seconds that one count may read chains; doubled each time they were not enough."""


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
        """Return the due votes in the order of counting: those that used up their time last, the latest at the end."""
        waiting = {proposal.id for proposal in due}
        self._late = {proposal: seconds for proposal, seconds in self._late.items() if proposal in waiting}
        places = {proposal: place for place, proposal in enumerate(self._late)}
        return sorted(due, key=lambda proposal: places.get(proposal.id, -1))

    @contextmanager
    def of(self, proposal: ProposalId) -> Iterator[Turn]:
        """Set a deadline for the block's reads of chains, and note whether the block used it up."""
        seconds, began, turn = self._late.get(proposal, self._longest), self._time(), Turn()
        with within(seconds):
            yield turn
        if self._time() - began >= seconds:
            turn.late = True
            self._late.pop(proposal, None)
            self._late[proposal] = 2 * seconds


def chains_of(proposal: Proposal) -> frozenset[ChainId]:
    """Return the chains on which a vote reads power: a chain that hangs delays only votes that read it."""
    return frozenset(proposal.terms.snapshot if proposal.terms else ())
