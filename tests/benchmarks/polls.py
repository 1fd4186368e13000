"""Polls of a given size, the same for us and for others, and a slow count of them that is plainly right."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import isqrt, lcm
from pathlib import Path
from typing import Any

from bot.domain.voting import SYSTEMS, Ballots, VotingType

ONE = 10**18


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """Ballots drawn from a pool of choices; each has powers of its own, with 18 decimals."""

    voting: VotingType
    choices: int
    pool: Sequence[object]
    picks: Sequence[int]
    scores: Sequence[Sequence[int]]
    powers: Sequence[int]

    def ballots(self) -> Ballots:
        """Return columns as storage gives them: every mark an object of its own."""
        marks = [SYSTEMS[self.voting].check_mark(choice, self.choices) for choice in self.pool]
        own = [mark if isinstance(mark := marks[pick], int) else (*mark,) for pick in self.picks]
        return Ballots(marks=own, powers=self.powers, scores=self.scores)

    def write(self, path: Path) -> Path:
        """Write it for others, amounts as the nearest doubles."""
        told = {
            "type": self.voting,
            "choices": [f"choice {number}" for number in range(self.choices)],
            "pool": self.pool,
            "picks": self.picks,
            "balances": [power / ONE for power in self.powers],
            "scores": [[score / ONE for score in column] for column in self.scores],
        }
        path.write_text(json.dumps(told))
        return path


def a_poll(voting: VotingType, choices: int, strategies: int, ballots: int, distinct: int) -> Poll:
    """Draw a poll; the same arguments give the same."""
    rng = random.Random(f"{voting} {choices}")  # noqa: S311 - no secrets
    pool = [_CHOICES[voting](rng, choices) for _ in range(distinct)]
    picks = list(range(ballots)) if distinct == ballots else [rng.randrange(distinct) for _ in range(ballots)]
    scores = [[int(rng.lognormvariate(6, 2) * ONE) for _ in range(ballots)] for _ in range(strategies)]
    powers = scores[0] if strategies == 1 else [sum(row) for row in zip(*scores, strict=True)]
    return Poll(voting=voting, choices=choices, pool=pool, picks=picks, scores=scores, powers=powers)


def _split(rng: random.Random, choices: int) -> dict[str, int]:
    """Ten parts, dealt to some of the choices."""
    named = rng.choices(range(1, choices + 1), k=10)
    return {str(choice): named.count(choice) for choice in sorted(set(named))}


_CHOICES: dict[VotingType, Callable[[random.Random, int], object]] = {
    "single-choice": lambda rng, choices: rng.randint(1, choices),
    "approval": lambda rng, choices: rng.sample(range(1, choices + 1), rng.randint(0, choices)),
    "weighted": _split,
    "quadratic": _split,
    "ranked-choice": lambda rng, choices: rng.sample(range(1, choices + 1), choices),
    "copeland": lambda rng, choices: rng.sample(range(1, choices + 1), choices),
}
SYSTEMS_OF_SNAPSHOT = tuple(_CHOICES)


def slow(voting: VotingType, choices: int, marks: Sequence[Any], powers: Sequence[int]) -> list[Fraction]:
    """Count ballot by ballot, by the words of the rule; no grouping, no columns. A system's marks have one form."""
    every = range(1, choices + 1)
    cast = list(zip(marks, powers, strict=True))
    match voting:
        case "single-choice":
            return [Fraction(sum(power for mark, power in cast if mark == choice)) for choice in every]
        case "approval":
            return [Fraction(sum(power for mark, power in cast if choice in mark)) for choice in every]
        case "weighted":
            whole = lcm(*{sum(mark) for mark in marks})
            return [Fraction(sum(p * m[c] * (whole // sum(m)) for m, p in cast), whole) for c in range(choices)]
        case "quadratic":
            roots = [sum(isqrt((p * m[c] << 160) // sum(m)) for m, p in cast if m[c]) for c in range(choices)]
            return [Fraction(sum(powers) * root**2, sum(root**2 for root in roots)) for root in roots]
        case "ranked-choice":
            return _runoff(choices, cast)
        case _:
            return _copeland(choices, cast)


def _runoff(choices: int, cast: Sequence[tuple[Any, int]]) -> list[Fraction]:
    left = set(range(1, choices + 1))
    while True:
        held = dict.fromkeys(sorted(left), 0)
        for mark, power in cast:
            held[next(choice for choice in mark if choice in left)] += power
        if 2 * max(held.values()) > sum(held.values()) or len(left) < 3:
            return [Fraction(held.get(choice, 0)) for choice in range(1, choices + 1)]
        left.remove(min(held, key=lambda choice: (held[choice], choice)))


def _copeland(choices: int, cast: Sequence[tuple[Any, int]]) -> list[Fraction]:
    total = sum(power for _, power in cast)
    before = {(a, b): 0 for a in range(1, choices + 1) for b in range(1, choices + 1)}
    for mark, power in cast:
        for a, b in combinations(mark, 2):
            before[a, b] += power
    points = []
    for a in range(1, choices + 1):
        others = [b for b in range(1, choices + 1) if b != a]
        wins = sum(2 if before[a, b] > before[b, a] else 1 if before[a, b] == before[b, a] else 0 for b in others)
        support = sum(before[a, b] for b in others)
        points.append(wins + Fraction(support, 2 * len(others) * total))
    return [total * point / sum(points) for point in points]
