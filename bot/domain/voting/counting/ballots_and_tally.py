"""What is counted: ballots in parallel columns, and the tally that comes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

Mark = int | tuple[int, ...]
"""What is on a ballot, choices counted from 1; `forms` says what each form of ballot makes of it."""
Score = int | Fraction
"""Power in the proposal's units; a fraction where a rule divides."""

MAX_CHOICES = 25
"""A select menu of Discord's holds no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a proposal may settle about its voting system.

    With `partial`, systems that leave that open (`forms.Partial.OPTION`) take rankings that leave choices out.
    """

    partial: bool = False


PLAIN = Options()
"""As in Snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballots:
    """Ballots as counting sees them: `marks`, `powers` and each strategy's column of `scores` run in parallel.

    Marks are canonical, as `check_mark` returns them; powers and scores are not negative, in the proposal's units.
    Where one strategy is all there is, its column may be the very list of powers: it is then counted once.
    Whoever is recused was left out before.
    """

    marks: Sequence[Mark]
    powers: Sequence[int]
    scores: Sequence[Sequence[int]]

    @classmethod
    def of(cls, rows: Iterable[tuple[Mark, int, Sequence[int]]], strategies: int) -> Ballots:
        """Turn rows of mark, power and score by strategy into columns."""
        marks: list[Mark] = []
        powers: list[int] = []
        scores: tuple[list[int], ...] = tuple([] for _ in range(strategies))
        for mark, power, row in rows:
            marks.append(mark)
            powers.append(power)
            for column, score in zip(scores, row, strict=True):
                column.append(score)
        if strategies == 1 and scores[0] == powers:
            scores = (powers,)
        return cls(marks=marks, powers=powers, scores=scores)


class TieRule(StrEnum):
    """What settled a tie within a count."""

    LISTED = "the order of the choices"
    HEAD_TO_HEAD = "head to head"
    FIVE_STARS = "five stars"
    SCORE = "the higher score"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of a count that has several.

    `scores` has one entry a choice, None for those out before; `exhausted` is the power of the ballots that
    support none of those left. `eliminated` goes out after it; where several stood equal, `tied` names them and
    `rule` what settled it.
    """

    scores: tuple[Score | None, ...]
    exhausted: int = 0
    eliminated: int | None = None
    tied: tuple[int, ...] = ()
    rule: TieRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What counting gives. All amounts are in the proposal's units of power.

    `scores` has one entry a choice, `by_strategy[choice][strategy]` splits each; `total` is the turnout:
    the power of all ballots; `ballots` is their number. `winners` are the choices that the system puts first:
    several if they are equal by every rule it has, none if there is no power behind any. `rounds` are those of
    `ranked-choice` and `star`; `pairs[a][b]`, of `copeland` and `schulze`, is the power that prefers a to b.
    """

    scores: tuple[Score, ...]
    by_strategy: tuple[tuple[Score, ...], ...]
    total: int
    ballots: int
    winners: tuple[int, ...] = ()
    rounds: tuple[Round, ...] = ()
    pairs: tuple[tuple[int, ...], ...] = ()

    @property
    def exhausted(self) -> int:
        """The power of the ballots that support none of those left in the last round."""
        return self.rounds[-1].exhausted if self.rounds else 0
