"""Tallies of all systems, as docs/proof.md and docs/voting.md have them, one column of powers at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import isqrt, lcm
from typing import Any

_OUT: dict[str, Any] = {"scores": [], "exhausted": "0", "eliminated": None, "tied": [], "rule": None}
Number = int | Fraction
_PLACES = 4_000
"""Binary places to which sums of roots are compared: those of small polls that are equal in half of them are equal."""
_FIRST_LISTED = "the order of the choices"


def text(score: Number | None) -> str | None:
    return None if score is None else str(Fraction(score))


def best(scores: Sequence[Number]) -> list[int]:
    return [at for at, score in enumerate(scores, start=1) if score == max(scores) > 0]


def of_whole(parts: Sequence[Number], total: int) -> list[Fraction]:
    """The parts of a total in proportion to what each weighs."""
    everything = sum(parts)
    return [Fraction(total * part, everything) if everything else Fraction(0) for part in parts]


def in_order(rounded: Sequence[int], exact: Sequence[Number], alike: int) -> list[int]:
    """Rounded sums in the order of exact ones, of which those that differ by less than `alike`, or not, are equal."""
    placed, below, right = sorted(range(len(exact)), key=exact.__getitem__), -1, dict[int, int]()
    while placed:
        level = [at for at in placed if exact[at] - exact[placed[0]] <= alike]
        below = max(below + 1, *(rounded[at] for at in level))
        right |= dict.fromkeys(level, below)
        placed = placed[len(level) :]
    return [right[at] for at in range(len(exact))]


def tally(document: dict[str, Any], ballots: Sequence[dict[str, Any]]) -> dict[str, Any]:
    system, choices = document["voting"], len(document["text"]["choices"])
    marks = [ballot["mark"] for ballot in ballots]
    columns = [[int(ballot["scores"][at]) for ballot in ballots] for at in range(len(document["strategies"]))]
    powers = [sum(scores) for scores in zip(*columns, strict=True)]
    count = _Count(system, choices, marks, powers)
    told: dict[str, Any] = {"rounds": [], "pairs": []}
    scores = count.scores(powers)
    winners: list[int] | None = None
    by_strategy = [count.scores(column) for column in columns]
    match system:
        case "weighted" | "quadratic":
            cells = of_whole([cell for column in columns for cell in count.shares(column)], sum(powers))
            by_strategy = [cells[at * choices : (at + 1) * choices] for at in range(len(columns))]
        case "ranked-choice":
            told["rounds"], going = count.rounds()
            scores = count.piles(powers, going)
            by_strategy = [count.piles(column, going) for column in columns]
        case "copeland" | "schulze":
            pairs = count.pairs(powers)
            told["pairs"] = [[text(one) for one in row] for row in pairs]
            if system == "schulze":
                winners = count.unbeaten(pairs) if any(powers) else []
        case "star":
            told["rounds"], winners = count.run_off()
    return told | {
        "scores": [text(score) for score in scores],
        "by_strategy": [[text(column[at]) for column in by_strategy] for at in range(choices)],
        "total": str(sum(powers)),
        "ballots": len(ballots),
        "winners": best(scores) if winners is None else winners,
    }


def exact_weights(document: dict[str, Any], ballots: Sequence[dict[str, Any]]) -> list[Fraction] | None:
    """What each choice of a weighted vote is given before anything is rounded; None in other systems."""
    if document["voting"] != "weighted":
        return None
    given = [(ballot["mark"], int(ballot["power"])) for ballot in ballots]
    choices = range(len(document["text"]["choices"]))
    return [sum((Fraction(power * mark[at], sum(mark)) for mark, power in given), Fraction(0)) for at in choices]


class _Count:
    def __init__(self, system: str, choices: int, marks: Sequence[Any], powers: Sequence[int]) -> None:
        self.system, self.every, self.marks, self.powers = system, range(choices), marks, powers

    def scores(self, column: Sequence[int]) -> Sequence[Number]:  # noqa: PLR0911 - one a system
        total, others = sum(column), len(self.every) - 1
        match self.system:
            case "basic" | "single-choice":
                return [sum(p for m, p in self.with_marks(column) if m == at + 1) for at in self.every]
            case "approval":
                return [sum(p for m, p in self.with_marks(column) if at + 1 in m) for at in self.every]
            case "star":
                return [Fraction(sum(p * m[at] for m, p in self.with_marks(column)), 5) for at in self.every]
            case "weighted" | "quadratic":
                return of_whole(self.shares(column), total)
            case "ranked-choice":
                return self.piles(column, set(self.every))
            case "copeland":
                pairs = self.pairs(column)
                points = [
                    2 * others * total * sum(self.won(pairs, a, b) for b in self.every if b != a) + sum(pairs[a])
                    for a in self.every
                ]
                return of_whole(points, total)
            case "schulze":
                paths = self.paths(self.pairs(column))
                beaten = [sum(paths[a][b] > paths[b][a] for b in self.every if b != a) for a in self.every]
                return [Fraction(total * one, others) for one in beaten]
        raise AssertionError(self.system)

    def with_marks(self, column: Sequence[int]) -> Iterable[tuple[Any, int]]:
        return zip(self.marks, column, strict=True)

    def shares(self, column: Sequence[int]) -> Sequence[Number]:
        return self.weights(column) if self.system == "weighted" else self.squares(column)

    def weights(self, column: Sequence[int]) -> list[Fraction]:
        groups: dict[int, list[Number]] = {}
        for mark, power in self.with_marks(column):
            group = groups.setdefault(sum(mark), [0 for _ in self.every])
            for at in self.every:
                group[at] += power * mark[at]
        exact = [
            sum((Fraction(group[at]) / weight for weight, group in groups.items()), Fraction(0)) for at in self.every
        ]
        if lcm(*groups).bit_length() <= 4096:
            return exact
        rounded = [sum(group[at] * 2**256 // weight for weight, group in groups.items()) for at in self.every]
        return [Fraction(one) for one in in_order(rounded, exact, 0)]

    def squares(self, column: Sequence[int]) -> list[int]:
        roots = [0 for _ in self.every]
        for mark, power in self.with_marks(column):
            if not power:
                continue
            near = math.floor(math.sqrt(power) * 2.0**40)
            root = near + power * 2**80 // near
            weight = sum(mark)
            half = 2 * ((weight.bit_length() - 1) // 2)
            for at in self.every:
                roots[at] += root * isqrt(2 ** (200 + half) // weight) * isqrt(mark[at] * 2**200 // 2**half)
        return [root * root for root in self.in_order(roots, column)]

    def in_order(self, roots: list[int], column: Sequence[int]) -> list[int]:
        """The rounded sums of roots, in the order of the sums to so many digits that what looks equal there is."""
        exact = [0 for _ in self.every]
        for mark, power in self.with_marks(column):
            for at in self.every:
                exact[at] += isqrt((power * mark[at] << 2 * _PLACES) // sum(mark))
        return in_order(roots, exact, 2 ** (_PLACES // 2))

    def piles(self, column: Sequence[int], going: set[int]) -> list[int]:
        piles = [0 for _ in self.every]
        for mark, power in self.with_marks(column):
            first = next((choice - 1 for choice in mark if choice - 1 in going), None)
            if first is not None:
                piles[first] += power
        return piles

    def rounds(self) -> tuple[list[dict[str, Any]], set[int]]:
        going = set(self.every)
        rounds: list[dict[str, Any]] = []
        while self.marks:
            piles = self.piles(self.powers, going)
            held = _OUT | {"scores": [text(piles[at]) if at in going else None for at in self.every]}
            rounds.append(held | {"exhausted": str(sum(self.powers) - sum(piles))})
            if len(going) <= 2 or 2 * max(piles) > sum(piles):
                break
            least = [at for at in sorted(going) if piles[at] == min(piles[one] for one in going)]
            rounds[-1]["eliminated"] = least[0] + 1
            if len(least) > 1:
                rounds[-1] |= {"tied": [at + 1 for at in least], "rule": _FIRST_LISTED}
            going.discard(least[0])
        return rounds, going

    def pairs(self, column: Sequence[int]) -> list[list[int]]:
        pairs = [[0 for _ in self.every] for _ in self.every]
        for mark, power in self.with_marks(column):
            behind = set(self.every)
            for choice in mark:
                behind.discard(choice - 1)
                for other in behind:
                    pairs[choice - 1][other] += power
        return pairs

    @staticmethod
    def won(pairs: Sequence[Sequence[int]], a: int, b: int) -> int:
        return 2 if pairs[a][b] > pairs[b][a] else int(pairs[a][b] == pairs[b][a])

    def paths(self, pairs: Sequence[Sequence[int]]) -> list[list[int]]:
        paths = [[pairs[a][b] if pairs[a][b] > pairs[b][a] else 0 for b in self.every] for a in self.every]
        for via in self.every:
            for a in self.every:
                for b in self.every:
                    if a != b:
                        paths[a][b] = max(paths[a][b], min(paths[a][via], paths[via][b]))
        return paths

    def unbeaten(self, pairs: Sequence[Sequence[int]]) -> list[int]:
        paths = self.paths(pairs)
        return [a + 1 for a in self.every if not any(paths[b][a] > paths[a][b] for b in self.every)]

    def prefer(self, a: int, b: int) -> int:
        return sum(power for mark, power in self.with_marks(self.powers) if mark[a] > mark[b])

    def fives(self, at: int) -> int:
        return sum(power for mark, power in self.with_marks(self.powers) if mark[at] == 5)

    def chosen(self, level: Sequence[int]) -> tuple[int, str]:
        """Who of several with equal scores takes a place in the run-off, and by which rule."""
        while len(level) > 1:
            lost = {a: sum(self.prefer(b, a) > self.prefer(a, b) for b in level) for a in level}
            if len(set(lost.values())) == 1:
                most = max(map(self.fives, level))
                level = [at for at in level if self.fives(at) == most]
                return level[0], _FIRST_LISTED if len(level) > 1 else "five stars"
            level = [a for a in level if lost[a] < max(lost.values())]
        return level[0], "head to head"

    def run_off(self) -> tuple[list[dict[str, Any]], list[int]]:
        scores = self.scores(self.powers)
        if not any(scores):
            return [], []
        scoring = _OUT | {"scores": [text(score) for score in scores]}
        two: list[int] = []
        while len(two) < 2:
            rest = [at for at in self.every if at not in two]
            level = [at for at in rest if scores[at] == max(scores[one] for one in rest)]
            if len(two) + len(level) <= 2:
                two += level
                continue
            one, rule = self.chosen(level)
            two.append(one)
            if not scoring["tied"]:
                scoring |= {"tied": [at + 1 for at in level], "rule": rule}
        return self.between(sorted(two), scores, scoring)

    def between(
        self, two: Sequence[int], scores: Sequence[Number], scoring: dict[str, Any]
    ) -> tuple[list[dict[str, Any]], list[int]]:
        a, b = two
        mine = {a: self.prefer(a, b), b: self.prefer(b, a)}
        last = _OUT | {
            "scores": [text(mine.get(at)) for at in self.every],
            "exhausted": str(sum(self.powers) - sum(mine.values())),
        }
        if mine[a] != mine[b]:
            return [scoring, last], [max(two, key=mine.__getitem__) + 1]
        last["tied"] = [a + 1, b + 1]
        rules: tuple[tuple[str, Callable[[int], Number]], ...] = (
            ("the higher score", scores.__getitem__),
            ("five stars", self.fives),
        )
        for rule, by in rules:
            if by(a) != by(b):
                return [scoring, last | {"rule": rule}], [max(two, key=by) + 1]
        return [scoring, last], last["tied"]
