"""Whether a wallet answered a sign-in challenge: by its key, or as a contract on the chain that the text names."""

from __future__ import annotations

from bot.domain.shared.types import ChainId
from bot.domain.wallets.pasted_signature import parse_signature
from bot.domain.wallets.signature_claim import Claim, personal_digest
from bot.domain.wallets.signature_claim import Kind as Proof
from bot.domain.wallets.wallet import Challenge, Kind
from bot.ports import ChainReader
from bot.services.wallets.signature_check import proved


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
    valid = await proved(reader, claim)
    return (Kind.ACCOUNT, None) if valid.kind is Proof.ACCOUNT else (Kind.CONTRACT, chain)
