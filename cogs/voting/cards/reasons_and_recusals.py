"""What is told in a proposal's thread: why a member voted so, and who takes no part."""

from __future__ import annotations

import json

import discord

from bot.domain.announcements.announcement import Announcement
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import MemberId
from bot.domain.voting.recusal import Recusal
from bot.presentation.markdown.discord_text import quoted_block
from cogs._shared.formatting import amount, mark_words, person, plural, quoted


def reason_card(announcement: Announcement, proposal: Proposal) -> discord.Embed:
    """Quote a member's reason, below what they voted when they gave it."""
    facts = announcement.facts
    mark = json.loads(str(facts["mark"]))
    voted = mark_words(tuple(mark) if isinstance(mark, list) else mark, proposal.choices, proposal.voting)
    text = quoted_block(str(facts["text"]), 2_400).text
    embed = discord.Embed(description=f"<@{facts['member']}> voted {voted}:\n{text}")
    embed.set_footer(text=f"Proposal {proposal.number} · a voter's own words · ref {announcement.ref}")
    return embed


def recusal_card(announcement: Announcement, proposal: Proposal) -> discord.Embed:
    """Say who takes no part in a vote, by whom, and what that changes."""
    recusal = proposal.recusal_of(MemberId(int(announcement.facts["member"] or 0)))
    if recusal is None:
        raise ValueError("nobody was recused")
    embed = discord.Embed(
        title=f"#{proposal.number} · Recused",
        description=f"{_who(recusal)} {_power(recusal, proposal)} No vote of theirs on this proposal counts. Their "
        "power is left out of what percentages are of, where that can be told exactly. This can't be undone.",
    )
    embed.set_footer(text=f"Proposal {proposal.number} · {quoted(proposal.text.title, 60)} · ref {announcement.ref}")
    return embed


def recused_words(proposal: Proposal) -> str:
    """Say who takes no part, and with which power."""
    terms = proposal.terms
    if terms is None or not proposal.recusals:
        return ""
    power = sum(wallet.power for recusal in proposal.recusals for wallet in recusal.wallets)
    members = ", ".join(person(recusal.member) for recusal in proposal.recusals[:10])
    more = f" and {len(proposal.recusals) - 10} more" if len(proposal.recusals) > 10 else ""  # noqa: PLR2004 - a line
    return f"{members}{more}, with {amount(power, terms.scale, terms.symbol)}, take no part"


def _who(recusal: Recusal) -> str:
    if recusal.by == recusal.member:
        return f"{_capital(person(recusal.member))} takes no part in this vote, by their own choice."
    who, by = _capital(person(recusal.member)), person(recusal.by)
    return f"{who} takes no part in this vote: a moderator ({by}) recused them."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _power(recusal: Recusal, proposal: Proposal) -> str:
    terms = proposal.terms
    if terms is None:
        return ""
    power = sum(wallet.power for wallet in recusal.wallets)
    return f"{plural(len(recusal.wallets), 'wallet')} with {amount(power, terms.scale, terms.symbol)} are left out."
