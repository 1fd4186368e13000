"""What a voting system says of itself: all that the rest of the house has to know of it, and nothing else does."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.proposals import ChoiceTooLong, ProposalFlaw, WrongNumberOfChoices
from bot.domain.shared.errors.fields import Field
from bot.domain.voting.ballot_forms import Form, Partial, Ranking
from bot.domain.voting.counting.ballots_and_tally import MAX_CHOICES, PLAIN, Ballots, Mark, Options, Tally
from bot.domain.voting.outcome.outcome_reason import EqualReason, FirstReason

_MIN_CHOICES, _MAX_LABEL = 2, 80
"""Choices at least, and characters of a label at most: a button's holds no more."""
_INVISIBLE = {"Cf", "Cc"}
_LATIN_TWINS = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u0261\u03bf\u03b1\u03bd\u0131",
    "aeopcyxijsdqgoavi",
)
"""Cyrillic and Greek letters that are drawn like Latin ones, after case folding (from Unicode's confusables, TR 39)."""


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

    `why_first` says as a fact why the one that won is first, `why_equal` why no rule tells the leaders apart; they get
    the tally (and the leaders).

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
    why_first: Callable[[Tally], FirstReason]
    why_equal: Callable[[Tally, Sequence[int]], EqualReason]
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
        _check_labels(choices, self.most_choices)

    def check_stored_choices(self, choices: tuple[str, ...]) -> None:
        """Refuse labels that no version of Python would have taken. Raises InvalidInput.

        Which characters are invisible, or capitals of each other, newer tables of Unicode say otherwise than older
        ones: what the bot took with its own has to be read with any.
        """
        _check_sizes(choices, self.most_choices)

    def check_mark(self, mark: object, choices: int, options: Options = PLAIN) -> Mark:
        """Return the mark in canonical form. Raises InvalidInput."""
        return self.form.check(mark, choices, options)


def _check_labels(choices: tuple[str, ...], most: int) -> None:
    """Refuse fewer than 2 or more than `most` labels, and empty, overlong or repeated ones. Raises InvalidInput."""
    _check_sizes(choices, most)
    if not all(map(_as_seen, choices)):
        raise InvalidInput(Field.CHOICES, ProposalFlaw.CHOICE_EMPTY)
    if len({_as_seen(label) for label in choices}) != len(choices):
        raise InvalidInput(Field.CHOICES, ProposalFlaw.CHOICES_LOOK_THE_SAME)


def _check_sizes(choices: tuple[str, ...], most: int) -> None:
    """Refuse a wrong number of labels, and empty, overlong or repeated ones, sign by sign. Raises InvalidInput."""
    if not _MIN_CHOICES <= len(choices) <= most:
        raise InvalidInput(Field.CHOICES, WrongNumberOfChoices(len(choices), _MIN_CHOICES, most))
    for label in choices:
        if not label.strip():
            raise InvalidInput(Field.CHOICES, ProposalFlaw.CHOICE_EMPTY)
        if len(label) > _MAX_LABEL:
            raise InvalidInput(Field.CHOICES, ChoiceTooLong(len(label), _MAX_LABEL))
    if len(set(choices)) != len(choices):
        raise InvalidInput(Field.CHOICES, ProposalFlaw.CHOICES_LOOK_THE_SAME)


def _as_seen(label: str) -> str:
    """Return a label as people see it: without invisible characters, and with look-alike letters made the same."""
    text = unicodedata.normalize("NFKC", label).casefold().translate(_LATIN_TWINS)
    visible = (c for c in text if unicodedata.category(c) not in _INVISIBLE and not "\ufe00" <= c <= "\ufe0f")
    return " ".join("".join(visible).split())
