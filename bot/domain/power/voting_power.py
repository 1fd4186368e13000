"""The power of a wallet, with what each strategy gives it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.shared.types import Address, ChainId, Units

MOST_DIGITS = 200
"""Digits of a power, or of what a strategy gives, in units of the scale: more than any real one has, and few enough
that whatever a count makes of it can be written and read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerPart:
    """What one strategy gives one wallet. `amount` is in units of `decimals`, None where it is unknown."""

    strategy: str
    network: ChainId
    contract: Address | None
    symbol: str
    decimals: int
    amount: Units | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VotingPower:
    """The power of one wallet: its parts in the order of the strategies, and their exact sum.

    `scores` are the parts in units of `scale`; `total` is their sum, None while any part is unknown. One that is not
    `confirmed` was told by one endpoint alone: it is read again before it counts.
    """

    address: Address
    scale: int
    parts: tuple[PowerPart, ...]
    confirmed: bool = True

    @property
    def scores(self) -> tuple[Units, ...]:
        """Scores by strategy in units of `scale`; an unknown part raises ValueError."""
        scores: list[Units] = []
        for part in self.parts:
            if part.amount is None:
                raise ValueError("a part of this power is unknown")
            scores.append(Units(part.amount * 10 ** (self.scale - part.decimals)))
        return tuple(scores)

    @property
    def total(self) -> Units | None:
        """The sum in units of `scale`."""
        return None if None in [part.amount for part in self.parts] else Units(sum(self.scores))
