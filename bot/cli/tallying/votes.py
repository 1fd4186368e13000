"""The votes of one line in little memory: numbers in arrays of doubles, and each distinct choice once."""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Callable

from bot.cli.tallying.choice_validity import Judged
from bot.cli.tallying.javascript_conversions import number

_encode = json.JSONEncoder(separators=(",", ":")).encode


class Malformed(Exception):
    """A line is not as it has to be. Its text says what is wrong, in a few words."""


class Votes:
    """Collects votes one by one; the line's voting type and strategies may come later."""

    def __init__(self) -> None:
        self._places: dict[int | str, int] = {}
        self._which = array("I")
        self._powers = array("d")
        self._scores: list[array[float]] = []

    def __len__(self) -> int:
        return len(self._which)

    def add(self, vote: object) -> None:
        """Add one vote. Raises Malformed."""
        if not isinstance(vote, dict) or "choice" not in vote:
            raise Malformed(f"vote {len(self)} has no choice")
        choice = vote["choice"]
        power = _amount(vote.get("balance", vote.get("vp")), f"the balance of vote {len(self)}")
        scores = vote.get("scores")
        if not isinstance(scores, list):
            raise Malformed(f"vote {len(self)} has no list of scores")
        if not self._which:
            self._scores = [array("d") for _ in scores]
        if len(scores) != len(self._scores):
            raise Malformed(f"vote {len(self)} has {len(scores)} scores, the first one {len(self._scores)}")
        for column, score in zip(self._scores, scores, strict=True):
            column.append(_amount(score, f"a score of vote {len(self)}"))
        key = choice if type(choice) is int else _encode(choice)
        self._powers.append(power)
        self._which.append(self._places.setdefault(key, len(self._places)))

    def columns(self, strategies: int) -> tuple[array[float], list[array[float]]]:
        """Return the powers, and the scores by strategy. Raises Malformed.

        A column of scores that equals the powers is the same array.
        """
        if self._which and len(self._scores) != strategies:
            raise Malformed(f"votes have {len(self._scores)} scores for {strategies} strategies")
        scores = self._scores if self._which else [array("d") for _ in range(strategies)]
        return self._powers, [self._powers if column == self._powers else column for column in scores]

    def judged(self, judge: Callable[[object], Judged]) -> list[Judged]:
        """Return the judgement of each vote's choice, in order; each distinct choice is judged once.

        It can be called once: the choices are dropped.
        """
        places, self._places = self._places, {}
        verdicts = [judge(json.loads(key) if isinstance(key, str) else key) for key in places]
        return [verdicts[place] for place in self._which]


def _amount(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Malformed(f"{what} is not a number")
    amount = float(number(value))
    if not math.isfinite(amount) or amount < 0:
        raise Malformed(f"{what} is negative, or no double")
    return amount
