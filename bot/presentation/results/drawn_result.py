"""The picture of a result, from the same standings as the text beside it."""

from __future__ import annotations

from fractions import Fraction

from bot.domain.proposals.proposal import Proposal, Result, Terms
from bot.domain.proposals.vote_rules import MAJORITY
from bot.domain.voting import SYSTEMS, Base, QuorumCounts, Verdict
from bot.domain.voting.ballot_forms import Stars
from bot.domain.voting.systems.basic import AGAINST, FOR
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.pictures.result_picture import Bar, ResultPicture
from bot.presentation.results.choice_standings import choice_standings
from bot.presentation.results.outcome_lines import VERDICTS
from bot.presentation.results.rule_words import needed_words

_WON = (Verdict.PASSED, Verdict.DECIDED, Verdict.REJECTED)


def result_picture(proposal: Proposal, result: Result, terms: Terms) -> ResultPicture:
    """Return the content of a result's picture: every choice, what was needed, and the quorum."""
    outcome, system = result.outcome, SYSTEMS[proposal.voting]
    won = _winners(proposal, result)
    bars = tuple(
        Bar(
            key=standing.key,
            label=standing.label,
            share=min(standing.part, Fraction(1)),
            figure=standing.figure,
            won=standing.number in won,
            out=_("out in round {round}", round=standing.out) if standing.out else "",
        )
        for standing in choice_standings(proposal, result.tally, terms)
    )
    # Bars have the threshold's mark only if they show shares of the same whole as the threshold.
    marked = (
        terms.rules.approval != MAJORITY
        and outcome.counts is not QuorumCounts.REJECTION
        and not result.tally.pairs
        and not isinstance(system.form, Stars)
        and (terms.threshold.base is Base.TURNOUT or (terms.threshold.base is Base.CAST and not system.for_against))
        and not result.tally.rounds
    )
    approval = terms.rules.approval
    quorum = None
    words = ""
    if outcome.quorum and outcome.counts is not QuorumCounts.REJECTION:
        quorum = Fraction(outcome.reached) / outcome.quorum
        words = _("Quorum reached") if outcome.reached >= outcome.quorum else _("Quorum not reached")
    return ResultPicture(
        verdict=_(VERDICTS[outcome.verdict]),
        bars=bars,
        threshold=approval.share if marked else None,
        threshold_words=needed_words(approval, proposal.voting, terms.strategies, str) if marked else "",
        quorum=quorum,
        quorum_words=words,
        passed={Verdict.PASSED: True, Verdict.REJECTED: False}.get(outcome.verdict),
    )


def _winners(proposal: Proposal, result: Result) -> tuple[int, ...]:
    """Return the choice that won; none if nothing was decided, or the first choice did not reach the approval."""
    outcome = result.outcome
    if outcome.verdict not in _WON:
        return ()
    if outcome.verdict is Verdict.REJECTED:
        by_against = outcome.counts is QuorumCounts.REJECTION or AGAINST in outcome.leaders
        return (AGAINST,) if SYSTEMS[proposal.voting].for_against and by_against else ()
    return (FOR,) if SYSTEMS[proposal.voting].for_against else outcome.leaders
