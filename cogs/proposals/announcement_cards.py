"""What is announced of a proposal: that it opens, what was decided and why, that it was withdrawn."""

from __future__ import annotations

import discord

from bot.domain.proposals.proposal import GRACE, Proposal
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.discord_text import quoted_block
from bot.presentation.results.choice_standings import whole_words
from bot.presentation.results.outcome_lines import outcome_lines
from bot.services.shared.proposal_view import ProposalView
from cogs._shared.cards import Card, Row
from cogs._shared.formatting import moment, quoted
from cogs.proposals.proposal_cards import card_url, colour, removed_words, title_line
from cogs.voting.cards.reasons_and_recusals import recused_power
from cogs.voting.cards.tally_bars import keyed_choices

_CHOICES, _SUMMARY = 1_600, 620
LATE = 600
"""Seconds after the grace from which a count is said to be late."""
_OPEN, _GONE = 0x4F7CFF, 0x8B95A8


def result_card(
    view: ProposalView,
    rows: list[Row],
    *,
    picture: discord.File | None = None,
    attached: discord.File | None = None,
    unattached: str = "",
) -> Card:
    """Announce what was decided in three lines, then its picture and the choices that are keyed in it.

    `picture` is a file with its description. `attached` is the file that proves the result; `unattached` says
    where it is, if it is not here.
    """
    proposal, terms, result = view.proposal, view.proposal.terms, view.proposal.result
    if terms is None or result is None:
        raise ValueError("there is no result to announce")
    lines = [title_line(proposal), outcome_lines(proposal, result, terms, quoted).text("**")]
    below = [keyed_choices(proposal, result.tally, terms, _CHOICES)]
    small = [whole_words(proposal, result.tally) if result.tally.ballots else ""]
    if result.counted_at > terms.end + GRACE + LATE:
        small.append(
            _(
                "This comes late: voting ended {end} and was counted {counted}. The delay changed nothing.",
                end=moment(terms.end),
                counted=moment(result.counted_at),
            )
        )
    recused = recused_power(proposal)
    small += [f"{recused}." if recused else "", unattached]
    small.append(
        _(
            "Result of #{number}; voting was open from <t:{start}:f> to <t:{end}:f>.",
            number=proposal.number,
            start=terms.start,
            end=terms.end,
        )
    )
    below.append("\n".join(f"-# {line}" for line in small if line))
    return Card(["\n".join(lines)], rows, colour=colour(view), picture=picture, below=below, attached=attached)


def opened_card(view: ProposalView, rows: list[Row]) -> Card:
    """Announce that voting is open."""
    proposal, terms = view.proposal, view.proposal.terms
    if terms is None:
        raise ValueError("a draft does not open")
    over = view.now > terms.end
    end = moment(terms.end)
    lines = [title_line(proposal)]
    lines.append(_("Voting was open until {end}.", end=end) if over else _("Voting is open until {end}.", end=end))
    if not over and proposal.opened_at is not None and proposal.opened_at > terms.start + LATE:
        lines.append(_("This notice comes late: it opened {start}.", start=moment(terms.start)))
    if proposal.text.summary:
        lines.append(quoted_block(proposal.text.summary, _SUMMARY).text)
    return Card(["\n".join(lines)], [*rows, *_way_to(proposal)], colour=_GONE if over else _OPEN)


def withdrawn_card(proposal: Proposal, rows: list[Row]) -> Card:
    """Announce that a proposal was taken back, by whom and why."""
    if proposal.tombstone is None:
        raise ValueError("it was not taken back")
    lines = [title_line(proposal), removed_words(proposal.tombstone)]
    return Card(["\n".join(lines)], [*rows, *_way_to(proposal)], colour=_GONE)


def _way_to(proposal: Proposal) -> list[Row]:
    """Return a button that leads to the proposal's card, where it can be voted on."""
    url = card_url(proposal)
    return [[discord.ui.Button(label=_("Go to the proposal"), url=url)]] if url else []
