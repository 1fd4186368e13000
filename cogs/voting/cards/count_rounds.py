"""A count that goes beyond one score a choice: rounds with who went out and why, and who beats whom."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from math import floor

import discord

from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.shared.amounts import exact, humane, percent
from bot.domain.voting import SYSTEMS, Round, Rounds, Score, Tally, record_words
from cogs._shared.formatting import amount, cut_quoted, listed, plain, plural, quoted
from cogs.voting.cards.voting_systems import rule_words

_FIELD, _WHOLE = 1_024, 3_600
"""Room in a field of an embed, and for all rounds in a description."""
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
        hint = f"… {plural(len(lines) - kept, 'round')} between; the button “Every round” shows them."
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
        text = "\n".join(f"{a + 1}\\. {labels[a]}: {record_words(a, tally)}" for a in range(count))
        if len(text) <= room:
            return text
    lines = text.splitlines()
    while len(text) > room:
        lines = lines[:-1]
        text = "\n".join((*lines, f"… {count - len(lines)} more; the button “Head to head” shows them."))
    return text


def details_card(proposal: Proposal, tally: Tally, terms: Terms) -> tuple[discord.Embed, discord.File]:
    """Show all rounds, or all duels; to the last digit in a file."""
    name = "Every round" if tally.rounds else "Head to head"
    words = rounds_words if tally.rounds else pairs_words
    embed = discord.Embed(
        title=cut_quoted(f"#{proposal.number} · {name} · {plain(proposal.text.title, 100)}", 256),
        description=words(proposal, tally, terms, _WHOLE),
    )
    embed.add_field(name="How it is counted", value=rule_words(proposal.voting)[:_FIELD], inline=False)
    embed.set_footer(text="The attached table holds every number in full.")
    return embed, _table(proposal, tally, terms)


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
    name = f"**{'Run-off' if last else 'Scores'}:**" if run_off else f"**Round {index + 1}:**"
    text = f"{name} {_standing(counted, tally, terms, labels, run_off=run_off and not last, brief=brief)}"
    if counted.exhausted or (run_off and last):
        said = "power without a preference" if run_off else "exhausted"
        text += f"; {said} {amount(counted.exhausted, terms.scale, terms.symbol)}"
    text += "."
    if counted.eliminated is not None:
        text += f" {labels[counted.eliminated - 1]} goes out{_tie(counted, labels)}."
    elif run_off and not last:
        finalists = [labels[at] for at, score in enumerate(tally.rounds[-1].scores) if score is not None]
        text += f" {listed(finalists)} go to the run-off{_tie(counted, labels)}."
    elif len(tally.winners) == 1:
        text += f" **{labels[tally.winners[0] - 1]} wins{_tie(counted, labels)}.**"
    else:
        text += " **A tie.**"
    return text


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
    return ", ".join(shown) + (f", {more} more" if more else "")


def _tie(counted: Round, labels: list[str]) -> str:
    if not counted.tied:
        return ""
    who = f"{len(counted.tied)} choices"
    if len(counted.tied) <= 3:  # noqa: PLR2004 - a line's width
        who = listed([labels[choice - 1] for choice in counted.tied])
    return f" ({who} were equal; settled by {counted.rule})" if counted.rule else f" ({who} are equal)"


def _pair_line(a: int, b: int, tally: Tally, terms: Terms, labels: list[str]) -> str:
    mine, theirs = tally.pairs[a][b], tally.pairs[b][a]
    if mine == theirs:
        return f"{labels[a]} and {labels[b]} are even, {humane(mine, terms.scale)} each"
    first, second = (a, b) if mine > theirs else (b, a)
    more, less = max(mine, theirs), min(mine, theirs)
    return (
        f"**{labels[first]}** beats {labels[second]}, "
        f"{humane(more, terms.scale)} to {humane(less, terms.scale)} {quoted(terms.symbol)}"
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
        description=f"Every number of the count of proposal {proposal.number}, as a table",
    )
