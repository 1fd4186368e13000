"""What was decided, and the numbers that made it so, in one sentence."""

from __future__ import annotations

from math import ceil, floor

from bot.domain.proposals.proposal import Proposal, Result, Terms
from bot.domain.proposals.vote_rules import MAJORITY
from bot.domain.shared.amounts import exact, humane
from bot.domain.voting import SYSTEMS, Counts, Verdict, Words, has_words, level
from bot.domain.voting.systems.basic import AGAINST, FOR
from cogs._shared.formatting import amount, quoted, share
from cogs.voting.cards.vote_rules import COUNTED, needed_words

_LABEL, _BRIEF = 80, 24
"""Signs of a choice's label in a sentence, and in a remark in it."""


def outcome_words(proposal: Proposal, result: Result, terms: Terms) -> str:
    """Say what was decided and why, in a sentence."""
    outcome, system = result.outcome, SYSTEMS[proposal.voting]
    reached = f"; quorum {amount(outcome.quorum, terms.scale, terms.symbol)} reached" if outcome.quorum else ""
    if outcome.counts is Counts.REJECTION:
        return _by_rejection(result, terms)
    match outcome.verdict:
        case Verdict.NO_QUORUM:
            return _no_quorum(result, terms)
        case Verdict.TIED:
            return _tied(proposal, result, terms, reached)
        case Verdict.PASSED | Verdict.REJECTED if system.for_against and terms.rules.approval == MAJORITY:
            return _for_or_against(proposal, result, terms, reached)
        case Verdict.PASSED | Verdict.REJECTED:
            label = _label(proposal, FOR if system.for_against else outcome.leaders[0])
            has = amount(floor(outcome.approval), terms.scale, terms.symbol)
            part = share(outcome.approval, outcome.whole, beside=terms.threshold.share)
            return (
                f"**{outcome.verdict.capitalize()}:** {label} {has_words(system)} {has}, "
                f"{part}, where {_needed(proposal, terms)} is needed{reached}."
            )
        case Verdict.DECIDED:
            leader, words = _label(proposal, outcome.leaders[0]), _words(terms)
            first = system.why_first(result.tally, proposal.choices, words)
            return f"**Decided:** {leader}, {first}{_bar(proposal, result, terms)}{reached}."


def up(missing: int, terms: Terms) -> str:
    """Write what is missing; exactly where rounding down would say that too little is."""
    brief = humane(missing, terms.scale)
    full = exact(missing, terms.scale)
    about = brief if brief.startswith("less") else f"about {brief}"
    return f"{full if len(full) <= len(brief) + 4 else about} {quoted(terms.symbol)}"


def _no_quorum(result: Result, terms: Terms) -> str:
    outcome = result.outcome
    if not result.tally.total:
        return "**No quorum:** nobody voted, so nothing is decided."
    needed, voted = _apart(outcome.quorum, floor(outcome.reached), terms)
    return (
        f"**No quorum:** {voted} voted{COUNTED[outcome.counts]}, "
        f"{up(ceil(outcome.quorum - outcome.reached), terms)} fewer than the {needed} needed. Nothing is decided."
    )


def _by_rejection(result: Result, terms: Terms) -> str:
    outcome = result.outcome
    against, veto = _apart(floor(outcome.reached), outcome.quorum, terms)
    if outcome.verdict is Verdict.REJECTED:
        return f"**Rejected:** {against} voted Against, more than the {veto} that it takes to reject."
    return f"**Passed:** {against} voted Against, and it takes more than {veto} to reject; For is not counted."


def _tied(proposal: Proposal, result: Result, terms: Terms, reached: str) -> str:
    equal = level(result.outcome, result.tally, proposal.voting, proposal.choices, _words(terms))
    return f"**Tied:** {equal}, so nothing is decided{reached}."


def _for_or_against(proposal: Proposal, result: Result, terms: Terms, reached: str) -> str:
    outcome, tally = result.outcome, result.tally
    yes, no = floor(tally.scores[FOR - 1]), floor(tally.scores[AGAINST - 1])
    winner, loser = (FOR, AGAINST) if outcome.verdict is Verdict.PASSED else (AGAINST, FOR)
    more, less = _apart(max(yes, no), min(yes, no), terms)
    return (
        f"**{outcome.verdict.capitalize()}:** {_label(proposal, winner)} has {more}, "
        f"{share(max(yes, no), yes + no)} of what was cast for it or for {_label(proposal, loser)} ({less}){reached}."
    )


def _bar(proposal: Proposal, result: Result, terms: Terms) -> str:
    if terms.rules.approval == MAJORITY:
        return ""
    part = share(result.outcome.approval, result.outcome.whole, beside=terms.threshold.share)
    return f"; it {has_words(SYSTEMS[proposal.voting])} {part}, where {_needed(proposal, terms)} is needed"


def _words(terms: Terms) -> Words:
    """Write for people: brief amounts, and labels that nothing in them can format."""
    return Words(
        amount=lambda score: amount(floor(score), terms.scale, terms.symbol),
        label=lambda label: f"“{quoted(label, _LABEL)}”",
        aside=lambda label: f"“{quoted(label, _BRIEF)}”",
        share=share,
        exact=False,
    )


def _needed(proposal: Proposal, terms: Terms) -> str:
    text = needed_words(terms.rules.approval, proposal.voting, terms.strategies)
    whole = amount(terms.threshold.votable, terms.scale, terms.symbol) if terms.threshold.votable else ""
    return f"{text} ({whole})" if whole else text


def _label(proposal: Proposal, choice: int) -> str:
    return f"“{quoted(proposal.choices[choice - 1], _LABEL)}”"


def _apart(more: int, less: int, terms: Terms) -> tuple[str, str]:
    """Write two amounts so that they differ where they do."""
    written = humane(more, terms.scale), humane(less, terms.scale)
    if written[0] == written[1] and more != less:
        written = exact(more, terms.scale), exact(less, terms.scale)
    return f"{written[0]} {quoted(terms.symbol)}", f"{written[1]} {quoted(terms.symbol)}"
