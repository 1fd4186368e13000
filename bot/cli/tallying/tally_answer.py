"""Answers one line: votes counted exactly, with loosely typed ballots judged as snapshot.js judges them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import inf
from typing import cast

from bot.cli.tallying.choice_validity import Loose, judge
from bot.cli.tallying.exact_doubles import InUnits, as_json, unit_of
from bot.cli.tallying.javascript_conversions import number
from bot.cli.tallying.loose_runoff import NeverEnds, last_round
from bot.cli.tallying.votes import Malformed, Votes
from bot.domain.voting import (
    SYSTEMS,
    Ballots,
    Mark,
    Options,
    Quorum,
    QuorumCounts,
    Round,
    Score,
    Tally,
    VotingType,
    Words,
    decide,
    sentence,
    tally,
)

_OF_ALL_POWER = frozenset({"weighted", "quadratic"})
"""Systems whose scores by strategy are shares of the power of all strategies."""
_BEYOND = {"weighted": "NaN", "quadratic": "NaN", "copeland": "Infinity"}
_QUORUMS = {"default": QuorumCounts.TURNOUT, "rejection": QuorumCounts.REJECTION}


def answer(line: Mapping[str, object]) -> dict[str, object]:
    """Return the answer to one line. Raises Malformed."""
    voting = _voting(line)
    choices = _list(line, "choices")
    strategies = _list(line, "strategies")
    votes = line.get("votes")
    if not isinstance(votes, Votes):
        raise Malformed("votes is not a list")
    options = Options(partial=line.get("partial") is True)
    powers, scores = votes.columns(len(strategies))
    judged = votes.judged(lambda choice: judge(voting, choice, len(choices), options))
    valid = [mark is not None for mark in judged]
    quorum = _quorum(line, voting)
    unit = max(unit_of({id(column): column for column in (powers, *scores)}.values()), quorum[0].denominator)
    kept = {id(column): InUnits(column, unit, valid) for column in (powers, *scores)}
    marks = [mark for mark in judged if mark is not None]
    counted = _count(voting, len(choices), marks, kept[id(powers)], [kept[id(column)] for column in scores], options)
    if voting != "copeland":
        counted = replace(counted, total=sum(InUnits(powers, unit)))
    # For loose rankings only the sums of the last round are known, not which round it was.
    known = replace(counted, rounds=()) if any(isinstance(mark, Loose) for mark in marks) else counted
    shown = partial(_shown, voting, unit=unit)
    by_strategy = [
        shown(column, of=kept[id(powers if voting in _OF_ALL_POWER else cast)])
        for column, cast in zip(zip(*counted.by_strategy, strict=True), scores, strict=False)
    ]
    told: dict[str, object] = {"id": line["id"]} if "id" in line else {}
    return told | {
        "scores": shown(counted.scores, of=kept[id(powers)]),
        "scores_by_strategy": [[column[choice] for column in by_strategy] for choice in range(len(choices))],
        "scores_total": as_json(counted.total, unit),
        "valid": [index for index, is_valid in enumerate(valid) if is_valid],
        "outcome": _outcome(quorum, voting, choices, known, unit),
        **({"rounds": [_round(held, unit) for held in counted.rounds]} if counted.rounds else {}),
    }


def _voting(line: Mapping[str, object]) -> VotingType:
    voting = line.get("type")
    if not isinstance(voting, str) or voting not in SYSTEMS:
        raise Malformed(f"type is none of {', '.join(SYSTEMS)}")
    return voting


def _list(line: Mapping[str, object], name: str) -> list[object]:
    found = line.get(name)
    if not isinstance(found, list):
        raise Malformed(f"{name} is not a list")
    return found


def _count(
    voting: VotingType,
    choices: int,
    marks: list[Mark | Loose],
    powers: Sequence[int],
    scores: Sequence[Sequence[int]],
    options: Options,
) -> Tally:
    if not any(isinstance(mark, Loose) for mark in marks):
        return tally(voting, choices, Ballots(marks=cast("list[Mark]", marks), powers=powers, scores=scores), options)
    rows = list(zip(powers, *scores, strict=True))
    entries = [mark.entries if isinstance(mark, Loose) else cast("tuple[int, ...]", mark) for mark in marks]
    try:
        sums = last_round(list(zip(entries, rows, strict=True)), choices)
    except NeverEnds as error:
        raise Malformed(f"snapshot.js has no result: a ranking names {str(error)!r}, which never goes out") from None
    totals = tuple(row[0] for row in sums)
    return Tally(
        scores=totals,
        by_strategy=tuple(tuple(row[1:]) for row in sums),
        total=sum(powers),
        ballots=len(marks),
        winners=tuple(place for place, score in enumerate(totals, start=1) if score == max(totals) > 0),
        rounds=(Round(scores=totals),),
    )


def _outcome(
    quorum: tuple[Fraction, QuorumCounts],
    voting: VotingType,
    choices: list[object],
    counted: Tally,
    unit: int,
) -> dict[str, object] | None:
    if len(choices) < (2 if voting == "basic" else 1):
        return None
    amount, counts = quorum
    outcome = decide(voting, counted, Quorum(amount=int(amount * unit), counts=counts))
    labels = [str(label) for label in choices]
    words = Words(amount=lambda score: f"{as_json(score, unit)}")
    return {
        "verdict": outcome.verdict,
        "leaders": list(outcome.leaders),
        "turnout": as_json(outcome.turnout, unit),
        "quorum": as_json(outcome.quorum, unit),
        "reason": sentence(outcome, counted, voting, labels, words),
    }


def _quorum(line: Mapping[str, object], voting: VotingType) -> tuple[Fraction, QuorumCounts]:
    amount, kind = line.get("quorum", 0), line.get("quorum_type") or "default"
    if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not 0 <= number(amount) < inf:
        raise Malformed("quorum is not an amount")
    if not isinstance(kind, str) or kind not in _QUORUMS:
        raise Malformed(f"quorum_type is none of {', '.join(_QUORUMS)}")
    counts = _QUORUMS[kind] if voting == "basic" and amount else QuorumCounts.TURNOUT
    return Fraction(number(amount)), counts


def _shown(voting: VotingType, scores: Sequence[Score], *, of: Sequence[int], unit: int) -> list[int | float | str]:
    """Return scores as JSON; shares of a power that is infinite as a double are those that snapshot.js gives."""
    if voting in _BEYOND and as_json(sum(of), unit) == "Infinity":
        return [_BEYOND[voting]] * len(scores)
    return [as_json(score, unit) for score in scores]


def _round(held: Round, unit: int) -> dict[str, object]:
    return {
        "scores": [None if score is None else as_json(score, unit) for score in held.scores],
        "exhausted": as_json(held.exhausted, unit),
        "eliminated": held.eliminated,
        "tied": list(held.tied),
        "rule": held.rule,
    }
