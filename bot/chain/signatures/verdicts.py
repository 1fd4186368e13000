"""Decides whether addresses signed, in the order of docs/wallets.md: the key first, then the contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chain.batch.batch_query import Place
from bot.chain.signatures.contract_queries import ContractQueries
from bot.chain.signatures.eip1271_calldata import LEGACY_YES, YES, legacy_question, question
from bot.chain.signatures.key_recovery import recover_all
from bot.chain.signatures.verification_program import ABSENT, FAILED, UNABLE, Record, SignatureQuery
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address, Block
from bot.domain.wallets.erc6492_signature import SUFFIX, unwrap
from bot.domain.wallets.signature_claim import MAX_SIGNATURE, Claim, Invalid, Kind, Unknown, Valid, Verdict
from bot.domain.wallets.signature_flaw import Flaw

_NOBODYS = bytes.fromhex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798") + bytes(31) + b"\7\x1b"
"""A well-formed signature that no key made of any text: a contract that accepts it accepts everything."""
WORTH_A_THREAD = 64
"""From this many claims on, recovering keys blocks the event loop for longer than starting a thread takes."""


def by_keys(claims: Sequence[Claim]) -> list[Valid | Invalid]:
    """Return for each claim, in order, whether the address's own key signed; no chain is asked."""
    found = recover_all((claim.digest, claim.signature) for claim in claims)
    return [_by_key(claim, signer) for claim, signer in zip(claims, found, strict=True)]


def askable(claim: Claim) -> Flaw | None:
    """Return the flaw for which no contract is asked about a claim; None if a contract may accept it."""
    if len(claim.signature) > MAX_SIGNATURE:
        return Flaw.TOO_LONG
    if claim.signature.endswith(SUFFIX) and unwrap(claim.signature) is None:
        return Flaw.WRAPPER
    return None


async def by_contracts(
    queries: ContractQueries, place: Place, claims: Sequence[tuple[Claim, Invalid]]
) -> list[Verdict]:
    """Return for each claim, in order, whether the contract at its address accepts it.

    Each claim comes with the verdict that its key did not sign.

    Raises:
        NodeFault: the endpoint could not serve.

    """
    records = await queries.ask([inquiry(claim) for claim, _ in claims], place)
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
    again = await queries.ask([_legacy(claims[at][0]) for at in old], place)
    for at, record in zip(old, again, strict=True):
        if record.word == LEGACY_YES:
            verdicts[at] = Valid(kind=Kind.LEGACY, block=place.block)
    brief = [at for at, record in enumerate(records) if record.brief and isinstance(verdicts[at], Valid)]
    await _of_delegated(queries, place, [claim for claim, _ in claims], verdicts, brief)
    return verdicts


async def _of_delegated(
    queries: ContractQueries, place: Place, claims: Sequence[Claim], verdicts: list[Verdict], brief: Sequence[int]
) -> None:
    """Replace the verdicts on accepted claims whose address is an account delegated to a contract (EIP-7702).

    The account's key can choose any code. Code that also accepts a signature which nobody made proves nothing: the
    claim is then invalid, else valid as `DELEGATED`.
    """
    if not brief:
        return
    delegated = await queries.delegated([claims[at].address for at in brief], place)
    accounts = [at for at, so in zip(brief, delegated, strict=True) if so]
    strangers = [replace(claims[at], signature=_NOBODYS) for at in accounts]
    new = await queries.ask([inquiry(claim) for claim in strangers], place)
    old = await queries.ask([_legacy(claim) for claim in strangers], place)
    for at, one, other in zip(accounts, new, old, strict=True):
        says_yes_to_all = one.word == YES or other.word == LEGACY_YES
        verdicts[at] = (
            Invalid(flaw=Flaw.DELEGATED, block=place.block)
            if says_yes_to_all
            else Valid(kind=Kind.DELEGATED, block=place.block)
        )


def _by_key(claim: Claim, signer: Address | Flaw) -> Valid | Invalid:
    if isinstance(signer, Flaw):
        return Invalid(flaw=signer)
    if signer == claim.address:
        return Valid(kind=Kind.ACCOUNT)
    return Invalid(flaw=Flaw.OTHER_SIGNER, signer=signer)


def inquiry(claim: Claim) -> SignatureQuery:
    """Return the inquiry to a claim's contract; a wrapped signature names a factory to call if no code is there."""
    wrapped = unwrap(claim.signature) if claim.signature.endswith(SUFFIX) else None
    if wrapped is None:
        return SignatureQuery(address=claim.address, question=question(claim.digest, claim.signature))
    return SignatureQuery(
        address=claim.address,
        question=question(claim.digest, wrapped.signature),
        factory=wrapped.factory,
        preparation=wrapped.preparation,
    )


def _legacy(claim: Claim) -> SignatureQuery:
    return SignatureQuery(address=claim.address, question=legacy_question(claim.digest, claim.signature))


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
