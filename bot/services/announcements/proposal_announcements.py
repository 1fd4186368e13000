"""Announcements of a proposal: one row in the outbox for each step of its life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.announcements.announcement import Recurring, Topic
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import NotConfigured
from bot.domain.shared.errors.kinds import ServerSetting
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

    `facts` are added to those in every announcement of a proposal. Raises NotConfigured without a channel.
    """
    if channel is None:
        raise NotConfigured(ServerSetting.PROPOSALS_CHANNEL)
    return await repos.outbox.add(
        key=f"proposal/{proposal.id}/{step}",
        topic=topic,
        guild=proposal.guild,
        channel=channel,
        facts={"proposal": proposal.id, **(facts or {})},
        at=at,
        space=proposal.space,
        recurring=_recurring(proposal, topic),
    )


async def forget_thread(repos: Repositories, proposal: Proposal, at: Timestamp) -> None:
    """Note that a proposal's thread is gone: what would be said in it is said beside the card from now on."""
    await repos.proposals.save(replace(proposal, thread=None))
    await repos.proposals.mark_card_stale(proposal.id, at)


def _recurring(proposal: Proposal, topic: Topic) -> Recurring | None:
    """Return the entry of a proposal's feed for what happens by itself: voting opens, or a result comes; else None."""
    since = proposal.submitted_at or proposal.created_at
    match topic:
        case Topic.PROPOSAL_OPENED:
            return Recurring(since=since, said=topic)
        case Topic.PROPOSAL_RESULT if proposal.result is not None:
            outcome, tally = proposal.result.outcome, proposal.result.tally
            scores = " ".join(map(str, tally.scores))
            return Recurring(since=since, said=f"{outcome.verdict} {tally.ballots} {outcome.turnout} {scores}")
        case _:
            return None
