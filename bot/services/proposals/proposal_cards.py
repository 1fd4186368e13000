"""Proposal cards: where they are, and which are out of date."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.announcements.announcement import Topic
from bot.domain.proposals.proposal import Proposal, State
from bot.domain.shared.types import ChannelId, MessageId, ProposalId, Timestamp
from bot.ports import Clock, Store
from bot.services.announcements.proposal_announcements import announce, forget_thread
from bot.services.shared.clock_checks import Clocks
from bot.services.shared.lookup import known
from bot.services.shared.proposal_view import ProposalView, view

_CARD, _CARD_AFTER = "card", "card/after/{card}"
"""Steps of a proposal whose announcements are its card: the first, and one in place of a card that was deleted."""
FIRST_REST, LONGEST_REST = 300, 3_600
"""Seconds until a card that Discord lets nobody change now is tried again; doubled from the first to the longest."""


class ProposalCards:
    """Keeps each proposal's public message up to date. Which cards rest is kept in memory only."""

    def __init__(self, *, store: Store, clock: Clock, clocks: Clocks) -> None:
        self._store, self._clock, self._clocks = store, clock, clocks
        self._resting: dict[ProposalId, tuple[Timestamp, int]] = {}

    async def current_view(self, proposal: ProposalId) -> ProposalView:
        """Return a proposal as it stands, for its card. Raises NotFound."""
        async with self._store.read() as repos:
            found = await known(repos, proposal)
            return await view(repos, found, self._clocks.now(found))

    async def stored(self, proposal: ProposalId) -> Proposal:
        """Return a proposal without counting its ballots. Raises NotFound."""
        async with self._store.read() as repos:
            return await known(repos, proposal)

    async def placed(
        self, proposal: ProposalId, *, channel: ChannelId, card: MessageId, thread: ChannelId | None
    ) -> None:
        """Store the channel, message and thread of a proposal's card."""
        async with self._store.write() as repos:
            found = await known(repos, proposal)
            await repos.proposals.save(replace(found, channel=channel, card=card, thread=thread or found.thread))
            await repos.proposals.mark_card_stale(proposal, self._clock.now())
            await repos.commit()

    async def lost_thread(self, proposal: ProposalId, thread: ChannelId) -> None:
        """Note that the thread of a proposal is gone."""
        async with self._store.write() as repos:
            found = await known(repos, proposal)
            if found.thread == thread:
                await forget_thread(repos, found, self._clock.now())
                await repos.commit()

    async def lost(self, proposal: ProposalId) -> None:
        """Have a card that somebody deleted posted again, once for each deletion, until the count is made."""
        async with self._store.write() as repos:
            found = await known(repos, proposal)
            now = self._clock.now()
            if found.card is None:
                return
            if found.state(now) not in (State.CLOSED, State.WITHDRAWN):
                await announce(
                    repos, found, Topic.PROPOSAL_CARD, _CARD_AFTER.format(card=found.card), found.channel, now
                )
            await repos.proposals.save(replace(found, card=None))
            await repos.commit()

    async def reference(self, proposal: Proposal) -> str:
        """Return the reference by which the card that stands is found again, as its announcement had it.

        A card posted in place of a deleted one has an announcement of its own. It is empty where there is none now.
        """
        key = f"proposal/{proposal.id}/{_CARD}"
        async with self._store.read() as repos:
            while (announced := await repos.outbox.find(key)) is not None and announced.message is not None:
                if announced.message == proposal.card:
                    return announced.ref
                key = f"proposal/{proposal.id}/{_CARD_AFTER.format(card=announced.message)}"
        return ""

    async def stale(self, debounce: int) -> list[ProposalId]:
        """Return the proposals whose card is out of date and was drawn `debounce` seconds ago or earlier."""
        async with self._store.read() as repos:
            now = self._clock.now()
            found = [p.id for p in await repos.proposals.stale_cards(Timestamp(now - debounce), now)]
        return [proposal for proposal in found if not self._rests(proposal, now)]

    def rest(self, proposal: ProposalId) -> bool:
        """Leave a card unchanged for a while, longer each time in a row; return whether this is the first time."""
        now, (_, waited) = self._clock.now(), self._resting.get(proposal, (0, 0))
        wait = min(2 * waited, LONGEST_REST) if waited else FIRST_REST
        self._resting[proposal] = Timestamp(now + wait), wait
        return not waited

    def _rests(self, proposal: ProposalId, now: Timestamp) -> bool:
        """Whether a card rests; until later than any does was told by a clock that has been set back since."""
        until, _ = self._resting.get(proposal, (now, 0))
        return now < until <= now + LONGEST_REST

    async def drawn(self, proposal: ProposalId, at: Timestamp) -> None:
        """Note that a card was drawn from the facts of `at`."""
        self._resting.pop(proposal, None)
        async with self._store.write() as repos:
            await repos.proposals.mark_card_drawn(proposal, at)
            await repos.commit()
