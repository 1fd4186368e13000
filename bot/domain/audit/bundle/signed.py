"""What signed ballots say and whether it is what was counted; who signed is for whoever can recover keys to tell."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.audit.bundle.reading import Contents
from bot.domain.ballot_message import choice_of
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
        message, block = ballot.signed.message, ballot.signed.block
        pinned = proposal.terms.snapshot.get(ballot.signed.chain) if proposal.terms else None
        if block is not None and pinned is not None and block.number < pinned.number:
            yield f"{name} block: it is older than the snapshot, when nobody could know of this vote"
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
