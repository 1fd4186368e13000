"""Who votes for whom: what a member gave and was given, and whose power is in a vote."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import discord

from bot.domain.amounts import exact
from bot.domain.ballot import Receipt
from bot.domain.delegation import Mandate
from bot.domain.proposal import Terms
from bot.domain.types import MemberId, Timestamp
from bot.domain.voting import VotingType
from bot.services.power import PowerReport
from cogs._words import amount, amount_exact, listed, moment, person, plural

FROZEN = (
    "It counts for proposals that are submitted from now on; on those submitted before, nothing changes. Your own vote "
    "always comes first, also after your delegate's."
)
_FIELD, _EMBED = 1_024, 4_000
_NAMED = 10


def topic_words(topic: VotingType | None) -> str:
    """Say on which proposals."""
    return "all proposals" if topic is None else f"{topic} proposals"


def given_words(mandate: Mandate, replaced: MemberId | None, *, wallets: bool) -> str:
    """Tell a member what their delegation does."""
    where = f"on **{topic_words(mandate.topic)}** where you don't vote yourself{_end(mandate.until)}"
    lines = [f"<@{mandate.delegate}> votes with your power {where}.", FROZEN]
    if mandate.topic is None:
        lines.append("A delegation for one kind of proposal comes before this one.")
    if replaced is not None and replaced != mandate.delegate:
        lines.append(f"It replaces your delegation to <@{replaced}>.")
    if not wallets:
        lines.append("You have linked no wallet yet, so there is no power to vote with. Next: /wallet link.")
    lines.append("I don't tell them; they find it in /delegate show. /delegate clear takes it back.")
    return "\n".join(lines)


def ended_words(ended: Sequence[Mandate], topic: VotingType | None) -> str:
    """Tell a member what they took back."""
    if not ended:
        kind = "" if topic is None else f" for {topic_words(topic)}"
        return f"You delegate to nobody{kind}, so there is nothing to take back. /delegate show shows what stands."
    what = listed([f"{topic_words(mandate.topic)} (<@{mandate.delegate}>)" for mandate in ended])
    return (
        f"Taken back: {what}.\nOn proposals submitted from now on, your power counts only where you vote yourself or "
        "another delegation of yours applies. On those submitted before, your delegate may still vote for you: vote on "
        "them yourself to take your power back there."
    )


def mandates_card(given: Sequence[Mandate], received: Sequence[Mandate]) -> tuple[discord.Embed, discord.File | None]:
    """Show what a member gave and was given; a file has everything that an embed can't hold."""
    mine = [f"- {topic_words(m.topic)}: <@{m.delegate}>{_end(m.until)}" for m in _in_order(given)]
    if not mine:
        mine = [
            "You delegate to nobody, so your power counts only where you vote yourself.",
            "`/delegate set` gives it to a member you trust; your own vote always comes first.",
        ]
    theirs = [f"- <@{m.delegator}>: {topic_words(m.topic)}{_end(m.until)}" for m in _in_order(received)]
    if not theirs:
        theirs = [
            "Nobody delegates to you.",
            "A member who trusts you does so with `/delegate set`; your votes then count with their power too.",
        ]
    head = ["**From you**", *mine, "", "**To you**"]
    shown = _fitted(theirs, _EMBED - len("\n".join(head)))
    embed = discord.Embed(title="Delegations", description="\n".join([*head, *shown]))
    embed.set_footer(text="A proposal counts what stood when it was submitted · only you see this")
    return embed, _mandates_file(received) if shown != theirs else None


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
    elif report.mandates and report.proposal is not None:
        lines += [f"<@{m.delegate}> may vote with it here as long as you don't vote yourself." for m in report.mandates]
    else:
        lines += [
            f"<@{m.delegate}> votes with it on {topic_words(m.topic)} where you don't{_end(m.until)}."
            for m in _in_order(report.mandates)
        ]
    if report.delegators:
        members = plural(report.delegators, "member delegates", "members delegate")
        lines.append(f"{members} to you: where they don't vote themselves, their power counts with your vote.")
    return lines


def _in_order(mandates: Sequence[Mandate]) -> list[Mandate]:
    return sorted(mandates, key=lambda mandate: mandate.topic or "")


def _end(until: Timestamp | None) -> str:
    return "" if until is None else f", until {moment(until)}"


def _fitted(lines: Sequence[str], room: int) -> list[str]:
    """Return the lines, or as many as fit with one that says how many more there are."""
    if len("\n".join(lines)) <= room:
        return list(lines)
    shown: list[str] = []
    for line in lines:
        rest = f"and {len(lines) - len(shown)} more in the file"
        if len("\n".join([*shown, line, rest])) > room:
            return [*shown, rest]
        shown.append(line)
    return shown


def _mandates_file(mandates: Sequence[Mandate]) -> discord.File:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("member", "proposals", "given", "until"))
    for mandate in mandates:
        table.writerow((mandate.delegator, mandate.topic or "all", mandate.given_at, mandate.until or ""))
    return discord.File(
        io.BytesIO(text.getvalue().encode()), filename="delegations.csv", description="Every delegation to you"
    )
