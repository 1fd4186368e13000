"""Several proposals on a page, a line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.proposals.proposal import State
from bot.domain.shared.types import SpaceId
from bot.presentation.catalogue.formats import listed
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.results.choice_standings import choice_standings
from bot.services.shared.proposal_view import ProposalView
from cogs._shared.cards import Card
from cogs._shared.formatting import quoted
from cogs.proposals.proposal_cards import card_url, phase

PER_PAGE = 10
_CHOICE, _REASON = 40, 60
_TITLES, _LINES = (70, 50, 30), 3_700
"""Lengths to which titles are cut until the lines fit, and their room, of the signs that a message holds."""
_FEW = 3
"""Choices that are named where several lead."""
_WANTED = {
    "open": N_("Proposals: open"),
    "upcoming": N_("Proposals: upcoming"),
    "over": N_("Proposals: over"),
    "withdrawn": N_("Proposals: withdrawn"),
    "my drafts": N_("Proposals: my drafts"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPage:
    """One page of a list: its proposals, which page of how many it is, and how many proposals there are on all."""

    views: Sequence[ProposalView]
    page: int
    pages: int
    many: int


def listed_page(views: Sequence[ProposalView], page: int) -> ListedPage:
    """Return a page of proposals, from 1; a number out of range is the nearest page."""
    pages = max(1, -(-len(views) // PER_PAGE))
    page = min(max(page, 1), pages)
    shown = views[(page - 1) * PER_PAGE : page * PER_PAGE]
    return ListedPage(views=shown, page=page, pages=pages, many=len(views))


def proposal_list(shown: ListedPage, wanted: str | None, names: Mapping[SpaceId, str] | None = None) -> Card:
    """Show a page of proposals, newest first; an empty one teaches. `names` are those of several spaces."""
    title = _(_WANTED[wanted]) if wanted in _WANTED else _("Proposals")
    if not shown.views:
        told = _("There is none to show. Next: /proposal new starts one; /power shows your voting power.")
        return Card([f"### {title}\n{told}"])
    lines = ""
    for title_room in _TITLES:
        lines = "\n".join(_line(view, names or {}, title_room) for view in shown.views)
        if len(lines) <= _LINES:
            break
    foot = [ngettext("{number} proposal", "{number} proposals", shown.many)]
    if shown.pages > 1:
        foot.append(_("page {page} of {last}", page=shown.page, last=shown.pages))
        foot.append(_("another with {option}", option="/proposal list page:"))
    small = " · ".join([*foot, _("/proposal view shows one")])
    return Card([f"### {title}\n{lines}", f"-# {small}"])


def leading_words(view: ProposalView) -> str:
    """Name the choice that leads, or that came first, with its share; nothing while votes are hidden or none is cast.

    "Wins" is said nowhere: what is decided, the phase before it says.
    """
    proposal, tally, terms = view.proposal, view.tally, view.proposal.terms
    if view.hidden or tally is None or terms is None or not tally.total:
        return ""
    first = [standing for standing in choice_standings(proposal, tally, terms) if standing.leads]
    if not first:
        return ""
    names = [quoted(standing.label, _CHOICE) for standing in first[:_FEW]]
    if len(first) > len(names):
        names.append(ngettext("{number} more", "{number} more", len(first) - len(names)))
    facts = {"choice": listed(names), "figure": first[0].figure}
    over = proposal.result is not None
    if tally.pairs:
        return _("{choice} first", **facts) if over else _("{choice} leads", **facts)
    if len(first) > 1:
        return _("{choice} level, {figure} each", **facts)
    return _("{choice} with {figure}", **facts) if over else _("{choice} leads with {figure}", **facts)


def _line(view: ProposalView, names: Mapping[SpaceId, str], title_room: int) -> str:
    proposal = view.proposal
    terms, url, tombstone = proposal.terms, card_url(proposal), proposal.tombstone
    title = quoted(proposal.text.title, title_room)
    parts = [f"**#{proposal.number}** {phase(view)}", title if tombstone is None else f"~~{title}~~"]
    if tombstone is not None:
        parts += [quoted(tombstone.reason, _REASON)] if tombstone.reason else []
    elif terms is not None and view.state is State.PENDING:
        parts.append(_("opens {when}", when=f"<t:{terms.start}:R>"))
    elif terms is not None:
        parts += [_("ends {when}", when=f"<t:{terms.end}:R>")] if view.state is State.VOTING else []
        parts += [lead] if (lead := leading_words(view)) else []
    parts += [quoted(name)] if (name := names.get(proposal.space)) else []
    parts += [_("[card]({url})", url=url)] if url else []
    return " · ".join(parts)
