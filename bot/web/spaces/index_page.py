"""The index of a server: open votes, results, campaigns and treasuries, where moderators made them public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import floor

from aiohttp import web

from bot.domain.audit.public_view import PublicServer
from bot.domain.proposals.proposal import Proposal, State
from bot.domain.shared.addresses import short
from bot.domain.shared.amounts import exact
from bot.domain.shared.errors import NotFound
from bot.domain.shared.types import ChainId, SpaceId
from bot.domain.treasury.campaigns import Campaign, Watch
from bot.ports import Clock
from bot.presentation.campaigns.campaign_progress import campaign_progress
from bot.presentation.catalogue.formats import moment
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.web.proposals.outcome import outcome_of
from bot.web.shared.html import NOTHING, Html, fragment, join
from bot.web.shared.navigation import pager, said
from bot.web.shared.public_answers import GUILD_PATH, KEPT, guild_named, iso, page_named, unless_known
from bot.web.shared.public_head import alternate, described
from bot.web.shared.responses import page
from bot.web.spaces.public_server import ServerService

PAGE = 25
"""Results on a page."""
_STATES = {
    State.PENDING: N_("Voting has not begun. It opens on {start}."),
    State.VOTING: N_("Voting is open until {end}."),
    State.CLOSING: N_("Voting is over; the count is made a minute after the end."),
    State.HELD: N_("Voting is over; the count waits until every voter's power can be read again."),
}


class IndexPages:
    """`/p/<server>`. `origin` is where the site is, `chains` are the names of chains."""

    def __init__(self, *, servers: ServerService, clock: Clock, origin: str, chains: Mapping[ChainId, str]) -> None:
        self._servers, self._clock, self._origin, self._chains = servers, clock, origin, chains

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what these pages answer to."""
        return (web.get(GUILD_PATH, self._show),)

    async def _show(self, request: web.Request) -> web.Response:
        guild, at = guild_named(request), page_named(request)
        try:
            found = await self._servers.server(guild, at)
        except NotFound:
            raise web.HTTPNotFound from None
        name, here = found.spaces[0].name, f"/p/{guild}"
        now, names = self._clock.now(), {space.id: space.name for space in found.spaces[1:]}
        running = [one for one in found.uncounted if one.state(now) is not State.PENDING]
        coming = [one for one in found.uncounted if one.state(now) is State.PENDING]
        sections = [
            _section(
                "open",
                _("Open votes"),
                [_proposal(one, self._phase(one), names) for one in running],
                _("No vote is open. On Discord, /proposal new begins one."),
            ),
            _section("coming", _("Votes to come"), [_proposal(one, self._phase(one), names) for one in coming], ""),
            _section(
                "results",
                _("Results"),
                [_proposal(one, outcome_of(one), names) for one in found.counted],
                _("No vote is counted yet.") if at == 1 else _("There are no results on this page."),
                pager(here, {}, at, found.many_counted, PAGE),
            ),
            _section(
                "campaigns",
                _("Campaigns"),
                [self._campaign(one) for one in found.campaigns],
                _("No campaign raises funds here."),
            ),
            _treasuries(found.watches, self._chains),
        ]
        body = fragment("spaces/index.html").fill(
            name=name,
            lead=_lead(found),
            sections=join(sections),
            feeds=_("Feeds of what opens and what is decided:"),
            atom=f"{here}/feed.atom",
            json=f"{here}/feed.json",
        )
        head = join(
            [
                described(title=name, description=_lead(found), site="Folkmoot", address=f"{self._origin}{here}"),
                alternate("application/atom+xml", name, f"{here}/feed.atom"),
                alternate("application/feed+json", name, f"{here}/feed.json"),
            ]
        )
        return unless_known(request, page(request, name, body, cache=KEPT, head=head, kind="public"))

    def _phase(self, proposal: Proposal) -> str:
        terms = proposal.terms
        words = _STATES.get(proposal.state(self._clock.now()))
        if terms is None or words is None:
            return ""
        return _(words, start=moment(terms.start), end=moment(terms.end))

    def _campaign(self, campaign: Campaign) -> Html:
        reading, standing = campaign.reading, campaign_progress(campaign)
        words = (
            _("{held} of {aim} held, {share}.", held=standing.held, aim=standing.aim, share=standing.share)
            if reading
            else _("Not read yet; it aims at {aim}.", aim=standing.aim)
        )
        milestones = ngettext(
            "{reached} of {number} milestone is reached.",
            "{reached} of {number} milestones are reached.",
            standing.many,
            reached=standing.reached,
        )
        at = _read_at(reading.block.chain, reading.block.number, self._chains) if reading else ""
        return fragment("spaces/campaign.html").fill(
            title=campaign.title,
            words=" ".join(filter(None, (words, milestones))),
            width=f"{floor(1_000 * standing.part) / 10:g}",
            at=at,
        )


def _lead(found: PublicServer) -> str:
    running = len(found.uncounted)
    return " ".join(
        (
            ngettext("{number} vote is open or to come.", "{number} votes are open or to come.", running),
            ngettext("{number} vote is decided.", "{number} votes are decided.", found.many_counted),
        )
    )


def _section(name: str, title: str, entries: Sequence[Html], empty: str, after: Html = NOTHING) -> Html:
    if not entries and not empty:
        return NOTHING
    listed = fragment("spaces/list.html").fill(entries=join(entries)) if entries else said(empty, "small")
    return fragment("spaces/section.html").fill(id=name, label=name, title=title, entries=listed, after=after)


def _proposal(proposal: Proposal, words: str, names: Mapping[SpaceId, str]) -> Html:
    terms, space = proposal.terms, names.get(proposal.space, "")
    at = proposal.result.counted_at if proposal.result else terms.end if terms else proposal.created_at
    return fragment("spaces/proposal.html").fill(
        address=f"/p/{proposal.guild}/{proposal.number}",
        title=proposal.text.title,
        words=words,
        about=" · ".join(filter(None, (f"#{proposal.number}", space))),
        iso=iso(at),
        time=_("Counted {time}", time=moment(at)) if proposal.result else _("Ends {time}", time=moment(at)),
    )


def _treasuries(watches: Sequence[Watch], chains: Mapping[ChainId, str]) -> Html:
    if not watches:
        return _section("treasury", _("Treasury"), [], _("No treasury is watched here."))
    rows = (
        fragment("spaces/holding.html").fill(
            label=watch.label,
            holder=short(watch.holding.holder),
            amount=f"{exact(watch.reading.amount, watch.decimals)} {watch.symbol}" if watch.reading else "?",
            at=_read_at(watch.reading.block.chain, watch.reading.block.number, chains)
            if watch.reading
            else _("not read yet"),
        )
        for watch in watches
    )
    table = fragment("spaces/holdings.html").fill(
        treasury=_("Treasury"), holds=_("Holds"), at=_("Read at"), rows=join(rows)
    )
    return fragment("spaces/section.html").fill(
        id="treasury", label="treasury", title=_("Treasury"), entries=table, after=NOTHING
    )


def _read_at(chain: ChainId, block: int, chains: Mapping[ChainId, str]) -> str:
    return _("{chain}, block {block}", chain=chains.get(chain) or _("chain {number}", number=chain), block=f"{block:,}")
