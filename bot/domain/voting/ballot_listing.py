"""Which of a vote's ballots are listed, and in which order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.shared.types import Address

_PART = re.compile(r"(?:0x)?([0-9a-f]{0,40})(?:(?:…|\.{2,3})([0-9a-f]{1,40}))?")


class Order(StrEnum):
    """How ballots are sorted; those that are equal by wallet."""

    POWER = "power"
    WALLET = "wallet"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotListing:
    """What is asked for: most power first, wallets by their digits, or newest first; `limit` of them from `offset` on.

    Only wallets whose digits begin with `begins` and end with `ends` are listed, none of `without`.
    """

    order: Order = Order.POWER
    begins: str = ""
    ends: str = ""
    without: frozenset[Address] = frozenset()
    offset: int = 0
    limit: int = 100


def part_of_address(text: str) -> tuple[str, str] | None:
    """Return the digits with which a typed address begins and ends; None if it is no part of an address.

    `0x12ab`, `12AB` and `0x12ab…89Ef` are.
    """
    found = _PART.fullmatch(text.strip().lower())
    return None if found is None else (found[1], found[2] or "")
