"""What a voting system says of itself: all that the rest of the house has to know of it, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.voting.ballot_forms import Form, Partial, Ranking
from bot.domain.voting.counting.ballots_and_tally import MAX_CHOICES, PLAIN, Ballots, Mark, Options, Tally
from bot.domain.voting.counting.choice_checks import check_labels
from bot.domain.voting.outcome.rule_words import Words


class Scores(StrEnum):
    """What a choice's score means.

    `POWER`: power that was cast for it. `SHARES`: its share of the power that voted, by a formula; it can be more or
    less than the power cast for it. `POINTS`: power times the points that each ballot gives it, over the most that a
    ballot can give; all the power that voted, where everybody gives the most.
    """

    POWER = "power"
    SHARES = "shares"
    POINTS = "points"


SHARES_NOTE = (
    "Numbers are shares of the power that voted, by this rule; they are not the power cast for a choice, which can be "
    "more or less."
)
"""What is said of `SHARES` where the system has no plainer words."""


class Rounds(StrEnum):
    """What the rounds of its tallies are."""

    NONE = "none"
    ELIMINATIONS = "eliminations"
    RUN_OFF = "scores, then a run-off"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A voting system. What is left out of a declaration fails type checking: nothing that matters has a default.

    With `for_against` its choices are For, Against and perhaps Abstain, by position: a vote passes or is rejected, and
    a quorum may count sides. Without, it decides for the choice that the tally puts first. With `thresholds` For, or
    the first choice, may need a share of what voted; without it is refused, since a score is no power.

    `why_first` completes "Decided: “Mice”, …" for the one that won, `why_equal` "Tied: “Mice” and “Yeast” …" for the
    leaders that no rule tells apart; they get the tally, the labels, (the leaders,) and how to write amounts.

    Words: `rule` says how it is counted and `ties` what happens to ties, each in one sentence; `offer` is what an
    author chooses it by, in a line. `note` says below a tally what a choice's number means, `brief` on the page of a
    proposal; both are empty where numbers are what everybody takes them for.
    """

    form: Form
    count: Callable[[Ballots, int, Options], Tally]
    scores: Scores
    rounds: Rounds
    thresholds: bool
    for_against: bool
    most_choices: int = MAX_CHOICES
    why_first: Callable[[Tally, Sequence[str], Words], str]
    why_equal: Callable[[Tally, Sequence[str], Sequence[int], Words], str]
    rule: str
    ties: str
    offer: str
    note: str
    brief: str

    @property
    def partial(self) -> bool:
        """Whether it is an option of a proposal that rankings leave choices out."""
        return isinstance(self.form, Ranking) and self.form.partial is Partial.OPTION

    def check_choices(self, choices: tuple[str, ...]) -> None:
        """Refuse labels that it cannot be held with. Raises InvalidInput."""
        check_labels(choices, most=self.most_choices)

    def check_mark(self, mark: object, choices: int, options: Options = PLAIN) -> Mark:
        """Return the mark in canonical form. Raises InvalidInput."""
        return self.form.check(mark, choices, options)
