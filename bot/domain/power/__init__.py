"""Voting power: the strategies by name, and the exact sum of what they score.

Power is counted in whole units of 10^-scale, where `scale` is the largest number of decimals among a
proposal's strategies, so that every strategy's score is a whole number and sums are exact.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import cast

from bot.domain.errors import InvalidInput, NotConfigured, UnknownStrategy
from bot.domain.power import erc20_balance_of, erc20_votes, erc721, eth_balance
from bot.domain.power.reads import Answers, Read
from bot.domain.power.strategy import MAX_STRATEGIES, Evaluation, Kind, Scores, Strategy, load_json
from bot.domain.types import Address, ChainId, Units

__all__ = [
    "KINDS",
    "PowerPart",
    "Strategy",
    "VotingPower",
    "evaluate",
    "parse_strategies",
    "parse_strategy",
    "scale_of",
    "symbol_of",
]

KINDS: dict[str, Kind] = {
    kind.NAME: kind for kind in cast("tuple[Kind, ...]", (erc20_balance_of, erc20_votes, erc721, eth_balance))
}
"""Every strategy that is supported, by Snapshot's name."""


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

    `scores` are the parts in units of `scale`; `total` is their sum, None while any part is unknown.
    """

    address: Address
    scale: int
    parts: tuple[PowerPart, ...]

    @property
    def scores(self) -> tuple[Units, ...]:
        """Scores by strategy in units of `scale`; an unknown part raises ValueError."""
        if any(part.amount is None for part in self.parts):
            raise ValueError("a part of this power is unknown")
        return tuple(Units((part.amount or 0) * 10 ** (self.scale - part.decimals)) for part in self.parts)

    @property
    def total(self) -> Units | None:
        """The sum in units of `scale`."""
        return None if any(part.amount is None for part in self.parts) else Units(sum(self.scores))


def parse_strategies(text: str) -> tuple[Strategy, ...]:
    """Read a strategy list in Snapshot's JSON: `[{"name", "network", "params"}, …]`.

    Raises:
        InvalidInput: not such a list, or a parameter that is wrong.
        UnknownStrategy: a strategy that is not supported.

    """
    raw = load_json(text)
    if isinstance(raw, dict) and isinstance(raw.get("strategies"), list):
        raw = raw["strategies"]
    if not isinstance(raw, list) or not raw:
        raise InvalidInput(field="strategies", problem="is not a list", remedy="paste a JSON list with [ and ]")
    if len(raw) > MAX_STRATEGIES:
        raise InvalidInput(
            field="strategies", problem="holds too many", remedy=f"use at most {MAX_STRATEGIES} strategies"
        )
    return tuple(parse_strategy(entry, index) for index, entry in enumerate(raw, start=1))


def parse_strategy(entry: object, index: int) -> Strategy:
    """Read entry number `index` of a strategy list."""
    field = f"strategy {index}"
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise InvalidInput(field=field, problem="has no name", remedy='give it a "name"')
    kind = KINDS.get(entry["name"])
    if kind is None:
        raise UnknownStrategy(entry["name"], sorted(KINDS))
    network = str(entry.get("network", "1"))
    if not network.isascii() or not network.isdigit() or not 0 < int(network) < 2**53:
        raise InvalidInput(field=f"{field} network", problem="is not a chain id", remedy='write it like "network": "1"')
    params = entry.get("params", {})
    if not isinstance(params, dict):
        raise InvalidInput(field=f"{field} params", problem="is not an object", remedy="use { and }")
    try:
        checked = kind.check(params)
    except InvalidInput as error:
        raise InvalidInput(field=f"{field} {error.field}", problem=error.problem, remedy=error.remedy) from None
    return Strategy(name=kind.NAME, network=ChainId(int(network)), params=checked)


def scale_of(strategies: Sequence[Strategy]) -> int:
    """Return the decimals in which the power of `strategies` is counted."""
    if not strategies:
        raise NotConfigured("voting power", "/config strategies")
    return max(KINDS[strategy.name].decimals(strategy) for strategy in strategies)


def symbol_of(strategies: Sequence[Strategy]) -> str:
    """Return the unit people read for the sum: the one symbol, or the first of several with `+`.

    A symbol that is another one with words after it (`VITA vesting`) is a kind of that one and adds nothing.
    """
    known = list(dict.fromkeys(KINDS[strategy.name].symbol(strategy) for strategy in strategies))
    symbols = [symbol for symbol in known if not any(symbol.startswith(f"{other} ") for other in known)]
    return " + ".join(symbols[:3]) + (" + …" if len(symbols) > 3 else "")  # noqa: PLR2004 - a card's width


def evaluate(
    strategies: Sequence[Strategy], wallets: Sequence[Address]
) -> Generator[Sequence[Read], Sequence[Answers], tuple[VotingPower, ...]]:
    """Score `wallets` by all `strategies`, side by side: each step yields the reads of all that still run.

    The caller answers every read from one block a chain; the result has one `VotingPower` a wallet, in order.
    """
    wallets = tuple(wallets)
    scale = scale_of(strategies)
    running: list[tuple[int, Evaluation, Sequence[Read]]] = []
    scored: dict[int, Scores] = {}
    for index, strategy in enumerate(strategies):
        _advance(index, KINDS[strategy.name].evaluate(strategy, wallets), None, running, scored)
    while running:
        answers = iter((yield [read for _, _, reads in running for read in reads]))
        step, running = running, []
        for index, evaluation, reads in step:
            _advance(index, evaluation, [next(answers) for _ in reads], running, scored)
    return tuple(
        VotingPower(
            address=wallet,
            scale=scale,
            parts=tuple(_part(strategy, scored[index][row]) for index, strategy in enumerate(strategies)),
        )
        for row, wallet in enumerate(wallets)
    )


def _advance(
    index: int,
    evaluation: Evaluation,
    answers: Sequence[Answers] | None,
    running: list[tuple[int, Evaluation, Sequence[Read]]],
    scored: dict[int, Scores],
) -> None:
    try:
        reads = next(evaluation) if answers is None else evaluation.send(answers)
    except StopIteration as done:
        scored[index] = done.value
    else:
        running.append((index, evaluation, reads))


def _part(strategy: Strategy, amount: Units | None) -> PowerPart:
    kind = KINDS[strategy.name]
    return PowerPart(
        strategy=strategy.name,
        network=strategy.network,
        contract=kind.contract(strategy),
        symbol=kind.symbol(strategy),
        decimals=kind.decimals(strategy),
        amount=amount,
    )
