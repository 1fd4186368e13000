"""Checks that the wallets signed their ballots: by key without a chain, by contract where a node can be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.chain.signatures.verdicts import askable, by_keys
from bot.cli.verifying.disputed_contracts import check_disputes
from bot.cli.verifying.replaced_blocks import ReplacedBlocks
from bot.domain.audit.bundle.checking.ballot_signatures import message_problems
from bot.domain.audit.bundle.checking.findings import Finding, judged, unchecked
from bot.domain.audit.bundle.reading.bundle_reader import Contents
from bot.domain.shared.types import Block
from bot.domain.voting.ballot import Ballot, Signed
from bot.domain.wallets.signature_claim import Claim, Invalid, Kind, Unknown, Valid, Verdict

if TYPE_CHECKING:  # a bundle is verified without it where no node is named
    from bot.chain.chain_reader import ChainReader

_CHECK = "signatures"
_Verdicts = list[tuple[Claim, Verdict]]


async def check_signatures(contents: Contents, chains: ChainReader | None) -> AsyncIterator[Finding]:
    """Yield the findings; nothing if no ballot is signed and none has to be."""
    if (unsigned := sum(ballot.signed is None for ballot in contents.ballots)) > 0:
        yield unchecked(
            "who voted",
            f"{unsigned:,} of {len(contents.ballots):,} ballots are not signed: that whoever holds those wallets cast "
            "them is the word of whoever runs the bot; each member can hold a receipt against it",
        )
    problems, malformed = list(message_problems(contents)), list[str]()
    signed = [(ballot, ballot.signed) for ballot in contents.ballots if ballot.signed is not None]
    if not signed and not problems:
        return
    try:
        claims = [_claim(ballot, word) for ballot, word in signed]
    except ValueError as error:
        claims, malformed = [], [str(error)]
    verdicts, by_contract = _recovered(claims, [word.block for _, word in signed])
    problems += _needless(signed, verdicts)
    for finding in judged("signed messages", problems, f"{len(signed):,} say what their ballots say"):
        yield finding
    for finding in judged(_CHECK, malformed, "") if malformed else ():
        yield finding
    async for finding in _signers(contents, verdicts, by_contract, chains):
        yield finding


async def _signers(
    contents: Contents, verdicts: _Verdicts, by_contract: Mapping[Block, Sequence[Claim]], chains: ChainReader | None
) -> AsyncIterator[Finding]:
    """Yield who signed.

    A chain that the vote does not read is not asked: another finding already says that it is named wrongly.
    """
    pinned = contents.proposal.terms.snapshot if contents.proposal.terms else {}
    known = set(chains.chains() if chains else ()) & pinned.keys()
    asked = {block: some for block, some in by_contract.items() if block.chain in known}
    if chains is not None:
        blocks = ReplacedBlocks(contents)
        async for finding in blocks.check(asked, chains):
            yield finding
        verdicts = [*verdicts, *await _asked(chains, asked, blocks.instead)]
    for finding in (*(judged(_CHECK, _false(verdicts), _told(verdicts)) if verdicts else ()), *_delegated(verdicts)):
        yield finding
    left = Counter(block.chain for block, some in by_contract.items() for _ in some if block.chain not in known)
    for chain, many in sorted(left.items()):
        if chain in pinned:
            yield unchecked(_CHECK, f"{many:,} by contracts on chain {chain}: add --rpc {chain}=URL")
    async for finding in check_disputes(contents, verdicts, chains):
        yield finding


def _recovered(claims: Sequence[Claim], blocks: Sequence[Block | None]) -> tuple[_Verdicts, dict[Block, list[Claim]]]:
    """Return the verdicts that need no chain, and by block the claims about which contracts have to be asked."""
    verdicts: _Verdicts = []
    by_contract: dict[Block, list[Claim]] = {}
    for claim, block, verdict in zip(claims, blocks, by_keys(claims), strict=False):
        if block is None or isinstance(verdict, Valid):
            verdicts.append((claim, verdict))
        elif (flaw := askable(claim)) is not None:
            verdicts.append((claim, Invalid(flaw=flaw)))
        else:
            by_contract.setdefault(block, []).append(claim)
    return verdicts, by_contract


def _needless(signed: Sequence[tuple[Ballot, Signed]], verdicts: _Verdicts) -> Iterator[str]:
    """Yield ballots that name a block for a contract's answer although the account's key signed."""
    blocks = {ballot.wallet: word.block for ballot, word in signed}
    for claim, verdict in verdicts:
        if isinstance(verdict, Valid) and blocks[claim.address] is not None:
            yield f"ballot of {claim.address} signed block: the account's key signed, so no contract was asked"


async def _asked(
    chains: ChainReader, claims: Mapping[Block, Sequence[Claim]], instead: Mapping[Block, Block]
) -> _Verdicts:
    """Ask contracts, each at the block of its yes when the ballot was cast, or at the block that replaced it."""
    verdicts: _Verdicts = []
    for block, some in claims.items():
        verdicts += zip(some, await chains.signed(some, {block.chain: instead.get(block, block)}), strict=True)
    return verdicts


def _claim(ballot: Ballot, word: Signed) -> Claim:
    try:
        digest = word.message.digest()
    except ValueError as error:
        raise ValueError(f"ballot of {ballot.wallet} signed message: {error}") from None
    return Claim(chain=word.chain, address=ballot.wallet, digest=digest, signature=word.signature)


def _false(verdicts: _Verdicts) -> Iterator[str]:
    for claim, verdict in verdicts:
        name = f"ballot of {claim.address} signature"
        match verdict:
            case Invalid(flaw=flaw, signer=signer):
                yield f"{name}: {flaw}{f', {signer}' if signer else ''}"
            case Unknown(fault=fault, detail=detail):
                yield f"{name}: chain {claim.chain} could not be asked: {fault} {detail}".rstrip()
            case Valid():
                pass


def _delegated(verdicts: _Verdicts) -> Iterator[Finding]:
    """Yield what cannot be checked later of delegated accounts: the answers of their code on all other chains."""
    many = sum(isinstance(said, Valid) and said.kind is Kind.DELEGATED for _, said in verdicts)
    if many:
        yield unchecked(_CHECK, f"{many:,} by code of an account: whether it said so on every other chain then, too")


def _told(verdicts: _Verdicts) -> str:
    kinds: dict[str, int] = {}
    for _, verdict in verdicts:
        if isinstance(verdict, Valid):
            kinds[verdict.kind] = kinds.get(verdict.kind, 0) + 1
    return ", ".join(f"{many:,} by {kind}" for kind, many in kinds.items()) or "none is false"
