"""Whether addresses signed, in the order of docs/wallets.md: the key first, then the contract."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chain.question import Place
from bot.chain.signatures.asking import Asker
from bot.chain.signatures.program import ABSENT, FAILED, UNABLE, Inquiry, Record
from bot.chain.signatures.recovery import recover_all
from bot.chain.signatures.wrapper import LEGACY_YES, SUFFIX, YES, legacy_question, question, unwrap
from bot.domain.errors import ChainFault
from bot.domain.signature import MAX_SIGNATURE, Claim, Flaw, Invalid, Kind, Unknown, Valid, Verdict
from bot.domain.types import Address, Block

WORTH_A_THREAD = 64
"""From so many claims on, recovering them keeps the loop waiting for longer than another thread costs."""


def by_keys(claims: Sequence[Claim]) -> list[Valid | Invalid]:
    """Say of each claim whether the address's own key signed, which takes no chain."""
    found = recover_all((claim.digest, claim.signature) for claim in claims)
    return [_by_key(claim, signer) for claim, signer in zip(claims, found, strict=True)]


def askable(claim: Claim) -> Flaw | None:
    """Return why no contract need be asked about a claim; None if one may say yes."""
    if len(claim.signature) > MAX_SIGNATURE:
        return Flaw.TOO_LONG
    if claim.signature.endswith(SUFFIX) and unwrap(claim.signature) is None:
        return Flaw.WRAPPER
    return None


async def by_contracts(asker: Asker, place: Place, claims: Sequence[tuple[Claim, Invalid]]) -> list[Verdict]:
    """Say of each claim, which no key proves as is said along with it, whether the contract does.

    Raises:
        NodeFault: the endpoint could not serve.

    """
    records = await asker.ask([_inquiry(claim) for claim, _ in claims], place)
    verdicts = [
        _verdict(claim, by_key, record, place.block) for (claim, by_key), record in zip(claims, records, strict=True)
    ]
    old = [
        at
        for at, verdict in enumerate(verdicts)
        if isinstance(verdict, Invalid)
        and verdict.flaw in {Flaw.REFUSED, Flaw.FAILED}
        and not claims[at][0].signature.endswith(SUFFIX)
    ]
    again = await asker.ask([_legacy(claims[at][0]) for at in old], place)
    for at, record in zip(old, again, strict=True):
        if record.word == LEGACY_YES:
            verdicts[at] = Valid(kind=Kind.LEGACY, block=place.block)
    return verdicts


def _by_key(claim: Claim, signer: Address | Flaw) -> Valid | Invalid:
    if isinstance(signer, Flaw):
        return Invalid(flaw=signer)
    if signer == claim.address:
        return Valid(kind=Kind.ACCOUNT)
    return Invalid(flaw=Flaw.OTHER_SIGNER, signer=signer)


def _inquiry(claim: Claim) -> Inquiry:
    wrapped = unwrap(claim.signature) if claim.signature.endswith(SUFFIX) else None
    if wrapped is None:
        return Inquiry(address=claim.address, question=question(claim.digest, claim.signature))
    return Inquiry(
        address=claim.address,
        question=question(claim.digest, wrapped.signature),
        factory=wrapped.factory,
        preparation=wrapped.preparation,
    )


def _legacy(claim: Claim) -> Inquiry:
    return Inquiry(address=claim.address, question=legacy_question(claim.digest, claim.signature))


def _verdict(claim: Claim, by_key: Invalid, record: Record, block: Block) -> Verdict:
    if record.word == YES:
        return Valid(kind=Kind.COUNTERFACTUAL if record.prepared else Kind.CONTRACT, block=block)
    if record.flag == UNABLE:
        detail = "its endpoints don't run the program that has to ask this wallet"
        return Unknown(chain=claim.chain, fault=ChainFault.BAD_ANSWER, detail=detail)
    if record.flag == ABSENT:
        if claim.signature.endswith(SUFFIX):
            return Invalid(flaw=Flaw.NOT_MADE, block=block)
        return Invalid(flaw=by_key.flaw, signer=by_key.signer, block=block)
    return Invalid(flaw=Flaw.FAILED if record.flag == FAILED else Flaw.REFUSED, block=block)
