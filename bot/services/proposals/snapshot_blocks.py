"""The snapshot blocks of a vote: chosen and checked at submission, and watched while the vote runs."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from bot.domain.announcements.moderator_notice import SnapshotGone
from bot.domain.power import Strategy
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import ChainUnavailable, UnfitBlock
from bot.domain.shared.types import Block, ChainId, Timestamp
from bot.ports import ChainReader, Clock, Store
from bot.services.announcements.moderator_notices import notice
from bot.services.outages import Outages, gather_in_order, per_group
from bot.services.power.voting_power import Power

_log = logging.getLogger(__name__)

BLOCK_AHEAD = 300
"""Seconds by which a final block may be ahead of our clock: some chains' clocks are fast, and ours may be slow."""


class Snapshots:
    """Pins the blocks of a vote, and notices when a chain no longer has one."""

    def __init__(self, *, store: Store, clock: Clock, chain: ChainReader, power: Power) -> None:
        self._store, self._clock, self._chain, self._power = store, clock, chain, power

    async def pin(self, strategies: Sequence[Strategy]) -> dict[ChainId, Block]:
        """Return the blocks at which a vote that is submitted now reads power, as `Power.snapshot` has them.

        Two endpoints vouch for each where its chain has two: they have it by its hash, its parent, and its state.

        Raises:
            ChainUnavailable: a chain could not be read, or its endpoints contradict each other.
            UnfitBlock: one is ahead of the clock, or older than the chain's setting allows.

        """
        blocks = await self._power.snapshot(strategies)
        home = blocks[strategies[0].network]
        now = self._clock.now()
        self._check(home, now)
        for block in blocks.values():  # its age counts from the first strategy's block, which may be final only late
            self._check(block, home.timestamp)
        await gather_in_order(map(self._chain.vouch, blocks.values()))
        return blocks

    async def watch(self) -> int:
        """Check whether the chains still have the blocks of open votes; return how many votes lost theirs.

        Moderators of each are told once, immediately. A chain that cannot be read is checked in the next run.
        """
        async with self._store.read() as repos:
            running = await repos.proposals.undecided()
        wanted = {block for proposal in running if proposal.terms for block in proposal.terms.snapshot.values()}
        gone: set[Block] = set()
        outages = Outages()

        async def look(blocks: Sequence[Block]) -> int:
            gone.update({block for block in blocks if await self._gone(block, outages)})
            return 0

        await per_group(wanted, lambda block: block.chain, look)
        lost = [(proposal, block) for proposal in running for block in lost_blocks(proposal, gone)]
        if lost:
            async with self._store.write() as repos:
                for proposal, block in lost:
                    await notice(
                        repos,
                        proposal.guild,
                        space=proposal.space,
                        key=f"gone/{proposal.id}/{block.chain}",
                        fact=SnapshotGone(
                            number=proposal.number, block=block.number, chain=block.chain, hash=block.hash
                        ),
                        at=self._clock.now(),
                        since=proposal.submitted_at or proposal.created_at,
                    )
                await repos.commit()
        return len({proposal.id for proposal, _ in lost})

    async def lost(self, proposal: Proposal) -> list[Block]:
        """Return the blocks of a vote that the chains do not have: such a vote is never counted.

        Raises ChainUnavailable if a chain could not be asked.
        """
        blocks = proposal.terms.snapshot.values() if proposal.terms else ()
        known = await gather_in_order(map(self._chain.has, blocks))
        return [block for block, has in zip(blocks, known, strict=True) if not has]

    async def _gone(self, block: Block, outages: Outages) -> bool:
        try:
            return not await outages.ask(block.chain, lambda: self._chain.has(block))
        except ChainUnavailable as error:
            _log.info("whether chain %s has block %s is not known now: %s", block.chain, block.number, error)
            return False

    def _check(self, block: Block, now: Timestamp) -> None:
        most = self._chain.oldest(block.chain)
        if not -BLOCK_AHEAD <= now - block.timestamp <= most:
            raise UnfitBlock(block=block, age=now - block.timestamp, most=most)


def lost_blocks(proposal: Proposal, gone: set[Block]) -> list[Block]:
    """Return those of `gone` at which a proposal reads power."""
    snapshot: Mapping[ChainId, Block] = proposal.terms.snapshot if proposal.terms else {}
    return [block for block in snapshot.values() if block in gone]
