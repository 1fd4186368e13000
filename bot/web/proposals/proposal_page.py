"""The public pages of a proposal: what is voted on, the result with its chart, and what proves it; read-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from aiohttp import web

from bot.domain.audit.public_view import PublicProposal
from bot.domain.shared.errors import NotCounted, NotFound
from bot.domain.shared.types import ChainId, GuildId
from bot.presentation.pictures.drawing_process import DrawingProcess, NotDrawn
from bot.presentation.pictures.result_image import result_image
from bot.presentation.pictures.result_picture import ResultPicture
from bot.presentation.results.drawn_result import result_picture
from bot.web.proposals.proposal_body import description_of, proposal_body
from bot.web.proposals.result_pictures import shown_at
from bot.web.server.rate_limits import TokenBuckets
from bot.web.shared.public_answers import KEPT, PROPOSAL_PATH, file, is_known, proposal_named, unless_known
from bot.web.shared.public_head import described
from bot.web.shared.responses import page

_MADE, _MADE_PER_SECOND = 6, 0.1
"""Tables that all visitors together may have made: at once, and per second after that."""


class ProposalService(Protocol):
    """Knows what anybody may see of a proposal."""

    async def proposal(self, guild: GuildId, number: int) -> PublicProposal:
        """Return a proposal of a public space. Raises NotFound."""
        ...


class ResultFiles(Protocol):
    """Hands out the files of results, public or not."""

    async def bundle(self, guild: GuildId, number: int) -> bytes:
        """Return a result's bundle as a gzip file."""
        ...

    async def table(self, guild: GuildId, number: int) -> bytes:
        """Return a result's ballots as CSV."""
        ...


class ProposalPages:
    """`/p/<server>/<number>`, and below it the files of its result, where moderators made them public.

    Pages are the same for every visitor; what is not public looks like what does not exist.
    """

    def __init__(
        self,
        *,
        proposals: ProposalService,
        files: ResultFiles,
        origin: str,
        chains: Mapping[ChainId, str],
        drawing: DrawingProcess,
    ) -> None:
        self._proposals, self._files = proposals, files
        self._origin, self._chains = origin, chains
        self._drawing = drawing
        self._makings = TokenBuckets(burst=_MADE, per_second=_MADE_PER_SECOND)
        self._last: tuple[GuildId, int, bytes] | None = None

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what these pages answer to."""
        return (
            web.get(PROPOSAL_PATH, self._show),
            web.get(PROPOSAL_PATH + "/result.json.gz", self._bundle),
            web.get(PROPOSAL_PATH + "/ballots.csv", self._table),
            web.get(PROPOSAL_PATH + "/result.png", self._picture),
        )

    async def _show(self, request: web.Request) -> web.Response:
        guild, number = proposal_named(request)
        found = await self._found(guild, number)
        if found.proposal.terms is None:
            raise web.HTTPNotFound
        body = proposal_body(found, found.proposal.terms, self._chains)
        address, picture = f"{self._origin}/p/{guild}/{number}", _picture_of(found)
        head = described(
            title=found.proposal.text.title,
            description=description_of(found),
            site=found.space.name,
            address=address,
            picture=None if picture is None else shown_at(f"{address}/result.png", picture),
        )
        made = page(request, found.proposal.text.title, body, cache=KEPT, head=head, kind="public")
        return unless_known(request, made)

    async def _bundle(self, request: web.Request) -> web.Response:
        guild, number = proposal_named(request)
        kept = (await self._found(guild, number)).kept
        if kept is None:
            raise web.HTTPNotFound
        try:
            content = b"" if is_known(request, kept.cid) else await self._files.bundle(guild, number)
        except (NotFound, NotCounted):
            raise web.HTTPNotFound from None
        made = file(content, "application/gzip", f"proposal-{number}-result.json.gz")
        return unless_known(request, made, kept.cid)

    async def _table(self, request: web.Request) -> web.Response:
        guild, number = proposal_named(request)
        if (await self._found(guild, number)).kept is None:
            raise web.HTTPNotFound
        try:
            content = await self._made(guild, number)
        except (NotFound, NotCounted):
            raise web.HTTPNotFound from None
        return unless_known(request, file(content, "text/csv", f"proposal-{number}-ballots.csv"))

    async def _picture(self, request: web.Request) -> web.Response:
        guild, number = proposal_named(request)
        picture = _picture_of(await self._found(guild, number))
        if picture is None:
            raise web.HTTPNotFound
        try:
            content = await self._drawing.draw(result_image, picture)
        except NotDrawn:
            raise web.HTTPServiceUnavailable from None
        made = web.Response(body=content, content_type="image/png", headers={"Cache-Control": KEPT})
        return unless_known(request, made)

    async def _found(self, guild: GuildId, number: int) -> PublicProposal:
        try:
            return await self._proposals.proposal(guild, number)
        except NotFound:
            raise web.HTTPNotFound from None

    async def _made(self, guild: GuildId, number: int) -> bytes:
        """Return the table that was made last, or make another, at a limited rate because that reads a whole bundle."""
        if self._last is None or self._last[:2] != (guild, number):
            if self._makings.take("table"):
                raise web.HTTPTooManyRequests
            made = await self._files.table(guild, number)
            self._last = guild, number, made
            return made
        return self._last[2]


def _picture_of(found: PublicProposal) -> ResultPicture | None:
    """Return what is drawn of a result; None before it."""
    proposal = found.proposal
    if proposal.result is None or proposal.terms is None:
        return None
    return result_picture(proposal, proposal.result, proposal.terms)
