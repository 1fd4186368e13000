"""Instant run-off as snapshot.js counts it if rankings name choices by anything but numbers.

Its candidates are then texts: "1", "01" and "true" are three different ones. Plain numbers come first in numeric order,
then the other texts in the order in which they first appear. When a candidate is eliminated, every entry that loosely
equals its text (`==`) is removed from every ballot. If no entry equals the text, nothing is removed, and snapshot.js
recurses forever.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.cli.tallying.javascript_conversions import loosely_equal, to_number, to_text

_FINALISTS = 2


class NeverEnds(Exception):
    """snapshot.js has no result for these ballots: it recurses until the stack overflows."""


def last_round(ballots: Sequence[tuple[tuple[object, ...], Sequence[int]]], choices: int) -> list[list[int]]:
    """Return the last round's sums, by choice and then by column, from rankings each with its amount in every column.

    Raises NeverEnds.
    """
    left = list(ballots)
    while True:
        totals = _round(left)
        powers = {text: sums[0] for text, sums in totals.items()}
        if not powers or 2 * max(powers.values()) > sum(powers.values()) or len(powers) <= _FINALISTS:
            break
        bottom = min(powers, key=lambda text: powers[text])
        kept = [(tuple(entry for entry in ranking if not loosely_equal(entry, bottom)), sums) for ranking, sums in left]
        kept = [(ranking, sums) for ranking, sums in kept if ranking]
        if kept == left:
            raise NeverEnds(bottom)
        left = kept
    width = len(ballots[0][1]) if ballots else 1
    rows = [[0] * width for _ in range(choices)]
    for text, sums in totals.items():
        place = to_number(text)
        if isinstance(place, int) and 1 <= place <= choices:
            rows[place - 1] = [a + b for a, b in zip(rows[place - 1], sums, strict=True)]
    return rows


def _round(ballots: Sequence[tuple[tuple[object, ...], Sequence[int]]]) -> dict[str, list[int]]:
    texts = dict.fromkeys(to_text(entry) for ranking, _ in ballots for entry in ranking)
    plain = sorted((text for text in texts if text == str(to_number(text))), key=int)
    totals = {text: [0] * len(ballots[0][1]) for text in [*plain, *(text for text in texts if text not in plain)]}
    for ranking, sums in ballots:
        first = to_text(ranking[0])
        totals[first] = [a + b for a, b in zip(totals[first], sums, strict=True)]
    return totals
