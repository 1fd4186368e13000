"""What the log says of a ballot: hashes that can be public at once and reveal nothing of the mark."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from bot.domain.audit.hashing.canonical_json import Canonical, canonical
from bot.domain.shared.types import Address, Timestamp
from bot.domain.voting import Mark
from bot.domain.voting.ballot import Ballot, Signed


def ballot_commitment(proposal: str, ballot: Ballot) -> str:
    """Return the commitment to a ballot, in hexadecimal. `proposal` is the proposal's content identifier.

    The receipt number is the salt: 128 random bits, so that nobody finds the mark by trying all.
    """
    return commitment(proposal, ballot.wallet, ballot.mark, ballot.cast_at, ballot.receipt)


def commitment(proposal: str, wallet: Address, mark: Mark, at: Timestamp, receipt: str) -> str:
    """Return sha256 of the canonical form of a ballot's core (the five arguments), in hexadecimal."""
    core = {"proposal": proposal, "wallet": wallet, "mark": mark, "at": at, "receipt": receipt}
    return sha256(canonical(core)).hexdigest()


def signature_form(signed: Signed) -> dict[str, Canonical]:
    """Return a signature with the message it signs, as JSON: the form that is stored and hashed."""
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
"""The key under which an entry has the salted commitment to a ballot's signature."""
UNSALTED = "signed"
"""The key that older entries use: a digest without salt."""


def signature_commitment(signed: Signed, receipt: str) -> str:
    """Return sha256 of the canonical form of a signature, its message and its ballot's receipt, in hexadecimal.

    A signature that a contract accepts can be guessed (it may even be empty). The receipt is the salt, so that nobody
    finds the mark by trying all.
    """
    return sha256(canonical({**signature_form(signed), "receipt": receipt})).hexdigest()


def signature_digest(signed: Signed) -> str:
    """Return what older entries have of a signature: the same hash without the receipt."""
    return sha256(canonical(signature_form(signed))).hexdigest()


def signature_marks(ballot: Ballot) -> dict[str, str]:
    """Return the hashes by which an entry may commit to a ballot's signature, by key; empty for an unsigned ballot."""
    if ballot.signed is None:
        return {}
    return {SEALED: signature_commitment(ballot.signed, ballot.receipt), UNSALTED: signature_digest(ballot.signed)}


def agrees(said: Mapping[str, object], marks: Mapping[str, str]) -> bool:
    """Return whether an entry commits to the ballot's signature: by at least one of the two hashes, and none wrong."""
    stated = {name: said[name] for name in (SEALED, UNSALTED) if name in said}
    return bool(stated) == bool(marks) and all(marks.get(name) == value for name, value in stated.items())
