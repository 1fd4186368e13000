"""The power of all voters as the count reads it, compared with that of their ballots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.power import VotingPower, depends_on_voters
from bot.domain.proposals.proposal import Proposal, Result, Terms
from bot.domain.shared.types import Address, ProposalId, Timestamp, Units
from bot.domain.voting import decide, tally
from bot.domain.voting.ballot import Ballot, ChangeReason, PowerChange, columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """A count with the power read now. `changed` has to be stored; `corrected` are the unexpected changes.

    Where power depends on who votes, it changes with the voters, as expected. Any other difference means that an
    endpoint gave a wrong answer, then or now.
    """

    ballots: Sequence[Ballot]
    changed: Sequence[VotingPower]
    corrected: Sequence[PowerChange]
    result: Result


def recounted(
    proposal: Proposal, terms: Terms, ballots: Sequence[Ballot], powers: Sequence[VotingPower], at: Timestamp
) -> Recount:
    """Recount `ballots` with `powers`, their wallets' power in the same order, all of it known."""
    by_voters = [depends_on_voters(strategy) for strategy in terms.strategies]
    counted: list[Ballot] = []
    changed: list[VotingPower] = []
    corrected: list[PowerChange] = []
    for ballot, power in zip(ballots, powers, strict=True):
        scores = power.scores
        if scores != ballot.scores:
            changed.append(power)
            if any(
                now != then and not depends for now, then, depends in zip(scores, ballot.scores, by_voters, strict=True)
            ):
                corrected.append(
                    PowerChange(wallet=ballot.wallet, before=ballot.scores, after=scores, at=at, why=ChangeReason.COUNT)
                )
        counted.append(replace(ballot, scores=scores, power=Units(sum(scores))))
    score = tally(proposal.voting, len(proposal.choices), columns(counted, len(terms.strategies)), terms.rules.options)
    outcome = decide(proposal.voting, score, terms.quorum_rule, terms.threshold)
    result = Result(tally=score, outcome=outcome, counted_at=at)
    return Recount(ballots=counted, changed=changed, corrected=corrected, result=result)


class Doubts:
    """Decides when to believe a single endpoint that contradicts what it said before: after it has done so for a while.

    Where two endpoints agree, nothing is doubted. Kept in memory only.
    """

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._first: dict[ProposalId, tuple[Timestamp, dict[Address, tuple[Units, ...]]]] = {}

    def lasts(self, proposal: ProposalId, corrected: Sequence[PowerChange], now: Timestamp) -> bool:
        """Return whether the same power was read at a count `patience` seconds ago and at every count since."""
        said = {change.wallet: change.after for change in corrected}
        since, before = self._first.get(proposal, (now, said))
        if before != said or since > now:
            since = now
        self._first[proposal] = (since, said)
        return now - since >= self._patience

    def forget(self, proposal: ProposalId) -> None:
        """Forget a vote that is counted."""
        self._first.pop(proposal, None)
