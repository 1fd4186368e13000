"""Slow counts of every voting system, ballot by ballot, by the words of its rule; and what a count decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import ceil, floor, isqrt

Mark = int | tuple[int, ...]
Cast = Sequence[tuple[Mark, int]]
"""Marks with their power."""
Lists = Sequence[tuple[tuple[int, ...], int]]
"""Those that name several choices, or give each a number."""
Scores = list[Fraction]

LABELS = ("For", "Against", "Abstain", "Later", "Never")
NEARLY = Fraction(1, 10**9)
"""How far the rounding of roots may move a score of `quadratic`, of the power of all ballots."""


def count(voting: str, choices: int, cast: Cast) -> tuple[Scores, tuple[int, ...]]:
    """Return the scores by choice, and the choices that come first."""
    every = range(1, choices + 1)
    match voting:
        case "basic" | "single-choice":
            scores = [Fraction(sum(p for m, p in cast if m == c)) for c in every]
        case "approval":
            scores = [Fraction(sum(p for m, p in _lists(cast) if c in m)) for c in every]
        case "weighted":
            scores = [sum((Fraction(p * m[c - 1], sum(m)) for m, p in _lists(cast)), Fraction(0)) for c in every]
        case "quadratic":
            scores = _quadratic(choices, _lists(cast))
        case "ranked-choice":
            scores = _runoffs(choices, _lists(cast))
        case "copeland":
            scores = _copeland(choices, _lists(cast))
        case "schulze":
            return _schulze(choices, _lists(cast))
        case _:
            return _star(choices, _lists(cast))
    best = max(scores)
    return scores, tuple(c for c in every if scores[c - 1] == best > 0)


def _lists(cast: Cast) -> Lists:
    found = [(mark, power) for mark, power in cast if isinstance(mark, tuple)]
    assert len(found) == len(cast)
    return found


def _quadratic(choices: int, cast: Lists) -> Scores:
    roots = [sum(isqrt((p * m[c] << 300) // sum(m)) for m, p in cast) for c in range(choices)]
    whole = sum(root**2 for root in roots)
    return [Fraction(sum(p for _, p in cast) * root**2, whole) if whole else Fraction(0) for root in roots]


def _runoffs(choices: int, cast: Lists) -> Scores:
    left = list(range(1, choices + 1))
    while True:
        held = dict.fromkeys(left, 0)
        for mark, power in cast:
            standing = [c for c in mark if c in left]
            if standing:
                held[standing[0]] += power
        if any(2 * p > sum(held.values()) for p in held.values()) or len(left) <= 2:
            return [Fraction(held.get(c, 0)) for c in range(1, choices + 1)]
        left.remove(min(left, key=lambda c: (held[c], c)))


def _preferred(cast: Lists, a: int, b: int) -> int:
    """Return the power that puts a before b; whoever is left out is behind all that are named."""
    place = [{c: at for at, c in enumerate(mark)} for mark, _ in cast]
    return sum(p for (_, p), at in zip(cast, place, strict=True) if at.get(a, 99) < at.get(b, 99))


def _copeland(choices: int, cast: Lists) -> Scores:
    total = sum(p for _, p in cast)
    if not total:
        return [Fraction(0)] * choices
    points = []
    for a in range(1, choices + 1):
        others = [b for b in range(1, choices + 1) if b != a]
        duels = [(_preferred(cast, a, b), _preferred(cast, b, a)) for b in others]
        won = sum(2 if mine > theirs else 1 if mine == theirs else 0 for mine, theirs in duels)
        points.append(won + Fraction(sum(mine for mine, _ in duels), 2 * len(others) * total))
    return [total * p / sum(points) for p in points]


def _schulze(choices: int, cast: Lists) -> tuple[Scores, tuple[int, ...]]:
    every = range(1, choices + 1)
    defeats = {(a, b): _preferred(cast, a, b) for a, b in product(every, every) if a != b}
    defeats = {(a, b): p for (a, b), p in defeats.items() if p > defeats[b, a]}

    def strength(a: int, b: int) -> int:
        """Return the largest strength at which b is reached from a over defeats that are as strong."""
        for least in sorted(set(defeats.values()), reverse=True):
            reached = {a}
            while more := {y for (x, y), p in defeats.items() if x in reached and p >= least} - reached:
                reached |= more
            if b in reached:
                return least
        return 0

    beats = {a: [b for b in every if a != b and strength(a, b) > strength(b, a)] for a in every}
    total = sum(p for _, p in cast)
    unbeaten = tuple(c for c in every if not any(c in beats[a] for a in every)) if total else ()
    return [Fraction(total * len(beats[a]), choices - 1) for a in every], unbeaten


def _star(choices: int, cast: Lists) -> tuple[Scores, tuple[int, ...]]:
    scores = [sum((Fraction(p * m[c], 5) for m, p in cast), Fraction(0)) for c in range(choices)]
    if not any(scores):
        return scores, ()

    def ahead(a: int, b: int) -> int:
        return sum(p for m, p in cast if m[a] > m[b])

    def fives(c: int) -> int:
        return sum(p for m, p in cast if m[c] == 5)

    finalists: list[int] = []
    while len(finalists) < 2:
        rest = [c for c in range(choices) if c not in finalists]
        level = [c for c in rest if scores[c] == max(scores[x] for x in rest)]
        if len(level) + len(finalists) > 2:
            while len(level) > 1:
                lost = {a: sum(ahead(b, a) > ahead(a, b) for b in level) for a in level}
                kept = [c for c in level if lost[c] < max(lost.values())]
                if not kept:
                    break
                level = kept
            level = [min(level, key=lambda c: (-fives(c), c))]
        finalists += level
    a, b = finalists
    for mine, theirs in ((ahead(a, b), ahead(b, a)), (scores[a], scores[b]), (fives(a), fives(b))):
        if mine != theirs:
            return scores, (a + 1 if mine > theirs else b + 1,)
    return scores, tuple(sorted((a + 1, b + 1)))


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What a vote has to reach. `quorum` is in units, or a share of one of the `wholes`, as the approval may be."""

    quorum: Fraction = Fraction(0)
    quorum_of: str | None = None
    counts: str = "turnout"
    share: Fraction = Fraction(1, 2)
    strict: bool = True
    of: str = "for and against"
    wholes: Mapping[str, int] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        """The quorum in units: the least that is the share, or the most that a rejection may have."""
        if self.quorum_of is None:
            return int(self.quorum)
        exact = self.quorum * self.wholes[self.quorum_of]
        return floor(exact) if self.counts == "rejection" else ceil(exact)

    @property
    def majority(self) -> bool:
        """Whether it is the rule that every system has by itself."""
        return (self.share, self.strict, self.of) == (Fraction(1, 2), True, "for and against")

    def met(self, part: Fraction, whole: Fraction) -> bool:
        """Say whether the approval is reached."""
        return part > self.share * whole if self.strict else part >= self.share * whole


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What came of it."""

    verdict: str
    leaders: tuple[int, ...]
    turnout: int
    quorum: int
    reached: int | Fraction
    approval: int | Fraction
    whole: int | Fraction


def decide(voting: str, scores: Scores, winners: tuple[int, ...], turnout: int, bar: Bar) -> Decided:
    """Judge a count."""
    wholes = {"turnout": Fraction(turnout), **{name: Fraction(whole) for name, whole in bar.wholes.items()}}
    if voting == "basic":
        yes, no = scores[0], scores[1]
        leaders = tuple(c for c, score in ((1, yes), (2, no)) if score == max(yes, no) and score)
        approval, whole = yes, wholes.get(bar.of, yes + no)
        met = (yes or whole) and bar.met(yes, whole)
        verdict = "passed" if met else "tied" if yes == no and bar.majority else "rejected"
    else:
        leaders = winners
        approval, whole = scores[winners[0] - 1] if winners else Fraction(0), wholes.get(bar.of, Fraction(turnout))
        verdict = "decided" if len(winners) == 1 else "tied"
        if verdict == "decided" and not bar.majority and not bar.met(approval, whole):
            verdict = "rejected"
    towards = {"turnout": lambda: Fraction(turnout), "rejection": lambda: scores[1], "for": lambda: scores[0]}
    towards |= {
        "for and against": lambda: scores[0] + scores[1],
        "for and abstain": lambda: scores[0] + sum(scores[2:]),
    }
    reached = towards[bar.counts]()
    if bar.counts == "rejection":
        verdict, leaders = ("rejected", (2,)) if reached > bar.amount else ("passed", (1,))
    elif reached < bar.amount or not turnout:
        verdict = "no quorum"
    return Decided(
        verdict=verdict,
        leaders=leaders,
        turnout=turnout,
        quorum=bar.amount,
        reached=reached,
        approval=approval,
        whole=whole,
    )
