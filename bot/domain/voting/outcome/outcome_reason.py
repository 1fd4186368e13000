"""Why the winner is first, or several are equal, as facts; the systems find them, and whoever tells them has the words.

Choices are counted from 1, amounts are in the proposal's units of power.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.voting.counting.ballots_and_tally import Score, Tally, TieRule


@dataclass(frozen=True, slots=True)
class DuelRecord:
    """How many of the others a choice beats, loses to, and is even with, head to head."""

    won: int
    lost: int
    even: int

    @property
    def others(self) -> int:
        """How many others there are."""
        return self.won + self.lost + self.even

    @property
    def points(self) -> int:
        """Two for each win, one for each draw."""
        return 2 * self.won + self.even


@dataclass(frozen=True, slots=True)
class SettledRound:
    """A tie within round `number` that a rule settled: `tied` were equal, `out` is the one that went out for it."""

    number: int
    tied: tuple[int, ...]
    out: int


@dataclass(frozen=True, slots=True)
class SettledPlaces:
    """A tie for places in a run-off: `tied` were equal, and `rule` said who took part."""

    tied: tuple[int, ...]
    rule: TieRule


@dataclass(frozen=True, slots=True)
class MostPower:
    """It has the highest score, `score` of `total`, and that is all that decides."""

    score: Score
    total: Score


@dataclass(frozen=True, slots=True)
class MostApproved:
    """Ballots with `score` of `total` approve it, more than any other."""

    score: Score
    total: Score


@dataclass(frozen=True, slots=True)
class LargestRootShare:
    """Its share by square roots is the highest: `score` of `total`."""

    score: Score
    total: Score


@dataclass(frozen=True, slots=True)
class MostInLastRound:
    """It has `score` of `total`, the most in the last round of a count whose rounds are not known."""

    score: Score
    total: Score


@dataclass(frozen=True, slots=True)
class WonLastRound:
    """It has `score` of the `active` power that counted in the last round, which is round `number`."""

    score: Score
    active: Score
    number: int
    settled: tuple[SettledRound, ...]


@dataclass(frozen=True, slots=True)
class MostPoints:
    """It has the most points head to head.

    With `most_wins` it also wins most often, which is all that has to be told; with `by_support` several have as many,
    and its average support is the highest of theirs.
    """

    record: DuelRecord
    most_wins: bool
    by_support: bool


@dataclass(frozen=True, slots=True)
class StrongestChain:
    """No other choice beats it, head to head or by a chain of wins."""

    record: DuelRecord


@dataclass(frozen=True, slots=True)
class WonRunOff:
    """It won the run-off against `loser` with `power` to `less`; even ones `rule` told apart."""

    loser: int
    power: Score
    less: Score
    rule: TieRule | None
    places: SettledPlaces | None


@dataclass(frozen=True, slots=True)
class AloneInRunOff:
    """No other choice was in the run-off."""

    places: SettledPlaces | None


@dataclass(frozen=True, slots=True)
class EqualPower:
    """They have `score` each."""

    score: Score


@dataclass(frozen=True, slots=True)
class EqualRootShare:
    """They have the same share by square roots: `score` of `total` each."""

    score: Score
    total: Score


@dataclass(frozen=True, slots=True)
class EqualInLastRound:
    """They have `score` each in the last round, which is round `number`."""

    score: Score
    number: int
    settled: tuple[SettledRound, ...]


@dataclass(frozen=True, slots=True)
class EqualPoints:
    """They have as many points head to head, and the same average support."""


@dataclass(frozen=True, slots=True)
class EqualChains:
    """No other choice beats any of them, head to head or by a chain of wins."""


@dataclass(frozen=True, slots=True)
class EqualInRunOff:
    """They are equal in the run-off, in scores and in power behind five stars."""

    places: SettledPlaces | None


FirstReason = (
    MostPower
    | MostApproved
    | LargestRootShare
    | MostInLastRound
    | WonLastRound
    | MostPoints
    | StrongestChain
    | WonRunOff
    | AloneInRunOff
)
"""Why a choice is first."""
EqualReason = EqualPower | EqualRootShare | EqualInLastRound | EqualPoints | EqualChains | EqualInRunOff
"""Why no rule tells several choices apart."""


def most_power(tally: Tally) -> MostPower:
    """Return why the winner is first where the highest score is all that decides."""
    return MostPower(first_score(tally), tally.total)


def equal_power(tally: Tally, leaders: Sequence[int]) -> EqualPower:
    """Return why the leaders are equal where equal scores are all that makes a tie."""
    return EqualPower(tally.scores[leaders[0] - 1])


def first_score(tally: Tally) -> Score:
    """Return the winner's score."""
    return tally.scores[tally.winners[0] - 1]


def record_of(choice: int, tally: Tally) -> DuelRecord:
    """Return how a choice (from 1) fares head to head."""
    at = choice - 1
    pairs = [(tally.pairs[at][other], tally.pairs[other][at]) for other in range(len(tally.pairs)) if other != at]
    won = sum(mine > theirs for mine, theirs in pairs)
    lost = sum(mine < theirs for mine, theirs in pairs)
    return DuelRecord(won, lost, len(pairs) - won - lost)
