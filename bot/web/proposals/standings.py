"""How each choice stands on a page: one count, in the ballot's order, with what its bar draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.shared.amounts import humane, percent
from bot.domain.voting import SYSTEMS, Rounds, Score, Scores, Tally
from bot.domain.voting.ballot_forms import Stars
from bot.domain.voting.outcome.rule_words import record_of
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceStanding:
    """How one choice stands. `part` is what its bar fills, from 0 to 1, and `figure` says the same in words.

    `amount` is its power without the symbol, nothing where its number is no power. `out` is the round
    in which it went out.
    """

    label: str
    part: Fraction
    figure: str
    amount: str
    out: int | None


def choice_standings(proposal: Proposal, tally: Tally, terms: Terms) -> tuple[ChoiceStanding, ...]:
    """Return how every choice stands, in the ballot's order; of rounds, how it stands in the last one."""
    scores, whole = _shown_count(proposal, tally)
    out = {counted.eliminated: number for number, counted in enumerate(tally.rounds, start=1) if counted.eliminated}
    found = []
    for at, label in enumerate(proposal.choices):
        part, figure, amount = _drawn(at, scores[at], whole, proposal, tally, terms)
        found.append(ChoiceStanding(label=label, part=part, figure=figure, amount=amount, out=out.get(at + 1)))
    return tuple(found)


def whole_words(proposal: Proposal, tally: Tally) -> str:
    """Say what the percentages are shares of; nothing where no figure is a percentage."""
    system = SYSTEMS[proposal.voting]
    if tally.pairs or isinstance(system.form, Stars):
        return ""
    if system.scores is Scores.SHARES:
        return _("Percentages are shares by this rule, not of the power cast.")
    if system.scores is Scores.POINTS:
        return _("Percentages are of the most points that the ballots could give.")
    if system.rounds is Rounds.ELIMINATIONS and len(tally.rounds) > 1:
        return _("Percentages are of the power that counts in round {last}.", last=len(tally.rounds))
    return _("Percentages are of the power that voted.")


def _shown_count(proposal: Proposal, tally: Tally) -> tuple[Sequence[Score | None], Score]:
    if SYSTEMS[proposal.voting].rounds is Rounds.ELIMINATIONS and tally.rounds:
        last = tally.rounds[-1].scores
        return last, sum(score for score in last if score is not None)
    return tally.scores, tally.total


def _drawn(
    at: int, score: Score | None, whole: Score, proposal: Proposal, tally: Tally, terms: Terms
) -> tuple[Fraction, str, str]:
    if score is None:
        return Fraction(0), "", ""
    if tally.pairs:
        won, _lost, even = record_of(at, tally)
        others = len(tally.pairs) - 1
        figure = ngettext("wins {won} of {number} duel", "wins {won} of {number} duels", others, won=won)
        part = Fraction(2 * won + even, 2 * others) if tally.ballots else Fraction(0)
        return part, _("{wins}, {even} even", wins=figure, even=even) if even and tally.ballots else figure, ""
    part = Fraction(score) / Fraction(whole) if whole else Fraction(0)
    system = SYSTEMS[proposal.voting]
    if isinstance(system.form, Stars):
        tenths, most = floor(part * system.form.most * 10), system.form.most
        return part, _("{stars} of {most} stars", stars=f"{tenths // 10}.{tenths % 10}", most=most), ""
    figure = percent(score, whole, beside=terms.threshold.share)
    return part, figure, humane(floor(score), terms.scale) if system.scores is Scores.POWER else ""
