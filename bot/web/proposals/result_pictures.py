"""The picture of a result, for programs that show links: what it shows, and what a page says of it."""

from __future__ import annotations

from fractions import Fraction

from bot.domain.proposals.proposal import Proposal, Result, Terms
from bot.domain.voting import SYSTEMS, Counts, Verdict
from bot.domain.voting.systems.basic import FOR
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.pictures.pen import SCALE
from bot.presentation.pictures.result_alt import result_alt
from bot.presentation.pictures.result_bars import WIDTH
from bot.presentation.pictures.result_image import height
from bot.presentation.pictures.result_picture import Bar, ResultPicture
from bot.web.proposals.standings import choice_standings
from bot.web.shared.public_head import Picture

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VERDICTS = {
    Verdict.PASSED: N_("Passed"),
    Verdict.REJECTED: N_("Rejected"),
    Verdict.DECIDED: N_("Decided"),
    Verdict.TIED: N_("Tied"),
    Verdict.NO_QUORUM: N_("No quorum"),
}


def picture_of(proposal: Proposal, result: Result, terms: Terms) -> ResultPicture:
    """Return what is drawn of a result: every choice with the share that the page shows, and the quorum."""
    outcome = result.outcome
    won = _won(proposal, result)
    bars = tuple(
        Bar(
            key=_LETTERS[at],
            label=one.label,
            share=min(one.part, Fraction(1)),
            figure=one.figure,
            won=at + 1 in won,
            out=_("out in round {round}", round=one.out) if one.out else "",
        )
        for at, one in enumerate(choice_standings(proposal, result.tally, terms))
    )
    quorum = None
    if outcome.quorum and outcome.counts is not Counts.REJECTION:
        quorum = Fraction(outcome.reached) / outcome.quorum
    words = "" if quorum is None else _("Quorum reached") if quorum >= 1 else _("Quorum not reached")
    return ResultPicture(
        bars=bars,
        verdict=_(_VERDICTS[outcome.verdict]),
        quorum=quorum,
        quorum_words=words,
        passed={Verdict.PASSED: True, Verdict.REJECTED: False}.get(outcome.verdict),
    )


def shown_at(address: str, picture: ResultPicture) -> Picture:
    """Return what a page says of a picture that stands at an address."""
    return Picture(address=address, width=WIDTH * SCALE, height=height(picture) * SCALE, alt=result_alt(picture))


def _won(proposal: Proposal, result: Result) -> tuple[int, ...]:
    if result.outcome.verdict not in (Verdict.PASSED, Verdict.DECIDED):
        return ()
    return (FOR,) if SYSTEMS[proposal.voting].for_against else tuple(result.outcome.leaders)
