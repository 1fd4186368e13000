"""Who voted, by wallet, with power and mark: where votes are open to all, or are counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from aiohttp import web

from bot.domain.audit.public_view import PublicBallots
from bot.domain.proposals.proposal import Proposal, State, Terms
from bot.domain.shared.addresses import checksummed, short
from bot.domain.shared.amounts import exact, humane
from bot.domain.shared.errors import NotFound
from bot.domain.shared.types import Address, GuildId
from bot.domain.voting.ballot import Ballot
from bot.domain.voting.ballot_listing import BallotListing, Order, part_of_address
from bot.presentation.ballots.mark_words import mark_entries
from bot.presentation.catalogue.formats import moment
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.safe_text import cut, visible
from bot.web.shared.html import Html, fragment, join
from bot.web.shared.navigation import crumbs, pager, said
from bot.web.shared.public_answers import (
    KEPT,
    PROPOSAL_PATH,
    iso,
    page_named,
    proposal_named,
    short_moment,
    unless_known,
)
from bot.web.shared.responses import page

PAGE = 100
"""Ballots on a page."""
_IN_A_ROW = 40
"""Signs of a mark in a list; its own page has all of it."""
_WHOLE = 10_000
_ORDERS = {Order.POWER: N_("Most power first"), Order.TIME: N_("Newest first"), Order.WALLET: N_("By address")}


class BallotService(Protocol):
    """Knows the ballots that anybody may see."""

    async def ballots(self, guild: GuildId, number: int, asked: BallotListing) -> PublicBallots:
        """Return ballots of a public proposal. Raises NotFound."""
        ...


class VoterPages:
    """`/p/<server>/<number>/voters`, and below it a page for each wallet that voted."""

    def __init__(self, *, ballots: BallotService) -> None:
        self._ballots = ballots

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what these pages answer to."""
        return (
            web.get(PROPOSAL_PATH + "/voters", self._list),
            web.get(PROPOSAL_PATH + r"/voters/{wallet:0x[0-9a-fA-F]{40}}", self._one),
        )

    async def _list(self, request: web.Request) -> web.Response:
        guild, number = proposal_named(request)
        at, typed = page_named(request), request.query.get("q", "").strip()[:48]
        order = next((one for one in Order if one == request.query.get("sort")), Order.POWER)
        part = part_of_address(typed)
        begins, ends = part or ("", "")
        asked = BallotListing(order=order, begins=begins, ends=ends, offset=(at - 1) * PAGE, limit=PAGE)
        found = await self._found(guild, number, asked)
        here = f"/p/{guild}/{number}/voters"
        query = {"sort": order.value, **({"q": typed} if typed else {})}
        body = fragment("audit/voters.html").fill(
            crumbs=_way_back(found, _("Who voted"), here),
            heading=_("Who voted"),
            title=found.proposal.text.title,
            told=said(_told(found)),
            search_label=_("Address of a wallet, or its beginning"),
            q=typed,
            sort_label=_("Order"),
            orders=join(_orders(order)),
            show=_("Show"),
            found=_table(found, at, typed if part is None or any(part) else "", known=part is not None),
            pager=pager(here, query, at, 0 if part is None else found.many, PAGE),
        )
        title = _("Who voted: {title}", title=found.proposal.text.title)
        return unless_known(request, page(request, title, body, cache=KEPT, kind="public"))

    async def _one(self, request: web.Request) -> web.Response:
        guild, number = proposal_named(request)
        wallet = Address(request.match_info["wallet"].lower())
        found = await self._found(guild, number, BallotListing(begins=wallet[2:], limit=1))
        if not found.ballots or (terms := found.proposal.terms) is None:
            raise web.HTTPNotFound
        ballot, here = found.ballots[0], f"/p/{guild}/{number}/voters"
        entries = mark_entries(ballot.mark, found.proposal.choices, found.proposal.voting, quote=_plain, room=_WHOLE)
        body = fragment("audit/voter.html").fill(
            crumbs=_way_back(found, short(wallet), f"{here}/{wallet}"),
            heading=_("The ballot of {wallet}", wallet=short(wallet)),
            title=found.proposal.text.title,
            wallet_label=_("Wallet"),
            wallet=checksummed(wallet),
            mark_label=_("Voted"),
            mark=_isolated(entries),
            power_label=_("With a power of"),
            power=f"{exact(ballot.power, terms.scale)} {terms.symbol}",
            time_label=_("Cast"),
            iso=iso(ballot.cast_at),
            time=moment(ballot.cast_at),
            told=join(said(text) for text in _how(ballot, found)),
        )
        title = _("{wallet}: {title}", wallet=short(wallet), title=found.proposal.text.title)
        return unless_known(request, page(request, title, body, cache=KEPT, kind="public"))

    async def _found(self, guild: GuildId, number: int, asked: BallotListing) -> PublicBallots:
        try:
            return await self._ballots.ballots(guild, number, asked)
        except NotFound:
            raise web.HTTPNotFound from None


