"""Noting that milestones are reached, each with its announcement and its entry of the log."""

from __future__ import annotations

from bot.domain.announcements.announcement import Recurring, Topic
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.shared.types import Timestamp
from bot.domain.treasury.campaigns import Campaign, Reading, newly_reached
from bot.ports import Repositories
from bot.services.treasury.milestone_corrections import correct, log_milestone, milestone_key


async def note_reached(repos: Repositories, campaign: Campaign, reading: Reading, now: Timestamp) -> int:
    """Mark the milestones that a reading reaches, and have them announced; return how many. The caller commits."""
    reached = 0
    for milestone in newly_reached(campaign, reading):
        if not await repos.treasury.reach(campaign.id, milestone.index, reading, now):
            continue
        reached += 1
        announced = await repos.outbox.add(
            key=milestone_key(campaign, milestone.index),
            topic=Topic.MILESTONE,
            guild=campaign.guild,
            channel=campaign.channel,
            facts={"campaign": campaign.id, "milestone": milestone.index},
            at=now,
            space=campaign.space,
            recurring=Recurring(since=campaign.created_at, said=str(milestone.target)),
        )
        if not announced:  # it was taken back and its announcement corrected: that one is edited again
            await correct(repos, campaign, milestone.index, now)
        await log_milestone(repos, campaign, milestone.index, Kind.MILESTONE, now)
    return reached
