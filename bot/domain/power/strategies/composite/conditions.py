"""Strategies that let another strategy's score through, to some, or damped."""

from __future__ import annotations

from fractions import Fraction

from bot.domain.power.exact_numbers import fraction, nearly, power
from bot.domain.power.strategies.balance_formulas import stated
from bot.domain.power.strategies.ticket_and_whitelist import inline
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, Setting, Strategy
from bot.domain.power.strategy_catalogue import decimals_of, inner_of, scale, sums, symbols, values
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, read_number, wrong
from bot.domain.power.typed_reads import side_by_side
from bot.domain.shared.types import Address, Units

_MOST = 3
_FINER = 10


def _check_validation(params: Params) -> dict[str, object]:
    return {
        "symbol": params.symbol("votes"),
        "validationThreshold": params.number("validationThreshold", 1, signed=True),
        "validationStrategies": params.strategies("validationStrategies", _MOST),
        "votingStrategies": params.strategies("votingStrategies", _MOST),
    }


def _voting(strategy: Strategy) -> tuple[Strategy, ...]:
    return inner_of(strategy, "votingStrategies")


def _validating(strategy: Strategy) -> tuple[Strategy, ...]:
    return inner_of(strategy, "validationStrategies")


def _validated(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return what the voting strategies give each wallet that one of the others gives at least the threshold."""
    least = stated(strategy, "validationThreshold")
    rows = yield from side_by_side([values(one, wallets, setting) for one in _validating(strategy)])
    columns = [[value >= least for value in column if value is not None] for column in zip(*rows, strict=True)]
    valid = tuple(wallet for wallet, passed in zip(wallets, columns, strict=True) if any(passed))
    voting = _voting(strategy)
    given = dict(zip(valid, (yield from sums(voting, valid, setting, scale(voting), signed=True)), strict=True))
    return tuple(
        given[wallet] if any(passed) else Units(0) if len(passed) == len(rows) else None
        for wallet, passed in zip(wallets, columns, strict=True)
    )


def _check_recusal(params: Params) -> dict[str, object]:
    checked: dict[str, object] = {"symbol": params.symbol("votes"), "addresses": inline(params)}
    return checked | ({"strategy": params.strategy()} if params.has("strategy") and params.raw["strategy"] else {})


def _one(strategy: Strategy) -> tuple[Strategy, ...]:
    return inner_of(strategy, "strategy")


def _not_recused(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return what the strategy gives each wallet that is not listed; one vote each where there is no strategy."""
    held = strategy.params["addresses"]
    recused = set(held) if isinstance(held, list) else set()
    free = tuple(wallet for wallet in wallets if wallet not in recused)
    if inner := _one(strategy):
        given = dict(zip(free, (yield from sums(inner, free, setting, scale(inner), signed=True)), strict=True))
    else:
        given = dict.fromkeys(free, Units(1))
    return tuple(given.get(wallet, Units(0)) for wallet in wallets)


def _recusal_decimals(strategy: Strategy) -> int:
    inner = _one(strategy)
    return scale(inner) if inner else 0


_DAMPING = {"threshold": 1625, "inflectionPoint": 6500, "exponent": 0.5}
"""What holds where nothing, or nothing positive, is given."""


def _check_damping(params: Params) -> dict[str, object]:
    held = params.raw.get("antiWhale") or {}
    if not isinstance(held, dict):
        raise wrong("antiWhale", "is not an object", 'write {"threshold": 1625, "inflectionPoint": 6500}')
    damping: dict[str, object] = {}
    for name, default in _DAMPING.items():
        value = read_number(f"antiWhale {name}", default if held.get(name) is None else held[name], signed=True)
        damping[name] = value if fraction(value) > 0 else default
    return {"symbol": params.symbol("votes"), "strategy": params.strategy(), "antiWhale": damping}


def _damped(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return inflection x (score / inflection) ^ exponent above the threshold, and in proportion below it."""
    held = strategy.params["antiWhale"]
    numbers = {name: fraction(held[name]) for name in _DAMPING} if isinstance(held, dict) else {}
    threshold, exponent = numbers["threshold"], min(Fraction(1), numbers["exponent"])
    inflection = max(threshold, numbers["inflectionPoint"])
    slope = inflection * power(threshold / inflection, exponent) / threshold
    decimals = _damped_decimals(strategy)
    (inner,) = _one(strategy)

    def damp(score: Fraction) -> Fraction:
        return inflection * power(score / inflection, exponent) if score > threshold else score * slope

    scores = yield from values(inner, wallets, setting)
    return tuple(None if score is None else nearly(damp(score), decimals) for score in scores)


def _damped_decimals(strategy: Strategy) -> int:
    (inner,) = _one(strategy)
    return min(MAX_DECIMALS, max(18, decimals_of(inner)) + _FINER)


def _nowhere(_strategy: Strategy) -> Address | None:
    return None


KINDS = (
    Kind(
        name="validation",
        check=_check_validation,
        evaluate=_validated,
        decimals=lambda strategy: scale(_voting(strategy)),
        symbol=lambda strategy: symbols(_voting(strategy)),
        contract=_nowhere,
        inner=lambda strategy: (*_validating(strategy), *_voting(strategy)),
    ),
    Kind(
        name="recusal-list",
        check=_check_recusal,
        evaluate=_not_recused,
        decimals=_recusal_decimals,
        contract=_nowhere,
        inner=_one,
    ),
    Kind(
        name="anti-whale",
        check=_check_damping,
        evaluate=_damped,
        decimals=_damped_decimals,
        contract=_nowhere,
        inner=_one,
    ),
)
