"""Checks that need a node: pinned blocks, every wallet's power there, supplies, the registry's delegations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.cli.verifying.block_checks import check_newest, differing
from bot.domain.audit.bundle.checking.findings import Finding, differences, judged, unchecked
from bot.domain.audit.bundle.reading.bundle_reader import Contents
from bot.domain.audit.bundle.writing.sections import Registered, delegations_part
from bot.domain.power import Strategy, VotingPower, depends_on_voters, evaluate, networks_of
from bot.domain.proposals.proposal import Terms
from bot.domain.proposals.vote_rules import Whole, supply_power
from bot.domain.shared.errors import FolkmootError
from bot.domain.shared.types import Address, ChainId
from bot.services.delegation.registry_index import Delegations, InMemoryIndex, RecordedDelegations
from bot.services.power.strategy_reads import answered, total_supply
from bot.services.shared.contract_events import ContractEvents

if TYPE_CHECKING:  # a bundle is verified without it where no node is named
    from bot.chain.chain_reader import ChainReader

_AT_ONCE = 10_000
"""Wallets that are read together."""
_WITH_OTHERS = (
    "how much power each wallet had, which depends on who else had voted when it was taken out; nothing that decides "
    "is made from it"
)


async def check_chains(contents: Contents, chains: ChainReader | None) -> AsyncIterator[Finding]:
    """Yield what the nodes confirm or deny, and what could not be checked because no node of its chain was named."""
    terms = contents.proposal.terms
    if terms is None:
        return
    given: Collection[ChainId] = chains.chains() if chains else ()
    missing = sorted({*terms.snapshot, *networks_of(terms.strategies)} - set(given))
    for chain in missing:
        yield unchecked("blocks and power", f"chain {chain} was not asked: add --rpc {chain}=URL")
    if chains is None:
        return
    pinned = True
    for chain in sorted(terms.snapshot.keys() & set(given)):
        block = terms.snapshot[chain]
        problems = [problem async for problem in differing(block, chains, f"proposal document snapshot {chain}")]
        pinned = pinned and not problems
        for finding in judged("block", problems, f"chain {chain}, number {block.number:,}, {block.hash}"):
            yield finding
        if not problems:
            async for finding in check_newest(terms, chain, chains):
                yield finding
    if missing or not pinned or not set(networks_of(terms.strategies)) <= terms.snapshot.keys():
        yield unchecked("voting power", "a chain or a block that it is read at is missing or another one")
        return
    async for finding in _Powers(contents, terms, chains).check():
        yield finding


class _Powers:
    """Reads powers at the snapshot in the same way as the count."""

    def __init__(self, contents: Contents, terms: Terms, chains: ChainReader) -> None:
        self._contents, self._terms, self._chains = contents, terms, chains
        self._noted: dict[tuple[ChainId, tuple[str, ...]], Registered] = {}
        self._delegations = RecordedDelegations(Delegations(index=InMemoryIndex(), chain=chains), self._noted)
        self._events = ContractEvents(chain=chains)

    async def check(self) -> AsyncIterator[Finding]:
        try:
            if self._contents.ballots:
                async for finding in self._of_voters():
                    yield finding
            async for finding in self._of_wholes():
                yield finding
            if self._contents.proposal.recused:
                async for finding in self._of_recused():
                    yield finding
        except FolkmootError as error:
            for finding in judged("voting power", [f"it could not be read: {error}"], ""):
                yield finding

    async def _of_voters(self) -> AsyncIterator[Finding]:
        for finding in judged("voting power", [p async for p in self._ballots()], self._told()):
            yield finding
        voters = [ballot.wallet for ballot in self._contents.ballots]
        computed = delegations_part(one.among(voters) for one in self._noted.values())
        stated = self._contents.sections["delegations"]
        told = f"{len(self._noted)} spaces asked for"
        for finding in judged("registry", differences(stated, computed, "delegations"), told):
            yield finding

    async def _of_wholes(self) -> AsyncIterator[Finding]:
        """Yield whether the totals that the rules take shares of are as the chain has them.

        They are the token supply, and the power of the linked wallets that the bundle shows; that is not checked where
        it depends on who votes, because it was read among all linked wallets.
        """
        shown = len(self._contents.votable)
        told = ["the token supply"] if Whole.SUPPLY in self._terms.wholes else []
        if shown and self._linked_alone:
            told.append(f"the power of {shown:,} linked wallets")
        problems = [problem async for problem in self._wholes()]
        if told:
            for finding in judged("wholes", problems, f"{' and '.join(told)} as the chain has it"):
                yield finding
        if shown and not self._linked_alone:
            yield unchecked(
                "wholes", "power of linked wallets: it depends on who votes, and was read among all of them"
            )

    async def _of_recused(self) -> AsyncIterator[Finding]:
        told = "as the chain has it" if self._alone else "what of it is supply, as the chain has it"
        for finding in judged("recused power", [p async for p in self._recused()], told):
            yield finding
        if not self._alone:
            yield unchecked("recused power", _WITH_OTHERS)

    async def _ballots(self) -> AsyncIterator[str]:
        ballots = self._contents.ballots
        wallets = [ballot.wallet for ballot in ballots]
        powers = await self._read(wallets, {*wallets, *self._contents.proposal.recused})
        for ballot, power in zip(ballots, powers, strict=True):
            for problem in _different(ballot.scores, power, self._terms.strategies):
                yield f"ballot of {ballot.wallet} scores: {problem}"

    async def _wholes(self) -> AsyncIterator[str]:
        terms, votable = self._terms, self._contents.votable
        if Whole.SUPPLY in terms.wholes:
            supply = await total_supply(self._chains, terms.strategies, terms.snapshot)
            if supply != terms.wholes[Whole.SUPPLY]:
                yield f"proposal document wholes token supply: it says {terms.wholes[Whole.SUPPLY]}, read is {supply}"
        if not self._linked_alone:
            return
        for power in await self._read(list(votable), votable):
            if power.total != votable[power.address]:
                yield f"votable {power.address}: it says {votable[power.address]}, read is {power.total}"

    async def _recused(self) -> AsyncIterator[str]:
        """Yield where the stated power of recused wallets differs from the chain's.

        The part that counts as token supply never depends on who votes. The whole power may, and then only the bot knew
        who voted at that moment, so it is not compared.
        """
        strategies, alone = self._terms.strategies, self._alone
        gone = {wallet.address: wallet for recusal in self._contents.proposal.recusals for wallet in recusal.wallets}
        for power in await self._read(list(gone), gone):
            stated = gone[power.address]
            if alone and power.total != stated.power:
                yield f"recusal of {power.address} power: it says {stated.power}, read is {power.total}"
            supply = None if power.total is None else supply_power(strategies, power.scores) or 0
            if supply != stated.supply:
                yield f"recusal of {power.address} supply: it says {stated.supply}, read is {supply}"

    @property
    def _alone(self) -> bool:
        """Whether a wallet's power does not depend on who else votes."""
        return not any(depends_on_voters(strategy) for strategy in self._terms.strategies)

    @property
    def _linked_alone(self) -> bool:
        """Whether the power of the linked wallets shown can be read without knowing those that are not shown."""
        return self._contents.linked is None or self._alone

    async def _read(self, wallets: Sequence[Address], voters: Collection[Address]) -> list[VotingPower]:
        found: list[VotingPower] = []
        for start in range(0, len(wallets), _AT_ONCE):
            steps = evaluate(
                self._terms.strategies, wallets[start : start + _AT_ONCE], self._terms.snapshot, voters=voters
            )
            found += await answered(steps, self._chains, self._delegations, self._events, self._terms.snapshot)
        return found

    def _told(self) -> str:
        blocks = ", ".join(f"{block.number:,} of chain {chain}" for chain, block in self._terms.snapshot.items())
        return f"{len(self._contents.ballots):,} wallets read at block {blocks}"


def _different(stated: Sequence[int], power: VotingPower, strategies: Sequence[Strategy]) -> Iterator[str]:
    if power.total is None:
        unknown = next(part for part in power.parts if part.amount is None)
        yield f"{unknown.strategy} on chain {unknown.network} got no answer"
        return
    for strategy, says, read in zip(strategies, stated, power.scores, strict=True):
        if says != read:
            yield f"by {strategy.name} it says {says}, read is {read}"
