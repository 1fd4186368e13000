"""The public page of a proposal: what is voted on, the result with its chart, and what proves it; read-only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from math import floor
from typing import Protocol

from aiohttp import web

from bot.domain.audit.bundle.writing.bundle_builder import StoredBundle
from bot.domain.proposals.proposal import Proposal, State, Terms
from bot.domain.shared.amounts import exact, humane, percent
from bot.domain.shared.errors import NotCounted, NotFound
from bot.domain.shared.types import GuildId, Timestamp
from bot.domain.voting import SYSTEMS, Tally, Words, sentence
from bot.ports import Clock
from bot.web.server.rate_limits import TokenBuckets
from bot.web.shared.html import NOTHING, Html, fragment, join, prose
from bot.web.shared.responses import page

_PATH = r"/p/{guild:[1-9]\d{0,19}}/{number:[1-9]\d{0,8}}"
_KEPT = "public, max-age=60, must-revalidate"
"""Anybody may keep it for a minute: what moderators take back is gone after that."""
_MADE, _MADE_PER_SECOND = 6, 0.1
"""Tables that all visitors together may have made: at once, and then."""
_PHASES = {
    State.PENDING: "Voting has not begun.",
    State.VOTING: "Voting is open.",
    State.CLOSING: "Voting is over; the count is made a minute after the end.",
    State.HELD: "Voting is over; the count waits until every voter's power can be read again.",
}


class ResultService(Protocol):
    """Knows what anybody may see of a proposal."""

    async def public(self, guild: GuildId, number: int) -> tuple[Proposal, Tally | None, StoredBundle | None]:
        """Return a proposal with its terms as they stand, its tally if it may be seen, and what proves its result."""
        ...

    async def bundle(self, guild: GuildId, number: int) -> bytes:
        """Return a result's bundle as a gzip file."""
        ...

    async def table(self, guild: GuildId, number: int) -> bytes:
        """Return a result's ballots as CSV."""
        ...


