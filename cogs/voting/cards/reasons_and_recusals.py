"""What is told in a proposal's thread: why a member voted so, and who takes no part."""

from __future__ import annotations

import json

from bot.domain.announcements.announcement import Announcement
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import MemberId
from bot.domain.voting.recusal import Recusal
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from bot.presentation.markdown.discord_text import quoted_block
from cogs._shared.cards import Card
from cogs._shared.formatting import amount, listed, mark_words, person, quoted

_NAMED, _QUIET = 10, 0x8B95A8


def reason_card(announcement: Announcement, proposal: Proposal) -> Card:
    """Quote a member's reason, below what they voted when they gave it."""
    facts = announcement.facts
    mark = json.loads(str(facts["mark"]))
    voted = mark_words(tuple(mark) if isinstance(mark, list) else mark, proposal.choices, proposal.voting)
    text = quoted_block(str(facts["text"]), 2_400).text
    told = _("{member} voted {mark}:", member=f"<@{facts['member']}>", mark=voted)
    small = _("-# Proposal {number} · a voter's own words · ref {ref}", number=proposal.number, ref=announcement.ref)
    return Card([f"{told}\n{text}"], below=[small])


def recusal_card(announcement: Announcement, proposal: Proposal) -> Card:
    """Say who takes no part in a vote, by whom, and what that changes."""
    recusal = proposal.recusal_of(MemberId(int(announcement.facts["member"] or 0)))
    if recusal is None:
        raise ValueError("nobody was recused")
    means = (
        _(
            "No vote of theirs on this proposal counts. Their power is left out of what percentages are of, where that "
            "can be told exactly. This can't be undone."
        )
        if recusal.wallets
        else _("No vote of theirs on this proposal counts. This can't be undone.")
    )
    title = quoted(proposal.text.title, 60)
    small = _("-# Proposal {number} · {title} · ref {ref}", number=proposal.number, title=title, ref=announcement.ref)
    lines = [_("### Recused"), " ".join(filter(None, [_who(recusal), _power(recusal, proposal), means]))]
    return Card(["\n".join(lines)], colour=_QUIET, below=[small])


def recused_power(proposal: Proposal) -> str:
    """Say how many members take no part, and with which power; a result stays, so it names none of them."""
    terms = proposal.terms
    if terms is None or not proposal.recusals:
        return ""
    power = sum(wallet.power for recusal in proposal.recusals for wallet in recusal.wallets)
    return ngettext(
        "{number} member, with {power}, takes no part",
        "{number} members, with {power}, take no part",
        len(proposal.recusals),
        power=amount(power, terms.scale, terms.symbol),
    )


def recused_words(proposal: Proposal) -> str:
    """Say who takes no part, and with which power."""
    terms = proposal.terms
    if terms is None or not proposal.recusals:
        return ""
    power = sum(wallet.power for recusal in proposal.recusals for wallet in recusal.wallets)
    members = [person(recusal.member) for recusal in proposal.recusals[:_NAMED]]
    if (left := len(proposal.recusals) - _NAMED) > 0:
        members.append(ngettext("{number} more", "{number} more", left))
    return ngettext(
        "{members}, with {power}, takes no part",
        "{members}, with {power}, take no part",
        len(proposal.recusals),
        members=listed(members),
        power=amount(power, terms.scale, terms.symbol),
    )


def _who(recusal: Recusal) -> str:
    if recusal.alone:
        return _("{member} takes no part in this vote, by their own choice.", member=_capital(person(recusal.member)))
    return _(
        "{member} takes no part in this vote: a moderator ({by}) recused them.",
        member=_capital(person(recusal.member)),
        by=person(recusal.by),
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _power(recusal: Recusal, proposal: Proposal) -> str:
    terms = proposal.terms
    if terms is None or not recusal.wallets:
        return ""
    power = sum(wallet.power for wallet in recusal.wallets)
    return ngettext(
        "{number} wallet with {power} is left out.",
        "{number} wallets with {power} are left out.",
        len(recusal.wallets),
        power=amount(power, terms.scale, terms.symbol),
    )