def _way_back(found: PublicBallots, name: str, here: str) -> Html:
    proposal = found.proposal
    index, own = f"/p/{proposal.guild}", f"/p/{proposal.guild}/{proposal.number}"
    steps = [(found.space.name, index), (f"#{proposal.number}", own)]
    if here != f"{own}/voters":
        steps.append((_("Who voted"), f"{own}/voters"))
    return crumbs([*steps, (name, here)])


def _told(found: PublicBallots) -> str:
    if found.ballots is None:
        if found.state is State.PENDING:
            return _("Voting has not begun.")
        return _("How members vote is hidden until the result.")
    if found.proposal.result is not None:
        return _("These are the ballots that were counted, one for each wallet.")
    return _("These are the ballots so far. Each can be changed until voting ends.")


def _orders(chosen: Order) -> Iterable[Html]:
    for order, words in _ORDERS.items():
        name = "audit/voters_order_chosen.html" if order is chosen else "audit/voters_order.html"
        yield fragment(name).fill(value=order.value, words=_(words))


def _table(found: PublicBallots, at: int, typed: str, *, known: bool) -> Html:
    proposal = found.proposal
    if not known:
        return said(_("That is no part of an address. Type how one begins, such as 0x12ab."))
    if found.ballots is None or (terms := proposal.terms) is None:
        return said("")
    if not found.ballots:
        if typed:
            return said(_("No wallet with {typed} has voted here.", typed=typed))
        return said(_("Nobody has voted yet. The proposal's card on Discord has the buttons.") if at == 1 else "")
    first = (at - 1) * PAGE + 1
    caption = ngettext(
        "{first} to {last} of {number} wallet",
        "{first} to {last} of {number} wallets",
        found.many,
        first=f"{first:,}",
        last=f"{first + len(found.ballots) - 1:,}",
    )
    return fragment("audit/voters_table.html").fill(
        caption=caption,
        wallet=_("Wallet"),
        mark=_("Voted"),
        power=_("Power in {symbol}", symbol=terms.symbol),
        time=_("Cast (UTC)"),
        rows=join(_row(ballot, proposal, terms) for ballot in found.ballots),
    )


def _row(ballot: Ballot, proposal: Proposal, terms: Terms) -> Html:
    return fragment("audit/voters_row.html").fill(
        address=f"/p/{proposal.guild}/{proposal.number}/voters/{ballot.wallet}",
        wallet=short(ballot.wallet),
        mark=_isolated(
            _first(mark_entries(ballot.mark, proposal.choices, proposal.voting, quote=_plain, room=_IN_A_ROW))
        ),
        power=humane(ballot.power, terms.scale),
        iso=iso(ballot.cast_at),
        time=short_moment(ballot.cast_at),
    )


def _first(entries: Sequence[str]) -> Sequence[str]:
    """Return as many of what is marked as a row takes, and how many more there are."""
    kept: list[str] = []
    for at, entry in enumerate(entries):
        if kept and sum(map(len, kept)) + len(entry) > _IN_A_ROW:
            more = len(entries) - at
            return [*kept, ngettext("{number} more", "{number} more", more)]
        kept.append(cut(entry, _IN_A_ROW))
    return kept


def _isolated(entries: Sequence[str]) -> Html:
    """Put each entry into an element of its own, so that right-to-left text does not reorder what is beside it."""
    comma = fragment("audit/comma.html").fill()
    parts: list[Html] = []
    for entry in entries:
        parts += [comma] if parts else []
        parts.append(fragment("shared/public/bdi.html").fill(text=entry))
    return join(parts)


def _plain(text: str, limit: int) -> str:
    """Write a member's words on one line."""
    return cut(" ".join(visible(text).split()), limit) or _("(no visible text)")


def _how(ballot: Ballot, found: PublicBallots) -> Iterable[str]:
    if ballot.via is not None:
        yield _("A delegate cast it for the owner of this wallet.")
    if ballot.signed is not None:
        yield _("The wallet signed it.")
    yield _told(found)
