"""A proposal as the public may see it: what its rules hide until the result is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from bot.domain.power import depends_on_voters
from bot.domain.proposals.proposal import Proposal, State
from bot.domain.proposals.vote_rules import VoteVisibility
from bot.domain.shared.types import Timestamp, Units
from bot.domain.voting import Ballots, Score, Tally, reached, tally
from bot.ports import Repositories
from bot.services.shared.worker_thread import in_thread_if_many


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many wallets voted, with how much power, and how much of it counts towards the quorum.

    While votes are hidden, the turnout is None and `reached` is rounded to tenths of the quorum: exact numbers would
    reveal each ballot's power, and so whose it is.
    """

    ballots: int
    turnout: Units | None
    reached: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """A proposal as anybody may see it at `now`, with its terms as they stand after recusals.

    `tally` counts the ballots so far, or is the final one; `progress` says how far they go. Both are None for a
    draft, and where the rules hide them until the result.
    """

    proposal: Proposal
    tally: Tally | None
    now: Timestamp
    progress: Progress | None = None

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.proposal.state(self.now)

    @property
    def hidden(self) -> bool:
        """Whether the tally is hidden until the result."""
        terms = self.proposal.terms
        return self.proposal.result is None and terms is not None and terms.rules.shown is not VoteVisibility.TALLY


async def view(repos: Repositories, proposal: Proposal, now: Timestamp) -> ProposalView:
    """Return a proposal as it stands, its ballots so far counted; what the rules hide is not in it."""
    terms = proposal.terms_after_recusals
    if terms is None:
        return ProposalView(proposal=proposal, tally=None, now=now)
    if proposal.result is not None:
        counted, open_to_all, on_the_way = proposal.result.tally, True, True
    else:
        rescored = any(depends_on_voters(strategy) for strategy in terms.strategies)
        out, found = proposal.recused, await repos.ballots.counted(proposal.id, rescored=rescored)

        def count() -> Tally:
            ballots = Ballots.of((row for wallet, row in found.items() if wallet not in out), len(terms.strategies))
            return tally(proposal.voting, len(proposal.choices), ballots, terms.rules.options)

        counted = await in_thread_if_many(len(found), count)
        open_to_all, on_the_way = terms.rules.shown is VoteVisibility.TALLY, terms.rules.progress_shown
    way = reached(counted, terms.rules.counts)
    progress = (
        Progress(ballots=counted.ballots, turnout=Units(counted.total), reached=way)
        if open_to_all
        else Progress(ballots=counted.ballots, turnout=None, reached=_in_tenths(way, terms.quorum))
    )
    return ProposalView(
        proposal=replace(proposal, terms=terms),
        tally=counted if open_to_all else None,
        now=now,
        progress=progress if on_the_way else None,
    )


def _in_tenths(way: Score, quorum: Units) -> Score:
    return Fraction(quorum * min(way * 10 // quorum, 10), 10) if quorum else 0
