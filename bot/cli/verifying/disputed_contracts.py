"""Checks that contracts at one address on the chains of a vote agree on a signature, as they did when it was cast."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.domain.audit.bundle.checking.findings import Finding, judged, unchecked
from bot.domain.audit.bundle.reading.bundle_reader import Contents
from bot.domain.shared.types import Address, Block, ChainId
from bot.domain.voting.ballot_signature_terms import settled
from bot.domain.wallets.signature_claim import Claim, Invalid, Kind, Unknown, Valid, Verdict
from bot.services.wallets.signature_check import elsewhere, refuses

if TYPE_CHECKING:  # a bundle is verified without it where no node is named
    from bot.chain.chain_reader import ChainReader

_CHECK = "contracts elsewhere"


async def check_disputes(
    contents: Contents, verdicts: Sequence[tuple[Claim, Verdict]], chains: ChainReader | None
) -> AsyncIterator[Finding]:
    """Yield whether a contract at a voter's address on another chain of the vote refuses an accepted signature.

    Whoever controls a contract on one chain need not control what stands at its address on another, whose tokens count
    here too.
    """
    pinned = contents.proposal.terms.snapshot if contents.proposal.terms else {}
    accepted = [(claim, said) for claim, said in verdicts if isinstance(said, Valid) and said.kind is not Kind.ACCOUNT]
    if chains is None or not accepted:
        return
    yes = {
        ballot.wallet: ballot.signed.block
        for ballot in contents.ballots
        if ballot.signed is not None and ballot.signed.block is not None
    }
    asked = [(claim, said.kind, chain) for claim, said in accepted for chain in sorted(pinned.keys() - {claim.chain})]
    given = chains.chains().keys()
    for chain in sorted({chain for _, _, chain in asked} - given):
        many = sum(other == chain for _, _, other in asked)
        yield unchecked(_CHECK, f"{many:,} on chain {chain}: add --rpc {chain}=URL")
    asked = [one for one in asked if one[2] in given]
    problems = [p for claim, kind, chain in asked async for p in _disputed(claim, kind, chain, yes, chains)]
    if asked:
        for finding in judged(_CHECK, problems, f"none of {len(asked):,} refuses"):
            yield finding


async def _disputed(
    claim: Claim, kind: Kind, chain: ChainId, yes: Mapping[Address, Block], chains: ChainReader
) -> AsyncIterator[str]:
    """Ask as the bot did: at the state of a moment before the contract's yes, by when every block was settled."""
    name = f"ballot of {claim.address} signature"
    ((_, verdict),) = await elsewhere(chains, claim, [chain], before=settled(yes[claim.address]))
    if isinstance(verdict, Unknown):
        yield f"{name}: chain {chain} could not be asked: {verdict.fault} {verdict.detail}".rstrip()
    elif isinstance(verdict, Invalid) and refuses(kind, verdict):
        number = "" if verdict.block is None else f" (block {verdict.block.number:,})"
        yield f"{name}: the contract at this address on chain {chain} refuses it{number}"
