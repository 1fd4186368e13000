"""Why a signature is not valid."""

from __future__ import annotations

from enum import StrEnum


class Flaw(StrEnum):
    """Why a claim is false."""

    UNREADABLE = "unreadable"
    """What was pasted is not hexadecimal, nor any form that shows a signature."""
    LACKING = "lacking"
    """What was pasted is JSON, and holds no signature."""
    SEVERAL = "several"
    """What was pasted holds several signatures, and does not say which is meant."""
    HASH = "hash"
    """It is 32 bytes: a hash, or a private key."""
    MALFORMED = "malformed"
    """It is no signature of an account, and no contract stands at the address that could read it otherwise."""
    COMPACT = "compact"
    """It is the 64 bytes of EIP-2098, which we don't take from accounts."""
    MALLEABLE = "malleable"
    """It has the higher s: the twin that anybody can make of a signature."""
    OTHER_SIGNER = "other signer"
    """An account's key signed, but another's, and no contract stands at the address."""
    WRAPPER = "wrapper"
    """It ends as EIP-6492 says, but what is before cannot be read."""
    NOT_MADE = "not made"
    """The factory that it names puts no contract at the address."""
    REFUSED = "refused"
    """The contract answers, and not with yes."""
    FAILED = "failed"
    """The contract reverts, or works without end."""
    UNSETTLED = "unsettled"
    """The contract says yes, but only since a block that its chain may still replace."""
    DISPUTED = "disputed"
    """The contract says yes, and one at the same address on another of our chains does not."""
    DELEGATED = "delegated"
    """An account's key did not sign, and the code to which it is delegated says yes to anything, or not everywhere."""
    OWNER_IS_A_CONTRACT = "owner is a contract"
    """It is for an owner of a Safe that is a contract: such owners do not sign one by one here."""
    TOO_LONG = "too long"
    """It has more than `MAX_SIGNATURE` bytes."""
