"""A tally in words: bars in the ballot's order, the quorum and what it lacks, the outcome with its reason."""

from __future__ import annotations

from math import floor

from bot.domain.amounts import exact, humane, percent
from bot.domain.proposal import Proposal, Result, Terms
from bot.domain.voting import Tally, Verdict
from bot.domain.voting.basic import AGAINST, FOR
from cogs._cards.reasons import why_equal, why_first
from cogs._cards.rounds import out_in
from cogs._marks import RANKED, WEIGHED
from cogs._steps import MOST_STARS
from cogs._words import amount, bar, listed, quoted, share

_NUMBERED = (*RANKED, *WEIGHED, "star")
"""Systems whose choices can be typed by number."""
_BRIEF = 14
_LABELS = (80, 56, 36, 24, 18, _BRIEF)
"""Lengths to which labels are cut, until all bars fit; with the last one, amounts give way too."""


def bars(proposal: Proposal, tally: Tally, terms: Terms, room: int) -> str:
    """Draw every choice in the ballot's order: label, bar, percentage of the turnout, number."""
    text = ""
    for limit in _LABELS:
        lines = []
        for number, label in enumerate(proposal.choices, start=1):
            name = f"{number}\\. {quoted(label, limit)}" if proposal.voting in _NUMBERED else quoted(label, limit)
            lines.append(f"{name}\n{_bar(number, proposal, tally, terms, brief=limit <= _BRIEF)}")
        text = "\n".join(lines)
        if len(text) <= room:
            break
    return text


def _bar(number: int, proposal: Proposal, tally: Tally, terms: Terms, *, brief: bool) -> str:
    score = tally.scores[number - 1]
    if proposal.voting == "ranked-choice" and (out := out_in(tally).get(number)):
        held = tally.rounds[out - 1].scores[number - 1] or 0
        return f"`{bar(held, tally.total)}` {percent(held, tally.total)} · out in round {out}"
    text = f"`{bar(score, tally.total)}` {percent(score, tally.total)}"
    if brief:
        return text
    if proposal.voting == "star":
        tenths = floor(score * MOST_STARS * 10 / tally.total) if tally.total else 0
        return f"{text} · {tenths // 10}.{tenths % 10} of {MOST_STARS} stars"
    return f"{text} · {humane(floor(score), terms.scale)}"


def quorum_words(turnout: int, terms: Terms) -> str:
    """Say how far the quorum is reached, and what is missing."""
    if not terms.quorum:
        return "none is required"
    needed = amount(terms.quorum, terms.scale, terms.symbol)
    if turnout >= terms.quorum:
        return f"reached: {humane(turnout, terms.scale)} of {needed}"
    missing = terms.quorum - turnout
    return (
        f"`{bar(turnout, terms.quorum)}` {percent(turnout, terms.quorum)} of {needed}; "
        f"{_up(missing, terms)} are missing"
    )


def outcome_words(proposal: Proposal, result: Result, terms: Terms) -> str:
    """Say what was decided and why, in a sentence."""
    tally, outcome = result.tally, result.outcome
    leaders = listed([f"“{quoted(proposal.choices[choice - 1], 80)}”" for choice in outcome.leaders[:5]])
    if len(outcome.leaders) > 5:  # noqa: PLR2004 - a sentence's length
        leaders += " and others"
    reached = f"; quorum {amount(terms.quorum, terms.scale, terms.symbol)} reached" if terms.quorum else ""
    match outcome.verdict:
        case Verdict.NO_QUORUM if not tally.total:
            return "**No quorum:** nobody voted, so nothing is decided."
        case Verdict.NO_QUORUM:
            return (
                f"**No quorum:** {amount(tally.total, terms.scale, terms.symbol)} voted, "
                f"{_up(terms.quorum - tally.total, terms)} fewer than the "
                f"{amount(terms.quorum, terms.scale, terms.symbol)} needed. Nothing is decided."
            )
        case Verdict.PASSED | Verdict.REJECTED:
            yes, no = floor(tally.scores[FOR - 1]), floor(tally.scores[AGAINST - 1])
            winner, loser = (FOR, AGAINST) if outcome.verdict is Verdict.PASSED else (AGAINST, FOR)
            more, less = _apart(max(yes, no), min(yes, no), terms)
            ahead, behind = (f"“{quoted(proposal.choices[choice - 1], 80)}”" for choice in (winner, loser))
            return (
                f"**{outcome.verdict.capitalize()}:** {ahead} has {more}, {share(max(yes, no), yes + no)} of what "
                f"was cast for it or for {behind} ({less}){reached}."
            )
        case Verdict.DECIDED:
            return f"**Decided:** {leaders}, {why_first(proposal, tally, terms)}{reached}."
        case Verdict.TIED if not outcome.leaders:
            return f"**Tied:** no choice has any power behind it, so nothing is decided{reached}."
        case Verdict.TIED:
            equal = why_equal(proposal, tally, terms, outcome.leaders)
            return f"**Tied:** {leaders} {equal}, so nothing is decided{reached}."


def _apart(more: int, less: int, terms: Terms) -> tuple[str, str]:
    """Write two amounts so that they differ where they do."""
    written = humane(more, terms.scale), humane(less, terms.scale)
    if written[0] == written[1] and more != less:
        written = exact(more, terms.scale), exact(less, terms.scale)
    return f"{written[0]} {quoted(terms.symbol)}", f"{written[1]} {quoted(terms.symbol)}"


def _up(missing: int, terms: Terms) -> str:
    """Write what is missing; exactly where rounding down would say that too little is."""
    brief = humane(missing, terms.scale)
    full = exact(missing, terms.scale)
    return f"{full if len(full) <= len(brief) + 4 else 'about ' + brief} {quoted(terms.symbol)}"
