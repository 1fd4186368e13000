"""The receipt of a ballot, for its voter alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import discord

from bot.domain.proposals.proposal import Proposal, State, Terms
from bot.domain.proposals.vote_rules import Assurance
from bot.domain.shared.addresses import short
from bot.domain.shared.types import ChainId, Timestamp
from bot.domain.voting.ballot import ChangeReason, PowerChange, Receipt
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.formatting import amount, amount_exact, mark_words, moment, person, quoted
from cogs.delegation.delegation_cards import add_lent
from cogs.power.power_parts import add_parts
from cogs.proposals.proposal_cards import heading, power_words

_CHANGES = 3
"""Changes of power that a receipt tells, the newest."""
_SHORT = 8
"""Signs of a receipt's id that people need to tell theirs apart; all of it is in its file."""


def receipt_card(
    receipt: Receipt,
    proposal: Proposal,
    now: Timestamp,
    chains: Mapping[ChainId, str],
    explorers: Mapping[ChainId, str],
    *,
    again: bool = False,
) -> tuple[discord.Embed, discord.File | None]:
    """Show a receipt: mark and power first, then whose it is, every part, until when it can change, what it replaced.

    `again` shows it later, for `/vote status`.
    """
    terms = proposal.terms
    if terms is None:
        raise ValueError("a draft has no ballots")
    full = amount_exact(receipt.power, terms.scale, terms.symbol)
    brief = amount(receipt.power, terms.scale, terms.symbol)
    verb = "Your vote" if again else "Recorded"
    if receipt.via is not None:
        verb = f"Your delegate {person(receipt.via)} voted for you"
    mark = mark_words(receipt.mark, proposal.choices, proposal.voting)
    power = full if len(full) <= len(brief) + 8 else f"{brief} ({full} exactly)"
    lines = [f"{verb}: **{mark}**, with {power} of power."]
    if terms.rules.assurance is Assurance.SIGNED and receipt.via is None:
        lines.append("Your wallet signed it." if len(receipt.powers) == 1 else "Your wallets signed it.")
    if receipt.replaced is not None:
        same = receipt.replaced == receipt.mark
        before = mark_words(receipt.replaced, proposal.choices, proposal.voting)
        if receipt.replaced_via is not None:
            delegate = person(receipt.replaced_via)
            lines.append(f"It takes your power back from your delegate {delegate}, who voted: {before}.")
        else:
            lines.append("It confirms your earlier vote." if same else f"It replaces your earlier vote: {before}.")
    if receipt.reason_gone:
        lines.append(_("The reason that you gave for it is taken out of the thread."))
    lines += [_changed(change, terms) for change in receipt.changes[-_CHANGES:]]
    open_ = proposal.state(now) is State.VOTING
    if any(power.address in proposal.recused for power in receipt.powers):
        lines.append("You are **recused** from this vote, so it does not count.")
    elif open_ and receipt.via is not None:
        lines.append(
            f"To take it back, vote yourself on the proposal's card until {moment(terms.end)}: your own vote replaces "
            "this one, and your delegate can't change it. /delegate clear ends the delegation for later proposals."
        )
    elif open_:
        lines.append(f"You can change it until {moment(terms.end)}: the last vote counts.")
    else:
        lines.append(f"Voting ended {moment(terms.end)}, so it can't be changed.")
    embed = discord.Embed(
        title=heading(proposal, "Your vote" if again else "Vote recorded"), description="\n".join(lines)
    )
    more = add_lent(embed, receipt, terms)
    file = add_parts(embed, receipt.powers, terms.symbol, chains, more)
    embed.add_field(name="Read at", value=power_words(terms, chains, explorers), inline=False)
    embed.set_footer(text=f"Receipt {receipt.id[:_SHORT]} · only you see this")
    embed.timestamp = datetime.fromtimestamp(receipt.cast_at, UTC)
    return embed, file


def _changed(change: PowerChange, terms: Terms) -> str:
    """Say that the stored power changed, and why."""
    before, after = (amount(sum(scores), terms.scale, terms.symbol) for scores in (change.before, change.after))
    wallet, when = short(change.wallet), f"<t:{change.at}:f>"
    match change.why:
        case ChangeReason.READ_AGAIN:
            return (
                f"The power of {wallet} was read again {when}: it is **{after}**, not {before}, as one provider alone "
                "had said."
            )
        case ChangeReason.COUNT:
            return (
                f"The count read the power of {wallet} again {when}: **{after}** counts, not {before}, as one provider "
                "had said when you voted."
            )


def no_ballot(proposal: Proposal, now: Timestamp) -> str:
    """Tell a member that no vote of theirs is recorded."""
    head = f"You have not voted on #{proposal.number} ({quoted(proposal.text.title, 80)})."
    if proposal.terms is not None and proposal.state(now) is State.VOTING:
        return (
            f"{head} Next: use its card until {moment(proposal.terms.end)}; /proposal view {proposal.number} shows it."
        )
    return f"{head} It takes no votes now. Next: /proposal view {proposal.number} shows where it stands."
