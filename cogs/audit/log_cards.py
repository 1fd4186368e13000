"""The audit log for people: its head as it is posted, what a check found, what a file holds."""

from __future__ import annotations

from bot.domain.announcements.announcement import Announcement
from bot.domain.audit.log.hash_chain import Entry
from bot.presentation.audit.log_problems import log_problem_words
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext, whole
from bot.presentation.markdown.safe_text import cut
from bot.services.audit.audit_log import Export, Verdict
from cogs._shared.cards import Card
from cogs._shared.formatting import moment

_COLOUR, _RIGHT, _WRONG = 0x5B6770, 0x3BA55D, 0xD83C3E
_SHOWN = 5
_WORDS = 300


def head_card(announcement: Announcement) -> Card:
    """Show a head, since which one the log grew, and how anybody checks it."""
    facts = announcement.facts
    seq, before = int(facts["seq"] or 0), int(facts["before"] or 0)
    held = ngettext(
        "Every decision made here is an entry, and each entry's hash covers the one before. At {time} the log held "
        "{number} entry.",
        "Every decision made here is an entry, and each entry's hash covers the one before. At {time} the log held "
        "{number} entries.",
        seq,
        time=f"<t:{facts['at']}:f>",
    )
    grown = ngettext(
        "That is {number} more than in the head posted before (entry {before}).",
        "That is {number} more than in the head posted before (entry {before}).",
        seq - before,
        before=whole(before),
    )
    check = [
        f"**{_('How to check it')}**",
        _("A moderator takes the log with /audit export. Whoever has the file runs"),
        f"`folkmoot verify --log FILE --head {facts['hash']}`",
        _("Nobody can change what came before this entry and keep this hash, not even who runs the bot."),
    ]
    texts = [
        "\n".join([f"### {_('Audit log: entry {number}', number=whole(seq))}", f"{held} {grown}" if before else held]),
        f"**{_('Hash of the last entry')}**\n`{facts['hash']}`",
        "\n".join(check),
        f"-# {_('Posted once a day where the log grew · ref {ref}', ref=announcement.ref)}",
    ]
    return Card(texts, colour=_COLOUR)


def verdict_card(verdict: Verdict, wanted: str | None) -> Card:
    """Say whether the log and what is stored agree; if not, what comes first."""
    if verdict.problems:
        found = ngettext(
            "{number} thing found. The first, in the order of the log:",
            "{number} things found. The first, in the order of the log:",
            verdict.count or 1,
        )
        lines = [
            f"{number}. {cut(log_problem_words(problem), _WORDS)}"
            for number, problem in enumerate(verdict.problems, start=1)
        ]
        remedy = _(
            "Somebody changed the database without the bot, or it is damaged. Keep a copy ({command}) and compare it "
            "with a backup from before the entry named first.",
            command="`folkmoot db backup`",
        )
        head = _("The log and the database do not agree")
        return Card(
            [
                f"### {head}\n{found}",
                cut("\n".join(lines[:_SHOWN]), 2_000),
                f"**{_('Next')}**\n{remedy}",
            ],
            colour=_WRONG,
        )
    if verdict.head is None:
        return Card([f"### {_('The log has not begun yet')}\n{_('Its first entry comes within minutes.')}"])
    held = ngettext("The log holds: {number} entry", "The log holds: {number} entries", verdict.head.seq)
    said = _(
        "Each entry follows from the one before. Every rule, link, delegation, proposal, result, ballot, treasury and "
        "campaign that is stored is as its last entry says, and none is missing."
    )
    texts = [f"### {held}\n{said}", f"**{_('Hash of the last entry')}**\n`{verdict.head.hash}`"]
    texts.append(
        f"**{_('The hash you gave')}**\n{_('is that of an entry of this log.')}"
        if wanted
        else "-# "
        + _(
            "A log that was written anew as a whole shows only against a head posted earlier: {command}",
            command="/audit verify head:…",
        )
    )
    return Card(texts, colour=_RIGHT)


def export_words(export: Export, head: Entry, now: int) -> str:
    """Say what the file holds, and how it is checked."""
    lines = [
        _(
            "Entries {first} to {last} of {all}, as they stood {time}: one a line.",
            first=whole(export.first),
            last=whole(export.last),
            all=whole(head.seq),
            time=moment(now),
        ),
        _("They name members by references that only this database can resolve."),
        _(
            "Check it with {command}, or with the hash of a head posted earlier.",
            command=f"`folkmoot verify --log FILE --head {head.hash}`",
        ),
    ]
    if not export.whole:
        lines.append(
            _(
                "It is cut to what Discord takes. Next: {command} for the rest.",
                command=f"`/audit export after:{export.last}`",
            )
        )
    return "\n".join(lines)
