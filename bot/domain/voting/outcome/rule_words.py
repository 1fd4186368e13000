"""Wordings of deciding rules that several voting systems share; each system's module has its own besides.

The card, the web page, the bundle and the command line all use them, so each rule is worded once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.shared.amounts import percent
from bot.domain.voting.counting.ballots_and_tally import Score, Tally

FEW = 3
"""Choices or rounds that are listed one by one at most."""


def _quoted(label: str) -> str:
    return f"“{label}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How numbers and labels are formatted in a sentence.

    `amount` formats power with its unit, `label` a choice, `aside` a choice within a remark, `share` a part of a whole.
    With `exact`, amounts are written where a share would do for people.
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
    """Return the names of one or several choices; of more than `most`, the first ones."""
    if len(labels) > most:
        return f"{', '.join(labels[:most])} and {len(labels) - most} more"
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def most_power(tally: Tally, _choices: Sequence[str], words: Words) -> str:
    """Complete "Decided: “Mice”, …" where the highest score is all that decides."""
    return f"with {words.of(tally.scores[tally.winners[0] - 1], tally.total)}, more than any other choice"


def equal_power(tally: Tally, _choices: Sequence[str], leaders: Sequence[int], words: Words) -> str:
    """Complete "Tied: “Mice” and “Yeast” …" where equal scores are all that makes a tie."""
    return f"have {words.amount(tally.scores[leaders[0] - 1])} each"


def points_of(choice: int, tally: Tally) -> int:
    """Return two points for each other choice that this one (from 0) beats, one for each draw."""
    won, _, even = record_of(choice, tally)
    return 2 * won + even


def record_words(choice: int, tally: Tally) -> str:
    """Return how often a choice (from 0) wins and loses head to head."""
    won, lost, even = record_of(choice, tally)
    draws = f", {even:,} draw{'' if even == 1 else 's'}" if even else ""
    return f"wins {won}, loses {lost}{draws}"


def record_of(choice: int, tally: Tally) -> tuple[int, int, int]:
    """Return how many others a choice (from 0) beats, loses to, and ties with, head to head."""
    pairs = [
        (tally.pairs[choice][other], tally.pairs[other][choice]) for other in range(len(tally.pairs)) if other != choice
    ]
    won = sum(mine > theirs for mine, theirs in pairs)
    lost = sum(mine < theirs for mine, theirs in pairs)
    return won, lost, len(pairs) - won - lost
