"""Proposal cards: where they stand, and which show less than the facts."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.announcements.announcement import Topic
from bot.domain.proposals.proposal import Proposal, State
from bot.domain.shared.types import ChannelId, MessageId, ProposalId, Timestamp
from bot.ports import Clock, Store
from bot.services.proposals.proposal_view import ProposalView, announce, view
from bot.services.shared.clock_checks import Clocks
from bot.services.shared.lookup import known


class Cards:
    """Keeps each proposal's public message true."""

    def __init__(self, *, store: Store, clock: Clock, clocks: Clocks) -> None:
        self._store, self._clock, self._clocks = store, clock, clocks

    async def shown(self, proposal: ProposalId) -> ProposalView:
        """Return a proposal as it stands, for its card. Raises NotFound."""
        async with self._store.read() as books:
            found = await known(books, proposal)
            return await view(books, found, self._clocks.now(found))

    async def stored(self, proposal: ProposalId) -> Proposal:
        """Return a proposal without counting its ballots. Raises NotFound."""
        async with self._store.read() as books:
            return await known(books, proposal)

    async def placed(
        self, proposal: ProposalId, *, channel: ChannelId, card: MessageId, thread: ChannelId | None
    ) -> None:
        """Note where a proposal's card and its thread stand."""
        async with self._store.write() as books:
            found = await known(books, proposal)
            await books.proposals.save(replace(found, channel=channel, card=card, thread=thread or found.thread))
            await books.proposals.touch(proposal, self._clock.now())
            await books.commit()

    async def lost(self, proposal: ProposalId) -> None:
        """Have a card that somebody deleted posted again, once for each deletion, until the count is made."""
        async with self._store.write() as books:
            found = await known(books, proposal)
            now = self._clock.now()
            if found.card is None:
                return
            if found.state(now) not in (State.CLOSED, State.WITHDRAWN):
                await announce(books, found, Topic.PROPOSAL_CARD, f"card/after/{found.card}", found.channel, now)
            await books.proposals.save(replace(found, card=None))
            await books.commit()

    async def stale(self, debounce: int) -> list[ProposalId]:
        """Return the proposals whose card shows less than the facts, and was drawn `debounce` seconds ago or more."""
        async with self._store.read() as books:
            now = self._clock.now()
            return [p.id for p in await books.proposals.stale_cards(Timestamp(now - debounce), now)]

    async def drawn(self, proposal: ProposalId, at: Timestamp) -> None:
        """Note that a card was drawn from the facts of `at`."""
        async with self._store.write() as books:
            await books.proposals.shown(proposal, at)
            await books.commit()
