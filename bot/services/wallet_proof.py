"""Whether a wallet answered a sign-in challenge: by its key, or as a contract on the chain that the text names."""

from __future__ import annotations

from typing import assert_never

from bot.domain.errors import ChainUnavailable, SignatureRejected
from bot.domain.signature import (
    Claim,
    Flaw,
    Invalid,
    Unknown,
    Valid,
    parse_signature,
    personal_digest,
)
from bot.domain.signature import Kind as Proof
from bot.domain.types import ChainId
from bot.domain.wallet import Challenge, Kind
from bot.ports import ChainReader


async def prove(reader: ChainReader, challenge: Challenge, signature: str) -> tuple[Kind, ChainId | None]:
    """Return what signed the challenge for its wallet, and the chain that was asked if that is a contract.

    Raises:
        SignatureRejected: malformed, made by another wallet, or refused by the contract that the wallet is.
        ChainUnavailable: the chain would have to be asked, and cannot be read.

    """
    chain = challenge.named_chain
    claim = Claim(
        chain=chain,
        address=challenge.address,
        digest=personal_digest(challenge.text),
        signature=parse_signature(signature),
    )
    (verdict,) = await reader.signed([claim])
    match verdict:
        case Valid(kind=Proof.ACCOUNT):
            return Kind.ACCOUNT, None
        case Valid():
            return Kind.CONTRACT, chain
        case Unknown():
            raise ChainUnavailable(verdict.chain, verdict.fault, verdict.detail)
        case Invalid():
            raise await _rejection(reader, challenge, verdict)
        case _:
            assert_never(verdict)


async def _rejection(reader: ChainReader, challenge: Challenge, verdict: Invalid) -> SignatureRejected:
    names = reader.chains()
    elsewhere: frozenset[ChainId] = frozenset()
    if verdict.block is not None and verdict.flaw not in {Flaw.REFUSED, Flaw.FAILED}:  # nothing stands where it should
        elsewhere = await reader.standing(challenge.address) - {challenge.named_chain}
    return SignatureRejected(
        expected=challenge.address,
        signer=verdict.signer,
        flaw=verdict.flaw,
        asked=names.get(challenge.named_chain, f"chain {challenge.named_chain}"),
        elsewhere=[names[chain] for chain in sorted(elsewhere)],
    )
