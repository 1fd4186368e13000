"""What the log has of a ballot: hashes that can be public at once, and tell nothing of its mark."""

from __future__ import annotations

from hashlib import sha256

from bot.domain.audit.canonical import Canonical, canonical
from bot.domain.ballot import Ballot, Signed
from bot.domain.types import Address, Timestamp
from bot.domain.voting import Mark


def ballot_commitment(proposal: str, ballot: Ballot) -> str:
    """Return the commitment to a ballot on the proposal of that content identifier, in hexadecimal.

    The receipt, 128 bits that nobody can guess, keeps anybody from trying all marks.
    """
    return commitment(proposal, ballot.wallet, ballot.mark, ballot.cast_at, ballot.receipt)


def commitment(proposal: str, wallet: Address, mark: Mark, at: Timestamp, receipt: str) -> str:
    """Return sha256 of the canonical form of a ballot's core, in hexadecimal."""
    core = {"proposal": proposal, "wallet": wallet, "mark": mark, "at": at, "receipt": receipt}
    return sha256(canonical(core)).hexdigest()


def signature_form(signed: Signed) -> dict[str, Canonical]:
    """Return a signature with the message that it is of, as it is stored and as its digest is made."""
    message, block = signed.message, signed.block
    return {
        "from": message.voter,
        "space": message.space,
        "timestamp": message.timestamp,
        "proposal": message.proposal,
        "choice": message.choice,
        "reason": message.reason,
        "app": message.app,
        "metadata": message.metadata,
        "signature": signed.signature.hex(),
        "chain": signed.chain,
        "block": None
        if block is None
        else {"chain": block.chain, "number": block.number, "hash": block.hash, "timestamp": block.timestamp},
    }


def signature_digest(signed: Signed) -> str:
    """Return sha256 of the canonical form of a signature with the message that it is of, in hexadecimal."""
    return sha256(canonical(signature_form(signed))).hexdigest()
