"""What the log has of a ballot: hashes that can be public at once, and tell nothing of its mark."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from bot.domain.audit.hashing.canonical_json import Canonical, canonical
from bot.domain.shared.types import Address, Timestamp
from bot.domain.voting import Mark
from bot.domain.voting.ballot import Ballot, Signed


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


SEALED = "sealed"
"""The name under which an entry has the commitment to a ballot's signature."""
UNSALTED = "signed"
"""What stands there in entries from before: a digest without a salt."""


def signature_commitment(signed: Signed, receipt: str) -> str:
    """Return sha256 of the canonical form of a signature with its message and its ballot's receipt, in hexadecimal.

    What a contract accepts for a signature can be guessed, it may be empty even; the receipt keeps anybody from trying
    all marks.
    """
    return sha256(canonical({**signature_form(signed), "receipt": receipt})).hexdigest()


def signature_digest(signed: Signed) -> str:
    """Return what entries had before of a signature: the same without the receipt."""
    return sha256(canonical(signature_form(signed))).hexdigest()


def signature_marks(ballot: Ballot) -> dict[str, str]:
    """Return what an entry may have of a ballot's signature, by its name there; nothing of an unsigned ballot."""
    if ballot.signed is None:
        return {}
    return {SEALED: signature_commitment(ballot.signed, ballot.receipt), UNSALTED: signature_digest(ballot.signed)}


def agrees(said: Mapping[str, object], marks: Mapping[str, str]) -> bool:
    """Return whether an entry on a ballot has of its signature what it has to: one of the two at least, none false."""
    stated = {name: said[name] for name in (SEALED, UNSALTED) if name in said}
    return bool(stated) == bool(marks) and all(marks.get(name) == value for name, value in stated.items())
