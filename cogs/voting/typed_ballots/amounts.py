"""Reads weights or stars that were typed: `1: 50, 2: 30`, `Mice 60 %`, or `5, 3, 1` in the order of the choices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.collected import Collected
from bot.domain.shared.errors.faults.ballots import (
    ChoiceAmbiguous,
    ChoiceGivenTwice,
    CommasAmbiguous,
    NotAPair,
    NumberOutOfRange,
    NumbersAmbiguous,
    TooManyNumbers,
    UnknownChoiceNumber,
)
from bot.domain.shared.errors.fields import Field
from cogs.voting.typed_ballots.choice_names import NAMED, as_words, choice_numbered, name_choices, numbers_as_names
from cogs.voting.typed_ballots.number_rows import bare_numbers, could_be_pairs, has_unclear_commas, pairs_one_way

_BETWEEN = re.compile(r"[,;/|&+]|\band\b", re.IGNORECASE)
_AMOUNT = (
    r"(?:(?P<whole>\d{1,15})(?:\.(?P<part>\d{1,2})(?=\s*%))?(?:\s*(?:%|(?:percent|stars?|points?)\b|\u2605|\u2b50))?"
    r"|(?P<signs>\u2605{1,10}|\u2b50{1,10}))"
)
_JOINED = r"\s*(?:[:=)]|\.(?!\d)|->|\u2192|-(?=\s)|(?<=\s)|(?<=\ue001))\s*"
_PAIR = re.compile(rf"(?:[-*\u2022]\s+)?(?:\d{{1,2}}[.)]\s*)?{NAMED}{_JOINED}{_AMOUNT}", re.IGNORECASE)
_NUMBERED = re.compile(rf"(?:[-*\u2022]\s+)?(?P<sure>#?)(?P<number>\d{{1,4}}){_JOINED}{_AMOUNT}", re.IGNORECASE)
_REVERSED = re.compile(rf"{_AMOUNT}\s*(?:for|to|on|:|=|x|\u00d7|-)?\s*{NAMED}", re.IGNORECASE)
_ALONE = re.compile(_AMOUNT, re.IGNORECASE)
_SHOWN, _HUNDREDTHS, _PAIRED = 60, 2, 2


@dataclass(frozen=True, slots=True)
class _Given:
    """An amount in hundredths; `choice` is None where it stands alone. `text` is what was typed for it."""

    choice: int | None
    hundredths: int
    text: str


def read_amounts(text: str, choices: Sequence[str], *, field: Field, most: int, ratios: bool) -> tuple[int, ...]:
    """Return an amount for each choice, 0 for those that were left out.

    With `ratios` only the ratios of the amounts matter, so hundredths of a per cent are taken. Raises InvalidInput with
    all that is not a choice and its amount, comes twice, is above `most`, or could be read in two ways.
    """
    wrong, reader = Collected(), _Reader(choices, field=field, most=most)
    given: list[_Given] = []
    lines = [line for line in name_choices(text, choices).split("\n") if line.strip(" ,;/|")]
    entries = [entry for line in lines for entry in _entries(line)]
    if ratios and has_unclear_commas("\n".join(lines)):
        raise InvalidInput(field, CommasAmbiguous(" ".join(lines)[:_SHOWN]))
    with wrong.check():
        reader.check_one_way(entries)
    for entry in entries:
        with wrong.check():
            given += reader.read(entry)
    wrong.finish()
    amounts = reader.placed(given)
    if any(amount % 100 for amount in amounts) and not ratios:
        raise InvalidInput(field, NumberOutOfRange(most))
    whole = tuple(amounts) if any(amount % 100 for amount in amounts) else tuple(amount // 100 for amount in amounts)
    if max(whole, default=0) > most:
        raise InvalidInput(field, NumberOutOfRange(most))
    return whole


def _entries(line: str) -> list[str]:
    entries = [entry.strip() for entry in _BETWEEN.split(line)]
    while entries and not entries[-1]:
        entries.pop()
    return entries


class _Reader:
    """Reads the entries of one ballot."""

    def __init__(self, choices: Sequence[str], *, field: Field, most: int) -> None:
        self._choices, self._field, self._most = choices, field, most
        self._unsure = numbers_as_names(choices)

    def check_one_way(self, entries: Sequence[str]) -> None:
        """Refuse bare numbers that may be choices with their amounts, or the amounts of choices in a row."""
        pairs = [numbers for entry in entries if len(numbers := bare_numbers(entry)) == _PAIRED]
        if len(pairs) > 1 and len(pairs) == len([entry for entry in entries if entry]):
            if not pairs_one_way(pairs, self._choices):
                raise self._ambiguous(next(entry for entry in entries if entry))
            return
        for entry in entries:
            if could_be_pairs(bare_numbers(entry), self._choices) and len(entries) == 1:
                raise self._ambiguous(entry)

    def read(self, entry: str) -> list[_Given]:
        """Return what an entry gives; an empty one between others gives 0. Raises InvalidInput."""
        if not entry:
            return [_Given(None, 0, "")]
        if (match := _NUMBERED.fullmatch(entry)) and not self._is_row(entry):
            choice = choice_numbered(int(match["number"]), self._choices)
            if choice is None:
                raise InvalidInput(self._field, UnknownChoiceNumber(int(match["number"]), len(self._choices)))
            if choice in self._unsure and not match["sure"]:
                raise InvalidInput(self._field, ChoiceAmbiguous(entry[:_SHOWN]))
            return [_Given(choice, _hundredths(match), entry)]
        for one in (_PAIR, _REVERSED):
            if found := _all_of(one, entry):
                return [_Given(int(match["named"]), _hundredths(match), entry) for match in found]
        if found := _all_of(_ALONE, entry):
            if len({_has_unit(match) for match in found}) > 1:
                raise self._ambiguous(entry)
            return [_Given(None, _hundredths(match), entry) for match in found]
        raise self._no_pair(entry)

    def placed(self, given: Sequence[_Given]) -> list[int]:
        """Return an amount for each choice. Raises InvalidInput."""
        amounts, wrong = [0] * len(self._choices), Collected()
        if all(one.choice is None for one in given) and len(given) > 1:
            if len(given) > len(amounts):
                raise InvalidInput(self._field, TooManyNumbers(len(given), len(amounts)))
            return [one.hundredths for one in given] + amounts[len(given) :]
        seen: set[int] = set()
        for one in given:
            with wrong.check():
                if one.choice is None and one.text:
                    raise self._no_pair(one.text)
                if one.choice in seen:
                    raise InvalidInput(self._field, ChoiceGivenTwice(one.choice))
                if one.choice is not None:
                    seen.add(one.choice)
                    amounts[one.choice - 1] = one.hundredths
        wrong.finish()
        return amounts

    def _is_row(self, entry: str) -> bool:
        """Return whether two bare numbers are amounts, because the first is no choice."""
        numbers = bare_numbers(entry)
        return len(numbers) == _PAIRED and choice_numbered(numbers[0], self._choices) is None

    def _ambiguous(self, entry: str) -> InvalidInput:
        return InvalidInput(self._field, NumbersAmbiguous(entry[:_SHOWN], self._most))

    def _no_pair(self, entry: str) -> InvalidInput:
        return InvalidInput(self._field, NotAPair(as_words(entry, self._choices)[:_SHOWN], self._most))


def _all_of(pattern: re.Pattern[str], entry: str) -> list[re.Match[str]]:
    """Return the matches that follow each other with only spaces between them; empty if they are not all of it."""
    found, at = [], 0
    while match := pattern.match(entry, at):
        found.append(match)
        rest = entry[match.end() :]
        if not rest:
            return found
        if not rest[0].isspace():
            return []
        at = match.end() + len(rest) - len(rest.lstrip())
    return []


def _has_unit(match: re.Match[str]) -> bool:
    return not match[0][-1].isdecimal()


def _hundredths(match: re.Match[str]) -> int:
    if match["signs"]:
        return 100 * len(match["signs"])
    return int(match["whole"]) * 100 + int((match["part"] or "").ljust(_HUNDREDTHS, "0"))
