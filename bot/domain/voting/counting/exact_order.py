"""Rounded sums put in the order of the exact ones, so that rounding neither decides a vote nor ties it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, cmp_to_key

Compare = Callable[[int, int], int]
"""Returns -1, 0 or 1: whether the exact sum of one choice (from 0) is below, equal to or above that of another."""


def put_right(sums: Sequence[int], near: int, compare: Compare) -> list[int]:
    """Return rounded sums, by choice, in the exact order: equal where the exact sums are, and only there.

    Rounded, two may differ by `near` more or less than they should. Only sums that are so near to each other are
    compared and change, and by no more than that or a little: those that are equal become the largest of them, and one
    that is larger than another but rounded to no more becomes one more.
    """
    right = list(sums)
    for group in _alike(sums, near):
        compared = cache(compare)
        below = -1
        for level in _levels(sorted(group, key=cmp_to_key(compared)), compared):
            below = max(below + 1, *(sums[choice] for choice in level))
            for choice in level:
                right[choice] = below
    return right


def _alike(sums: Sequence[int], near: int) -> Iterator[list[int]]:
    """Yield the choices, several each time, of which each sum is near to the next."""
    group: list[int] = []
    for choice in sorted((choice for choice, total in enumerate(sums) if total), key=lambda choice: sums[choice]):
        if group and sums[choice] - sums[group[-1]] > near:
            if len(group) > 1:
                yield group
            group = []
        group.append(choice)
    if len(group) > 1:
        yield group


def _levels(ordered: Sequence[int], compare: Compare) -> Iterator[list[int]]:
    """Yield those that are equal together, from the lowest upwards."""
    level = [ordered[0]]
    for choice in ordered[1:]:
        if compare(level[0], choice):
            yield level
            level = []
        level.append(choice)
    yield level
