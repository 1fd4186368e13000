"""The kinds of strategies by name, and what can be said of a strategy whatever its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from bot.domain.power.strategy import Evaluation, ReadSteps, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params
from bot.domain.power.typed_reads import side_by_side
from bot.domain.power.unsupported_strategies import unsupported
from bot.domain.power.zero_power_reasons import OUTSIDE, NoScore
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.strategies import NestsTooDeep, StrategyFlaw, TooManyStrategiesInside
from bot.domain.shared.errors.fields import AnyField, Entry, Field, Numbered, Param, Within
from bot.domain.shared.types import Address, ChainId, Units

KINDS: dict[str, Kind] = {}
"""Every strategy that is supported, by Snapshot's name; the package fills it."""
_DEEPEST = 5
MOST_INSIDE = 250
"""Strategies in a list that is given, with all that are inside others."""
_LABEL = 24
"""Characters of a symbol that are shown."""


def parse_strategy(entry: object, index: int, *, space: str | None = None) -> Strategy:
    """Read entry number `index` of a strategy list. `space` is the space's name on Snapshot, where it is known.

    Raises:
        InvalidInput: a parameter is wrong; says which and the remedy.
        UnknownStrategy: it is not supported.

    """
    return _parse(entry, Numbered(Entry.STRATEGY, index), space, _DEEPEST)


def _parse(entry: object, field: AnyField, space: str | None, depth: int) -> Strategy:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise InvalidInput(field, StrategyFlaw.NO_NAME)
    if not depth:
        raise InvalidInput(field, NestsTooDeep(_DEEPEST))
    kind = KINDS.get(entry["name"])
    if kind is None:
        raise unsupported(entry["name"], KINDS)
    if (named := entry.get("network")) in (None, ""):
        raise InvalidInput(Within(field, Field.NETWORK), StrategyFlaw.NETWORK_MISSING)
    network = str(named)
    if not network.isascii() or not network.isdigit() or len(network) > 16 or not 0 < int(network) < 2**53:  # noqa: PLR2004 - of 2^53
        raise InvalidInput(Within(field, Field.NETWORK), StrategyFlaw.NOT_A_CHAIN_ID)
    raw = entry.get("params", {})
    if not isinstance(raw, dict):
        raise InvalidInput(Within(field, Field.PARAMS), StrategyFlaw.NOT_AN_OBJECT)
    params = Params(
        raw=raw,
        network=ChainId(int(network)),
        space=space,
        parse=lambda inner, path: _parse(inner, Param(path), space, depth - 1),
    )
    try:
        checked = kind.check(params) | {edge: block for edge in ("start", "end") if (block := params.whole(edge, 0))}
    except InvalidInput as error:
        raise InvalidInput(Within(field, error.field, kind.name), error.fault) from None
    return Strategy(name=kind.name, network=params.network, params=checked)


def inner_of(strategy: Strategy, name: str) -> tuple[Strategy, ...]:
    """Return the strategies that a checked parameter holds, whether it is one strategy or a list of them."""
    if (known := strategy.inside.get(name)) is None:
        held = strategy.params.get(name)
        entries = held if isinstance(held, list) else [] if held is None else [held]
        known = strategy.inside[name] = tuple(
            parse_strategy(entry, index) for index, entry in enumerate(entries, start=1)
        )
    return known


def size_of(strategies: Sequence[Strategy]) -> int:
    """Return how many strategies they are, with those that are inside them."""
    return sum(1 for _ in walk(strategies))


def check_size(strategies: Sequence[Strategy]) -> None:
    """Refuse what would keep everybody waiting each time that it is looked at. Raises InvalidInput."""
    if (size := size_of(strategies)) > MOST_INSIDE:
        raise InvalidInput(Field.STRATEGY_LIST, TooManyStrategiesInside(size, MOST_INSIDE))


def walk(strategies: Sequence[Strategy]) -> Iterator[Strategy]:
    """Yield the strategies, and all that are inside them."""
    for strategy in strategies:
        yield strategy
        yield from walk(KINDS[strategy.name].inner(strategy))


