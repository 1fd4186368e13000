"""Announcements of a proposal: one row in the outbox for each step of its life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.announcements.announcement import Recurring, Topic
from bot.domain.proposals.proposal import Proposal, Result
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
        recurring=_recurring(proposal, topic, facts or {}),
    )


async def forget_thread(repos: Repositories, proposal: Proposal, at: Timestamp) -> None:
    """Note that a proposal's thread is gone: what would be said in it is said beside the card from now on."""
    await repos.proposals.save(replace(proposal, thread=None))
    await repos.proposals.mark_card_stale(proposal.id, at)


def _recurring(proposal: Proposal, topic: Topic, facts: Mapping[str, str | int | None]) -> Recurring | None:
    """Return by what it is known again what happens by itself: voting opens, a result comes, with its parts."""
    since = proposal.submitted_at or proposal.created_at
    match topic:
        case Topic.PROPOSAL_OPENED:
            return Recurring(since=since, said=topic)
        case Topic.PROPOSAL_RESULT if proposal.result is not None:
            return Recurring(since=since, said=_told(proposal.result))
        case Topic.BUNDLE_PART if proposal.result is not None:
            return Recurring(since=since, said=f"{_told(proposal.result)} {facts.get('part')} {facts.get('of')}")
        case _:
            return None


def _told(result: Result) -> str:
    """Return a result in short: another one says something else."""
    outcome, tally = result.outcome, result.tally
    return f"{outcome.verdict} {tally.ballots} {outcome.turnout} {' '.join(map(str, tally.scores))}"
