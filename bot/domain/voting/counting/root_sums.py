"""Sums of square roots compared exactly, so that rounding neither hides nor feigns that two are equal.

Two roots of whole numbers are in the same *square class* if the product of the numbers is a square: then one is a
fraction of the other. Roots of different classes are linearly independent over the fractions (Besicovitch, 1940), so
that a sum of them is zero only if it is zero in each class. A sum that is not has a sign, which more digits show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import isqrt

from bot.domain.voting.counting.ballots_and_tally import Mark
from bot.domain.voting.counting.exact_order import Compare

_PRIMES = (8087, 8089, 8093, 8101, 8111, 8117, 8123, 8147, 8161, 8167, 8171, 8179, 8191)
"""Numbers of one class are all squares, or all none, modulo each of them; so few others are looked at for each."""
_PLACES = 64
"""Binary places of the first look at a sign; each further one takes twice as many."""


def comparing(marks: Sequence[Mark], powers: Sequence[int]) -> Compare:
    """Return how the sums of choices compare: of √(power x weight / the mark's sum of weights) over all ballots."""
    cells: Counter[tuple[Mark, int]] = Counter()

    def compare(a: int, b: int) -> int:
        cells.update(() if cells else zip(marks, powers, strict=True))
        return _compared(cells, a, b)

    return compare


def _compared(cells: Mapping[tuple[Mark, int], int], a: int, b: int) -> int:
    """Return -1, 0 or 1: whether the sum of choice `a` (from 0) is below, equal to or above that of choice `b`."""
    given: Counter[tuple[int, int]] = Counter()
    """How often a choice is given the root of which amount over which sum of weights: most of it cancels out."""
    for (mark, power), times in cells.items():
        if isinstance(mark, tuple) and mark[a] != mark[b]:
            whole = sum(mark)
            given[power * mark[a], whole] += times
            given[power * mark[b], whole] -= times
    roots: Counter[Fraction] = Counter()
    for (amount, whole), times in given.items():
        if times and amount:
            roots[Fraction(amount, whole)] += times
    return sign(roots)


def sign(roots: Mapping[Fraction, int]) -> int:
    """Return the sign of a sum of square roots, each of a fraction that is not negative, so many times."""
    classes = [(number, share) for number, share in _by_class(roots) if share]
    places = _PLACES
    while classes:
        told = sum(_scaled(number, share, places) for number, share in classes)
        if abs(told) > 2 * len(classes):
            return 1 if told > 0 else -1
        places *= 2
    return 0


def _by_class(roots: Mapping[Fraction, int]) -> Iterator[tuple[int, Fraction]]:
    """Yield for each square class one of its numbers, and how many times the root of that number the sum has."""
    met: dict[tuple[int, ...], dict[int, Fraction]] = {}
    for fraction, times in roots.items():
        if not times or not fraction:
            continue
        number, share = fraction.numerator * fraction.denominator, Fraction(times, fraction.denominator)
        alike = met.setdefault(_kind(number), {})
        for other in alike:
            root = isqrt(number * other)
            if root * root == number * other:
                alike[other] += share * Fraction(root, other)
                break
        else:
            alike[number] = share
    for alike in met.values():
        yield from alike.items()


def _kind(number: int) -> tuple[int, ...]:
    """Return what all numbers of a square class have in common."""
    found = []
    for prime in _PRIMES:
        while number % prime**2 == 0:
            number //= prime**2
        found.append(_squares(prime)[number % prime])
    return tuple(found)


@cache
def _squares(prime: int) -> bytes:
    """Return for each number below the prime whether it is a square modulo it: 1, 0, or 2 for 0 itself."""
    told = bytearray(prime)
    for number in range(1, prime):
        told[number * number % prime] = 1
    told[0] = 2
    return bytes(told)


def _scaled(number: int, share: Fraction, places: int) -> int:
    """Return share x √number in units of 2^-places, less than 2 off."""
    square = (share.numerator**2 * number << 2 * places) // share.denominator**2
    return isqrt(square) if share > 0 else -isqrt(square)
