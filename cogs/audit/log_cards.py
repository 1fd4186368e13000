"""The audit log for people: its head as it is posted, what a check found, what a file holds."""

from __future__ import annotations

import discord

from bot.domain.announcements.announcement import Announcement
from bot.domain.audit.log.hash_chain import Entry
from bot.presentation.markdown.safe_text import cut
from bot.services.audit.audit_log import Export, Verdict
from cogs._shared.formatting import moment, plural

_COLOUR = discord.Colour(0x5B6770)
_SHOWN = 5
_WORDS = 300


def head_card(announcement: Announcement) -> discord.Embed:
    """Show a head, since which one the log grew, and how anybody checks it."""
    facts = announcement.facts
    seq, before = int(facts["seq"] or 0), int(facts["before"] or 0)
    grown = f", {seq - before:,} more than in the head posted before (entry {before:,})" if before else ""
    embed = discord.Embed(
        title=f"Audit log: entry {seq:,}",
        description=f"Every decision made here is an entry, and each entry's hash covers the one before. At "
        f"<t:{facts['at']}:f> the log held {plural(seq, 'entry', 'entries')}{grown}.",
        colour=_COLOUR,
    )
    embed.add_field(name="Hash of the last entry", value=f"`{facts['hash']}`", inline=False)
    embed.add_field(
        name="How to check it",
        value="A moderator takes the log with `/audit export`. Whoever has the file runs\n"
        f"`folkmoot verify --log FILE --head {facts['hash']}`\n"
        "Nobody can change what came before this entry and keep this hash, not even who runs the bot.",
        inline=False,
    )
    embed.set_footer(text=f"Posted once a day where the log grew · ref {announcement.ref}")
    return embed


def verdict_card(verdict: Verdict, wanted: str | None) -> discord.Embed:
    """Say whether the log and what is stored agree; if not, what comes first."""
    if verdict.problems:
        embed = discord.Embed(
            title="The log and the database do not agree",
            description=f"{plural(verdict.count or 1, 'thing')} found. The first, in the order of the log:",
            colour=discord.Colour.red(),
        )
        lines = [f"{number}. {cut(problem.words, _WORDS)}" for number, problem in enumerate(verdict.problems, start=1)]
        embed.add_field(name="What was found", value="\n".join(lines[:_SHOWN])[:1024], inline=False)
        embed.add_field(
            name="Next",
            value="Somebody changed the database without the bot, or it is damaged. Keep a copy (`folkmoot db backup`) "
            "and compare it with a backup from before the entry named first.",
            inline=False,
        )
        return embed
    if verdict.head is None:
        return discord.Embed(title="The log has not begun yet", description="Its first entry comes within minutes.")
    embed = discord.Embed(
        title=f"The log holds: {plural(verdict.head.seq, 'entry', 'entries')}",
        description="Each entry follows from the one before. Every rule, link, delegation, proposal, result, ballot, "
        "treasury and campaign that is stored is as its last entry says, and none is missing.",
        colour=discord.Colour.green(),
    )
    embed.add_field(name="Hash of the last entry", value=f"`{verdict.head.hash}`", inline=False)
    if wanted:
        embed.add_field(name="The hash you gave", value="is that of an entry of this log.", inline=False)
    else:
        embed.set_footer(
            text="A log that was written anew as a whole shows only against a head posted earlier: /audit verify head:…"
        )
    return embed


def export_words(export: Export, head: Entry, now: int) -> str:
    """Say what the file holds, and how it is checked."""
    lines = [
        f"Entries {export.first:,} to {export.last:,} of {head.seq:,}, as they stood {moment(now)}: one a line.",
        "They name members by references that only this database can resolve.",
        f"Check it with `folkmoot verify --log FILE --head {head.hash}`, or with the hash of a head posted earlier.",
    ]
    if not export.whole:
        lines.append(f"It is cut to what Discord takes. Next: `/audit export after:{export.last}` for the rest.")
    return "\n".join(lines)
