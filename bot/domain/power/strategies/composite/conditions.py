"""Strategies that pass on another strategy's score: to some wallets only, by steps, or damped."""

from __future__ import annotations

from bot.domain.power.damping import PLACES, damper, read_damping
from bot.domain.power.exact_numbers import nearly, units
from bot.domain.power.strategies.balance_formulas import check_steps, highest_threshold, stated, threshold_decimals
from bot.domain.power.strategies.composite.combinations import without_window
from bot.domain.power.strategies.ticket_and_whitelist import inline
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, Setting, Strategy
from bot.domain.power.strategy_catalogue import decimals_of, inner_of, scale, sums, symbols, values
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params
from bot.domain.power.typed_reads import side_by_side
from bot.domain.shared.types import Address, Units

_MOST = 3


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
    """Return the voting strategies' score of wallets that reach the threshold in any validation strategy, else 0."""
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
    """Return the inner strategy's score, 0 for listed wallets; without an inner strategy, one vote each."""
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


def _check_damping(params: Params) -> dict[str, object]:
    damping = read_damping(params.raw.get("antiWhale") or {})
    return {"symbol": params.symbol("votes"), "strategy": params.strategy(), "antiWhale": damping}


def _damped(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return inflection x (score / inflection) ^ exponent above the threshold.

    Below it, the score is multiplied by one factor, with which both formulas meet at the threshold.
    """
    held = strategy.params["antiWhale"]
    damp = damper(held if isinstance(held, dict) else {})
    decimals = _damped_decimals(strategy)
    (inner,) = _one(strategy)
    scores = yield from values(inner, wallets, setting)
    return tuple(None if score is None else nearly(damp(score), decimals) for score in scores)


def _damped_decimals(strategy: Strategy) -> int:
    (inner,) = _one(strategy)
    return min(MAX_DECIMALS, max(18, decimals_of(inner)) + PLACES)


def _check_thresholds(params: Params) -> dict[str, object]:
    inner = without_window(params.strategy())
    return {"symbol": params.symbol("votes"), "strategy": inner, **check_steps(params)}


def _stepped(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return the votes of the highest threshold that each wallet's score reaches, 0 below all."""
    decimals = threshold_decimals(strategy)
    scores = yield from values(_one(strategy)[0], wallets, setting)
    return tuple(None if one is None else units(highest_threshold(strategy, one), decimals) for one in scores)


def _nowhere(_strategy: Strategy) -> Address | None:
    return None


KINDS = (
    Kind(
        name="validation",
        about="what the strategies inside give, to those who pass a check",
        check=_check_validation,
        evaluate=_validated,
        decimals=lambda strategy: scale(_voting(strategy)),
        symbol=lambda strategy: symbols(_voting(strategy)),
        contract=_nowhere,
        inner=lambda strategy: (*_validating(strategy), *_voting(strategy)),
    ),
    Kind(
        name="recusal-list",
        about="what the strategy inside gives, but to those on a list",
        check=_check_recusal,
        evaluate=_not_recused,
        decimals=_recusal_decimals,
        contract=_nowhere,
        inner=_one,
    ),
    Kind(
        name="thresholds",
        about="votes by steps of what the strategy inside gives",
        check=_check_thresholds,
        evaluate=_stepped,
        decimals=threshold_decimals,
        contract=_nowhere,
        inner=_one,
    ),
    Kind(
        name="anti-whale",
        about="what the strategy inside gives, large amounts damped",
        check=_check_damping,
        evaluate=_damped,
        decimals=_damped_decimals,
        contract=_nowhere,
        inner=_one,
    ),
)
