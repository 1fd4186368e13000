"""A reason within the outcome's sentence, word for word as bundles and `tally` have it; cards and pages have their own.

Bundles are checked by their text, so no wording here ever changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.domain.shared.amounts import percent
from bot.domain.voting.counting.ballots_and_tally import Score
from bot.domain.voting.outcome import outcome_reason as why

_FEW = 3
"""Choices or rounds that are listed one by one at most."""


def _quoted(label: str) -> str:
    return f"“{label}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How numbers and labels are formatted: `amount` formats power with its unit, `label` a choice."""

    amount: Callable[[Score], str]
    label: Callable[[str], str] = _quoted

    def of(self, part: Score, whole: Score) -> str:
        """Write a part with its whole."""
        return f"{self.amount(part)} of {self.amount(whole)}"


def listed(labels: Sequence[str], most: int) -> str:
    """Return the names of one or several choices; of more than `most`, the first ones."""
    if len(labels) > most:
        return f"{', '.join(labels[:most])} and {len(labels) - most} more"
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def why_first(reason: why.FirstReason, choices: Sequence[str], words: Words) -> str:  # noqa: C901, PLR0911 - one a reason
    """Complete "Decided: “Mice”, …"."""
    match reason:
        case why.MostPower(score, total):
            return f"with {words.of(score, total)}, more than any other choice"
        case why.MostApproved(score, total):
            return f"approved by {words.of(score, total)}, more than any other choice"
        case why.LargestRootShare(score, total):
            return f"whose share by square roots is the highest: {percent(score, total)}"
        case why.MostInLastRound(score, total):
            return f"with {words.of(score, total)}, more than any other choice in the last round"
        case why.WonLastRound(score, active, number, settled):
            counted = f"with {percent(score, active)} of the {words.amount(active)} that counted in round {number}"
            return counted + _eliminations(settled, choices, words)
        case why.MostPoints():
            return _most_points(reason)
        case why.StrongestChain(record) if record.won == record.others:
            return f"which beats every other choice: {_record(record)}"
        case why.StrongestChain(record):
            return f"which no other choice beats by its strongest chain of wins: {_record(record)}"
        case why.WonRunOff():
            return _run_off(reason, choices, words) + _places(reason.places, choices, words)
        case why.AloneInRunOff(places):
            return f"the only choice in the run-off{_places(places, choices, words)}"
        case _:
            assert_never(reason)


def why_equal(reason: why.EqualReason, choices: Sequence[str], words: Words) -> str:
    """Complete "Tied: “Mice” and “Yeast” …"."""
    match reason:
        case why.EqualPower(score):
            return f"have {words.amount(score)} each"
        case why.EqualRootShare(score, total):
            return f"have the same share by square roots, {percent(score, total)} each"
        case why.EqualInLastRound(score, number, settled):
            each = f"have {words.amount(score)} each in round {number}, the last"
            return each + _eliminations(settled, choices, words)
        case why.EqualPoints():
            return "have as many points head to head and the same average support"
        case why.EqualChains():
            return "are beaten by no other choice, neither head to head nor by a chain of wins"
        case why.EqualInRunOff(places):
            equal = "are equal in the run-off, in scores and in power behind five stars"
            return equal + _places(places, choices, words)
        case _:
            assert_never(reason)


def _most_points(reason: why.MostPoints) -> str:
    if reason.by_support:
        of = "win most often" if reason.most_wins else "have the most points, two for a win and one for a draw"
        return f"which has the most average support of those that {of}: {_record(reason.record)}"
    if reason.most_wins:
        return f"which wins most often: {_record(reason.record)}"
    return f"which has the most points, two for a win and one for a draw: {_record(reason.record)}"


def _record(record: why.DuelRecord) -> str:
    draws = f", {record.even:,} draw{'' if record.even == 1 else 's'}" if record.even else ""
    return f"it wins {record.won}, loses {record.lost}{draws} of {record.others} head to head"


def _eliminations(settled: Sequence[why.SettledRound], choices: Sequence[str], words: Words) -> str:
    if not settled:
        return ""
    if len(settled) > 1:
        rounds = [str(one.number) for one in settled]
        named = f"{', '.join(rounds[:-1])} and {rounds[-1]}" if len(rounds) <= _FEW else f"{', '.join(rounds[:_FEW])} …"
        return f"; in rounds {named} the one listed first of several with the least went out"
    one = settled[0]
    equal, out = _tied(one.tied, choices, words), words.label(choices[one.out - 1])
    return f"; in round {one.number} {equal} were equal with the least, and {out} went out because it is listed first"


def _run_off(reason: why.WonRunOff, choices: Sequence[str], words: Words) -> str:
    loser = words.label(choices[reason.loser - 1])
    if reason.power == reason.less:
        return f"which is even with {loser} in the run-off and ahead of it by {reason.rule}"
    return f"preferred to {loser} in the run-off by {words.amount(reason.power)} to {words.amount(reason.less)}"


def _places(places: why.SettledPlaces | None, choices: Sequence[str], words: Words) -> str:
    if places is None:
        return ""
    return f"; {_tied(places.tied, choices, words)} were equal for the run-off, settled by {places.rule}"


def _tied(tied: Sequence[int], choices: Sequence[str], words: Words) -> str:
    return listed([words.label(choices[choice - 1]) for choice in tied], _FEW)
