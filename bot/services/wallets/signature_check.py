"""Asks whether a wallet signed, and raises what a member is told if it did not."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from typing import assert_never

from bot.domain.shared.errors import ChainUnavailable, SignatureRejected
from bot.domain.shared.types import Block, ChainId, Timestamp
from bot.domain.wallets.erc6492_signature import inner
from bot.domain.wallets.signature_claim import Claim, Invalid, Kind, Unknown, Valid, Verdict
from bot.domain.wallets.signature_flaw import Flaw
from bot.ports import ChainReader


async def proved(chains: ChainReader, claim: Claim) -> Valid:
    """Return how the wallet signed: by its key, or as a contract on the claim's chain.

    Whoever controls a contract on one chain need not control what stands at its address on another, whose tokens may
    count here too. So a contract that stands on another of our chains has to say the same. Where an account's code
    speaks for it (EIP-7702), its key rules wherever it has none: that code has to say the same on each of our chains.

    Raises:
        SignatureRejected: it did not sign. Where contracts stand at its address on other chains, they are named.
        ChainUnavailable: a chain has to be asked, and cannot be read.

    """
    (verdict,) = await chains.signed([claim])
    match verdict:
        case Valid(kind=Kind.ACCOUNT):
            return verdict
        case Valid():
            await undisputed(chains, claim, verdict.kind, chains.chains().keys() - {claim.chain})
            return verdict
        case Unknown():
            raise ChainUnavailable(verdict.chain, verdict.fault, verdict.detail)
        case Invalid():
            names = chains.chains()
            elsewhere: frozenset[ChainId] = frozenset()
            if verdict.flaw not in {Flaw.REFUSED, Flaw.FAILED, Flaw.WRAPPER, Flaw.TOO_LONG, Flaw.DELEGATED}:
                elsewhere = await chains.chains_with_contract(claim.address) - {claim.chain}
            raise SignatureRejected(
                expected=claim.address,
                signer=verdict.signer,
                flaw=verdict.flaw,
                asked=names.get(claim.chain, ""),
                elsewhere=[names[chain] for chain in sorted(elsewhere)],
            )
        case _:
            assert_never(verdict)


async def lasting(
    chains: ChainReader,
    claim: Claim,
    kind: Kind,
    newest: Block,
    *,
    settled: Timestamp,
    taken: Callable[[Block], bool],
) -> Block | None:
    """Return the block to store for a contract that accepted a signature of this kind at its `newest` block.

    A reorganisation may remove that block, and then nobody can ask there again, and at the one in its place the
    contract may refuse. So the contract is asked at the newest final block too, and if it refuses there or none can be
    read, at the newest one up to `settled` (in seconds), of which a chain hardly ever changes any. The first of the two
    at which it accepts the signature, and that `taken` accepts, is returned; None if it accepts it only since.
    """

    def same(verdict: Verdict) -> bool:
        return isinstance(verdict, Valid) and (verdict.kind is Kind.DELEGATED) == (kind is Kind.DELEGATED)

    with suppress(ChainUnavailable):
        final = await chains.finalized(claim.chain)
        if final.number >= newest.number:
            return newest
        if taken(final) and same((await chains.signed([claim], {claim.chain: final}))[0]):
            return final
    (verdict,) = await chains.signed([claim], before=settled)
    if isinstance(verdict, Unknown):
        raise ChainUnavailable(verdict.chain, verdict.fault, verdict.detail)
    older = verdict.block if isinstance(verdict, Valid) and same(verdict) else None
    return older if older is not None and taken(older) else None


async def undisputed(
    chains: ChainReader, claim: Claim, kind: Kind, others: Collection[ChainId], *, before: Timestamp | None = None
) -> None:
    """Raise unless other chains confirm the signature itself, now or as they were at `before` (in seconds).

    Raises as `proved`.
    """
    names = chains.chains()
    disputed: list[str] = []
    for chain, verdict in await elsewhere(chains, claim, others, before=before):
        if isinstance(verdict, Unknown):
            raise ChainUnavailable(verdict.chain, verdict.fault, verdict.detail)
        if refuses(kind, verdict):
            disputed.append(names[chain])
    if disputed:
        raise SignatureRejected(
            expected=claim.address,
            signer=None,
            flaw=Flaw.DELEGATED if kind is Kind.DELEGATED else Flaw.DISPUTED,
            asked=names.get(claim.chain, ""),
            elsewhere=disputed,
        )


async def elsewhere(
    chains: ChainReader, claim: Claim, others: Collection[ChainId], *, before: Timestamp | None = None
) -> list[tuple[ChainId, Verdict]]:
    """Return what other chains say of the signature itself, now or as they were at `before` (in seconds).

    No factory is called there, so that none creates a contract that would refuse.
    """
    asked = [replace(claim, chain=chain, signature=inner(claim.signature)) for chain in sorted(others)]
    said = await chains.signed(asked, before=before)
    return [(one.chain, verdict) for one, verdict in zip(asked, said, strict=True)]


def refuses(kind: Kind, verdict: Verdict) -> bool:
    """Return whether a chain disputes a signature that another chain confirmed as one of that kind.

    A chain on which no contract stands disputes nothing, except for an account, whose key decides there.
    """
    refused = isinstance(verdict, Invalid) and verdict.flaw in {Flaw.REFUSED, Flaw.FAILED, Flaw.DELEGATED}
    return refused or (isinstance(verdict, Invalid) and kind is Kind.DELEGATED)
