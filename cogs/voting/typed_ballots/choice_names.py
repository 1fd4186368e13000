"""Finds the names of choices in what was typed, however they are written, and puts marked numbers in their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

OPEN, CLOSE = "\ue000", "\ue001"
"""Frame the number of a choice that was typed by its name; nobody can type them, for `as_typed` takes them out."""
NAMED = rf"{OPEN}(?P<named>\d+){CLOSE}"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_AMOUNT_ALONE = re.compile(r"#?[\d.]+\s*(?:%|stars?|points?)?", re.IGNORECASE)
_DRESS = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'", OPEN: " ", CLOSE: " ", "\r": "\n"})


def as_typed(text: str) -> str:
    """Return a text in plain width and with plain quotes, and with one space between words; lines stay."""
    plain = unicodedata.normalize("NFKC", text).translate(_DRESS)
    return "\n".join(" ".join(line.split()) for line in plain.split("\n"))


def name_choices(text: str, choices: Sequence[str]) -> str:
    """Return a typed text in which each name of a choice, also in quotes, is its number in a frame.

    A name that looks like a number stays as it is. Where no choice is called by one letter, `A`, `B` and so on name the
    choices as pictures of results do.
    """
    labels = [" ".join(as_typed(label).split()) for label in choices]
    names = [label for label in labels if label and not _AMOUNT_ALONE.fullmatch(label)]
    numbers = {label.casefold(): number for number, label in enumerate(labels, start=1) if label in names}
    if not any(len(label) == 1 and label.isalpha() for label in labels):
        names += _LETTERS[: len(choices)]
        numbers |= {letter: number for number, letter in enumerate(_LETTERS[: len(choices)], start=1)}
    if not names:
        return as_typed(text)
    longest = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    found = re.compile(rf"(?<!\w)(['\"]?)({longest})\1(?!\w)", re.IGNORECASE)

    def framed(match: re.Match[str]) -> str:
        number = numbers.get(match[2].casefold())
        return match[0] if number is None else f"{OPEN}{number}{CLOSE}"

    return found.sub(framed, as_typed(text))


def as_words(text: str, choices: Sequence[str]) -> str:
    """Return a part of what `name_choices` returned as a member reads it, with the names of choices."""
    return re.sub(NAMED, lambda match: choices[int(match["named"]) - 1], text)


def choice_numbered(number: int, choices: Sequence[str]) -> int | None:
    """Return the choice of a number, or the one that is called by a number which no choice has, like a year."""
    if 1 <= number <= len(choices):
        return number
    return next((at for at, label in enumerate(choices, start=1) if as_typed(label).strip() == str(number)), None)


def numbers_as_names(choices: Sequence[str]) -> frozenset[int]:
    """Return the numbers that are the name of one choice and the number of another, so that they could be either."""
    named = {as_typed(label).strip(): number for number, label in enumerate(choices, start=1)}
    return frozenset(number for number in range(1, len(choices) + 1) if named.get(str(number), number) != number)
