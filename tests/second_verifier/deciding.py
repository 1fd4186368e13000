"""What decides, and what was decided: the document's rules on its wholes, and the outcome on a tally's numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

_PLAIN = {"share": "1/2", "base": "for and against", "strict": True, "votable": "0"}
_MANY = {"": 0, "k": 3, "m": 6, "b": 9, "t": 12}
_TAKEN = {"token supply": "supply", "linked wallets": "linked"}


def amount(words: str, scale: int) -> int:
    read = re.fullmatch(r"([0-9.]+)([kmbt]?)", re.sub(r"[,_\s]", "", words.lower()))
    assert read is not None
    digits, many = read.groups()
    units: Fraction = Fraction(digits) * 10 ** (_MANY[many] + scale)
    assert units.denominator == 1
    return int(units)


def settled(document: dict[str, Any], wholes: Mapping[str, int]) -> tuple[int, dict[str, Any]]:
    """Quorum and threshold by the rules, as the document has them."""
    rules, approval = document["rules"], document["rules"]["approval"]
    if isinstance(rules["quorum"], str):
        quorum = amount(rules["quorum"], document["scale"])
    else:
        exact = Fraction(rules["quorum"]["share"]) * wholes[rules["quorum"]["of"]]
        quorum = floor(exact) if rules["counts"] == "rejection" else ceil(exact)
    whole = wholes.get(approval["of"])
    return quorum, {
        "share": approval["share"],
        "strict": approval["strict"],
        "base": approval["of"] if approval["of"] in ("for and against", "turnout") else "votable power",
        "votable": str(whole or 0),
    }


def standing(
    document: dict[str, Any], recusals: Sequence[dict[str, Any]]
) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """Quorum and threshold that decide, and what the bundle says of them."""
    gone = [wallet for recusal in recusals for wallet in recusal["wallets"]]
    left = {
        name: max(0, int(whole) - sum(int(wallet[_TAKEN[name]]) for wallet in gone))
        for name, whole in document["wholes"].items()
    }
    quorum, threshold = settled(document, left)
    told = {"quorum": str(quorum), "votable": threshold["votable"], "wholes": {k: str(v) for k, v in left.items()}}
    return quorum, threshold, told


def outcome(
    document: dict[str, Any],
    tally: dict[str, Any],
    quorum: int,
    threshold: Mapping[str, Any],
    exact: Sequence[Fraction] | None = None,
) -> dict[str, Any]:
    """The outcome on a tally's numbers; `exact` are scores before rounding, where any were rounded."""
    scores, total = [Fraction(score) for score in tally["scores"]], int(tally["total"])
    counts, basic = document["rules"]["counts"], document["voting"] == "basic"
    ways: dict[str, int | Fraction] = {
        "turnout": total,
        "for and against": scores[0] + scores[1],
        "for and abstain": scores[0] + sum(scores[2:]),
        "for": scores[0],
        "rejection": scores[1],
    }
    reached = ways[counts]
    leaders = tally["winners"]
    if basic:
        leaders = [at for at in (1, 2) if scores[at - 1] == max(scores[:2]) > 0]
    approval = scores[0] if basic else scores[leaders[0] - 1] if leaders else Fraction(0)
    whole = {"for and against": scores[0] + scores[1] if basic else total, "turnout": total}.get(
        threshold["base"], int(threshold["votable"])
    )
    needed = Fraction(threshold["share"]) * whole

    def meets(score: Fraction) -> bool:
        return score > needed or (score == needed and not threshold["strict"])

    if exact and leaders and threshold != _PLAIN and meets(approval) != meets(given := exact[leaders[0] - 1]):
        approval = needed + ((given > needed) - (given < needed)) * Fraction(1, 2**256)
    met = meets(approval)
    if basic:
        tied = scores[0] == scores[1] and threshold == _PLAIN
        verdict = "passed" if met and (approval or whole) else "tied" if tied else "rejected"
    else:
        verdict = "tied" if len(leaders) != 1 else "decided" if met or threshold == _PLAIN else "rejected"
    if counts == "rejection":
        verdict, leaders = ("rejected", [2]) if reached > quorum else ("passed", [1])
    elif reached < quorum or not total:
        verdict = "no quorum"
    return {
        "verdict": verdict,
        "leaders": leaders,
        "turnout": str(total),
        "quorum": str(quorum),
        "counts": counts,
        "reached": str(reached),
        "threshold": threshold,
        "approval": str(approval),
        "whole": str(whole),
    }