class ProposalPages:
    """`/p/<server>/<number>`, and below it the files of its result, where moderators did not take them off the web.

    Everything is the same for everybody; what is not public looks like what never was.
    """

    def __init__(self, *, results: ResultService, clock: Clock) -> None:
        self._results, self._clock = results, clock
        self._makings = TokenBuckets(burst=_MADE, per_second=_MADE_PER_SECOND)
        self._last: tuple[GuildId, int, bytes] | None = None

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what these pages answer to."""
        return (
            web.get(_PATH, self._show),
            web.get(_PATH + "/result.json.gz", self._bundle),
            web.get(_PATH + "/ballots.csv", self._table),
        )

    async def _show(self, request: web.Request) -> web.Response:
        guild, number = _named(request)
        try:
            proposal, tally, kept = await self._results.public(guild, number)
        except NotFound:
            raise web.HTTPNotFound from None
        if proposal.terms is None:
            raise web.HTTPNotFound
        body = _body(proposal, proposal.terms, tally, kept, self._clock.now())
        made = page(request, proposal.text.title, body, cache=_KEPT)
        return _unless_known(request, made, sha256((made.text or "").encode()).hexdigest()[:32])

    async def _bundle(self, request: web.Request) -> web.Response:
        guild, number = _named(request)
        try:
            _, _, kept = await self._results.public(guild, number)
            if kept is None:
                raise web.HTTPNotFound
            known = _known(request, kept.cid)
            file = b"" if known else await self._results.bundle(guild, number)
        except (NotFound, NotCounted):
            raise web.HTTPNotFound from None
        made = _file(file, "application/gzip", f"proposal-{number}-result.json.gz")
        return _unless_known(request, made, kept.cid)

    async def _table(self, request: web.Request) -> web.Response:
        guild, number = _named(request)
        try:
            _, _, kept = await self._results.public(guild, number)
            if kept is None:
                raise web.HTTPNotFound
            file = await self._made(guild, number)
        except (NotFound, NotCounted):
            raise web.HTTPNotFound from None
        made = _file(file, "text/csv", f"proposal-{number}-ballots.csv")
        return _unless_known(request, made, sha256(file).hexdigest()[:32])

    async def _made(self, guild: GuildId, number: int) -> bytes:
        """Return the table that was made last, or make another: rarely, for a whole bundle is read for it."""
        if self._last is None or self._last[:2] != (guild, number):
            if self._makings.take("table"):
                raise web.HTTPTooManyRequests
            made = await self._results.table(guild, number)
            self._last = guild, number, made
            return made
        return self._last[2]


def _named(request: web.Request) -> tuple[GuildId, int]:
    guild, number = int(request.match_info["guild"]), int(request.match_info["number"])
    if guild >= 1 << 63:
        raise web.HTTPNotFound
    return GuildId(guild), number


def _file(content: bytes, kind: str, name: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": _KEPT}
    return web.Response(body=content, content_type=kind, headers=headers)


def _known(request: web.Request, tag: str) -> bool:
    return any(one.value in (tag, "*") for one in request.if_none_match or ())


def _unless_known(request: web.Request, made: web.Response, tag: str) -> web.Response:
    """Answer that nothing has changed to who has it already."""
    if _known(request, tag):
        made = web.Response(status=304, headers={"Cache-Control": made.headers["Cache-Control"]})
    made.etag = tag
    return made


def _body(proposal: Proposal, terms: Terms, tally: Tally | None, kept: StoredBundle | None, now: Timestamp) -> Html:
    text, symbol = proposal.text, terms.symbol
    if proposal.result is not None:
        phase = sentence(
            proposal.result.outcome,
            proposal.result.tally,
            proposal.voting,
            proposal.choices,
            Words(amount=lambda score: f"{humane(floor(score), terms.scale)} {symbol}", exact=False),
        )
    else:
        phase = _PHASES.get(proposal.state(now), "")
    blocks = (
        fragment("proposals/proposal_block.html").fill(chain=chain, number=f"{block.number:,}", hash=block.hash)
        for chain, block in terms.snapshot.items()
    )
    return fragment("proposals/proposal.html").fill(
        title=text.title,
        phase=phase,
        summary=fragment("shared/lead.html").fill(text=text.summary) if text.summary else NOTHING,
        number=proposal.number,
        start=_moment(terms.start),
        start_iso=_iso(terms.start),
        end=_moment(terms.end),
        end_iso=_iso(terms.end),
        quorum=f"{humane(terms.quorum, terms.scale)} {symbol}" if terms.quorum else "none",
        votes=_votes(proposal, terms, tally, now),
        proof=_proof(proposal, terms, kept) if kept else NOTHING,
        body=prose(text.body),
        discussion=fragment("shared/discussion.html").fill(address=text.discussion) if text.discussion else NOTHING,
        blocks=join(blocks),
        cid=proposal.cid or "",
    )


def _votes(proposal: Proposal, terms: Terms, tally: Tally | None, now: Timestamp) -> Html:
    if tally is None:
        hidden = "How members vote is hidden until the result."
        return fragment("shared/lead.html").fill(text=hidden) if proposal.state(now) is not State.PENDING else NOTHING
    whole = sum(tally.scores)
    rows = (
        fragment("proposals/proposal_row.html").fill(
            label=label,
            share=percent(score, whole, beside=terms.threshold.share),
            amount=f"{exact(floor(score), terms.scale)} {terms.symbol}",
            width=f"{floor(1_000 * score / whole) / 10 if whole else 0:g}",
        )
        for label, score in zip(proposal.choices, tally.scores, strict=True)
    )
    turnout = f"{tally.ballots:,} wallets with {exact(tally.total, terms.scale)} {terms.symbol}."
    return fragment("proposals/proposal_votes.html").fill(
        title="Result" if proposal.result else "So far",
        rows=join(rows),
        turnout=" ".join(filter(None, (turnout, SYSTEMS[proposal.voting].brief))),
    )


def _proof(proposal: Proposal, terms: Terms, kept: StoredBundle) -> Html:
    here = f"/p/{proposal.guild}/{proposal.number}"
    nodes = " ".join(f"{chain}=URL" for chain in terms.snapshot)
    name = f"proposal-{proposal.number}-result.json.gz"
    return fragment("proposals/proposal_proof.html").fill(
        bundle=f"{here}/result.json.gz",
        table=f"{here}/ballots.csv",
        size=f"{kept.size / 1024:,.0f} KiB",
        command=f"folkmoot verify {name} --cid {kept.cid} --rpc {nodes}",
        cid=kept.cid,
        root=kept.root,
    )


def _moment(at: Timestamp) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%d %B %Y, %H:%M UTC")


def _iso(at: Timestamp) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
