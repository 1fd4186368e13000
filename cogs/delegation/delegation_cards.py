"""What a member reads of delegations: what was given, what was taken back, what stands, whose power is in a vote."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

import discord

from bot.domain.delegation.member_delegation import MemberDelegation
from bot.domain.proposals.proposal import Terms
from bot.domain.shared.amounts import exact
from bot.domain.voting import VotingType
from bot.domain.voting.ballot import Receipt
from bot.presentation.catalogue.formats import listed
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card, Row
from cogs._shared.formatting import amount, amount_exact, person
from cogs.delegation.delegation_words import (
    Names,
    ahead_words,
    end_words,
    in_order,
    named,
    order_words,
    place_words,
    scope_words,
    topic_words,
)

FROZEN = N_(
    "It counts for proposals that are submitted from now on; on those submitted before, nothing changes. Your own vote "
    "always comes first, also after your delegate's."
)
_FIELD, _TEXT = 1_024, 3_600
_NAMED = 10
_MINE = 2_400
"""Signs of what a member gave in several spaces, of those that are shown."""
_GIVEN, _QUIET = 0x4F7CFF, 0x8B95A8


def given_card(
    delegation: MemberDelegation,
    before: Sequence[MemberDelegation],
    *,
    wallets: bool,
    names: Names,
    only_roles: bool = False,
    rows: Iterable[Row] = (),
) -> Card:
    """Tell a member what their delegation does; `before` stood before it, `wallets` says whether they have any here.

    With `only_roles` the space has voters of its own, among whom nobody votes for others.
    """
    where = _("every server with this bot") if delegation.everywhere else place_words(delegation.space, names)
    first = _(
        "{member} votes with your power in **{place}** on **{proposals}** where you don't vote yourself{end}.",
        member=person(delegation.delegate),
        place=where,
        proposals=topic_words(delegation.topic),
        end=end_words(delegation.until),
    )
    lines = [_("### Delegated"), first]
    if not wallets:
        lines.append(_("You have linked no wallet here yet, so there is no power to vote with here."))
    if only_roles:
        lines.append(_("Only some roles vote there now, and nobody for others: it counts once everybody may vote."))
    replaced = next((other.delegate for other in before if other.slot == delegation.slot), delegation.delegate)
    if replaced != delegation.delegate:
        lines.append(_("It replaces your delegation to {member}.", member=person(replaced)))
    small = []
    if delegation.everywhere:
        small.append(
            _(
                "In each server it counts with the wallets that you linked there, and only where your delegate is a "
                "member too."
            )
        )
    small += [_(FROZEN), *order_words(delegation, before, names)]
    small.append(_("I don't tell them; they find it in /delegate show. /delegate clear takes it back."))
    return Card(["\n".join(lines), "\n".join(f"-# {line}" for line in small)], rows, colour=_GIVEN)


def ended_card(
    ended: Sequence[MemberDelegation],
    left: Sequence[MemberDelegation],
    topic: VotingType | None,
    *,
    everywhere: bool | None,
    names: Names,
    here: str = "",
    rows: Iterable[Row] = (),
) -> Card:
    """Tell a member what they took back of what they asked for, and what is `left`.

    `here` names the space in which they did, where there are several.
    """
    if not ended:
        told = _("{what}, so there is nothing to take back.", what=_nothing(topic, everywhere, here))
        return Card([told, f"-# {_('/delegate show shows what stands.')}"], rows, colour=_QUIET)
    lines = [
        _("Taken back: {delegations}.", delegations=named(ended, names)),
        _(
            "On proposals submitted from now on, your power counts only where you vote yourself or another delegation "
            "of yours applies."
        ),
    ]
    if left:
        lines.append(_("Still in force: {delegations}.", delegations=named(left, names)))
    small = _(
        "On those submitted before, your delegate may still vote for you: vote on them yourself to take your power "
        "back there."
    )
    return Card(["\n".join(lines), f"-# {small}"], rows, colour=_QUIET)


def member_delegations_card(
    given: Sequence[MemberDelegation],
    received: Sequence[MemberDelegation],
    first: Mapping[MemberDelegation, Sequence[MemberDelegation]],
    names: Names,
    *,
    others: int = 0,
    rows: Iterable[Row] = (),
) -> Card:
    """Show what a member gave and was given, and what comes `first` here; a file has all that a card can't hold.

    `others` are how many the member gave in spaces that are not shown.
    """

    def line(delegation: MemberDelegation) -> str:
        return f"{end_words(delegation.until)}{ahead_words(delegation, first.get(delegation, ()), names)}"

    mine = [f"- {scope_words(m, names)}: {person(m.delegate)}{line(m)}" for m in in_order(given, names)] or [
        _("You delegate to nobody, so your power counts only where you vote yourself."),
        _("`/delegate set` gives it to a member you trust; your own vote always comes first."),
    ]
    if names:
        mine = _fitted(mine, _MINE, elsewhere=True)
    if others:
        mine.append(
            ngettext(
                "In spaces that are not shown here you gave {number} more; `space` shows one, by its name.",
                "In spaces that are not shown here you gave {number} more; `space` shows one, by its name.",
                others,
            )
        )
    theirs = [f"- {person(m.delegator)}: {scope_words(m, names)}{line(m)}" for m in in_order(received, names)] or [
        _("Nobody delegates to you."),
        _("A member who trusts you does so with `/delegate set`; your votes then count with their power too."),
    ]
    head = "\n".join([_("### Delegations"), _("**From you**"), *mine])
    shown = _fitted(theirs, _TEXT - len(head))
    foot = _("A proposal counts what stood when it was submitted · only you see this")
    file = _member_delegations_file(received, names) if shown != theirs else None
    return Card([head, "\n".join([_("**To you**"), *shown]), f"-# {foot}"], rows, colour=_GIVEN, attached=file)


def lent_text(receipt: Receipt, terms: Terms) -> tuple[str, list[tuple[str, ...]]]:
    """Say whose power is in a vote, and whose is not; return every line for a file, too, if they don't all fit."""
    left_out = left_out_words(receipt)
    lent = sorted(receipt.lent, key=lambda entry: -entry.power)
    if not lent:
        return left_out, []
    lines = [f"-# {person(entry.member)}: {amount_exact(entry.power, terms.scale, terms.symbol)}" for entry in lent]
    shown = _fitted(lines, _FIELD - len(left_out) - 1)
    text = "\n".join([lent_words(receipt, terms), *shown, *filter(None, [left_out])])
    if shown == lines:
        return text, []
    return text, [
        (
            f"delegated by member {entry.member}",
            "",
            "",
            "",
            terms.symbol,
            exact(entry.power, terms.scale).replace(",", ""),
        )
        for entry in lent
    ]


