"""A proposal as people see it, and the announcements it gives rise to."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.announcement import Topic
from bot.domain.ballot import columns
from bot.domain.errors import NotConfigured
from bot.domain.proposal import Proposal, State
from bot.domain.types import ChannelId, Timestamp
from bot.domain.voting import Tally, tally
from bot.ports import Books


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """A proposal as it stands at `now`: `tally` counts the ballots so far, or is the final one; None for a draft."""

    proposal: Proposal
    tally: Tally | None
    now: Timestamp

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.proposal.state(self.now)


async def view(books: Books, proposal: Proposal, now: Timestamp) -> ProposalView:
    """Return a proposal as it stands, its ballots so far counted."""
    counted: Tally | None = None
    if proposal.result is not None:
        counted = proposal.result.tally
    elif proposal.terms is not None:
        ballots = await books.ballots.of(proposal.id)
        strategies = len(proposal.terms.strategies)
        counted = tally(proposal.voting, len(proposal.choices), columns(ballots, strategies))
    return ProposalView(proposal=proposal, tally=counted, now=now)


async def announce(
    books: Books, proposal: Proposal, topic: Topic, step: str, channel: ChannelId | None, at: Timestamp
) -> None:
    """Store what is to be said of a proposal, once for each `step`. Raises NotConfigured without a channel."""
    if channel is None:
        raise NotConfigured("the channel for proposals", "/config channels")
    await books.outbox.add(
        key=f"proposal/{proposal.id}/{step}",
        topic=topic,
        guild=proposal.guild,
        channel=channel,
        facts={"proposal": proposal.id},
        at=at,
    )
