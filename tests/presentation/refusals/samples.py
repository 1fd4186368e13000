"""One of each fact that may be wrong with an input, made from its types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from enum import Enum
from typing import Any, get_args, get_type_hints

from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults import InputFault
from bot.domain.shared.errors.faults.power import PowerFault
from bot.domain.shared.errors.fields import AnyField, Entry, Field, Numbered, Param, Within
from bot.domain.shared.types import Address, ChainId
from tests.builders import an_address

NAMES = {"Trouble": Trouble, "PowerFault": PowerFault, "Address": Address, "ChainId": ChainId}
"""What modules of facts import for the sake of types alone."""
WORD = "Zq_*x*"
"""A fact that is text, as a member may type it; without vowels, and with marks that a surface must quote."""
FIELDS: list[AnyField] = [
    *Field,
    *(Numbered(entry, 2) for entry in Entry),
    Within(Within(Numbered(Entry.STRATEGY, 1), Param("strategies 2"), "math"), Field.NETWORK),
]


def of_type(kind: Any, number: int = 3) -> Any:  # noqa: PLR0911 - one a type
    """Return a value of a type that facts have."""
    if kind is str:
        return WORD
    if kind is bool:
        return bool(number % 2)
    if kind is int or kind is ChainId:
        return number
    if kind is Address:
        return an_address(number)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    inner = get_args(kind)
    if kind == PowerFault or type(None) in inner:
        return of_type(inner[0], number)
    if inner[-1] is ...:
        return (of_type(inner[0], number),) * 2
    return tuple(of_type(one, number) for one in inner)


def faults() -> Iterator[Any]:
    """Yield every member of every enumeration, and of each dataclass one for one and one for several."""
    for kind in get_args(InputFault):
        if issubclass(kind, Enum):
            yield from kind
        else:
            hints = get_type_hints(kind, localns=NAMES)
            yield from (
                kind(**{fact.name: of_type(hints[fact.name], number) for fact in fields(kind)}) for number in (1, 4)
            )


def inputs() -> Iterator[InvalidInput]:
    """Yield an error for each fact, and one for each field."""
    yield from (InvalidInput(Field.AMOUNT, fault) for fault in faults())
    yield from (InvalidInput(field, next(iter(faults()))) for field in FIELDS)
