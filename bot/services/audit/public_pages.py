"""What anybody may read on the web: proposals, results, ballots, campaigns and treasuries of public spaces."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.audit.public_view import PublicBallots, PublicNews, PublicProposal, PublicServer
from bot.domain.proposals.proposal import State
from bot.domain.shared.errors import NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import GuildId
from bot.domain.spaces.space import Space
from bot.domain.voting.ballot_listing import BallotListing
from bot.ports import Clock, Repositories, Store
from bot.services.shared.lookup import numbered
from bot.services.shared.proposal_view import ProposalView, view

MOST_UNCOUNTED, RESULTS, NEWS = 100, 25, 25
"""The most votes without a result that are listed, results on a page, and entries of each kind in a feed."""


class PublicPages:
    """Reads what moderators made public. Everything private raises NotFound, as if it did not exist."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def proposal(self, guild: GuildId, number: int) -> PublicProposal:
        """Return a proposal; neither drafts nor withdrawn ones. Raises NotFound."""
        async with self._store.read() as repos:
            found, space = await self._found(repos, guild, number)
            way = found.progress
            return PublicProposal(
                proposal=found.proposal,
                state=found.state,
                space=space,
                tally=found.tally,
                voted=None if way is None else way.ballots,
                turnout=None if way is None else way.turnout,
                reached=None if way is None else way.reached,
                kept=await repos.bundles.get(found.proposal.id),
            )

    async def ballots(self, guild: GuildId, number: int, asked: BallotListing) -> PublicBallots:
        """Return the ballots of a proposal that is counted or whose votes everybody may see. Raises NotFound."""
        async with self._store.read() as repos:
            return await open_ballots(repos, *await self._found(repos, guild, number), asked)

    async def server(self, guild: GuildId, page: int) -> PublicServer:
        """Return what is public of a server, with one page of its results, counted from 1. Raises NotFound."""
        async with self._store.read() as repos:
            spaces = await self._public(repos, guild)
            ids = [space.id for space in spaces]
            return PublicServer(
                spaces=spaces,
                uncounted=await repos.proposals.uncounted_in(ids, MOST_UNCOUNTED),
                counted=await repos.proposals.counted_in(ids, RESULTS, (page - 1) * RESULTS),
                many_counted=await repos.proposals.how_many_counted_in(ids),
                campaigns=[one for space in ids for one in await repos.treasury.campaigns(space)],
                watches=[one for space in ids for one in await repos.treasury.watches(space)],
            )

    async def news(self, guild: GuildId) -> PublicNews:
        """Return the entries of a server's feeds. Raises NotFound."""
        async with self._store.read() as repos:
            spaces = await self._public(repos, guild)
            ids = [space.id for space in spaces]
            return PublicNews(
                spaces=spaces,
                opened=await repos.proposals.opened_in(ids, self._clock.now(), NEWS),
                counted=await repos.proposals.counted_in(ids, NEWS, 0),
            )

    async def _found(self, repos: Repositories, guild: GuildId, number: int) -> tuple[ProposalView, Space]:
        proposal = await numbered(repos, guild, number)
        space = await repos.spaces.get(proposal.space)
        hidden = proposal.submitted_at is None or proposal.state(self._clock.now()) is State.WITHDRAWN
        if hidden or not space.public:
            raise NotFound(Thing.PROPOSAL, str(number))
        return await view(repos, proposal, self._clock.now()), space

    async def _public(self, repos: Repositories, guild: GuildId) -> list[Space]:
        spaces = [space for space in await repos.spaces.of(guild, archived=True) if space.public]
        if not spaces:
            raise NotFound(Thing.SERVER, "")
        return spaces


async def open_ballots(repos: Repositories, found: ProposalView, space: Space, asked: BallotListing) -> PublicBallots:
    """Return the ballots of a proposal that is counted or whose votes everybody may see."""
    proposal, state = found.proposal, found.state
    if found.tally is None or state is State.PENDING:
        return PublicBallots(proposal=proposal, state=state, space=space, ballots=None, many=0)
    asked = replace(asked, without=proposal.recused)
    ballots, many = await repos.ballots.listed(proposal.id, asked)
    return PublicBallots(proposal=proposal, state=state, space=space, ballots=ballots, many=many)
