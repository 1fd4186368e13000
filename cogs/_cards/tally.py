"""A tally in words: bars in the ballot's order, the quorum and what it lacks, the outcome with its reason."""

from __future__ import annotations

from math import floor

from bot.domain.amounts import exact, humane, percent
from bot.domain.proposal import Proposal, Result, Terms
from bot.domain.voting import Tally, Verdict
from bot.domain.voting.basic import AGAINST, FOR
from cogs._words import amount, bar, listed, quoted, share

_BRIEF = 14
_LABELS = (80, 56, 36, 24, 18, _BRIEF)
"""Lengths to which labels are cut, until all bars fit; with the last one, amounts give way too."""


def bars(proposal: Proposal, tally: Tally, terms: Terms, room: int) -> str:
    """Draw every choice in the ballot's order: label, bar, percentage of the turnout, number."""
    text = ""
    for limit in _LABELS:
        lines = []
        for label, score in zip(proposal.choices, map(floor, tally.scores), strict=True):
            number = f" · {humane(score, terms.scale)}" if limit > _BRIEF else ""
            lines.append(f"{quoted(label, limit)}\n`{bar(score, tally.total)}` {percent(score, tally.total)}{number}")
        text = "\n".join(lines)
        if len(text) <= room:
            break
    return text


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
            top = floor(tally.scores[outcome.leaders[0] - 1])
            voted = "approved by" if proposal.voting == "approval" else "with"
            return (
                f"**Decided:** {leaders}, {voted} {share(top, tally.total)} of "
                f"{amount(tally.total, terms.scale, terms.symbol)}{reached}."
            )
        case Verdict.TIED if not outcome.leaders:
            return f"**Tied:** no choice has any power behind it, so nothing is decided{reached}."
        case Verdict.TIED:
            top = floor(tally.scores[outcome.leaders[0] - 1])
            each = amount(top, terms.scale, terms.symbol)
            return f"**Tied:** {leaders} have {each} each, so nothing is decided{reached}."


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
