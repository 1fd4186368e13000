"""What signed ballots say and whether it is what was counted; who signed is for whoever can recover keys to tell."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.audit.bundle.reading import Contents
from bot.domain.ballot import Ballot
from bot.domain.ballot_message import choice_of
from bot.domain.proposal import GRACE, Proposal
from bot.domain.rules import Assurance


def message_problems(contents: Contents) -> Iterator[str]:
    """Name every ballot whose signed message is not about what the ballot says, or that lacks one."""
    proposal = contents.proposal
    opened = proposal.terms.start if proposal.terms else 0
    needed = proposal.terms is not None and proposal.terms.rules.assurance is Assurance.SIGNED
    for ballot in contents.ballots:
        name = f"ballot of {ballot.wallet} signed"
        if ballot.signed is None:
            if needed:
                yield f"{name}: it is missing, and this vote takes signed ballots only"
            continue
        message = ballot.signed.message
        yield from _block(ballot, proposal, name)
        if message.voter != ballot.wallet:
            yield f"{name} message from: it is another wallet, {message.voter}"
        if message.space != f"discord:{proposal.guild}":
            yield f"{name} message space: it is another one"
        if not opened <= message.timestamp <= ballot.cast_at:
            yield f"{name} message timestamp: it is from before voting opened, or later than the ballot"
        if message.proposal != contents.cid:
            yield f"{name} message proposal: it is not this one"
        if message.choice != choice_of(proposal.voting, ballot.mark):
            yield f"{name} message choice: it is not the mark"


def _block(ballot: Ballot, proposal: Proposal, name: str) -> Iterator[str]:
    """A contract is asked when its ballot is cast: behind the snapshot, no later, but for what a chain is ahead."""
    block = ballot.signed.block if ballot.signed else None
    if block is None or proposal.terms is None:
        return
    pinned = proposal.terms.snapshot.get(block.chain)
    if pinned is not None and block.number < pinned.number:
        yield f"{name} block: it is older than the snapshot, when nobody could know of this vote"
    if block.timestamp > ballot.cast_at + GRACE + max(0, proposal.ahead(block.chain)):
        yield f"{name} block: it is later than the ballot, for which it was asked"
