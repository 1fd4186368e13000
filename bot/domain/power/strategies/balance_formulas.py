"""Strategies that apply one formula to the wallet's `balanceOf`: weights, thresholds, a root."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from bot.domain.power.exact_numbers import fraction, places, square_root, units
from bot.domain.power.strategies.contract_balances import balances, token
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, read_number, wrong
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.types import Address, Units

Formula = Callable[[Strategy, Fraction], Fraction | int]


def stated(strategy: Strategy, name: str) -> Fraction:
    """Return the exact value of a number parameter."""
    return fraction(str(strategy.params[name]))


def finer(strategy: Strategy, decimals: int, *names: str) -> int:
    """Return `decimals` plus those of the named parameters, in which their product is exact; at most `MAX_DECIMALS`."""
    return min(MAX_DECIMALS, decimals + sum(places(stated(strategy, name)) for name in names))


def _by(formula: Formula, decimals: Callable[[Strategy], int]) -> Callable[..., Evaluation]:
    def evaluate(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
        unit, finest = 10 ** _held_decimals(strategy), decimals(strategy)
        return tuple(
            None if held is None else units(formula(strategy, Fraction(held, unit)), finest)
            for held in (yield from balances(strategy, wallets))
        )

    return evaluate


def _held_decimals(strategy: Strategy) -> int:
    return int(str(strategy.params.get("decimals", 0)))


def _kind(
    name: str,
    about: str,
    check: Callable[[Params], dict[str, object]],
    formula: Formula,
    decimals: Callable[[Strategy], int],
    *,
    erc20: bool = True,
) -> Kind:
    return Kind(name=name, about=about, check=check, evaluate=_by(formula, decimals), decimals=decimals, erc20=erc20)


def _none(_strategy: Strategy) -> int:
    return 0


def _at_least(strategy: Strategy, held: Fraction) -> Fraction | int:
    return held if held >= stated(strategy, "minBalance") else 0


def _more_than(strategy: Strategy, held: Fraction) -> int:
    return 1 if held > stated(strategy, "minBalance") else 0


def _at_most(strategy: Strategy, held: Fraction) -> Fraction:
    return min(held * stated(strategy, "weight"), stated(strategy, "maxBalance"))


def highest_threshold(strategy: Strategy, held: Fraction) -> Fraction:
    """Return the votes of the highest threshold that `held` reaches; 0 if it reaches none.

    Of equal thresholds, the one listed first counts.
    """
    reached = [step for step in _steps(strategy) if step[0] <= held]
    return max(reached, key=lambda step: step[0])[1] if reached else Fraction(0)


def _steps(strategy: Strategy) -> list[tuple[Fraction, Fraction]]:
    steps = strategy.params["thresholds"]
    assert isinstance(steps, list)  # noqa: S101 - `check` made it
    return [(fraction(step["threshold"]), fraction(step["votes"])) for step in steps]


def threshold_decimals(strategy: Strategy) -> int:
    """Return the largest number of decimals of any step's votes."""
    return max(places(votes) for _, votes in _steps(strategy))


def check_steps(params: Params) -> dict[str, object]:
    """Return the checked `thresholds`; by default one vote from one whole token on."""
    steps = params.listed("thresholds") if params.has("thresholds") else []
    read: list[object] = []
    for step in steps or [{"threshold": 1, "votes": 1}]:
        if not isinstance(step, dict):
            raise wrong("thresholds", ParamFlaw.NOT_A_THRESHOLD)
        read.append({name: read_number(f"thresholds {name}", step.get(name)) for name in ("threshold", "votes")})
    return {"thresholds": read}


def _root(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    unit, finest = 10 ** _held_decimals(strategy), _root_decimals(strategy)
    held = yield from balances(strategy, wallets)
    return tuple(None if one is None else Units(square_root(Fraction(one, unit), finest)) for one in held)


def root_decimals(decimals: int, degree: int = 2) -> int:
    """Return 18 decimals, or more: enough for ten digits of the smallest amount's root."""
    return max(18, -(-decimals // degree) + 10)


def _root_decimals(strategy: Strategy) -> int:
    return root_decimals(_held_decimals(strategy))


def _weighted(weight: str) -> Callable[[Strategy], int]:
    return lambda strategy: finer(strategy, _held_decimals(strategy), weight)


def _capped_decimals(strategy: Strategy) -> int:
    return max(finer(strategy, _held_decimals(strategy), "weight"), finer(strategy, 0, "maxBalance"))


KINDS = (
    _kind(
        "balance-of-with-min",
        "tokens in the wallet, if there are at least a minimum",
        lambda params: token(params) | {"minBalance": params.number("minBalance", 0)},
        _at_least,
        _held_decimals,
    ),
    _kind(
        "balance-of-with-max",
        "tokens in the wallet, up to a maximum",
        lambda params: (
            token(params) | {"weight": params.number("weight", 1), "maxBalance": params.number("maxBalance")}
        ),
        _at_most,
        _capped_decimals,
    ),
    _kind(
        "balance-of-with-thresholds",
        "votes by steps of the tokens in the wallet",
        lambda params: token(params, "votes") | check_steps(params),
        highest_threshold,
        threshold_decimals,
    ),
    _kind(
        "erc20-with-balance",
        "one vote for more than a minimum of tokens",
        lambda params: token(params, "votes") | {"minBalance": params.number("minBalance", 0)},
        _more_than,
        _none,
    ),
    _kind(
        "erc20-balance-of-weighted",
        "tokens in the wallet, times a weight",
        lambda params: token(params) | {"weight": params.number("weight")},
        lambda strategy, held: held * stated(strategy, "weight"),
        _weighted("weight"),
    ),
    _kind(
        "erc20-balance-of-coeff",
        "tokens in the wallet, times a coefficient",
        lambda params: token(params) | {"coeff": params.number("coeff", 1)},
        lambda strategy, held: held * stated(strategy, "coeff"),
        _weighted("coeff"),
    ),
    Kind(
        name="erc20-balance-of-cv",
        about="the square root of the tokens in the wallet",
        check=lambda params: token(params, "votes"),
        evaluate=_root,
        decimals=_root_decimals,
        erc20=True,
    ),
    _kind(
        "erc721-with-multiplier",
        "NFTs in the wallet, times a multiplier",
        lambda params: {
            "address": params.address(),
            "symbol": params.symbol("votes"),
            "multiplier": params.number_or("multiplier", 1),
        },
        lambda strategy, held: held * stated(strategy, "multiplier"),
        _weighted("multiplier"),
        erc20=False,
    ),
)
