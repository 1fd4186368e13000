"""How each choice stands: in one count, in the ballot's order, with the share that its bar shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.shared.amounts import humane, percent
from bot.domain.voting import SYSTEMS, Rounds, Score, Scores, Tally
from bot.domain.voting.ballot_forms import Stars
from bot.domain.voting.outcome.outcome_reason import record_of
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceStanding:
    """How one choice stands in the count that is shown.

    `number` (from 1) is its place on the ballot, `key` the letter by which a picture names it, `label` the author's
    words. `part` is how much of its bar is filled, from 0 to 1, and `figure` the same in words: `71.2 %`, `3.4 of 5
    stars`, `wins 2 of 3`. `amount` is its power without the unit, empty if its score is not a power. `out` is the round
    in which it was eliminated; `leads` says that no choice is ahead of it and at least one is behind.
    """

    number: int
    key: str
    label: str
    part: Fraction
    figure: str
    amount: str = ""
    out: int | None = None
    leads: bool = False


def choice_standings(proposal: Proposal, tally: Tally, terms: Terms) -> tuple[ChoiceStanding, ...]:
    """Return how every choice stands, in the ballot's order.

    All shares are of the same count: with elimination rounds, of the power that counts in the last round, so that the
    shares of the remaining choices add up to 1. The domain does the rounding, so equal scores have equal figures.
    """
    scores, whole = _shown_count(proposal, tally)
    leading = set(tally.winners) if tally.ballots and len(tally.winners) < len(proposal.choices) else set()
    out = {counted.eliminated: number for number, counted in enumerate(tally.rounds, start=1) if counted.eliminated}
    found = []
    for number, label in enumerate(proposal.choices, start=1):
        score = scores[number - 1]
        part, figure, amount = _drawn(number - 1, score, whole, proposal, tally, terms)
        found.append(
            ChoiceStanding(
                number=number,
                key=_LETTERS[number - 1],
                label=label,
                part=part,
                figure=figure,
                amount=amount,
                out=out.get(number),
                leads=number in leading,
            )
        )
    return tuple(found)


def whole_words(proposal: Proposal, tally: Tally) -> str:
    """Return what the percentages are shares of; empty if no figure is a percentage."""
    system = SYSTEMS[proposal.voting]
    if tally.pairs or isinstance(system.form, Stars):
        return ""
    if system.scores is Scores.SHARES:
        return _("Percentages are shares by this rule, not of the power cast.")
    if system.scores is Scores.POINTS:
        return _("Percentages are of the most points that the ballots could give.")
    if system.rounds is Rounds.ELIMINATIONS:
        last = len(tally.rounds)
        if last > 1:
            return _("Percentages are of the power that counts in round {last}.", last=last)
    return _("Percentages are of all power that voted.")


def _shown_count(proposal: Proposal, tally: Tally) -> tuple[Sequence[Score | None], Score]:
    if SYSTEMS[proposal.voting].rounds is Rounds.ELIMINATIONS and tally.rounds:
        last = tally.rounds[-1].scores
        return last, sum(score for score in last if score is not None)
    return tally.scores, tally.total


def _drawn(
    at: int, score: Score | None, whole: Score, proposal: Proposal, tally: Tally, terms: Terms
) -> tuple[Fraction, str, str]:
    """Return how much of a choice's bar is filled, its figure and its amount."""
    if score is None:
        return Fraction(0), "", ""
    if tally.pairs:
        record = record_of(at + 1, tally)
        others = record.others
        figure = ngettext("wins {won} of {number} duel", "wins {won} of {number} duels", others, won=record.won)
        if record.even and tally.ballots:
            figure = _("{wins}, {even} even", wins=figure, even=record.even)
        return Fraction(record.points, 2 * others) if tally.ballots else Fraction(0), figure, ""
    part = Fraction(score) / Fraction(whole) if whole else Fraction(0)
    system = SYSTEMS[proposal.voting]
    if isinstance(system.form, Stars):
        tenths = floor(part * system.form.most * 10)
        most = system.form.most
        return part, _("{stars} of {most} stars", stars=f"{tenths // 10}.{tenths % 10}", most=most), ""
    figure = percent(score, whole, beside=terms.threshold.share)
    return part, figure, humane(floor(score), terms.scale) if system.scores is Scores.POWER else ""
