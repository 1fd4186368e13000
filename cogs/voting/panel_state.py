"""A ballot under way: what was chosen so far, small enough to live in the buttons themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import gcd
from typing import Self

from bot.domain.shared.errors import InvalidInput, NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.voting import PLAIN, SYSTEMS, Mark, Options, VotingType
from bot.domain.voting.ballot_forms import Ranking, Stars, Weights
from cogs.voting.typed_ballots.marks import TypedForm, typed_form

PAGE = 4
"""Choices that get their stars on one page: a message holds five rows, and one is for the buttons."""
WEIGHTS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 33, 40, 50, 60, 67, 70, 75, 80, 90, 100)
"""Weights that the menu offers; others can be typed."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_HEAVIEST = len(_DIGITS) ** 2 - 1


def base36(number: int) -> str:
    """Write a number with digits and small letters."""
    head, last = divmod(number, len(_DIGITS))
    return (base36(head) if head else "") + _DIGITS[last]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelState:
    """What is on a ballot that is not cast yet.

    `marks` is the ranking so far, or an amount for each choice. `at` is the page of stars (from 0), or the choice
    whose weight is being chosen (0: none).
    """

    voting: VotingType
    choices: int
    options: Options = PLAIN
    marks: tuple[int, ...] = ()
    at: int = 0

    @classmethod
    def begin(cls, voting: VotingType, choices: int, options: Options = PLAIN, mark: Mark | None = None) -> Self:
        """Start with an earlier ballot, as far as it can be shown here; without one, with nothing."""
        form = typed_form(voting)
        marks = () if isinstance(form, Ranking) else (0,) * choices
        if isinstance(mark, tuple):
            lightest = mark if not isinstance(form, Weights) else tuple(weight // (gcd(*mark) or 1) for weight in mark)
            marks = next((same for same in (mark, lightest) if max(same, default=0) <= _HEAVIEST), marks)
        return cls(voting=voting, choices=choices, options=options, marks=marks)

    @classmethod
    def read(cls, voting: VotingType, choices: int, options: Options, written: str) -> Self:
        """Read what `write` wrote. Raises NotFound for a forged one."""
        form = typed_form(voting)
        width = 2 if isinstance(form, Weights) else 1
        marks = tuple(int(written[i : i + width], 36) for i in range(0, len(written), width))
        found = cls(voting=voting, choices=choices, options=options, marks=marks)
        right = (
            len(set(marks)) == len(marks) and all(1 <= choice <= choices for choice in marks)
            if isinstance(form, Ranking)
            else len(marks) == choices
        )
        if not right or len(written) % width:
            raise NotFound(Thing.BALLOT, "")
        return found

    def write(self) -> str:
        """Write the marks with digits and small letters: one sign a choice, two for a weight."""
        return "".join(base36(mark).zfill(2 if isinstance(self.form, Weights) else 1) for mark in self.marks)

    @property
    def form(self) -> TypedForm:
        """What the ballot says. Raises NotFound for a system whose ballots are pressed."""
        form = typed_form(self.voting)
        if form is None:
            raise NotFound(Thing.BALLOT, "")
        return form

    @property
    def complete(self) -> bool:
        """Whether the ranking must hold every choice."""
        return isinstance(self.form, Ranking) and self.form.complete(self.options)

    @property
    def left(self) -> tuple[int, ...]:
        """The choices that are not ranked yet."""
        return tuple(choice for choice in range(1, self.choices + 1) if choice not in self.marks)

    @property
    def pages(self) -> int:
        """How many pages the stars take."""
        return -(-self.choices // PAGE)

    def lacking(self) -> InvalidInput | None:
        """Return why the ballot can't be cast as it is, None if it can."""
        try:
            SYSTEMS[self.voting].check_mark(self.marks, self.choices, self.options)
        except InvalidInput as error:
            return error
        return None

    def ranked(self, choice: int) -> Self:
        """Rank a choice next; where all must be ranked, the last one left follows by itself."""
        if not 1 <= choice <= self.choices or choice in self.marks:
            return self
        after = replace(self, marks=(*self.marks, choice))
        if self.complete and len(after.left) == 1:
            after = replace(after, marks=(*after.marks, *after.left))
        return after

    def filled(self) -> Self:
        """Rank the choices that are left in the order in which they are listed."""
        return replace(self, marks=(*self.marks, *self.left))

    def undone(self) -> Self:
        """Take back the last choice that was ranked, with the one that followed by itself."""
        return replace(self, marks=self.marks[: -2 if self.complete and not self.left else -1])

    def given(self, choice: int, amount: int) -> Self:
        """Give a choice its weight or its stars."""
        form = self.form
        most = form.most if isinstance(form, Stars) else _HEAVIEST
        if not 1 <= choice <= self.choices or not 0 <= amount <= most:
            return self
        marks = (*self.marks[: choice - 1], amount, *self.marks[choice:])
        return replace(self, marks=marks, at=choice if isinstance(form, Weights) else (choice - 1) // PAGE)

    def cleared(self) -> Self:
        """Start over."""
        return self.begin(self.voting, self.choices, self.options)

    def looking(self, at: int) -> Self:
        """Look at another page of stars, or choose the choice that gets a weight."""
        most = self.choices if isinstance(self.form, Weights) else self.pages - 1
        return replace(self, at=min(max(at, 0), most))

    def step(self, name: str, number: int, values: Sequence[str]) -> Self:
        """Take the step that a button or a menu of the panel stands for; a menu's value goes before the number."""
        firsts = (value.partition(":")[0] for value in values)
        chosen = next((int(first) for first in firsts if first.isdecimal()), None)
        choice = number if chosen is None else chosen
        steps: dict[str, Callable[[], Self]] = {
            "add": lambda: self.ranked(choice),
            "rest": self.filled,
            "undo": self.undone,
            "clear": self.cleared,
            "look": lambda: self.looking(choice),
            "give": lambda: self if chosen is None else self.given(number, chosen),
        }
        return steps[name]()
