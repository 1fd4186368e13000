"""A tally in words: bars in the ballot's order, the quorum and what it lacks."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import assert_never

from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.shared.amounts import humane, percent
from bot.domain.voting import SYSTEMS, Counts, Score, Scores, Tally
from bot.domain.voting.ballot_forms import Stars
from bot.services.shared.proposal_view import Progress
from cogs._shared.formatting import amount, bar, quoted
from cogs.proposals.outcome_words import up
from cogs.voting.cards.count_rounds import out_in
from cogs.voting.cards.vote_rules import COUNTED, quorum_source
from cogs.voting.typed_marks import typed_form

_ALL = Fraction(1)
_APART = 10
"""Choices whose bars are below their labels; those of more are beside them, so that a card fits a phone."""
_BRIEF = 14
_LABELS = (80, 56, 36, 24, 18, _BRIEF)
"""Lengths to which labels are cut, until all bars fit; with the last one, amounts give way too."""


def bars(proposal: Proposal, tally: Tally, terms: Terms, room: int) -> str:
    """Draw every choice in the ballot's order: label, bar, percentage of the turnout, number."""
    text = ""
    for limit in _LABELS:
        lines = []
        for number, label in enumerate(proposal.choices, start=1):
            name = f"{number}\\. {quoted(label, limit)}" if typed_form(proposal.voting) else quoted(label, limit)
            apart = "\n" if len(proposal.choices) <= _APART else " "
            lines.append(f"{name}{apart}{_bar(number, proposal, tally, terms, brief=limit <= _BRIEF)}")
        text = "\n".join(lines)
        if len(text) <= room:
            break
    return text


def _bar(number: int, proposal: Proposal, tally: Tally, terms: Terms, *, brief: bool) -> str:
    score = tally.scores[number - 1]
    if out := out_in(tally).get(number):
        held = tally.rounds[out - 1].scores[number - 1] or 0
        return f"`{bar(held, tally.total)}` {_share(held, tally, terms)} · out in round {out}"
    text = f"`{bar(score, tally.total)}` {_share(score, tally, terms)}"
    if brief:
        return text
    system = SYSTEMS[proposal.voting]
    match system.scores:
        case Scores.POWER | Scores.SHARES:
            return f"{text} · {humane(floor(score), terms.scale)}"
        case Scores.POINTS if isinstance(system.form, Stars):
            tenths = floor(score * system.form.most * 10 / tally.total) if tally.total else 0
            return f"{text} · {tenths // 10}.{tenths % 10} of {system.form.most} stars"
        case Scores.POINTS:
            return f"{text} of all points"
        case _:
            assert_never(system.scores)


def _share(score: Score, tally: Tally, terms: Terms) -> str:
    return percent(score, tally.total, beside=terms.threshold.share)


def quorum_words(progress: Progress | None, terms: Terms) -> str:
    """Say how far the quorum is reached, and what is missing; None where that is hidden until the result."""
    counts = terms.rules.counts
    needed = amount(terms.quorum, terms.scale, terms.symbol)
    source = f" ({source})" if (source := quorum_source(terms)) else ""
    voted = COUNTED[counts]
    if counts is Counts.REJECTION:
        far = f"; {amount(floor(progress.reached), terms.scale, terms.symbol)} so far" if progress else ""
        return f"passes unless more than {needed}{source} votes Against{far}"
    if not terms.quorum:
        return "none is required"
    if progress is None:
        return f"{needed}{source} must vote{voted}; how far it is stays hidden until the result"
    reached = floor(progress.reached)
    if progress.turnout is None:
        tenths = floor(progress.reached * 10 / terms.quorum)
        far = "reached" if tenths >= 10 else f"`{bar(tenths, 10)}` {tenths * 10} % of the way or more"  # noqa: PLR2004 - ten tenths
        return f"{far}: {needed}{source} must vote{voted}. Only whole tenths are told while votes are hidden"
    if reached >= terms.quorum:
        return f"reached: {humane(reached, terms.scale)} of {needed}{source}{' voted' + voted if voted else ''}"
    return (
        f"`{bar(reached, terms.quorum)}` {percent(reached, terms.quorum, beside=_ALL)} of {needed}{source}"
        f"{' to vote' + voted if voted else ''}; {up(terms.quorum - reached, terms)} are missing"
    )
