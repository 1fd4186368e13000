"""What campaigns held at their deadline, read once a later block is final."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.domain.shared.errors import ChainUnavailable
from bot.domain.shared.types import CampaignId, ChainId, Timestamp, Units
from bot.domain.spaces.space import DAY
from bot.domain.treasury.campaigns import Campaign, Reading
from bot.ports import ChainReader, Clock, Store
from bot.ports.deadline import within
from bot.services.outages import per_group
from bot.services.treasury.reached_milestones import note_reached

_log = logging.getLogger(__name__)

READ_FOR = 7 * DAY
"""Seconds after a deadline for which reading what was held then is tried."""
_AT_ONCE = 8
"""Campaigns of a chain that are read in one run; those that could not be come last in the next."""
_LONGEST = 60.0
"""Seconds for which one campaign is read, before the next is."""


class DeadlineReadings:
    """Reads each ended campaign once at the newest final block that is not later than its deadline.

    A block is final minutes after its time, and the bot may have been away: what the regular readings saw last may
    be long before the deadline. Which campaigns were read is known in this process alone; twice does no harm. One is
    read again if a milestone that was reached then is taken back: what reached it may have been another reading.
    """

    def __init__(self, *, store: Store, clock: Clock, chain: ChainReader) -> None:
        self._store, self._clock, self._chain = store, clock, chain
        self._done: dict[CampaignId, frozenset[int]] = {}
        """Campaigns that were read, with the milestones that were not reached then."""
        self._tried: dict[CampaignId, None] = {}
        """Campaigns that could not be read, the latest at the end."""

    async def look(self) -> int:
        """Read what is due, chains concurrently; return how many milestones were reached.

        Safe to run late, twice, or cut short.
        """
        now = self._clock.now()
        async with self._store.read() as repos:
            ended = [one for one in await repos.treasury.open_campaigns() if _ended_lately(one, now)]
        known = {campaign.id for campaign in ended}
        self._done = {campaign: left for campaign, left in self._done.items() if campaign in known}
        self._tried = {campaign: None for campaign in self._tried if campaign in known}
        places = {campaign: place for place, campaign in enumerate(self._tried)}
        due = sorted((c for c in ended if not self._is_done(c)), key=lambda campaign: places.get(campaign.id, -1))
        finals: dict[ChainId, Timestamp | None] = {}

        async def look(campaigns: Sequence[Campaign]) -> int:
            reached = 0
            for campaign in campaigns[:_AT_ONCE]:
                self._tried.pop(campaign.id, None)
                self._tried[campaign.id] = None
                with within(_LONGEST):
                    reached += await self._look_at(campaign, finals)
            return reached

        return await per_group(due, lambda campaign: campaign.holding.chain, look)

    async def _look_at(self, campaign: Campaign, finals: dict[ChainId, Timestamp | None]) -> int:
        deadline, chain = campaign.deadline, campaign.holding.chain
        if deadline is None:
            return 0
        try:
            if chain not in finals:
                finals[chain] = None  # stays where it cannot be told
                finals[chain] = (await self._chain.finalized(chain)).timestamp
            newest = finals[chain]
            if newest is None or newest <= deadline:
                return 0
            block = await self._chain.finalized_at(chain, deadline)
            (amount,) = await self._chain.balances([campaign.holding], {chain: block})
        except ChainUnavailable as error:
            _log.info("what campaign %s held at its deadline is not known now: %s", campaign.id, error)
            return 0
        if amount is None:
            return 0
        reading = Reading(holding=campaign.holding, amount=Units(amount), block=block)
        async with self._store.write() as repos:
            current = await repos.treasury.campaign(campaign.id)
            reached = 0 if current is None else await note_reached(repos, current, reading, self._clock.now())
            noted = await repos.treasury.campaign(campaign.id)
            await repos.commit()
        if noted is not None:
            self._done[campaign.id] = _unreached(noted)
        return reached

    def _is_done(self, campaign: Campaign) -> bool:
        return campaign.id in self._done and _unreached(campaign) <= self._done[campaign.id]


def _unreached(campaign: Campaign) -> frozenset[int]:
    return frozenset(milestone.index for milestone in campaign.milestones if milestone.reached_at is None)


def _ended_lately(campaign: Campaign, now: Timestamp) -> bool:
    return campaign.deadline is not None and campaign.deadline < now <= campaign.deadline + READ_FOR
