"""Voting power: how a list of strategies is read, and what each kind of strategy is known by."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pkgutil import walk_packages

from bot.domain.power import strategies as families
from bot.domain.power.strategy import MAX_STRATEGIES, Strategy, load_json
from bot.domain.power.strategy_catalogue import (
    KINDS,
    chains_of_events,
    check_size,
    depends_on_voters,
    label,
    networks_of,
    parse_strategy,
    size_of,
    symbols,
    walk,
)
from bot.domain.power.voting_power import PowerPart, VotingPower, evaluate, explain, scale_of
from bot.domain.power.zero_power_reasons import NoScore
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.strategies import StrategyFlaw, TooManyStrategies
from bot.domain.shared.errors.fields import Field

__all__ = [
    "KINDS",
    "NoScore",
    "PowerPart",
    "Strategy",
    "VotingPower",
    "chains_of_events",
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
        raise InvalidInput(Field.STRATEGY_LIST, StrategyFlaw.LIST_EMPTY if raw == [] else StrategyFlaw.NOT_A_LIST)
    if len(raw) > MAX_STRATEGIES:
        raise InvalidInput(Field.STRATEGY_LIST, TooManyStrategies(MAX_STRATEGIES))
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


def symbol_of(strategies: Sequence[Strategy]) -> str:
    """Return the unit people read for the sum: the one symbol, or the first of several with `+`."""
    return symbols(strategies)
