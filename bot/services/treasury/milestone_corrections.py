"""Reads milestones again at the block that reached them, and corrects announcements that were wrong."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from bot.domain.announcements.announcement import Topic
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.shared.errors import ChainFault, ChainUnavailable, InvalidInput
from bot.domain.shared.types import Block, Timestamp, Units
from bot.domain.spaces.space import DAY
from bot.domain.treasury.campaigns import Campaign, Milestone, Reading, reaches
from bot.ports import ChainReader, Clock, Repositories, Store
from bot.ports.deadline import within
from bot.services.outages import Outages, per_group

_log = logging.getLogger(__name__)

WATCHED = 7 * DAY
"""Seconds after a milestone was reached in which it is read again."""

_LONGEST = 120.0
"""Seconds for which the milestones of one block are read, before those of the next are."""


class MilestoneCorrections:
    """Compares milestones with the chain. A lower reading of the same block takes one back.

    If the chain no longer has that block, the final block at its height decides instead.
    """

    def __init__(self, *, store: Store, clock: Clock, chain: ChainReader) -> None:
        self._store, self._clock, self._chain = store, clock, chain

    async def look_again(self) -> int:
        """Read each milestone of the last days again at its own block; return how many were taken back.

        Chains are read concurrently. What cannot be read is tried in the next run. Safe to run late, twice, or cut
        short.
        """
        async with self._store.read() as repos:
            campaigns = await repos.treasury.reached_since(Timestamp(self._clock.now() - WATCHED))
        by_block: defaultdict[Block, list[tuple[Campaign, Milestone]]] = defaultdict(list)
        for campaign in campaigns:
            for milestone in campaign.milestones:
                if milestone.reached_by is not None:
                    by_block[milestone.reached_by.block].append((campaign, milestone))
        outages = Outages()

        async def look(blocks: Sequence[Block]) -> int:
            taken_back = 0
            for block in blocks:
                try:
                    with within(_LONGEST):
                        standing = await outages.ask(block.chain, partial(self._standing, block))
                        taken_back += await outages.ask(block.chain, partial(self._at, standing, by_block[block]))
                except (ChainUnavailable, InvalidInput) as error:
                    told = "milestones of block %s of chain %s are not read again now: %s"
                    _log.info(told, block.number, block.chain, error)
            return taken_back

        return await per_group(by_block, lambda block: block.chain, look)

    async def _standing(self, block: Block) -> Block:
        """Return the block itself or, if the chain no longer has it, the final block at its height.

        Two endpoints must say that it is gone, where the chain has two. Raises ChainUnavailable.
        """
        if await self._chain.has(block):
            return block
        if (await self._chain.finalized(block.chain)).number < block.number:
            detail = f"it has left block {block.number:,}, and none is final there yet"
            raise ChainUnavailable(block.chain, ChainFault.LAGGING, detail)
        return await self._chain.numbered(block.chain, block.number)

    async def _at(self, block: Block, reached: Sequence[tuple[Campaign, Milestone]]) -> int:
        holdings = list(dict.fromkeys(campaign.holding for campaign, _ in reached))
        amounts = dict(zip(holdings, await self._chain.balances(holdings, {block.chain: block}), strict=True))
        taken_back = 0
        for campaign, milestone in reached:
            amount = amounts[campaign.holding]
            if amount is None:
                continue
            reading = Reading(holding=campaign.holding, amount=Units(amount), block=block)
            if not reaches(campaign, milestone, reading):
                taken_back += await self._take_back(campaign, milestone, reading)
            elif milestone.reached_by is not None and milestone.reached_by.block != block:
                await self._move(campaign, milestone, reading)
        return taken_back

    async def _take_back(self, campaign: Campaign, milestone: Milestone, reading: Reading) -> bool:
        now = self._clock.now()
        async with self._store.write() as repos:
            if not await repos.treasury.unreach(campaign.id, milestone):
                return False
            await correct(repos, campaign, milestone.index, now, contradicted=reading, before=milestone.reached_by)
            await log_milestone(repos, campaign, milestone.index, Kind.MILESTONE_BACK, now)
            await repos.commit()
        _log.warning("milestone %s of campaign %s was announced wrongly: it is corrected", milestone.index, campaign.id)
        return True

    async def _move(self, campaign: Campaign, milestone: Milestone, reading: Reading) -> None:
        """Store another block for a milestone, one that the chain has, and name it in the announcement."""
        now = self._clock.now()
        async with self._store.write() as repos:
            if not await repos.treasury.unreach(campaign.id, milestone):
                return
            await repos.treasury.reach(campaign.id, milestone.index, reading, milestone.reached_at or now)
            await correct(repos, campaign, milestone.index, now)
            await log_milestone(repos, campaign, milestone.index, Kind.MILESTONE, now)
            await repos.commit()
        _log.warning("milestone %s of campaign %s stands on another block now", milestone.index, campaign.id)


async def log_milestone(repos: Repositories, campaign: Campaign, index: int, kind: Kind, now: Timestamp) -> None:
    """Log that a milestone was reached, or is no longer."""
    facts = {"campaign": campaign.number, "milestone": index}
    await repos.log.append(campaign.guild, kind, at=now, facts=facts, subjects=[("campaign", campaign.number)])


async def correct(
    repos: Repositories,
    campaign: Campaign,
    index: int,
    now: Timestamp,
    *,
    contradicted: Reading | None = None,
    before: Reading | None = None,
) -> None:
    """Have a milestone's announcement edited in place: to not reached, or to reached after all.

    `contradicted` is the reading that takes it back, `before` the one that had reached it.
    """
    announced = await repos.outbox.find(milestone_key(campaign, index))
    left = contradicted is not None and before is not None and before.block != contradicted.block
    await repos.outbox.add(
        key=f"{milestone_key(campaign, index)}/{'back' if contradicted else 'again'}/{now}",
        topic=Topic.MILESTONE_CORRECTED,
        guild=campaign.guild,
        channel=announced.channel if announced else campaign.channel,
        facts={
            "campaign": campaign.id,
            "milestone": index,
            "announcement": milestone_key(campaign, index),
            "amount": None if contradicted is None else str(contradicted.amount),
            "block": None if contradicted is None else contradicted.block.number,
            "timestamp": None if contradicted is None else contradicted.block.timestamp,
            "left": before.block.number if left and before is not None else None,
        },
        at=now,
        space=campaign.space,
    )


def milestone_key(campaign: Campaign, index: int) -> str:
    """Return the key of a milestone's announcement."""
    return f"campaign/{campaign.id}/milestone/{index}"
