"""The input of counting (ballots in parallel columns) and its result, the tally."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

Mark = int | tuple[int, ...]
"""What is on a ballot, choices counted from 1; see `ballot_forms` for what it means in each form."""
Score = int | Fraction
"""Power in the proposal's units; a fraction where a rule divides."""

MAX_CHOICES = 25
"""A select menu of Discord's holds no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of a proposal for its voting system.

    With `partial`, systems whose rankings may be partial by option (`Partial.OPTION`) accept rankings that leave
    choices out.
    """

    partial: bool = False


PLAIN = Options()
"""The defaults, as in Snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballots:
    """Ballots in parallel columns: `marks`, `powers`, and one column of `scores` for each strategy.

    Marks are canonical, as `check_mark` returns them; powers and scores are not negative, in the proposal's units. With
    a single strategy its column may be the same list object as the powers, which is then counted once. Ballots of
    recused wallets are not in it.
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
    """The rule that settled a tie within a count."""

    LISTED = "the order of the choices"
    HEAD_TO_HEAD = "head to head"
    FIVE_STARS = "five stars"
    SCORE = "the higher score"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of a count with several rounds.

    `scores` has one entry a choice, None for choices eliminated before; `exhausted` is the power of ballots that
    support none of the remaining choices. `eliminated` is the choice that goes out after this round; if several had the
    lowest score, `tied` lists them and `rule` says what decided between them.
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

    `beside` is None where scores are exact. Where sums were rounded, it tells of a choice (from 1) and an amount
    whether the exact score is below it (-1), equal to it (0) or above it (1). It is not stored.
    """

    scores: tuple[Score, ...]
    by_strategy: tuple[tuple[Score, ...], ...]
    total: int
    ballots: int
    winners: tuple[int, ...] = ()
    rounds: tuple[Round, ...] = ()
    pairs: tuple[tuple[int, ...], ...] = ()
    beside: Callable[[int, Score], int] | None = field(default=None, compare=False, repr=False)

    @property
    def exhausted(self) -> int:
        """The power of the ballots that support none of those left in the last round."""
        return self.rounds[-1].exhausted if self.rounds else 0
