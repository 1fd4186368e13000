"""Tells whether bare numbers that were typed as amounts could be read in more than one way."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cogs.voting.typed_ballots.choice_names import choice_numbered

_BARE = re.compile(r"\d{1,15}(?:\s+\d{1,15})*")
_UNIT = re.compile(r"\s*(?:%|(?:percent|stars?|points?)\b)", re.IGNORECASE)
_PARTED = re.compile(r"\d{1,15},\d{1,2}(?!\d)")
_APART = re.compile(r"\d{1,15}(?:,\d{1,2})?(?:(?:,\s+|\s*[;/|&+\s]\s*)\d{1,15}(?:,\d{1,2})?)+")
_PAIR = 2


def bare_numbers(entry: str) -> list[int]:
    """Return the numbers of an entry that is nothing but numbers with spaces between them; empty for any other."""
    return [int(number) for number in entry.split()] if _BARE.fullmatch(entry) else []


def could_be_pairs(numbers: Sequence[int], choices: Sequence[str]) -> bool:
    """Return whether numbers in a row could be choices, each once, with an amount after or before each."""
    if not numbers or len(numbers) % _PAIR:
        return False
    return _are_choices(numbers[::_PAIR], choices) or _are_choices(numbers[1::_PAIR], choices)


def pairs_one_way(pairs: Sequence[Sequence[int]], choices: Sequence[str]) -> bool:
    """Return whether pairs of numbers can only be a choice and then its amount."""
    firsts, seconds = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if not _are_choices(firsts, choices):
        return False
    return not _are_choices(seconds, choices) or {*zip(firsts, seconds, strict=True)} == {
        *zip(seconds, firsts, strict=True)
    }


def has_unclear_commas(text: str) -> bool:
    """Return whether a comma could be inside a number, like `50,5; 49,5`, where others part numbers."""
    plain = _UNIT.sub("", text).strip(" ,;\n")
    return bool(_PARTED.search(plain) and _APART.fullmatch(plain))


def _are_choices(numbers: Sequence[int], choices: Sequence[str]) -> bool:
    found = [choice_numbered(number, choices) for number in numbers]
    return None not in found and len({*found}) == len(found)
