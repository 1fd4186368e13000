"""Whether signed ballots say what the bot would have accepted. Recovering the signer is left to the caller."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.audit.bundle.reading.bundle_reader import Contents
from bot.domain.proposals.proposal import GRACE, Proposal, Terms
from bot.domain.proposals.vote_rules import Assurance
from bot.domain.voting.ballot import Ballot, Signed
from bot.domain.voting.ballot_message import BallotMessage, choice_of, is_ours
from bot.domain.voting.ballot_signature_terms import ASKED_WITHIN, follows, lead, life

_UNDER_WAY = 2 * GRACE
"""Seconds that may pass while a contract is asked and the ballot is stored."""


def message_problems(contents: Contents) -> Iterator[str]:
    """Yield every ballot that lacks the signature it needs, or has one that the bot would have refused."""
    proposal = contents.proposal
    if (terms := proposal.terms) is None:
        return
    needed = terms.rules.assurance is Assurance.SIGNED
    for ballot in contents.ballots:
        name = f"ballot of {ballot.wallet} signed"
        if ballot.signed is None:
            if needed:
                yield f"{name}: it is missing, and this vote takes signed ballots only"
            continue
        if not needed:
            yield f"{name}: this vote takes no signed ballots"
        yield from block_problems(ballot.signed, ballot, proposal, terms)
        yield from _message(ballot.signed.message, ballot, contents, terms, f"{name} message")
        yield from _time(ballot.signed, ballot, terms, f"{name} message timestamp")


def _message(message: BallotMessage, ballot: Ballot, contents: Contents, terms: Terms, name: str) -> Iterator[str]:
    if message.voter != ballot.wallet:
        yield f"{name} from: it is another wallet, {message.voter}"
    if message.space != f"discord:{contents.proposal.guild}":
        yield f"{name} space: it is another one"
    if message.proposal != contents.cid:
        yield f"{name} proposal: it is not this one"
    if message.choice != choice_of(contents.proposal.voting, ballot.mark):
        yield f"{name} choice: it is not the mark"
    if not is_ours(message):
        yield f"{name}: its reason, app or metadata are not as the bot writes them"
    if not terms.start <= message.timestamp <= ballot.cast_at:
        yield f"{name} timestamp: it is from before voting opened, or later than the ballot"


def _time(signed: Signed, ballot: Ballot, terms: Terms, name: str) -> Iterator[str]:
    """Check that a signature was fresh when cast: it expires, so that nobody collects signatures for later."""
    age = ballot.cast_at - signed.message.timestamp
    if terms.start <= signed.message.timestamp and age > life(signed.block) + _UNDER_WAY:
        yield f"{name}: the ballot was cast {age:,} s later, when it was good no more"


def block_problems(signed: Signed, ballot: Ballot, proposal: Proposal, terms: Terms) -> Iterator[str]:
    """Yield what is wrong with the block at which a contract was asked about a ballot's signature.

    A contract is asked when its ballot is cast, at its chain's newest block then, which is never before the snapshot.
    """
    name = f"ballot of {ballot.wallet} signed"
    if (pinned := terms.snapshot.get(signed.chain)) is None:
        yield f"{name} chain: this vote reads nothing on chain {signed.chain}, so nobody is asked there"
        return
    if (block := signed.block) is None:
        return
    if block.number < pinned.number or block.timestamp < pinned.timestamp:
        yield f"{name} block: it is older than the snapshot, when nobody could know of this vote"
    elif not follows(block, pinned):
        yield f"{name} block: it is not the snapshot's, whose number or hash it has"
    if block.timestamp > ballot.cast_at + lead(proposal, block.chain):
        yield f"{name} block: it is later than the ballot, for which it was asked"
    if (age := ballot.cast_at - block.timestamp) > ASKED_WITHIN + _UNDER_WAY:
        yield f"{name} block: it is {age:,} s older than the ballot, and the newest one is asked"
