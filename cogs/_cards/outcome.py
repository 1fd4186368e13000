"""What was decided, and the numbers that made it so, in one sentence."""

from __future__ import annotations

from math import ceil, floor

from bot.domain.amounts import exact, humane
from bot.domain.proposal import Proposal, Result, Terms
from bot.domain.rules import MAJORITY
from bot.domain.voting import Counts, Verdict
from bot.domain.voting.basic import AGAINST, FOR
from cogs._cards.reasons import why_equal, why_first
from cogs._cards.rules import COUNTED, needed_words
from cogs._words import amount, listed, quoted, share


def outcome_words(proposal: Proposal, result: Result, terms: Terms) -> str:
    """Say what was decided and why, in a sentence."""
    outcome = result.outcome
    reached = f"; quorum {amount(outcome.quorum, terms.scale, terms.symbol)} reached" if outcome.quorum else ""
    if outcome.counts is Counts.REJECTION:
        return _by_rejection(result, terms)
    match outcome.verdict:
        case Verdict.NO_QUORUM:
            return _no_quorum(result, terms)
        case Verdict.TIED:
            return _tied(proposal, result, terms, reached)
        case Verdict.PASSED | Verdict.REJECTED if proposal.voting == "basic" and terms.rules.approval == MAJORITY:
            return _for_or_against(proposal, result, terms, reached)
        case Verdict.PASSED | Verdict.REJECTED:
            label = _label(proposal, FOR if proposal.voting == "basic" else outcome.leaders[0])
            has = amount(floor(outcome.approval), terms.scale, terms.symbol)
            return (
                f"**{outcome.verdict.capitalize()}:** {label} has {has}, "
                f"{share(floor(outcome.approval), floor(outcome.whole))}, where {_needed(proposal, terms)} is "
                f"needed{reached}."
            )
        case Verdict.DECIDED:
            needed = "" if terms.rules.approval == MAJORITY else f", where {_needed(proposal, terms)} is needed"
            leader = _label(proposal, outcome.leaders[0])
            return f"**Decided:** {leader}, {why_first(proposal, result.tally, terms)}{needed}{reached}."


def up(missing: int, terms: Terms) -> str:
    """Write what is missing; exactly where rounding down would say that too little is."""
    brief = humane(missing, terms.scale)
    full = exact(missing, terms.scale)
    return f"{full if len(full) <= len(brief) + 4 else 'about ' + brief} {quoted(terms.symbol)}"


def _no_quorum(result: Result, terms: Terms) -> str:
    outcome = result.outcome
    if not result.tally.total:
        return "**No quorum:** nobody voted, so nothing is decided."
    return (
        f"**No quorum:** {amount(floor(outcome.reached), terms.scale, terms.symbol)} voted{COUNTED[outcome.counts]}, "
        f"{up(ceil(outcome.quorum - outcome.reached), terms)} fewer than the "
        f"{amount(outcome.quorum, terms.scale, terms.symbol)} needed. Nothing is decided."
    )


def _by_rejection(result: Result, terms: Terms) -> str:
    outcome = result.outcome
    against = amount(floor(outcome.reached), terms.scale, terms.symbol)
    veto = amount(outcome.quorum, terms.scale, terms.symbol)
    if outcome.verdict is Verdict.REJECTED:
        return f"**Rejected:** {against} voted Against, more than the {veto} that it takes to reject."
    return f"**Passed:** {against} voted Against, and it takes more than {veto} to reject; For is not counted."


def _tied(proposal: Proposal, result: Result, terms: Terms, reached: str) -> str:
    outcome = result.outcome
    if not outcome.leaders:
        return f"**Tied:** no choice has any power behind it, so nothing is decided{reached}."
    leaders = listed([_label(proposal, choice) for choice in outcome.leaders[:5]])
    if len(outcome.leaders) > 5:  # noqa: PLR2004 - a sentence's length
        leaders += " and others"
    equal = why_equal(proposal, result.tally, terms, outcome.leaders)
    return f"**Tied:** {leaders} {equal}, so nothing is decided{reached}."


def _for_or_against(proposal: Proposal, result: Result, terms: Terms, reached: str) -> str:
    outcome, tally = result.outcome, result.tally
    yes, no = floor(tally.scores[FOR - 1]), floor(tally.scores[AGAINST - 1])
    winner, loser = (FOR, AGAINST) if outcome.verdict is Verdict.PASSED else (AGAINST, FOR)
    more, less = _apart(max(yes, no), min(yes, no), terms)
    return (
        f"**{outcome.verdict.capitalize()}:** {_label(proposal, winner)} has {more}, "
        f"{share(max(yes, no), yes + no)} of what was cast for it or for {_label(proposal, loser)} ({less}){reached}."
    )


def _needed(proposal: Proposal, terms: Terms) -> str:
    text = needed_words(terms.rules.approval, proposal.voting)
    whole = amount(terms.threshold.votable, terms.scale, terms.symbol) if terms.threshold.votable else ""
    return f"{text} ({whole})" if whole else text


def _label(proposal: Proposal, choice: int) -> str:
    return f"“{quoted(proposal.choices[choice - 1], 80)}”"


def _apart(more: int, less: int, terms: Terms) -> tuple[str, str]:
    """Write two amounts so that they differ where they do."""
    written = humane(more, terms.scale), humane(less, terms.scale)
    if written[0] == written[1] and more != less:
        written = exact(more, terms.scale), exact(less, terms.scale)
    return f"{written[0]} {quoted(terms.symbol)}", f"{written[1]} {quoted(terms.symbol)}"
