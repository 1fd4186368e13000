"""Announcements of a proposal: one row in the outbox for each step of its life."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.announcements.announcement import Topic
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import NotConfigured
from bot.domain.shared.types import ChannelId, Timestamp
from bot.ports import Repositories


async def announce(
    repos: Repositories,
    proposal: Proposal,
    topic: Topic,
    step: str,
    channel: ChannelId | None,
    at: Timestamp,
    facts: Mapping[str, str | int | None] | None = None,
) -> bool:
    """Store an announcement of a proposal, once for each `step`; return False if it was stored before.

    `facts` are added to those that every announcement of a proposal has. Raises NotConfigured without a channel.
    """
    if channel is None:
        raise NotConfigured("the channel for proposals", "/config channels")
    return await repos.outbox.add(
        key=f"proposal/{proposal.id}/{step}",
        topic=topic,
        guild=proposal.guild,
        channel=channel,
        facts={"proposal": proposal.id, **(facts or {})},
        at=at,
        space=proposal.space,
    )
