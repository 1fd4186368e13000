"""Asking whether a wallet signed, with what a member is told if it did not."""

from __future__ import annotations

from typing import assert_never

from bot.domain.errors import ChainUnavailable, SignatureRejected
from bot.domain.signature import Claim, Flaw, Invalid, Unknown, Valid
from bot.domain.types import ChainId
from bot.ports import ChainReader


async def proved(chains: ChainReader, claim: Claim) -> Valid:
    """Return how the wallet signed: by its key, or as a contract on the claim's chain.

    Raises:
        SignatureRejected: it did not sign. Where contracts stand at its address on other chains, they are named.
        ChainUnavailable: the claim's chain has to be asked, and cannot be read.

    """
    (verdict,) = await chains.signed([claim])
    match verdict:
        case Valid():
            return verdict
        case Unknown():
            raise ChainUnavailable(verdict.chain, verdict.fault, verdict.detail)
        case Invalid():
            names = chains.chains()
            elsewhere: frozenset[ChainId] = frozenset()
            if verdict.flaw not in {Flaw.REFUSED, Flaw.FAILED, Flaw.WRAPPER, Flaw.TOO_LONG}:
                elsewhere = await chains.standing(claim.address) - {claim.chain}
            raise SignatureRejected(
                expected=claim.address,
                signer=verdict.signer,
                flaw=verdict.flaw,
                asked=names.get(claim.chain, f"chain {claim.chain}"),
                elsewhere=[names[chain] for chain in sorted(elsewhere)],
            )
        case _:
            assert_never(verdict)
