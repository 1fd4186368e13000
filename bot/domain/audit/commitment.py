"""The commitment to a ballot: a hash that can be public at once, and tells nothing of its mark."""

from __future__ import annotations

from hashlib import sha256

from bot.domain.audit.canonical import canonical
from bot.domain.ballot import Ballot
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
