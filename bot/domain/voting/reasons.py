"""The rule that decided, in words: which one of a voting system's rules put a choice first, or left several equal.

This is the one place that words it: the card, the page, the bundle and the command line all take it from here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.amounts import percent
from bot.domain.voting.ballots import Score, Tally, TieRule, VotingType

_FEW = 3
"""Choices, or rounds, that are named one by one."""


def _quoted(label: str) -> str:
    return f"“{label}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How numbers and labels are written where the words are shown.

    `amount` writes power with its unit, `label` a choice, `aside` one in a remark, `share` a part of a whole. With
    `exact` an amount stands where a share would do for people.
    """

    amount: Callable[[Score], str]
    label: Callable[[str], str] = _quoted
    aside: Callable[[str], str] = _quoted
    share: Callable[[Score, Score], str] = percent
    exact: bool = True

    def of(self, part: Score, whole: Score) -> str:
        """Write a part with its whole."""
        return f"{self.amount(part) if self.exact else self.share(part, whole)} of {self.amount(whole)}"


def listed(labels: Sequence[str], most: int) -> str:
    """Name one or several, of many the first ones."""
    if len(labels) > most:
        return f"{', '.join(labels[:most])} and {len(labels) - most} more"
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def why_first(voting: VotingType, tally: Tally, choices: Sequence[str], words: Words) -> str:
    """Complete "Decided: “Mice”, …" for the one choice that won."""
    winner = tally.winners[0] - 1
    top = tally.scores[winner]
    first = f"with {words.of(top, tally.total)}, more than any other choice"
    match voting:
        case "approval":
            first = f"approved by {words.of(top, tally.total)}, more than any other choice"
        case "quadratic":
            first = f"whose share by square roots is the highest: {words.share(top, tally.total)}"
        case "copeland" if tally.pairs:
            first = _by_points(tally, winner)
        case "schulze" if tally.pairs:
            first = _by_paths(tally, winner)
        case "ranked-choice":
            first = _in_rounds(tally, top, choices, words)
        case "star" if tally.rounds:
            first = _in_run_off(tally, winner, choices, words) + _for_the_run_off(tally, choices, words)
        case _:
            pass
    return first


def why_equal(voting: VotingType, tally: Tally, choices: Sequence[str], leaders: Sequence[int], words: Words) -> str:
    """Complete "Tied: “Mice” and “Yeast” …" for leaders that no rule tells apart."""
    top = tally.scores[leaders[0] - 1]
    match voting:
        case "copeland":
            return "have as many points head to head and the same average support"
        case "schulze":
            return "are beaten by no other choice, neither head to head nor by a chain of wins"
        case "star" if tally.rounds:
            equal = "are equal in the run-off, in scores and in power behind five stars"
            return equal + _for_the_run_off(tally, choices, words)
        case "quadratic":
            return f"have the same share by square roots, {words.share(top, tally.total)} each"
        case "ranked-choice" if tally.rounds:
            each = f"have {words.amount(top)} each in round {len(tally.rounds)}, the last"
            return each + _eliminations(tally, choices, words)
        case _:
            return f"have {words.amount(top)} each"


def points_of(choice: int, tally: Tally) -> int:
    """Return two points for each other choice that this one (from 0) beats, one for each draw."""
    won, _, even = _record(choice, tally)
    return 2 * won + even


def record_words(choice: int, tally: Tally) -> str:
    """Say how often a choice (from 0) wins and loses against the others."""
    won, lost, even = _record(choice, tally)
    draws = f", {even:,} draw{'' if even == 1 else 's'}" if even else ""
    return f"wins {won}, loses {lost}{draws}"


def _record(choice: int, tally: Tally) -> tuple[int, int, int]:
    duels = [
        (tally.pairs[choice][other], tally.pairs[other][choice]) for other in range(len(tally.pairs)) if other != choice
    ]
    won = sum(mine > theirs for mine, theirs in duels)
    lost = sum(mine < theirs for mine, theirs in duels)
    return won, lost, len(duels) - won - lost


def _by_points(tally: Tally, winner: int) -> str:
    """Most points decide, and wins are not points where there are draws; then average support."""
    everybody = range(len(tally.pairs))
    points = [points_of(choice, tally) for choice in everybody]
    wins = [_record(choice, tally)[0] for choice in everybody]
    level = [choice for choice in everybody if points[choice] == points[winner]]
    others = [wins[choice] for choice in everybody if choice not in level]
    often = len({wins[choice] for choice in level}) == 1 and wins[winner] > max(others, default=-1)
    record = f"it {record_words(winner, tally)} of {len(tally.pairs) - 1} head to head"
    if len(level) > 1:
        of = "win most often" if often else "have the most points, two for a win and one for a draw"
        return f"which has the most average support of those that {of}: {record}"
    if often:
        return f"which wins most often: {record}"
    return f"which has the most points, two for a win and one for a draw: {record}"


def _by_paths(tally: Tally, winner: int) -> str:
    won, _, _ = _record(winner, tally)
    record = f"it {record_words(winner, tally)} of {len(tally.pairs) - 1} head to head"
    if won == len(tally.pairs) - 1:
        return f"which beats every other choice: {record}"
    return f"which no other choice beats by its strongest chain of wins: {record}"


def _in_rounds(tally: Tally, top: Score, choices: Sequence[str], words: Words) -> str:
    if not tally.rounds:
        return f"with {words.of(top, tally.total)}, more than any other choice in the last round"
    last = tally.rounds[-1]
    active = sum(score for score in last.scores if score is not None)
    first = f"with {words.share(top, active)} of the {words.amount(active)} that counted in round {len(tally.rounds)}"
    return first + _eliminations(tally, choices, words)


def _eliminations(tally: Tally, choices: Sequence[str], words: Words) -> str:
    """Tell of rounds in which the order of the choices said who went out, where that moved any power."""
    settled = [
        (number, held)
        for number, held in enumerate(tally.rounds, start=1)
        if held.rule is TieRule.LISTED and held.eliminated is not None and held.scores[held.eliminated - 1]
    ]
    if not settled:
        return ""
    if len(settled) > 1:
        rounds = [str(number) for number, _ in settled]
        named = f"{', '.join(rounds[:-1])} and {rounds[-1]}" if len(rounds) <= _FEW else f"{', '.join(rounds[:_FEW])} …"
        return f"; in rounds {named} the one listed first of several with the least went out"
    number, held = settled[0]
    equal = listed([words.aside(choices[choice - 1]) for choice in held.tied], _FEW)
    out = words.aside(choices[(held.eliminated or 1) - 1])
    return f"; in round {number} {equal} were equal with the least, and {out} went out because it is listed first"


def _in_run_off(tally: Tally, winner: int, choices: Sequence[str], words: Words) -> str:
    powers = {at: score for at, score in enumerate(tally.rounds[-1].scores) if score is not None}
    for other, power in powers.items():
        if other == winner:
            continue
        loser = words.label(choices[other])
        if power == powers[winner]:
            return f"which is even with {loser} in the run-off and ahead of it by {tally.rounds[-1].rule}"
        return f"preferred to {loser} in the run-off by {words.amount(powers[winner])} to {words.amount(power)}"
    return "the only choice in the run-off"


def _for_the_run_off(tally: Tally, choices: Sequence[str], words: Words) -> str:
    """Tell how a tie for a place in the run-off was settled."""
    scoring = tally.rounds[0]
    if not scoring.tied or scoring.rule is None:
        return ""
    equal = listed([words.aside(choices[choice - 1]) for choice in scoring.tied], _FEW)
    return f"; {equal} were equal for the run-off, settled by {scoring.rule}"
