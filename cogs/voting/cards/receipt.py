"""The receipt of a ballot, for its voter alone: what is recorded, with what power, and what can still be done."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.proposals.proposal import Proposal, State, Terms
from bot.domain.proposals.vote_rules import Assurance
from bot.domain.shared.addresses import short
from bot.domain.shared.types import ChainId, Timestamp
from bot.domain.voting.ballot import ChangeReason, PowerChange, Receipt
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from cogs._shared.cards import ROOM, Card
from cogs._shared.formatting import amount, amount_exact, amount_twice, mark_words, moment, person, quoted
from cogs.delegation.delegation_cards import lent_text
from cogs.power.power_parts import parts_file
from cogs.proposals.proposal_cards import title_line
from cogs.voting.reasons_and_recusal import receipt_buttons

_CHANGES = 3
"""Changes of power that a receipt tells, the newest."""
_SHORT = 8
"""Signs of a receipt's id that people need to tell theirs apart; all of it is in its file."""
_WALLETS, _LONG = 5, 24
_COUNTS, _COUNTS_NOT = 0x2FA36B, 0x8B95A8


def receipt_card(
    receipt: Receipt,
    proposal: Proposal,
    now: Timestamp,
    chains: Mapping[ChainId, str],
    *,
    again: bool = False,
) -> Card:
    """Show a receipt: mark and power first, then until when it can change, what it replaced, and whose power it is.

    A file with every part comes with it where the members whose power is in it don't all fit. `again` shows it later,
    for `/vote status`.
    """
    terms = proposal.terms
    if terms is None:
        raise ValueError("a draft has no ballots")
    lines = [title_line(proposal), _first(receipt, proposal, terms, again=again)]
    lines += _history(receipt, proposal)
    lines += [_changed(change, terms) for change in receipt.changes[-_CHANGES:]]
    out = any(power.address in proposal.recused for power in receipt.powers)
    lines.append(
        _("You are **recused** from this vote, so it does not count.") if out else _until(receipt, proposal, now)
    )
    lent, more = lent_text(receipt, terms)
    small = _(
        "-# #{number} · Receipt {id} · <t:{at}:f> · Only you see this.",
        number=proposal.number,
        id=receipt.id[:_SHORT],
        at=receipt.cast_at,
    )
    body = "\n".join(lines)[: ROOM - len(lent) - len(small) - 600]
    texts = [body, *filter(None, [lent, _wallets(receipt, terms)]), small]
    file = parts_file(receipt.powers, chains, more) if more else None
    return Card(texts, [receipt_buttons(proposal, now)], colour=_COUNTS_NOT if out else _COUNTS, attached=file)


def _first(receipt: Receipt, proposal: Proposal, terms: Terms, *, again: bool) -> str:
    """Say how it was voted, and with what power."""
    mark = mark_words(receipt.mark, proposal.choices, proposal.voting)
    power = amount_exact(receipt.power, terms.scale, terms.symbol)
    if len(power) > _LONG:
        power = amount_twice(receipt.power, terms.scale, terms.symbol)
    if receipt.via is not None:
        voter = person(receipt.via)
        return _(
            "Your delegate {delegate} voted for you: **{mark}**, with {power} of power.",
            delegate=voter,
            mark=mark,
            power=power,
        )
    if again:
        return _("Your vote: **{mark}**, with {power} of power.", mark=mark, power=power)
    return _("Recorded: **{mark}**, with {power} of power.", mark=mark, power=power)


def _history(receipt: Receipt, proposal: Proposal) -> list[str]:
    """Say who signed it, and what it replaced."""
    lines = []
    terms = proposal.terms
    if terms is not None and terms.rules.assurance is Assurance.SIGNED and receipt.via is None:
        lines.append(ngettext("Your wallet signed it.", "Your wallets signed it.", len(receipt.powers)))
    if receipt.replaced is not None:
        before = mark_words(receipt.replaced, proposal.choices, proposal.voting)
        if receipt.replaced_via is not None:
            delegate = person(receipt.replaced_via)
            told = _(
                "It takes your power back from your delegate {delegate}, who voted: {mark}.",
                delegate=delegate,
                mark=before,
            )
        elif receipt.replaced == receipt.mark:
            told = _("It confirms your earlier vote.")
        else:
            told = _("It replaces your earlier vote: {mark}.", mark=before)
        lines.append(told)
    if receipt.reason_gone:
        lines.append(_("The reason that you gave for it is taken out of the thread."))
    return lines


def _until(receipt: Receipt, proposal: Proposal, now: Timestamp) -> str:
    """Say until when it can be changed, and how."""
    end = moment(proposal.terms.end) if proposal.terms is not None else ""
    state = proposal.state(now)
    if state is State.WITHDRAWN:
        return _("The proposal was taken back: nothing is decided, and this vote counts for nothing.")
    if state is not State.VOTING:
        return _("Voting ended {end}, so it can't be changed.", end=end)
    if receipt.via is None:
        return _("You can change it until {end}: the last vote counts.", end=end)
    return _(
        "To take it back, vote yourself on the proposal's card until {end}. Your own vote replaces this one for good. "
        "/delegate clear ends the delegation for later proposals.",
        end=end,
    )


def _wallets(receipt: Receipt, terms: Terms) -> str:
    """Name the wallets with their power, where there are several of the voter's own."""
    if len(receipt.powers) == 1:
        return ""
    lines = [
        f"-# {short(power.address)}: {amount_exact(power.total, power.scale, terms.symbol)}"
        for power in receipt.powers[:_WALLETS]
        if power.total is not None
    ]
    if (left := len(receipt.powers) - _WALLETS) > 0:
        lines.append(ngettext("-# … and {number} more wallet", "-# … and {number} more wallets", left))
    return "\n".join(lines)


def _changed(change: PowerChange, terms: Terms) -> str:
    """Say that the stored power changed, and why."""
    before, after = (amount(sum(scores), terms.scale, terms.symbol) for scores in (change.before, change.after))
    facts = {"wallet": short(change.wallet), "when": f"<t:{change.at}:f>", "after": after, "before": before}
    match change.why:
        case ChangeReason.READ_AGAIN:
            return _(
                "The power of {wallet} was read again {when}: it is **{after}**, not {before}, as one provider alone "
                "had said.",
                **facts,
            )
        case ChangeReason.COUNT:
            return _(
                "The count read the power of {wallet} again {when}: **{after}** counts, not {before}, as one provider "
                "had said when you voted.",
                **facts,
            )


def no_ballot(proposal: Proposal, now: Timestamp) -> str:
    """Tell a member that no vote of theirs is recorded."""
    facts = {"number": proposal.number, "title": quoted(proposal.text.title, 80)}
    if proposal.terms is not None and proposal.state(now) is State.VOTING:
        return _(
            "You have not voted on #{number} ({title}). Next: use its card until {end}; /proposal view {number} shows "
            "it.",
            end=moment(proposal.terms.end),
            **facts,
        )
    return _(
        "You have not voted on #{number} ({title}). It takes no votes now. Next: /proposal view {number} shows where "
        "it stands.",
        **facts,
    )
