"""Voting power: the strategies by name, and the exact sum of what they score.

Power is counted in whole units of 10^-scale, where `scale` is the largest number of decimals among a
proposal's strategies, so that every strategy's score is a whole number and sums are exact.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from bot.domain.power import strategies as families
from bot.domain.power.strategy import MAX_STRATEGIES, Asking, Scores, Setting, Strategy, load_json
from bot.domain.power.strategy_catalogue import (
    KINDS,
    check_size,
    depends_on_voters,
    label,
    networks_of,
    parse_strategy,
    scale,
    score,
    size_of,
    symbols,
    walk,
    why_zero,
)
from bot.domain.power.typed_reads import side_by_side
from bot.domain.power.voting_power import MOST_DIGITS, PowerPart, VotingPower
from bot.domain.power.zero_power_reasons import NoScore
from bot.domain.shared.errors import InvalidInput, NotConfigured, PowerUndefined
from bot.domain.shared.types import Address, Block, ChainId, Units

__all__ = [
    "KINDS",
    "NoScore",
    "PowerPart",
    "Strategy",
    "VotingPower",
    "check_size",
    "depends_on_voters",
    "evaluate",
    "explain",
    "label",
    "networks_of",
    "parse_strategies",
    "parse_strategy",
    "scale_of",
    "size_of",
    "symbol_of",
    "unwrapped",
    "walk",
]

for _module in walk_packages(families.__path__, f"{families.__name__}."):
    KINDS.update({kind.name: kind for kind in getattr(import_module(_module.name), "KINDS", ())})


def parse_strategies(text: str, *, space: str | None = None) -> tuple[Strategy, ...]:
    """Read a strategy list in Snapshot's JSON: `[{"name", "network", "params"}, …]`, or a space that holds one.

    `space` is the space's name on Snapshot, for delegations that name none; a pasted space tells its own.

    Raises:
        InvalidInput: not such a list, or a parameter that is wrong.
        UnknownStrategy: a strategy that is not supported.

    """
    raw, network = unwrapped(load_json(text)), None
    if isinstance(raw, dict) and isinstance(raw.get("strategies"), list):
        named, network = raw.get("id"), raw.get("network") or raw.get("chainId")
        space = named if space is None and isinstance(named, str) else space
        raw = [_at_home(entry, network) for entry in raw["strategies"]]
    if isinstance(raw, list):
        raw = [_from_pair(entry, network) for entry in raw]
    if not isinstance(raw, list) or not raw:
        problem = "is empty" if raw == [] else "is not a list"
        raise InvalidInput(field="strategy list", problem=problem, remedy="paste a JSON list with [ and ]")
    if len(raw) > MAX_STRATEGIES:
        raise InvalidInput(
            field="strategy list", problem="holds too many", remedy=f"use at most {MAX_STRATEGIES} strategies"
        )
    strategies = tuple(parse_strategy(entry, index, space=space) for index, entry in enumerate(raw, start=1))
    check_size(strategies)
    return strategies


def unwrapped(raw: object) -> object:
    """Return a list or a space without what Snapshot's hub puts around it where it answers a query."""
    for wrapping in ("data", "space"):
        if isinstance(raw, dict) and isinstance(raw.get(wrapping), dict):
            raw = raw[wrapping]
    return raw


def _at_home(entry: object, network: object) -> object:
    """Give an entry of a space its network, where it names none itself."""
    if network and isinstance(entry, dict) and entry.get("network") is None:
        return {**entry, "network": network}
    return entry


def _from_pair(entry: object, network: object) -> object:
    """Read an entry of Snapshot's first lists, `["name", {…}]`, which read Ethereum unless the space named a chain."""
    match entry:
        case [str(name), dict(params)]:
            return {"name": name, "network": network or "1", "params": params}
        case _:
            return entry


def scale_of(strategies: Sequence[Strategy]) -> int:
    """Return the decimals in which the power of `strategies` is counted."""
    if not strategies:
        raise NotConfigured("voting power", "/config strategies")
    return scale(strategies)


def symbol_of(strategies: Sequence[Strategy]) -> str:
    """Return the unit people read for the sum: the one symbol, or the first of several with `+`."""
    return symbols(strategies)


def evaluate(
    strategies: Sequence[Strategy],
    wallets: Sequence[Address],
    blocks: Mapping[ChainId, Block] | None = None,
    *,
    voters: Collection[Address] = (),
) -> Asking[tuple[VotingPower, ...]]:
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
    problem = f"gives more than {MOST_DIGITS - 1} digits"
    raise PowerUndefined(strategy=strategy.name, address=wallet, problem=problem)


def explain(
    strategies: Sequence[Strategy],
    powers: Sequence[VotingPower],
    blocks: Mapping[ChainId, Block],
    *,
    voters: Collection[Address] = (),
) -> Asking[tuple[NoScore, ...]]:
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