def lent_words(receipt: Receipt, terms: Terms) -> str:
    """Say by how many members how much of a vote's power is delegated, and how much is the voter's own."""
    together = sum(entry.power for entry in receipt.lent)
    own = receipt.power - together
    facts = {"power": amount(together, terms.scale, terms.symbol), "own": amount(own, terms.scale, terms.symbol)}
    if not own:
        return ngettext(
            "Delegated to you by {number} member: {power}",
            "Delegated to you by {number} members: {power}",
            len(receipt.lent),
            **facts,
        )
    return ngettext(
        "Delegated to you by {number} member: {power}, and {own} of your own",
        "Delegated to you by {number} members: {power}, and {own} of your own",
        len(receipt.lent),
        **facts,
    )


def left_out_words(receipt: Receipt) -> str:
    """Say whose power could not be read, so that it is not in a vote; nothing if all was."""
    if not receipt.unread:
        return ""
    members = [person(member) for member in receipt.unread[:_NAMED]]
    if (more := len(receipt.unread) - _NAMED) > 0:
        members.append(ngettext("{number} more", "{number} more", more))
    return _(
        "**Not in it:** {members}, whose power could not be read just now. Vote again in a minute to include it.",
        members=listed(members),
    )


def _nothing(topic: VotingType | None, everywhere: bool | None, here: str) -> str:
    kind = "" if topic is None else _(" on {proposals}", proposals=topic_words(topic))
    if here and not everywhere:
        if everywhere is None:
            return _("You have no delegation{kind} in {place}, nor one for every server", kind=kind, place=here)
        return _("You have no delegation{kind} in {place}", kind=kind, place=here)
    match everywhere:
        case True:
            return _("You have no delegation{kind} for every server", kind=kind)
        case False:
            return _("You have no delegation{kind} for this server alone", kind=kind)
        case _:
            return _("You have no delegation{kind}", kind=kind) if kind else _("You delegate to nobody")


def _fitted(lines: Sequence[str], room: int, *, elsewhere: bool = False) -> list[str]:
    """Return the lines, or as many as fit with one that says how many more there are, and where."""
    if len("\n".join(lines)) <= room:
        return list(lines)
    shown: list[str] = []
    for line in lines:
        number = len(lines) - len(shown)
        rest = (
            ngettext(
                "and {number} more; the option `space` shows those of one space",
                "and {number} more; the option `space` shows those of one space",
                number,
            )
            if elsewhere
            else ngettext("and {number} more in the file", "and {number} more in the file", number)
        )
        if len("\n".join([*shown, line, rest])) > room:
            return [*shown, rest]
        shown.append(line)
    return shown


def _member_delegations_file(delegations: Sequence[MemberDelegation], names: Names) -> discord.File:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("member", "servers", "proposals", "given", "until"))
    for delegation in delegations:
        scope = "every" if delegation.everywhere else names.get(delegation.space, "this")
        topic = delegation.topic or "all"
        table.writerow((delegation.delegator, scope, topic, delegation.given_at, delegation.until or ""))
    return discord.File(
        io.BytesIO(text.getvalue().encode()), filename="delegations.csv", description=_("Every delegation to you")
    )
