"""Who voted, and how: the wallets of a vote whose ballots everybody may see, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import discord

from bot.domain.audit.public_view import PublicBallots
from bot.domain.proposals.proposal import Terms
from bot.domain.shared.addresses import short
from bot.domain.shared.errors import NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ProposalId, Units
from bot.domain.voting.ballot import Ballot
from bot.domain.voting.ballot_listing import BallotListing
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from cogs._shared.cards import Card, Row
from cogs._shared.components import Parsers, ProposalItem, pressed
from cogs._shared.formatting import amount, cut_quoted, mark_words
from cogs._shared.replies import Interaction, answer
from cogs._shared.seen_proposals import pressed_proposal

PAGE = 10
"""Wallets on a page."""
_LINE = 240
"""Signs of a line; the most there are fit into a message."""
_TITLE = 120


class VotersButton(ProposalItem, template=r"voters:(?P<proposal>\d{1,18})(?::(?P<page>\d{1,5}))?"):
    """Shows them to whoever presses, those with the most power first; with a page, in place of another page."""

    READ: ClassVar[Parsers] = {"page": int}

    def __init__(self, proposal: ProposalId, page: int | None = None, label: str = "") -> None:
        super().__init__(
            proposal,
            discord.ui.Button(
                label=label or _("Who voted"),
                style=discord.ButtonStyle.secondary,
                custom_id=f"voters:{proposal}" if page is None else f"voters:{proposal}:{page}",
            ),
        )
        self.page = page

    @pressed("voting", first="update")
    async def turn(self, interaction: Interaction) -> None:
        """Show another page in place of the one that was pressed."""
        await self._show(interaction, self.page or 0)

    @pressed("voting")
    async def begin(self, interaction: Interaction) -> None:
        """Show the first page."""
        await self._show(interaction, 0)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show them."""
        await (self.begin if self.page is None else self.turn)(interaction)

    async def _show(self, interaction: Interaction, page: int) -> None:
        found = await pressed_proposal(interaction, self.proposal)
        if found.terms is None:
            raise NotFound(Thing.PROPOSAL, "")
        results = interaction.client.app.results
        listed = await results.ballots(found.id, BallotListing(offset=page * PAGE, limit=PAGE))
        if page > (last := max(listed.many - 1, 0) // PAGE):  # there were more, or never as many
            page = last
            listed = await results.ballots(found.id, BallotListing(offset=page * PAGE, limit=PAGE))
        if listed.ballots is None:
            told = _("How members vote is hidden until the result. Next: come back when it is out.")
            await answer(interaction, told)
        elif not listed.many:
            await answer(interaction, _("Nobody has voted yet."))
        else:
            await answer(interaction, view=voters_card(listed, page, [_pages(found.id, page, listed.many)]))


def voters_card(listed: PublicBallots, page: int, rows: Iterable[Row] = ()) -> Card:
    """List one page of wallets, from 0, each with what it voted and with how much power; `rows` turn the page."""
    proposal, terms = listed.proposal, listed.proposal.terms
    if terms is None or listed.ballots is None:
        raise ValueError("there is nothing to list")
    lines = [_line(ballot, listed, terms) for ballot in listed.ballots]
    title = cut_quoted(proposal.text.title, _TITLE)
    head = [_("### Who voted"), _("On #{number} “{title}”.", number=proposal.number, title=title)]
    many = ngettext("{number} wallet, the most power first", "{number} wallets, the most power first", listed.many)
    last = -(-listed.many // PAGE)
    where = _("page {page} of {last}", page=page + 1, last=last)
    small = " · ".join([many, *([where] if last > 1 else []), _("whose they are is not shown")])
    return Card(["\n".join(head), "\n".join(lines), f"-# {small}"], rows)


def _line(ballot: Ballot, listed: PublicBallots, terms: Terms) -> str:
    power = amount(Units(ballot.power), terms.scale, terms.symbol)
    mark = mark_words(ballot.mark, listed.proposal.choices, listed.proposal.voting)
    if len(mark) > _LINE:
        mark = cut_quoted(mark.replace("\\", ""), _LINE)
    return f"`{short(ballot.wallet)}` {power}: **{mark}**"


def _pages(proposal: ProposalId, page: int, many: int) -> Row:
    items = [VotersButton(proposal, page - 1, _("Back"))] if page else []
    items += [VotersButton(proposal, page + 1, _("More"))] if (page + 1) * PAGE < many else []
    return items
