"""Who held what from which block on, as the test itself did it; and power as Snapshot's strategies define it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

VITA, USD, COIN, VOTES, SUPPLY, REGISTRY = "VITA", "USD", "coin", "votes", "supply", "registry"
DECIMALS = {"balance": 18, "dollars": 6, "coins": 18, "votes": 18, "ticket": 0, "list": 0, "gate": 0, "lent": 18}
"""The strategies of the model by short names, with the decimals of their scores."""
ONE_FOR_ONE = {"balance": VITA, "dollars": USD, "votes": VITA}
"""Those that count a token one for one, with the token."""
BY_VOTERS = "lent"
GATE = 3 * 10**18


@dataclass
class DaoContracts:
    """Every change with its block; nothing is ever overwritten."""

    changes: dict[tuple[str, str], list[tuple[int, object]]] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()

    def note(self, block: int, what: str, who: str, value: object) -> None:
        """Note what somebody has from `block` on."""
        self.changes.setdefault((what, who), []).append((block, value))

    def at(self, block: int, what: str, who: str, default: object = 0) -> object:
        """Return what they had at the end of `block`."""
        value = default
        for number, then in self.changes.get((what, who), ()):
            if number <= block:
                value = then
        return value

    def score(self, strategy: str, block: int, wallet: str, voters: Collection[str]) -> int:
        """Return what a strategy gives a wallet at a block, in units of its decimals."""
        simple = {"balance": VITA, "dollars": USD, "coins": COIN, "votes": VOTES}
        if strategy in simple:
            return self.at(block, simple[strategy], wallet)
        if strategy != BY_VOTERS:
            held = self.at(block, VITA, wallet)
            return int({"ticket": True, "list": wallet in self.listed, "gate": held > GATE}[strategy])
        givers = {who for what, who in self.changes if what == REGISTRY}
        given = [who for who in givers - set(voters) if self.at(block, REGISTRY, who, None) == wallet]
        return sum(self.at(block, VITA, who) for who in given)

    def scores(self, strategies: Collection[str], block: int, wallet: str, voters: Collection[str]) -> tuple[int, ...]:
        """Return the score by each strategy, all in units of the finest."""
        return tuple(
            self.score(name, block, wallet, voters) * 10 ** (scale(strategies) - DECIMALS[name]) for name in strategies
        )

    def supply(self, strategies: Collection[str], block: int) -> int:
        """Return the supply of the token of the first strategy that counts one for one, in the same units."""
        name = next(name for name in strategies if name in ONE_FOR_ONE)
        return self.at(block, SUPPLY, ONE_FOR_ONE[name]) * 10 ** (scale(strategies) - DECIMALS[name])


def scale(strategies: Collection[str]) -> int:
    """Return the decimals in which all scores are whole."""
    return max(DECIMALS[name] for name in strategies)
