"""Who held what from which block on, as the test itself did it; and power as Snapshot's strategies define it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

VITA, USD, COIN, VOTES, SUPPLY = "VITA", "USD", "coin", "votes", "supply"
Then = TypeVar("Then")
DECIMALS = {"balance": 18, "dollars": 6, "coins": 18, "votes": 18, "ticket": 0, "list": 0, "gate": 0, "lent": 18}
"""The strategies of the model by short names, with the decimals of their scores."""
ONE_FOR_ONE = {"balance": VITA, "dollars": USD, "votes": VITA}
"""Those that count a token one for one, with the token."""
BY_VOTERS = "lent"
GATE = 3 * 10**18


@dataclass
class DaoContracts:
    """Every change with its block; nothing is ever overwritten."""

    changes: dict[tuple[str, str], list[tuple[int, int]]] = field(default_factory=dict)
    delegates: dict[str, list[tuple[int, str | None]]] = field(default_factory=dict)
    """What the registry was told by each."""
    listed: frozenset[str] = frozenset()

    def note(self, block: int, what: str, who: str, value: int) -> None:
        """Note what somebody has from `block` on."""
        self.changes.setdefault((what, who), []).append((block, value))

    def at(self, block: int, what: str, who: str) -> int:
        """Return what they had at the end of `block`."""
        return _at(block, self.changes.get((what, who), ()), 0)

    def note_delegate(self, block: int, who: str, to: str | None) -> None:
        """Note to whom the registry lends somebody's power from `block` on."""
        self.delegates.setdefault(who, []).append((block, to))

    def delegate_at(self, block: int, who: str) -> str | None:
        """Return to whom it did at the end of `block`."""
        return _at(block, self.delegates.get(who, ()), None)

    def score(self, strategy: str, block: int, wallet: str, voters: Collection[str]) -> int:
        """Return what a strategy gives a wallet at a block, in units of its decimals."""
        simple = {"balance": VITA, "dollars": USD, "coins": COIN, "votes": VOTES}
        if strategy in simple:
            return self.at(block, simple[strategy], wallet)
        if strategy != BY_VOTERS:
            held = self.at(block, VITA, wallet)
            return int({"ticket": True, "list": wallet in self.listed, "gate": held > GATE}[strategy])
        given = [who for who in self.delegates.keys() - set(voters) if self.delegate_at(block, who) == wallet]
        return sum(self.at(block, VITA, who) for who in given)

    def scores(self, strategies: Collection[str], block: int, wallet: str, voters: Collection[str]) -> tuple[int, ...]:
        """Return the score by each strategy, all in units of the finest."""
        return tuple(
            self.score(name, block, wallet, voters) * int(10 ** (scale(strategies) - DECIMALS[name]))
            for name in strategies
        )

    def supply(self, strategies: Collection[str], block: int) -> int:
        """Return the supply of the token of the first strategy that counts one for one, in the same units."""
        name = next(name for name in strategies if name in ONE_FOR_ONE)
        return self.at(block, SUPPLY, ONE_FOR_ONE[name]) * int(10 ** (scale(strategies) - DECIMALS[name]))


def _at(block: int, changes: Iterable[tuple[int, Then]], before: Then) -> Then:
    value = before
    for number, then in changes:
        if number <= block:
            value = then
    return value


def scale(strategies: Collection[str]) -> int:
    """Return the decimals in which all scores are whole."""
    return max(DECIMALS[name] for name in strategies)
