"""Whether the answers of several endpoints agree, and which counts: one that two of them give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.chain.rpc.rpc_faults import NoContract

T = TypeVar("T")

PAIR = 2
"""Number of endpoints that confirm each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed(Generic[T]):
    """An answer, and the numbers of the endpoints that gave it: one alone, or some that confirm each other."""

    value: T
    by: tuple[int, ...]

    @property
    def confirmed(self) -> bool:
        """Whether a second endpoint gave the same answer."""
        return len(self.by) >= PAIR


class Differing(Exception):
    """Endpoints contradict each other without a pair that agrees against single ones. Says which and how."""


def settled(
    answers: Mapping[int, T | NoContract], differ: Callable[[T, T], str], outstanding: int
) -> Agreed[T | NoContract] | None:
    """Return what two or more say alike; None if it is open, for the `outstanding` may yet say otherwise alike.

    `differ` says how two answers differ, empty if they do not.

    Raises:
        Differing: two say one thing and two another; or, with nobody outstanding, no two say the same.

    """
    groups = _alike(answers, differ)
    if not groups:
        return None
    (first, ours), *others = groups
    rival = max((len(theirs) for _, theirs in others), default=0)
    if others and (rival >= PAIR or (len(ours) < PAIR and not outstanding)):
        second, theirs = others[0]
        raise Differing(f"endpoints {_list(ours)} and {_list(theirs)} differ: {_difference(first, second, differ)}")
    if len(ours) < PAIR or rival + outstanding >= PAIR:
        return None
    return Agreed(value=first, by=tuple(sorted(ours)))


def contradictory(answers: Mapping[int, T | NoContract], differ: Callable[[T, T], str]) -> bool:
    """Return whether any two answers differ."""
    return len(_alike(answers, differ)) > 1


def _alike(
    answers: Mapping[int, T | NoContract], differ: Callable[[T, T], str]
) -> list[tuple[T | NoContract, list[int]]]:
    """Return the different answers with the numbers of those who gave each, what most say first."""
    groups: list[tuple[T | NoContract, list[int]]] = []
    for number, answer in answers.items():
        for first, numbers in groups:
            if not _difference(first, answer, differ):
                numbers.append(number)
                break
        else:
            groups.append((answer, [number]))
    return sorted(groups, key=lambda group: -len(group[1]))


def _difference(one: T | NoContract, other: T | NoContract, differ: Callable[[T, T], str]) -> str:
    if not isinstance(one, NoContract) and not isinstance(other, NoContract):
        return differ(one, other)
    if isinstance(one, NoContract) and isinstance(other, NoContract) and one.target == other.target:
        return ""
    return next(answer.detail for answer in (one, other) if isinstance(answer, NoContract))


def _list(numbers: list[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))
