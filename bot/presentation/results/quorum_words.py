"""How much of a quorum is reached, and what is missing."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from bot.domain.proposals.proposal import Terms
from bot.domain.shared.amounts import humane, percent
from bot.domain.voting import QuorumCounts, Score
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.results.outcome_lines import missing_words
from bot.presentation.results.rule_words import Quote, counted_words, quorum_source

BAR = 12
"""Characters in a bar of text."""
_TENTHS = 10


def text_bar(part: Score, whole: Score) -> str:
    """Return a share as a bar of text; one above 0 is never drawn as empty, one below 1 never as full."""
    filled = floor(BAR * part / whole) if whole else 0
    if part > 0 and filled == 0:
        filled = 1
    return "█" * filled + "░" * (BAR - filled)


def quorum_words(  # noqa: PLR0911 - one a state of the quorum
    reached: Score | None, terms: Terms, quote: Quote, *, exactly: bool
) -> str:
    """Return how much of the quorum is reached and what is missing; `reached` is None if hidden until the result.

    Without `exactly` it is told in whole tenths only, as while votes are hidden.
    """
    counts, counted = terms.rules.counts, counted_words(terms.rules.counts)
    symbol = quote(terms.symbol)
    source = quorum_source(terms, quote)
    needed = f"{humane(terms.quorum, terms.scale)} {symbol}" + (f" ({source})" if source else "")
    if counts is QuorumCounts.REJECTION:
        if reached is None:
            return _("Passes unless more than {needed} votes Against.", needed=needed)
        far = f"{humane(floor(reached), terms.scale)} {symbol}"
        return _("Passes unless more than {needed} votes Against; {far} so far.", needed=needed, far=far)
    if not terms.quorum:
        return _("No quorum is needed.")
    if reached is None:
        return _(
            "Quorum: {needed} must vote{counted}; how far it is stays hidden until the result.",
            needed=needed,
            counted=counted,
        )
    if not exactly:
        tenths = floor(reached * _TENTHS / terms.quorum)
        facts = {"needed": needed, "counted": counted}
        if tenths >= _TENTHS:
            return _("Quorum reached: {needed} must vote{counted}.", **facts)
        bar = f"`{text_bar(tenths, _TENTHS)}`"
        return _(
            "Quorum {bar} {tens} % of the way or more: {needed} must vote{counted}.", bar=bar, tens=tenths * 10, **facts
        )
    if floor(reached) >= terms.quorum:
        voted = humane(floor(reached), terms.scale)
        return _("Quorum reached: {voted} of {needed} voted{counted}.", voted=voted, needed=needed, counted=counted)
    return _(
        "Quorum {bar} {share} of {needed} to vote{counted}; {missing} are missing.",
        bar=f"`{text_bar(floor(reached), terms.quorum)}`",
        share=percent(floor(reached), terms.quorum, beside=Fraction(1)),
        needed=needed,
        counted=counted,
        missing=missing_words(terms.quorum - floor(reached), terms, quote),
    )


def quorum_fact(  # noqa: PLR0911 - one a state of the quorum
    reached: Score | None, terms: Terms, quote: Quote, *, exactly: bool
) -> str:
    """Return the quorum as a fact beside its name: `1,000 VITA For or Against, 40 % of it is reached`.

    `reached` and `exactly` are as `quorum_words` takes them.
    """
    rejects = terms.rules.counts is QuorumCounts.REJECTION
    if not terms.quorum and not rejects:
        return _("none")
    needed = f"{humane(terms.quorum, terms.scale)} {quote(terms.symbol)}"
    if rejects:
        if reached is None:
            return _("none; more than {amount} Against rejects", amount=needed)
        far = f"{humane(floor(reached), terms.scale)} {quote(terms.symbol)}"
        return _("none; more than {amount} Against rejects, {far} so far", amount=needed, far=far)
    needed += counted_words(terms.rules.counts)
    if reached is not None and reached >= terms.quorum:
        return _("{needed}, reached", needed=needed)
    if reached is None:
        return needed
    share = percent(reached, terms.quorum, beside=Fraction(1))
    if exactly:
        return _("{needed}, {share} of it is reached", needed=needed, share=share)
    return _("{needed}, {share} of it or more is reached", needed=needed, share=share)
