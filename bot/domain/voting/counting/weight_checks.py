"""Marks that give each choice a number."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.shared.errors import InvalidInput


def check_numbers(mark: object, choices: int, *, most: int, field: str) -> tuple[int, ...]:
    """Return one whole number a choice, 0 to `most`.

    Takes Snapshot's mapping of choices ("1" or 1) to numbers, what is left out being 0, or all of them in order.
    """
    remedy = f"give each choice a whole number from 0 to {most:,}"
    if isinstance(mark, Mapping):
        numbers: list[object] = [0] * choices
        for key, number in mark.items():
            choice = int(key) if isinstance(key, str) and key.isdecimal() and key.isascii() else key
            known = isinstance(choice, int) and not isinstance(choice, bool) and 1 <= choice <= choices
            if not known or str(choice) != str(key):
                raise InvalidInput(field=field, problem="name a choice that is not on the ballot", remedy=remedy)
            numbers[choice - 1] = number
    elif isinstance(mark, (list, tuple)) and len(mark) == choices:
        numbers = list(mark)
    else:
        raise InvalidInput(field=field, problem="do not fit the ballot", remedy=remedy)
    checked = []
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
            raise InvalidInput(field=field, problem="hold another number", remedy=remedy)
        checked.append(number)
    return tuple(checked)


def check_weights(mark: object, choices: int) -> tuple[int, ...]:
    """Return one weight a choice, at least one of them not 0; only their ratios matter."""
    weights = check_numbers(mark, choices, most=MAX_WEIGHT, field="weights")
    if not any(weights):
        raise InvalidInput(field="weights", problem="are all 0", remedy="give at least one choice a weight")
    return weights


MAX_WEIGHT = 10_000
"""Enough for hundredths of a per cent."""
