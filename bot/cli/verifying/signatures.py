"""Whether the wallets signed their ballots: by their keys at once, by their contracts where a node can be asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Sequence

from bot.chain.reader import ChainReader
from bot.domain.audit.bundle.findings import Finding, judged, unchecked
from bot.domain.audit.bundle.reading import Contents
from bot.domain.audit.bundle.signed import message_problems, signed_ballots
from bot.domain.ballot import Ballot
from bot.domain.signature import Claim, Invalid, Unknown, Valid, Verdict
from bot.domain.types import ChainId

_CHECK = "signatures"


async def check_signatures(contents: Contents, chains: ChainReader | None) -> AsyncIterator[Finding]:
    """Yield what was found; nothing where no ballot is signed, and none has to be."""
    problems = list(message_problems(contents))
    ballots = signed_ballots(contents)
    if not ballots and not problems:
        return
    for finding in judged("signed messages", problems, f"{len(ballots):,} say what their ballots say"):
        yield finding
    try:
        claims = [_claim(ballot) for ballot in ballots]
    except ValueError as error:
        for finding in judged(_CHECK, [str(error)], ""):
            yield finding
        return
    asked = set() if chains is None else {claim.chain for claim in claims} & set(chains.chains())
    verdicts = await _verdicts(claims, chains)
    for finding in judged(_CHECK, _false(ballots, claims, verdicts, asked), _told(verdicts)):
        yield finding
    left: dict[int, int] = {}
    for claim, verdict in zip(claims, verdicts, strict=True):
        if not isinstance(verdict, Valid) and claim.chain not in asked and _may_be_a_contracts(claim):
            left[claim.chain] = left.get(claim.chain, 0) + 1
    for chain, many in left.items():
        yield unchecked(
            _CHECK, f"{many:,} are not by the wallet's own key; --rpc {chain}=URL asks whether its contract took them"
        )


async def _verdicts(claims: Sequence[Claim], chains: ChainReader | None) -> Sequence[Verdict]:
    from bot.chain.signatures.verdicts import by_keys  # noqa: PLC0415 - only where something is signed

    return by_keys(claims) if chains is None else await chains.signed(claims)


def _claim(ballot: Ballot) -> Claim:
    if ballot.signed is None:
        raise ValueError(f"ballot of {ballot.wallet}: it is not signed")
    try:
        digest = ballot.signed.message.digest()
    except ValueError as error:
        raise ValueError(f"ballot of {ballot.wallet} signed message: {error}") from None
    return Claim(chain=ballot.signed.chain, address=ballot.wallet, digest=digest, signature=ballot.signed.signature)


def _false(
    ballots: Sequence[Ballot], claims: Sequence[Claim], verdicts: Sequence[Verdict], asked: Collection[ChainId]
) -> Iterator[str]:
    for ballot, claim, verdict in zip(ballots, claims, verdicts, strict=True):
        name = f"ballot of {ballot.wallet} signature"
        match verdict:
            case Invalid(flaw=flaw, signer=signer) if claim.chain in asked or not _may_be_a_contracts(claim):
                yield f"{name}: {flaw}{f', {signer}' if signer else ''}"
            case Unknown(fault=fault, detail=detail) if claim.chain in asked:
                yield f"{name}: chain {claim.chain} could not be asked: {fault} {detail}".rstrip()


def _may_be_a_contracts(claim: Claim) -> bool:
    from bot.chain.signatures.verdicts import askable  # noqa: PLC0415 - only where something is signed

    return askable(claim) is None


def _told(verdicts: Sequence[Verdict]) -> str:
    kinds: dict[str, int] = {}
    for verdict in verdicts:
        if isinstance(verdict, Valid):
            kinds[verdict.kind] = kinds.get(verdict.kind, 0) + 1
    return ", ".join(f"{many:,} by {kind}" for kind, many in kinds.items()) or "none is false"
