"""The sentence of a result, put together from the page's forms alone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Any

from tests.second_verifier.page import Forms

form = Forms()
_COUNTED = {
    "turnout": "voted",
    "for and against": "voted For or Against",
    "for and abstain": "voted For or Abstain",
    "for": "voted For",
}
_BASE = {"for and against": "For and Against", "turnout": "the turnout", "votable power": "all that could vote"}
_PLAIN = {"share": "1/2", "base": "for and against", "strict": True, "votable": "0"}
_BY_FORMULA = ("quadratic", "copeland", "schulze", "star")


def sentence(document: dict[str, Any], tally: dict[str, Any], outcome: dict[str, Any], schema: str) -> str:
    """Return the words that are right, those of bundles that were made earlier where these stand there."""
    first = schema == "folkmoot/bundle/1"
    earlier = _Said(document, tally, outcome, first=first, earlier=True).sentence()
    return earlier if outcome.get("sentence") == earlier else _Said(document, tally, outcome, first=first).sentence()


def percent(part: Fraction, whole: int | Fraction, threshold: Fraction | None = None) -> str:
    share = Fraction(part) * 100 / whole if whole else Fraction(0)
    edges: list[Fraction | int] = [0, 50, 100, *([] if threshold is None else [threshold * 100])]
    if not whole:
        return "0 %"
    for places in range(1, 9):
        shown = Fraction(round(share * 10**places), 10**places)
        if all((share > edge, share < edge) == (shown > edge, shown < edge) for edge in edges):
            break
    else:
        if threshold is not None and share == threshold * 100:
            return str(threshold)
        if threshold is not None:
            shown = Fraction(floor(share * 10**8) + (share > threshold * 100), 10**8)
    return f"{_decimal(shown * 10**places, places)} %"


def _decimal(number: int | Fraction, places: int, grouped: str = "") -> str:
    whole, rest = divmod(int(number), 10**places)
    return f"{whole:{grouped}}" + f".{rest:0{places}d}".rstrip("0").rstrip(".") * bool(places)


def _joined(texts: Sequence[str], most: int) -> str:
    if len(texts) > most:
        return f"{', '.join(texts[:most])} and {len(texts) - most} more"
    return " and ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else texts[0]


class _Said:
    def __init__(
        self,
        document: dict[str, Any],
        tally: dict[str, Any],
        outcome: dict[str, Any],
        *,
        first: bool,
        earlier: bool = False,
    ) -> None:
        self.earlier = earlier or first
        self.document, self.tally, self.outcome, self.first = document, tally, outcome, first
        self.system, self.leaders = document["voting"], outcome["leaders"]

    def amount(self, score: str | Fraction) -> str:
        return f"{_decimal(floor(Fraction(score)), self.document['scale'], ',')} {self.document['symbol']}"

    def choice(self, number: int) -> str:
        return f"“{self.document['text']['choices'][number - 1]}”"

    def choices(self, numbers: Sequence[int], most: int) -> str:
        return _joined([self.choice(number) for number in numbers], most)

    def sentence(self) -> str:
        outcome, verdict, first = self.outcome, self.outcome["verdict"], "first: " * self.first
        quorum, reached = Fraction(outcome["quorum"]), Fraction(outcome["reached"])
        told = {"reached": self.amount(reached), "quorum": self.amount(quorum)}
        if outcome["counts"] == "rejection":
            return form(f"rejection {verdict}", **told)
        if verdict == "no quorum":
            if outcome["turnout"] == "0":
                return form("no power")
            missing = self.amount(quorum - reached)
            return form("no quorum", counted=_COUNTED[outcome["counts"]], missing=missing, **told)
        reaching = "; the quorum of {quorum} is reached with {reached}".format(**told) if quorum else ""
        if verdict == "tied":
            return self.tied(first, reaching)
        told = self.told() | {"reaching": reaching}
        if verdict != "decided":
            return form(verdict, **told)
        plain = ", plain rule" * (outcome["threshold"] == _PLAIN)
        return form(f"{first}decided{plain}", **told, **({"does": self.does()} if self.first else {"why": self.why()}))

    def tied(self, first: str, reaching: str) -> str:
        if not self.leaders:
            basic = ", basic" * (self.system == "basic" and not self.first)
            return form(
                f"{first}tied at nothing{basic}", first=self.choice(1), second=self.choice(2), reaching=reaching
            )
        if not self.first:
            return form("tied", leaders=self.choices(self.leaders, 5), equal=self.equal(), reaching=reaching)
        every = ", ".join(map(self.choice, self.leaders))
        by_formula = ", by a formula" * (self.system in _BY_FORMULA)
        return form(
            f"first: tied{by_formula}", all=every, approval=self.amount(self.outcome["approval"]), reaching=reaching
        )

    def told(self) -> dict[str, str]:
        outcome, threshold = self.outcome, self.outcome["threshold"]
        share = Fraction(threshold["share"])
        beside = None if self.earlier else share
        written = percent(share, 1, beside) if 100 % (share * 100).denominator == 0 else threshold["share"]
        base = threshold["base"]
        return {
            "leader": self.choice(1 if self.system == "basic" else self.leaders[0]),
            "has": "scores" if self.system == "star" and not self.first else "has",
            "approval": self.amount(outcome["approval"]),
            "share": percent(Fraction(outcome["approval"]), Fraction(outcome["whole"]), beside),
            "base": _BASE["turnout" if self.system != "basic" and base == "for and against" else base],
            "needed": f"{'more than' if threshold['strict'] else 'at least'} {written}",
        }

    def does(self) -> str:
        named = f"does: {self.system}" if self.system in _BY_FORMULA else "does"
        return form(named, approval=self.amount(self.outcome["approval"]), turnout=self.amount(self.outcome["turnout"]))

    def numbers(self) -> dict[str, object]:
        """What the forms of why and equal are filled in with, in all systems that have it."""
        tally, rounds = self.tally, self.tally["rounds"]
        score, total = Fraction(tally["scores"][self.leaders[0] - 1]), Fraction(tally["total"])
        told: dict[str, object] = {
            "score": self.amount(score),
            "total": self.amount(total),
            "part": percent(score, total),
        }
        if self.system == "ranked-choice":
            counting = sum((Fraction(one) for one in rounds[-1]["scores"] if one is not None), Fraction(0))
            told |= {"counting": self.amount(counting), "part": percent(score, counting)}
            told |= {"number": len(rounds), "went": self.went()}
        if self.system == "star":
            placed = (
                {"level": self.choices(rounds[0]["tied"], 3), "rule": rounds[0]["rule"]} if rounds[0]["tied"] else {}
            )
            told |= {"placed": form("placed", **placed) if placed else ""}
        return told

    def equal(self) -> str:
        named = {"quadratic", "ranked-choice", "copeland", "schulze", "star"}
        return form(f"equal: {self.system if self.system in named else 'all others'}", **self.numbers())

    def why(self) -> str:
        told, winner = self.numbers(), self.leaders[0] - 1
        match self.system:
            case "single-choice" | "weighted":
                return form("why: single-choice, weighted", **told)
            case "copeland":
                return form(f"why: copeland, {self.standing(winner)}", record=self.record(winner))
            case "schulze":
                every = ", wins all" * (self.duels(winner)[0] == len(self.tally["pairs"]) - 1)
                return form(f"why: schulze{every}", record=self.record(winner))
            case "star":
                runoff = self.tally["rounds"][1]
                ((other, theirs),) = (
                    (at, score) for at, score in enumerate(runoff["scores"]) if score is not None and at != winner
                )
                mine = runoff["scores"][winner]
                values = {"other": self.choice(other + 1), "mine": self.amount(mine), "theirs": self.amount(theirs)}
                return form(f"why: star{', even' * (mine == theirs)}", rule=runoff["rule"], **values, **told)
            case system:
                return form(f"why: {system}", **told)

    def duels(self, choice: int) -> tuple[int, int, int]:
        pairs = [[Fraction(one) for one in row] for row in self.tally["pairs"]]
        others = [other for other in range(len(pairs)) if other != choice]
        won = sum(pairs[choice][other] > pairs[other][choice] for other in others)
        lost = sum(pairs[choice][other] < pairs[other][choice] for other in others)
        return won, lost, len(others) - won - lost

    def record(self, choice: int) -> str:
        won, lost, drawn = self.duels(choice)
        draws = {0: "", 1: ", one draw"}.get(drawn, ", draws")
        return form(f"record{draws}", won=won, lost=lost, drawn=drawn, others=won + lost + drawn)

    def standing(self, winner: int) -> str:
        duels = [self.duels(choice) for choice in range(len(self.tally["pairs"]))]
        points = [2 * won + drawn for won, _, drawn in duels]
        level = [won for (won, _, _), of in zip(duels, points, strict=True) if of == points[winner]]
        others = [won for (won, _, _), of in zip(duels, points, strict=True) if of != points[winner]]
        wins = len(set(level)) == 1 and all(level[0] > won for won in others)
        return f"{'level' if len(level) > 1 else 'alone'} by {'wins' if wins else 'points'}"

    def went(self) -> str:
        drawn = [
            (number, held)
            for number, held in enumerate(self.tally["rounds"], start=1)
            if held["rule"] and held["scores"][held["eliminated"] - 1] != "0"
        ]
        if not drawn:
            return ""
        if len(drawn) == 1:
            ((number, held),) = drawn
            level = self.choices(held["tied"], 3)
            return form("went, once", round=number, level=level, out=self.choice(held["eliminated"]))
        numbers = [str(number) for number, _ in drawn]
        rounds = f"{', '.join(numbers[:3])} …" if len(numbers) > 3 else _joined(numbers, 3)
        return form("went, often", rounds=rounds)
