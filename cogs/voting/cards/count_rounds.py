"""A count that goes beyond one score a choice: rounds with who went out and why, and who beats whom."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from math import floor

import discord

from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.shared.amounts import exact, humane, percent
from bot.domain.voting import SYSTEMS, Round, Rounds, Score, Tally, Verdict
from bot.domain.voting.outcome.outcome_reason import record_of
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from bot.presentation.results.reason_words import TIE_RULES
from cogs._shared.cards import ROOM, Card
from cogs._shared.formatting import amount, cut_quoted, listed, plain, quoted
from cogs.voting.cards.voting_systems import rule_words

_FIELD, _TITLE = 1_024, 120
"""Room for a part of a message, and for a title in it."""
_HALF = Fraction(1, 2)
"""The share that ends a count by rounds must be above this."""
_FEW = 5
"""Choices of which a line names all."""
_LABELS = (60, 36, 24, 16)


def rounds_words(proposal: Proposal, tally: Tally, terms: Terms, room: int = _FIELD) -> str:
    """Tell the rounds, a line each, in brief if need be; where not even that fits, the middle ones give way."""
    lines: list[str] = []
    for limit, brief in ((60, False), (36, False), (36, True), (24, True)):
        labels = [quoted(label, limit) for label in proposal.choices]
        lines = [_round_line(index, proposal, tally, terms, labels, brief=brief) for index in range(len(tally.rounds))]
        if sum(map(len, lines)) + len(lines) <= room:
            return "\n".join(lines)
    for kept in range(len(lines) - 1, 0, -1):
        head, tail = lines[: kept // 2], lines[len(lines) - (kept - kept // 2) :]
        hint = ngettext(
            "… {number} round between; the button “Every round” shows it.",
            "… {number} rounds between; the button “Every round” shows them.",
            len(lines) - kept,
        )
        text = "\n".join((*head, hint, *tail))
        if len(text) <= room:
            return text
    return lines[-1][:room]


def pairs_words(proposal: Proposal, tally: Tally, terms: Terms, room: int = _FIELD) -> str:
    """Tell who beats whom: of few choices every duel, of many how many duels each wins."""
    text, count = "", len(proposal.choices)
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    if count <= _FEW:
        for limit in _LABELS:
            labels = [quoted(label, limit) for label in proposal.choices]
            text = "\n".join(_pair_line(a, b, tally, terms, labels) for a, b in pairs)
            if len(text) <= room:
                return text
    for limit in _LABELS:
        labels = [quoted(label, limit) for label in proposal.choices]
        text = "\n".join(f"{a + 1}\\. {labels[a]}: {_record(a, tally)}" for a in range(count))
        if len(text) <= room:
            return text
    lines = text.splitlines()
    while len(text) > room:
        lines = lines[:-1]
        text = "\n".join(
            (*lines, _("… {number} more; the button “Head to head” shows them.", number=count - len(lines)))
        )
    return text


def details_card(proposal: Proposal, tally: Tally, terms: Terms) -> Card:
    """Show all rounds, or all duels; to the last digit in a file."""
    name = _("### Every round") if tally.rounds else _("### Head to head")
    words = rounds_words if tally.rounds else pairs_words
    title = _("On #{number} “{title}”.", number=proposal.number, title=cut_quoted(proposal.text.title, _TITLE))
    rule = _("**How it is counted**\n{rule}", rule=rule_words(proposal.voting))[:_FIELD]
    small = _("-# The attached table holds every number in full.")
    body = words(proposal, tally, terms, ROOM - _FIELD - len(name) - len(title) - len(small))
    return Card([f"{name}\n{title}", body, f"{rule}\n{small}"], attached=_table(proposal, tally, terms))


def out_in(tally: Tally) -> dict[int, int]:
    """Return in which round (from 1) each choice (from 1) went out."""
    return {
        counted.eliminated: number
        for number, counted in enumerate(tally.rounds, start=1)
        if counted.eliminated is not None
    }


def _round_line(index: int, proposal: Proposal, tally: Tally, terms: Terms, labels: list[str], *, brief: bool) -> str:
    counted = tally.rounds[index]
    last = index == len(tally.rounds) - 1
    run_off = SYSTEMS[proposal.voting].rounds is Rounds.RUN_OFF
    told = _standing(counted, tally, terms, labels, run_off=run_off and not last, brief=brief)
    if counted.exhausted or (run_off and last):
        power = amount(counted.exhausted, terms.scale, terms.symbol)
        told += (
            _("; power without a preference {power}", power=power) if run_off else _("; exhausted {power}", power=power)
        )
    if not run_off:
        text = _("**Round {number}:** {standing}.", number=index + 1, standing=told)
    else:
        text = _("**Run-off:** {standing}.", standing=told) if last else _("**Scores:** {standing}.", standing=told)
    return f"{text} {_end(counted, proposal, tally, labels, last=last)}"


def _end(counted: Round, proposal: Proposal, tally: Tally, labels: list[str], *, last: bool) -> str:
    """Say what a round came to; "wins" and "a tie" only where the result has it so."""
    tie = _tie(counted, labels)
    if counted.eliminated is not None:
        return _("{choice} goes out{tie}.", choice=labels[counted.eliminated - 1], tie=tie)
    if SYSTEMS[proposal.voting].rounds is Rounds.RUN_OFF and not last:
        finalists = [labels[at] for at, score in enumerate(tally.rounds[-1].scores) if score is not None]
        return _("{choices} go to the run-off{tie}.", choices=listed(finalists), tie=tie)
    verdict = proposal.result.outcome.verdict if proposal.result else None
    if len(tally.winners) != 1:
        return _("**A tie.**") if verdict is Verdict.TIED else _("**Nobody is ahead.**")
    first = {"choice": labels[tally.winners[0] - 1], "tie": tie}
    if verdict is None:
        return _("**{choice} leads{tie}.**", **first)
    if verdict is Verdict.DECIDED:
        return _("**{choice} wins{tie}.**", **first)
    return _("**{choice} comes first{tie}.**", **first)


def _standing(counted: Round, tally: Tally, terms: Terms, labels: list[str], *, run_off: bool, brief: bool) -> str:
    """Name who is in, the leading first; of many, or in brief, only the leading few and who goes out."""
    ranked = sorted(
        ((score, at) for at, score in enumerate(counted.scores) if score is not None),
        key=lambda entry: (-entry[0], entry[1]),
    )
    active = tally.total if run_off else sum(score for score, _ in ranked)
    shown = [
        f"{labels[at]} {humane(floor(score), terms.scale)} ({percent(score, active, beside=_HALF)})"
        for place, (score, at) in enumerate(ranked)
        if place < (2 if brief else _FEW) or at + 1 == counted.eliminated
    ]
    more = len(ranked) - len(shown)
    return ", ".join([*shown, *([_("{number} more", number=more)] if more else [])])


def _tie(counted: Round, labels: list[str]) -> str:
    if not counted.tied:
        return ""
    who = ngettext("{number} choice", "{number} choices", len(counted.tied))
    if len(counted.tied) <= 3:  # noqa: PLR2004 - a line's width
        who = listed([labels[choice - 1] for choice in counted.tied])
    if counted.rule:
        return _(" ({choices} were equal; settled by {rule})", choices=who, rule=_(TIE_RULES[counted.rule]))
    return _(" ({choices} are equal)", choices=who)


def _pair_line(a: int, b: int, tally: Tally, terms: Terms, labels: list[str]) -> str:
    mine, theirs = tally.pairs[a][b], tally.pairs[b][a]
    if mine == theirs:
        power = amount(mine, terms.scale, terms.symbol)
        return _("{one} and {other} are even, {power} each", one=labels[a], other=labels[b], power=power)
    first, second = (a, b) if mine > theirs else (b, a)
    more, less = max(mine, theirs), min(mine, theirs)
    return _(
        "**{one}** beats {other}, {more} to {less} {symbol}",
        one=labels[first],
        other=labels[second],
        more=humane(more, terms.scale),
        less=humane(less, terms.scale),
        symbol=quoted(terms.symbol),
    )


def _record(choice: int, tally: Tally) -> str:
    """Say how often a choice (from 0) wins and loses head to head."""
    record = record_of(choice + 1, tally)
    facts = {"won": record.won, "lost": record.lost}
    if not record.even:
        return _("wins {won}, loses {lost}", **facts)
    return ngettext(
        "wins {won}, loses {lost}, {number} draw", "wins {won}, loses {lost}, {number} draws", record.even, **facts
    )


def _table(proposal: Proposal, tally: Tally, terms: Terms) -> discord.File:
    text = io.StringIO()
    table = csv.writer(text)
    # An apostrophe keeps spreadsheets from taking a label for a formula.
    labels = [f"'{label}" if label[0] in "=+-@" else label for label in map(plain, proposal.choices)]

    def units(score: Score | None) -> str:
        return "" if score is None else exact(floor(score), terms.scale).replace(",", "")

    if tally.rounds:
        table.writerow(("round", *labels, "exhausted", "goes out", "equal", "settled by"))
        for number, counted in enumerate(tally.rounds, start=1):
            out = "" if counted.eliminated is None else labels[counted.eliminated - 1]
            equal = "; ".join(labels[choice - 1] for choice in counted.tied)
            scores = [units(score) for score in counted.scores]
            table.writerow((number, *scores, units(counted.exhausted), out, equal, counted.rule or ""))
    else:
        table.writerow(("power that prefers", *(f"to {label}" for label in labels)))
        for at, row in enumerate(tally.pairs):
            table.writerow((labels[at], *("" if other == at else units(cell) for other, cell in enumerate(row))))
    name = "rounds" if tally.rounds else "head-to-head"
    return discord.File(
        io.BytesIO(text.getvalue().encode()),
        filename=f"proposal-{proposal.number}-{name}.csv",
        description=_("Every number of the count of proposal {number}, as a table", number=proposal.number),
    )
