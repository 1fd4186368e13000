"""Why a choice won, or why several are equal, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.domain.voting import Score, TieRule
from bot.domain.voting.outcome import outcome_reason as why
from bot.presentation.catalogue.formats import listed
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.results.shares import share

TIE_RULES = {
    TieRule.LISTED: N_("the order of the choices"),
    TieRule.HEAD_TO_HEAD: N_("head to head"),
    TieRule.FIVE_STARS: N_("five stars"),
    TieRule.SCORE: N_("the higher score"),
}
"""What settles a tie within a count."""
_FEW, _NAMED = 3, 5
"""Choices or rounds of which a remark names all at most, and equal choices of a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonWords:
    """Tells reasons. `amount` writes power with its unit, `label` a choice (from 1), `aside` one within a remark."""

    amount: Callable[[Score], str]
    label: Callable[[int], str]
    aside: Callable[[int], str]

    def first(self, reason: why.FirstReason) -> str:  # noqa: C901, PLR0911 - one a reason
        """Return sentences on the winner, which is "it"."""
        match reason:
            case why.MostPower(score, total):
                return _("It has {share} of {whole}, more than any other choice.", **self._part(score, total))
            case why.MostApproved(score, total):
                return _("{share} of {whole} approved it, more than any other choice.", **self._part(score, total))
            case why.LargestRootShare(score, total):
                return _("Its share by square roots is the highest: {share}.", share=share(score, total))
            case why.MostInLastRound(score, total):
                part = self._part(score, total)
                return _("It has {share} of {whole}, more than any other choice in the last round.", **part)
            case why.WonLastRound(score, active, number, settled):
                part = self._part(score, active)
                counted = _("It has {share} of the {whole} that counted in round {round}.", round=number, **part)
                return self._with(counted, self._eliminations(settled))
            case why.MostPoints():
                return _most_points(reason)
            case why.StrongestChain(record) if record.won == record.others:
                return _("It beats every other choice: {record}.", record=_record(record))
            case why.StrongestChain(record):
                return _("No other choice beats it by its strongest chain of wins: {record}.", record=_record(record))
            case why.WonRunOff():
                return self._with(self._run_off(reason), self._places(reason.places))
            case why.AloneInRunOff(places):
                return self._with(_("It was the only choice in the run-off."), self._places(places))
            case _:
                assert_never(reason)

    def equal(self, reason: why.EqualReason, leaders: Sequence[int]) -> str:
        """Return sentences on choices (from 1) that no rule tells apart."""
        who = _named([self.label(choice) for choice in leaders], _NAMED)
        match reason:
            case why.EqualPower(score):
                return _("{choices} have {amount} each.", choices=who, amount=self.amount(score))
            case why.EqualRootShare(score, total):
                part = share(score, total)
                return _("{choices} have the same share by square roots, {share} each.", choices=who, share=part)
            case why.EqualInLastRound(score, number, settled):
                amount = self.amount(score)
                equal = _(
                    "{choices} have {amount} each in round {round}, the last.", choices=who, amount=amount, round=number
                )
                return self._with(equal, self._eliminations(settled))
            case why.EqualPoints():
                return _("{choices} have as many points head to head and the same average support.", choices=who)
            case why.EqualChains():
                return _("No other choice beats {choices}, neither head to head nor by a chain of wins.", choices=who)
            case why.EqualInRunOff(places):
                equal = _("{choices} are equal in the run-off, in scores and in power behind five stars.", choices=who)
                return self._with(equal, self._places(places))
            case _:
                assert_never(reason)

    def _part(self, part: Score, whole: Score) -> dict[str, str]:
        return {"share": share(part, whole), "whole": self.amount(whole)}

    def _with(self, sentence: str, remark: str) -> str:
        return f"{sentence} {remark}" if remark else sentence

    def _eliminations(self, settled: Sequence[why.SettledRound]) -> str:
        """Tell in which rounds the order of the choices settled who went out."""
        if not settled:
            return ""
        if len(settled) > 1:
            rounds = [str(one.number) for one in settled]
            named = listed(rounds) if len(rounds) <= _FEW else f"{', '.join(rounds[:_FEW])} …"
            return _("In rounds {rounds} the one listed first of several with the least went out.", rounds=named)
        (one,) = settled
        return _(
            "In round {round} {choices} were equal with the least; {choice} went out because it is listed first.",
            round=one.number,
            choices=self._tied(one.tied),
            choice=self.aside(one.out),
        )

    def _run_off(self, reason: why.WonRunOff) -> str:
        loser = self.label(reason.loser)
        if reason.power == reason.less and reason.rule is not None:
            rule = _(TIE_RULES[reason.rule])
            return _("It was even with {choice} in the run-off, and is ahead of it by {rule}.", choice=loser, rule=rule)
        return _(
            "It was preferred to {choice} in the run-off by {more} to {less}.",
            choice=loser,
            more=self.amount(reason.power),
            less=self.amount(reason.less),
        )

    def _places(self, places: why.SettledPlaces | None) -> str:
        """Tell how a tie for a place in a run-off was settled."""
        if places is None:
            return ""
        tied, rule = self._tied(places.tied), _(TIE_RULES[places.rule])
        return _("{choices} were equal for the run-off, settled by {rule}.", choices=tied, rule=rule)

    def _tied(self, choices: Sequence[int]) -> str:
        return _named([self.aside(choice) for choice in choices], _FEW)


def _named(labels: Sequence[str], most: int) -> str:
    """Name one or several choices; of more than `most`, the first ones."""
    if len(labels) <= most:
        return listed(labels)
    return listed([*labels[:most], _("{number} more", number=len(labels) - most)])


def _most_points(reason: why.MostPoints) -> str:
    record = _record(reason.record)
    if reason.by_support and reason.most_wins:
        return _("It has the most average support of those that win most often: {record}.", record=record)
    if reason.by_support:
        return _(
            "It has the most average support of those with the most points, two for a win and one for a draw: "
            "{record}.",
            record=record,
        )
    if reason.most_wins:
        return _("It wins most often: {record}.", record=record)
    return _("It has the most points, two for a win and one for a draw: {record}.", record=record)


def _record(record: why.DuelRecord) -> str:
    facts = {"won": record.won, "lost": record.lost, "others": record.others}
    if not record.even:
        return _("it wins {won}, loses {lost} of {others} head to head", **facts)
    return ngettext(
        "it wins {won}, loses {lost}, {number} draw of {others} head to head",
        "it wins {won}, loses {lost}, {number} draws of {others} head to head",
        record.even,
        **facts,
    )