def networks_of(strategies: Sequence[Strategy]) -> tuple[ChainId, ...]:
    """Return every chain that the strategies read, each once; the first strategy's comes first."""
    read = ((strategy.network, *KINDS[strategy.name].chains(strategy)) for strategy in walk(strategies))
    return tuple(dict.fromkeys(chain for chains in read for chain in chains))


def depends_on_voters(strategy: Strategy) -> bool:
    """Return whether a wallet's score depends on who else votes."""
    return any(KINDS[one.name].by_voters for one in walk([strategy]))


def chains_of_events(strategies: Sequence[Strategy]) -> frozenset[ChainId]:
    """Return the chains of which the strategies read what contracts told, delegations apart."""
    return frozenset(one.network for one in walk(strategies) if KINDS[one.name].by_events)


def decimals_of(strategy: Strategy) -> int:
    """Return the decimals of a strategy's scores."""
    return KINDS[strategy.name].decimals(strategy)


def score(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Score each wallet; nothing outside the window of blocks from `start` to `end`, both included."""
    if not wallets:
        return ()
    if _outside(strategy, setting):
        return (Units(0),) * len(wallets)
    return (yield from KINDS[strategy.name].evaluate(strategy, wallets, setting))


def why_zero(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> ReadSteps[NoScore]:
    """Say why the strategy gives zero to each of `wallets`, to all of which it does."""
    kind = KINDS[strategy.name]
    if _outside(strategy, setting):
        reasons = (OUTSIDE,) * len(wallets)
    else:
        reasons = yield from kind.why_zero(strategy, wallets, setting)
    return NoScore(strategy=strategy.name, symbol=label(strategy), decimals=kind.decimals(strategy), reasons=reasons)


def _outside(strategy: Strategy, setting: Setting) -> bool:
    """Return whether the pinned block is outside the window of blocks in which the strategy counts."""
    start, end = int(str(strategy.params.get("start", 0))), int(str(strategy.params.get("end", 0)))
    if not start and not end:
        return False
    number = setting.blocks[strategy.network].number
    return number < start or bool(end and number > end)


def values(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> ReadSteps[list[Fraction | None]]:
    """Score each wallet as a fraction, whatever the strategy's decimals."""
    unit = 10 ** decimals_of(strategy)
    scores = yield from score(strategy, wallets, setting)
    return [None if amount is None else Fraction(amount, unit) for amount in scores]


def sums(
    strategies: Sequence[Strategy],
    wallets: tuple[Address, ...],
    setting: Setting,
    decimals: int,
    *,
    signed: bool = False,
) -> Evaluation:
    """Add up what several strategies give each wallet, in units of 10^-decimals.

    A score below zero adds nothing, or with `signed` takes away.
    """
    rows = yield from side_by_side([score(strategy, wallets, setting) for strategy in strategies])
    scales = [10 ** (decimals - decimals_of(strategy)) for strategy in strategies]
    return tuple(
        None
        if None in column
        else Units(
            sum((amount if signed else max(0, amount)) * scale for amount, scale in zip(column, scales, strict=True))
        )
        for column in zip(*rows, strict=True)
    )


def scale(strategies: Sequence[Strategy]) -> int:
    """Return the decimals in which the scores of all are whole numbers."""
    return max((decimals_of(strategy) for strategy in strategies), default=0)


def label(strategy: Strategy) -> str:
    """Return the unit of a strategy's scores as people see it: its symbol, a long one shortened."""
    return shortened(KINDS[strategy.name].symbol(strategy))


def shortened(symbol: str) -> str:
    """Cut a symbol to what fits into a line; lists of real spaces call tokens by whole sentences."""
    return symbol if len(symbol) <= _LABEL else f"{symbol[: _LABEL - 1].rstrip()}…"


def symbols(strategies: Sequence[Strategy]) -> str:
    """Return the unit people read for the sum: the one symbol, or the first of several with `+`.

    A symbol that is another one with words after it (`VITA vesting`) is a kind of that one and adds nothing.
    """
    known = list(dict.fromkeys(KINDS[strategy.name].symbol(strategy) for strategy in strategies))
    shown = [symbol for symbol in known if not any(symbol.startswith(f"{other} ") for other in known)]
    return " + ".join(map(shortened, shown[:3])) + (" + …" if len(shown) > 3 else "")  # noqa: PLR2004 - a card's width
