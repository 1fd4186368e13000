"""Decides whether snapshot.js accepts a choice as valid, and which mark counts the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from math import gcd, isfinite
from typing import Any, NamedTuple

from bot.cli.tallying.javascript_conversions import identity, is_index, is_number, number, to_number
from bot.domain.shared.errors import InvalidInput
from bot.domain.voting import SYSTEMS, Mark, Options, VotingType


class Loose(NamedTuple):
    """A ranking that snapshot.js accepts, although not every entry is a number."""

    entries: tuple[object, ...]


_SAFE = 2**53
"""Whole numbers up to this are exact as doubles."""

Judged = Mark | Loose | None
"""What a choice counts as; None if it is invalid."""


def judge(voting: VotingType, choice: object, choices: int, options: Options) -> Judged:
    """Return what a choice, as read from JSON, counts as in snapshot.js; None if it is invalid.

    Voting systems and options that snapshot.js does not have are judged by our own, strict rules.
    """
    rule = None if options.partial else RULES.get(voting)
    if rule is not None:
        return rule(choice, choices)
    try:
        return SYSTEMS[voting].check_mark(_numbers(choice), choices, options)
    except InvalidInput:
        return None


def _numbers(choice: object) -> object:
    if isinstance(choice, list):
        return [_numbers(entry) for entry in choice]
    if isinstance(choice, dict):
        return {key: _numbers(entry) for key, entry in choice.items()}
    return number(choice) if isinstance(choice, (int, float)) and not isinstance(choice, bool) else choice


def _single(choice: object, choices: int) -> Judged:
    place = to_number(choice) if is_number(choice) else None
    return place if isinstance(place, int) and 1 <= place <= choices else None


def _approval(choice: object, choices: int) -> Judged:
    if not isinstance(choice, list) or not _all_different_indices(choice, choices):
        return None
    if _whole_numbers(choice):
        return tuple(sorted(choice))
    # snapshot.js accepts an entry that is not a number as valid, and then counts it for no choice.
    return tuple(sorted(int(entry) for entry in choice if is_number(entry)))


def _weights(choice: object, choices: int) -> Judged:
    if not isinstance(choice, dict) or not all(_is_key(key, choices) for key in choice):
        return None
    if not all(is_number(given) and given >= 0 for given in choice.values()) or not any(choice.values()):
        return None
    whole = choice if _whole_numbers(choice.values()) and max(choice.values()) <= _SAFE else _scaled(choice)
    if not whole:
        # snapshot.js divides by a sum that is Infinity: each choice gets 0, and only the total power grows.
        return (*[0] * choices, 1)
    # snapshot.js looks up only plain numbers such as "1"; weights under other keys go to no choice.
    named = [whole.get(name, 0) for name in _names(choices)]
    lost = sum(whole.values()) - sum(named)
    divisor = gcd(lost, *named)
    return (*(weight // divisor for weight in named), *((lost // divisor,) if lost else ()))


def _scaled(weights: dict[str, float]) -> dict[str, int]:
    """Return whole numbers in the same proportion as these doubles; empty if the doubles' sum is infinite."""
    doubles = {key: float(number(weight)) for key, weight in weights.items()}
    if not isfinite(_sum(doubles.values())):
        return {}
    exact = {key: double.as_integer_ratio() for key, double in doubles.items()}
    unit = max(denominator for _, denominator in exact.values())
    return {key: numerator * (unit // denominator) for key, (numerator, denominator) in exact.items()}


def _ranking(choice: object, choices: int) -> Judged:
    if not isinstance(choice, list) or not choice or len(choice) != choices:
        return None
    if not _all_different_indices(choice, choices):
        return None
    if _whole_numbers(choice):
        return tuple(choice)
    if all(is_number(entry) for entry in choice):
        return tuple(int(entry) for entry in choice)
    return Loose(tuple(choice))


def _strict_ranking(choice: object, choices: int) -> Judged:
    judged = _ranking(choice, choices)
    return None if isinstance(judged, Loose) else judged


def _all_different_indices(entries: list[Any], choices: int) -> bool:
    if _whole_numbers(entries):
        return not entries or (min(entries) >= 1 and max(entries) <= choices and len(set(entries)) == len(entries))
    keys = [identity(entry) for entry in entries]
    return all(is_index(entry, choices) for entry in entries) and len(set(keys)) == len(keys)


def _whole_numbers(values: Iterable[object]) -> bool:
    return set(map(type, values)) <= {int}


@lru_cache(maxsize=10_000)
def _is_key(key: str, choices: int) -> bool:
    return is_index(key, choices)


@cache
def _names(choices: int) -> tuple[str, ...]:
    return tuple(str(choice) for choice in range(1, choices + 1))


def _sum(numbers: Iterable[float]) -> float:
    total = 0.0
    for each in numbers:
        total += each
    return total


RULES: dict[VotingType, Callable[[object, int], Judged]] = {
    "basic": _single,
    "single-choice": _single,
    "approval": _approval,
    "weighted": _weights,
    "quadratic": _weights,
    "ranked-choice": _ranking,
    "copeland": _strict_ranking,
}
