"""Several proposals on a page, a line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord

from bot.domain.proposals.proposal import State
from bot.domain.shared.amounts import percent
from bot.domain.shared.types import SpaceId
from bot.services.shared.proposal_view import ProposalView
from cogs._shared.formatting import (
    plural,
    quoted,
)
from cogs.proposals.proposal_cards import card_url, phase

PER_PAGE = 10


def proposal_list(
    views: Sequence[ProposalView], page: int, wanted: str | None, names: Mapping[SpaceId, str] | None = None
) -> discord.Embed:
    """Show a page of proposals, newest first; an empty one teaches. `names` are those of several spaces."""
    pages = max(1, -(-len(views) // PER_PAGE))
    page = min(max(page, 1), pages)
    shown = views[(page - 1) * PER_PAGE : page * PER_PAGE]
    title = f"Proposals: {wanted}" if wanted else "Proposals"
    if not shown:
        return discord.Embed(
            title=title,
            description="There is none to show. Next: /proposal new starts one; /power shows your voting power.",
        )
    embed = discord.Embed(title=title, description="\n".join(_line(view, names or {}) for view in shown))
    embed.set_footer(
        text=f"{plural(len(views), 'proposal')}, page {page} of {pages}. "
        + ("/proposal list page: shows another; " if pages > 1 else "")
        + "/proposal view shows one."
    )
    return embed


def _line(view: ProposalView, names: Mapping[SpaceId, str]) -> str:
    proposal = view.proposal
    head = f"**#{proposal.number}** {phase(view)} · {quoted(proposal.text.title, 70)}"
    terms, url, tombstone = proposal.terms, card_url(proposal), proposal.tombstone
    if tombstone is not None:
        head = f"**#{proposal.number}** {phase(view)} · ~~{quoted(proposal.text.title, 70)}~~"
        head += f" · {quoted(tombstone.reason, 60)}" if tombstone.reason else ""
    elif terms is not None and view.state in (State.PENDING, State.VOTING):
        at = terms.start if view.state is State.PENDING else terms.end
        head += f" · {'opens' if view.state is State.PENDING else 'ends'} <t:{at}:R>"
    elif view.tally is not None and terms is not None and view.tally.total:
        lead = max(view.tally.scores)
        head += f" · leading choice {percent(lead, view.tally.total)}"
    if name := names.get(proposal.space):
        head += f" · {quoted(name)}"
    return head + (f" · [card]({url})" if url else "")
