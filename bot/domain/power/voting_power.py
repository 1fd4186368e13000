"""The power of a wallet: what each strategy gives it, and the exact sum.

Power is counted in whole units of 10^-scale, where `scale` is the largest number of decimals among a
proposal's strategies, so that every strategy's score is a whole number and sums are exact.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.power.strategy import ReadSteps, Scores, Setting, Strategy
from bot.domain.power.strategy_catalogue import KINDS, label, scale, score, why_zero
from bot.domain.power.typed_reads import side_by_side
from bot.domain.power.zero_power_reasons import NoScore, ScoredWallet
from bot.domain.shared.errors import NotConfigured, PowerUndefined
from bot.domain.shared.errors.faults.power import TooManyDigits
from bot.domain.shared.errors.kinds import ServerSetting
from bot.domain.shared.types import Address, Block, ChainId, Units

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


def scale_of(strategies: Sequence[Strategy]) -> int:
    """Return the decimals in which the power of `strategies` is counted."""
    if not strategies:
        raise NotConfigured(ServerSetting.VOTING_POWER)
    return scale(strategies)


def evaluate(
    strategies: Sequence[Strategy],
    wallets: Sequence[Address],
    blocks: Mapping[ChainId, Block] | None = None,
    *,
    voters: Collection[Address] = (),
) -> ReadSteps[tuple[VotingPower, ...]]:
    """Score `wallets` by all `strategies`, side by side: each step yields the reads of all that still run.

    The caller answers every read from the block of its chain in `blocks`; the result has one `VotingPower` a
    wallet, in order. `voters` are those who vote besides `wallets`, for strategies whose scores depend on it.

    Raises:
        PowerUndefined: a formula has no result for a wallet, or one that no bundle could hold.

    """
    asked = tuple(dict.fromkeys(wallets))
    setting = Setting(blocks=blocks or {}, voters=frozenset(voters) | frozenset(asked))
    decimals = scale_of(strategies)
    rows = yield from side_by_side([score(strategy, asked, setting) for strategy in strategies])
    for strategy, row in zip(strategies, rows, strict=True):
        _check_digits(strategy, asked, row, decimals)
    templates = [_part(strategy) for strategy in strategies]
    powers = {
        wallet: VotingPower(
            address=wallet,
            scale=decimals,
            parts=tuple(
                PowerPart(**template, amount=None if amount is None else Units(max(0, amount)))
                for template, amount in zip(templates, column, strict=True)
            ),
        )
        for wallet, column in zip(asked, zip(*rows, strict=True), strict=True)
    }
    return tuple(powers[wallet] for wallet in wallets)


def _check_digits(strategy: Strategy, wallets: Sequence[Address], row: Scores, scale: int) -> None:
    """Refuse what no result could hold. Raises PowerUndefined."""
    most = 10 ** (MOST_DIGITS - 1 - scale + KINDS[strategy.name].decimals(strategy))
    if max((amount for amount in row if amount is not None), default=0) < most:
        return
    wallet = next(one for one, amount in zip(wallets, row, strict=True) if amount is not None and amount >= most)
    raise PowerUndefined(strategy=strategy.name, address=wallet, why=TooManyDigits(MOST_DIGITS - 1))


def explain(
    strategies: Sequence[Strategy],
    powers: Sequence[ScoredWallet],
    blocks: Mapping[ChainId, Block],
    *,
    voters: Collection[Address] = (),
) -> ReadSteps[tuple[NoScore, ...]]:
    """Say of each strategy that gives exactly zero to every wallet of `powers` why it does; steps as in `evaluate`."""
    wallets = tuple(power.address for power in powers)
    setting = Setting(blocks=blocks, voters=frozenset(voters) | frozenset(wallets))
    empty = [
        strategy
        for place, strategy in enumerate(strategies)
        if wallets and all(power.parts[place].amount == 0 for power in powers)
    ]
    return tuple((yield from side_by_side([why_zero(strategy, wallets, setting) for strategy in empty])))


def _part(strategy: Strategy) -> dict[str, Any]:
    kind = KINDS[strategy.name]
    return {
        "strategy": strategy.name,
        "network": strategy.network,
        "contract": kind.contract(strategy),
        "symbol": label(strategy),
        "decimals": kind.decimals(strategy),
    }
