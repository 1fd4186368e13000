"""What is announced of a proposal: that it opens, what was decided and why, that it was withdrawn."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.domain.proposals.proposal import GRACE, Proposal
from bot.domain.shared.types import ChainId
from bot.domain.voting import SYSTEMS
from bot.services.shared.proposal_view import ProposalView
from cogs._shared.formatting import amount_twice, cut_quoted, moment, plural
from cogs.proposals.outcome_words import outcome_words
from cogs.proposals.proposal_cards import card_url, heading, phase, power_words, removed_word, removed_words
from cogs.voting.cards.count_rounds import pairs_words, rounds_words
from cogs.voting.cards.reasons_and_recusals import recused_words
from cogs.voting.cards.tally_bars import bars, quorum_words

_BARS = 1_850
LATE = 600
"""Seconds after the grace from which a count is said to be late."""


def result_card(
    view: ProposalView, ref: str, chains: Mapping[ChainId, str], explorers: Mapping[ChainId, str]
) -> discord.Embed:
    """Announce what was decided, the reason first."""
    proposal, terms, result = view.proposal, view.proposal.terms, view.proposal.result
    if terms is None or result is None:
        raise ValueError("there is no result to announce")
    lines = [outcome_words(proposal, result, terms)]
    if result.counted_at > terms.end + GRACE + LATE:
        lines.append(
            f"This comes late: voting ended {moment(terms.end)} and was counted {moment(result.counted_at)}. "
            "The stored end decided which votes count, so the delay changed nothing."
        )
    lines.append(bars(proposal, result.tally, terms, _BARS))
    if note := SYSTEMS[proposal.voting].note:
        lines.append(note)
    embed = discord.Embed(title=heading(proposal, phase(view)), description="\n\n".join(lines))
    if result.tally.rounds:
        embed.add_field(name="Rounds", value=rounds_words(proposal, result.tally, terms), inline=False)
    elif result.tally.pairs:
        embed.add_field(name="Head to head", value=pairs_words(proposal, result.tally, terms), inline=False)
    turnout = amount_twice(result.tally.total, terms.scale, terms.symbol)
    embed.add_field(name="Turnout", value=f"{plural(result.tally.ballots, 'wallet')} with {turnout}", inline=False)
    embed.add_field(name="Quorum", value=quorum_words(view.progress, terms))
    if recused := recused_words(proposal):
        embed.add_field(name="Recused", value=recused, inline=False)
    embed.add_field(name="Voting", value=f"<t:{terms.start}:f> to <t:{terms.end}:f>")
    read = f"{power_words(terms, chains, explorers)}\nThe power of every voter was read there again before this count."
    embed.add_field(name="Power", value=read[:1024], inline=False)
    _point_to(embed, proposal)
    embed.set_footer(text=f"Counted exactly, in base units · ref {ref}")
    return embed


def opened_card(view: ProposalView, ref: str) -> discord.Embed:
    """Announce that voting is open."""
    proposal, terms = view.proposal, view.proposal.terms
    if terms is None:
        raise ValueError("a draft does not open")
    over = view.now > terms.end
    head = f"Voting was open until {moment(terms.end)}." if over else f"Voting is open until {moment(terms.end)}."
    if not over and proposal.opened_at is not None and proposal.opened_at > terms.start + LATE:
        head += f" This notice comes late: it opened {moment(terms.start)}."
    summary = f"\n\n> {cut_quoted(proposal.text.summary, 620)}" if proposal.text.summary else ""
    embed = discord.Embed(title=heading(proposal, "Voting over" if over else "Voting"), description=head + summary)
    _point_to(embed, proposal)
    embed.set_footer(text=f"Vote with the buttons of its card · ref {ref}")
    return embed


def withdrawn_card(proposal: Proposal, ref: str) -> discord.Embed:
    """Announce that a proposal was taken back, by whom and why."""
    if proposal.tombstone is None:
        raise ValueError("it was not taken back")
    embed = discord.Embed(
        title=heading(proposal, removed_word(proposal.tombstone)),
        description=removed_words(proposal.tombstone),
    )
    _point_to(embed, proposal)
    embed.set_footer(text=f"Proposal {proposal.number} · ref {ref}")
    return embed


def _point_to(embed: discord.Embed, proposal: Proposal) -> None:
    if url := card_url(proposal):
        embed.add_field(name="Proposal", value=f"[Its card]({url})", inline=False)
