"""Who votes for whom: what a member gave and was given, and whose power is in a vote."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import discord

from bot.domain.delegation.member_delegation import MemberDelegation, ahead, idle
from bot.domain.proposals.proposal import Terms
from bot.domain.shared.amounts import exact
from bot.domain.shared.types import SpaceId, Timestamp
from bot.domain.voting import VotingType
from bot.domain.voting.ballot import Receipt
from bot.services.power.voting_power import PowerReport
from cogs._shared.formatting import amount, amount_exact, listed, moment, person, plural

FROZEN = (
    "It counts for proposals that are submitted from now on; on those submitted before, nothing changes. Your own vote "
    "always comes first, also after your delegate's."
)
_FIELD, _EMBED = 1_024, 4_000
_NAMED = 10
_MINE = 2_600
"""Characters of what a member gave in several spaces, of the 4,000 that are shown."""

Names = Mapping[SpaceId, str]
"""Spaces by the words that name them; empty where the server has one, which is said to be this server."""


def topic_words(topic: VotingType | None) -> str:
    """Say on which proposals."""
    return "all proposals" if topic is None else f"{topic} proposals"


def scope_words(delegation: MemberDelegation, names: Names) -> str:
    """Say where, and on which proposals."""
    where = "every server" if delegation.everywhere else names.get(delegation.space, "this server")
    return f"{topic_words(delegation.topic)} in {where}"


def given_words(
    delegation: MemberDelegation,
    before: Sequence[MemberDelegation],
    *,
    wallets: bool,
    names: Names,
    only_roles: bool = False,
) -> str:
    """Tell a member what their delegation does; `before` stood before it, `wallets` says whether they have any here.

    With `only_roles` the space has voters of its own, among whom nobody votes for others.
    """
    where = "every server with this bot" if delegation.everywhere else names.get(delegation.space, "this server")
    what = (
        f"in **{where}** on **{topic_words(delegation.topic)}** where you don't vote yourself{_end(delegation.until)}"
    )
    lines = [f"<@{delegation.delegate}> votes with your power {what}."]
    if delegation.everywhere:
        lines.append(
            "In each server it counts with the wallets that you linked there, and only where your delegate is a member "
            "too."
        )
    lines += [FROZEN, *_order_words(delegation, before, names)]
    replaced = next((other.delegate for other in before if other.slot == delegation.slot), delegation.delegate)
    if replaced != delegation.delegate:
        lines.append(f"It replaces your delegation to <@{replaced}>.")
    if only_roles:
        lines.append("Only some roles vote there now, and nobody for others: it counts once everybody may vote.")
    if not wallets:
        lines.append("You have linked no wallet here yet, so there is no power to vote with here. Next: /wallet link.")
    lines.append("I don't tell them; they find it in /delegate show. /delegate clear takes it back.")
    return "\n".join(lines)


def ended_words(
    ended: Sequence[MemberDelegation],
    left: Sequence[MemberDelegation],
    topic: VotingType | None,
    *,
    everywhere: bool | None,
    names: Names,
    here: str = "",
) -> str:
    """Tell a member what they took back of what they asked for, and what is `left`.

    `here` names the space in which they did, where there are several.
    """
    if not ended:
        kind = "" if topic is None else f" on {topic_words(topic)}"
        where = "" if everywhere is None else f" for {'every server' if everywhere else 'this server alone'}"
        if here and not everywhere:
            where = f" in {here}" + ("" if everywhere is False else ", nor one for every server")
        what = f"You have no delegation{kind}{where}" if kind or where else "You delegate to nobody"
        return f"{what}, so there is nothing to take back. /delegate show shows what stands."
    still = f"\nStill in force: {_named(left, names)}." if left else ""
    return (
        f"Taken back: {_named(ended, names)}.\nOn proposals submitted from now on, your power counts only where you "
        "vote yourself or another delegation of yours applies. On those submitted before, your delegate may still vote "
        f"for you: vote on them yourself to take your power back there.{still}"
    )


def member_delegations_card(
    given: Sequence[MemberDelegation],
    received: Sequence[MemberDelegation],
    first: Mapping[MemberDelegation, Sequence[MemberDelegation]],
    names: Names,
    *,
    others: int = 0,
) -> tuple[discord.Embed, discord.File | None]:
    """Show what a member gave and was given, and what comes `first` here; a file has all that an embed can't hold.

    `others` are how many the member gave in spaces that are not shown.
    """

    def line(delegation: MemberDelegation) -> str:
        return f"{_end(delegation.until)}{_ahead_words(delegation, first.get(delegation, ()), names)}"

    mine = [f"- {scope_words(m, names)}: <@{m.delegate}>{line(m)}" for m in _in_order(given, names)]
    if not mine:
        mine = [
            "You delegate to nobody, so your power counts only where you vote yourself.",
            "`/delegate set` gives it to a member you trust; your own vote always comes first.",
        ]
    if names:
        mine = _fitted(mine, _MINE, "; the option `space` shows those of one space")
    if others:
        mine.append(f"In spaces that are not shown here you gave {others} more; `space` shows one, by its name.")
    theirs = [f"- <@{m.delegator}>: {scope_words(m, names)}{line(m)}" for m in _in_order(received, names)]
    if not theirs:
        theirs = [
            "Nobody delegates to you.",
            "A member who trusts you does so with `/delegate set`; your votes then count with their power too.",
        ]
    head = ["**From you**", *mine, "", "**To you**"]
    shown = _fitted(theirs, _EMBED - len("\n".join(head)))
    embed = discord.Embed(title="Delegations", description="\n".join([*head, *shown]))
    embed.set_footer(text="A proposal counts what stood when it was submitted · only you see this")
    return embed, _member_delegations_file(received, names) if shown != theirs else None


def add_lent(embed: discord.Embed, receipt: Receipt, terms: Terms) -> list[tuple[str, ...]]:
    """Say whose power is in a vote; return every line for a file if they don't all fit."""
    left_out = ""
    if receipt.unread:
        named = listed([f"<@{member}>" for member in receipt.unread[:_NAMED]])
        others = len(receipt.unread) - _NAMED
        left_out = (
            f"**Not in it:** {named}{f' and {others} more' if others > 0 else ''}, whose power could not be read just "
            "now. Vote again in a minute to include it."
        )
    lent = sorted(receipt.lent, key=lambda entry: -entry.power)
    if not lent:
        if left_out:
            embed.add_field(name="Delegated to you", value=left_out, inline=False)
        return []
    together = sum(entry.power for entry in lent)
    lines = [f"{person(entry.member)}: {amount_exact(entry.power, terms.scale, terms.symbol)}" for entry in lent]
    shown = _fitted(lines, _FIELD - len(left_out) - 1)
    own = receipt.power - together
    name = f"Delegated to you by {plural(len(lent), 'member')}: {amount(together, terms.scale, terms.symbol)}"
    if own:
        name += f", and {amount(own, terms.scale, terms.symbol)} of your own"
    embed.add_field(name=name[:256], value="\n".join([*shown, *filter(None, [left_out])]), inline=False)
    if shown == lines:
        return []
    return [
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


def delegation_lines(report: PowerReport) -> list[str]:
    """Say who votes for the member and for how many the member does; nothing if there is no delegation."""
    lines = []
    if report.voted_by is not None:
        lines.append(
            f"Your delegate {person(report.voted_by)} voted for you here, with this power. To take it back while "
            "voting is open, vote on the proposal's card yourself; /vote status shows how they voted."
        )
    elif report.member_delegations and report.proposal is not None:
        lines += [
            f"<@{m.delegate}> may vote with it here as long as you don't vote yourself{_by(m)}."
            for m in report.member_delegations
        ]
    else:
        some = len(report.member_delegations) > 1
        for delegation in sorted(
            report.member_delegations, key=lambda delegation: (delegation.topic is None, delegation.topic)
        ):
            what = "all other proposals" if some and delegation.topic is None else topic_words(delegation.topic)
            lines.append(
                f"<@{delegation.delegate}> votes with it on {what} where you don't"
                f"{_end(delegation.until)}{_by(delegation)}."
            )
    if report.delegators:
        members = plural(report.delegators, "member delegates", "members delegate")
        lines.append(f"{members} to you: where they don't vote themselves, their power counts with your vote.")
    return lines


def _order_words(delegation: MemberDelegation, before: Sequence[MemberDelegation], names: Names) -> list[str]:
    """Say what comes before a new delegation, and before which it comes."""
    if delegation.everywhere:
        also = "" if delegation.topic else "; so does one for a kind of proposal"
        where = "server or space" if names else "server"
        return [f"In a {where} for which you give one of its own, that one comes first{also}."] + [
            f"In {names.get(space, 'this server')} that is your delegation to <@{other.delegate}> on "
            f"{topic_words(other.topic)}."
            for space in names or [delegation.space]
            for other in _in_order(ahead(delegation, before, space), names)
        ]
    here = "this space" if names else "this server"
    lines = [] if delegation.topic else [f"A delegation for one kind of proposal in {here} comes before this one."]
    behind = [other for other in before if ahead(other, [delegation], delegation.space)]
    if behind:
        there = "There" if names else "Here"
        lines.append(f"{there} it comes before your delegation for every server ({_delegates(behind)}).")
    return lines


def _ahead_words(delegation: MemberDelegation, others: Sequence[MemberDelegation], names: Names) -> str:
    words = ""
    for space in dict.fromkeys(other.space for other in others):
        there = [other for other in others if other.space == space]
        at = f"in {names[space]}" if names else "here"
        own = "its own" if names else "this server"
        if idle(delegation, there, space):
            words += f"; not {at}, where one {'of' if names else 'for'} {own} comes first"
        else:
            topics = listed([topic_words(other.topic) for other in _in_order(there, names)])
            words += f"; {at} not on {topics}, where one {'of' if names else 'for'} {own} comes first"
    return words


def _by(delegation: MemberDelegation) -> str:
    return ", by your delegation for every server" if delegation.everywhere else ""


def _named(delegations: Sequence[MemberDelegation], names: Names) -> str:
    return listed([f"{scope_words(m, names)} (<@{m.delegate}>)" for m in _in_order(delegations, names)])


def _delegates(delegations: Sequence[MemberDelegation]) -> str:
    return listed([f"<@{member}>" for member in dict.fromkeys(delegation.delegate for delegation in delegations)])


def _in_order(delegations: Sequence[MemberDelegation], names: Names) -> list[MemberDelegation]:
    """Return those of each space, in the order of their `names`, then those for every server; by topic in each."""
    places = {space: place for place, space in enumerate(names)}
    return sorted(delegations, key=lambda m: (m.everywhere, places.get(m.space, 0), m.topic or ""))


def _end(until: Timestamp | None) -> str:
    return "" if until is None else f", until {moment(until)}"


def _fitted(lines: Sequence[str], room: int, rest_is: str = " in the file") -> list[str]:
    """Return the lines, or as many as fit with one that says how many more there are, and where."""
    if len("\n".join(lines)) <= room:
        return list(lines)
    shown: list[str] = []
    for line in lines:
        rest = f"and {len(lines) - len(shown)} more{rest_is}"
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
        io.BytesIO(text.getvalue().encode()), filename="delegations.csv", description="Every delegation to you"
    )
