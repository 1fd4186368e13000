"""`math`: a formula over constants and other strategies' scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from bot.domain.power.exact_numbers import cube_root, fraction, places, square_root, units
from bot.domain.power.strategies.balance_formulas import root_decimals
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, ReadSteps, Setting, Strategy
from bot.domain.power.strategy_catalogue import decimals_of, parse_strategy, symbols, values
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, read_number, wrong
from bot.domain.power.typed_reads import side_by_side
from bot.domain.shared.errors import PowerUndefined
from bot.domain.shared.errors.faults.power import PowerFlaw
from bot.domain.shared.errors.faults.strategies import ParamFlaw, WrongNumberOfOperands
from bot.domain.shared.types import Address, Units

Operand = Strategy | Fraction
_FINER = 18
"""Decimals that a quotient has in addition to those of what is divided."""

_BRANCHES: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "a-if-lt-b": lambda x, b: x < b,
    "a-if-lte-b": lambda x, b: x <= b,
    "a-if-gt-b": lambda x, b: x > b,
    "a-if-gte-b": lambda x, b: x >= b,
}
"""For (x, a, b): the result is a if the comparison of x with b is true, else x."""
_PAIRS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "min": min,
    "max": max,
    "multiply": lambda x, y: x * y,
    "minus": lambda x, y: max(Fraction(0), x - y),
    "divide": lambda x, y: x / y,
}
_ROOTS: dict[str, Callable[[Fraction, int], Units]] = {"square-root": square_root, "cube-root": cube_root}
_COUNTS = dict.fromkeys(_ROOTS, 1) | dict.fromkeys(_PAIRS, 2) | dict.fromkeys(_BRANCHES, 3)


def _check(params: Params) -> dict[str, object]:
    operation = params.word("operation", "", tuple(_COUNTS))
    if params.has("strategy") and not params.has("operands"):  # the parameters of Snapshot's first version of it
        operands: list[object] = [{"type": "strategy", "strategy": params.raw["strategy"]}]
    else:
        operands = params.listed("operands")
    if len(operands) != _COUNTS[operation]:
        raise wrong("operands", WrongNumberOfOperands(len(operands), _COUNTS[operation], operation))
    checked: dict[str, object] = {
        "operation": operation,
        "operands": [_operand(params, operand, index) for index, operand in enumerate(operands, start=1)],
    }
    return checked | ({"symbol": params.symbol("")} if params.has("symbol") else {})


def _operand(params: Params, operand: object, index: int) -> dict[str, object]:
    name = f"operands {index}"
    match operand:
        case {"type": "strategy", "strategy": inner}:
            return {"type": "strategy", "strategy": params.inner(inner, name).to_json()}
        case {"type": "constant", "value": value}:
            return {"type": "constant", "value": read_number(name, value, signed=True)}
        case _:
            raise wrong(name, ParamFlaw.NOT_AN_OPERAND)


def _operands(strategy: Strategy) -> list[Operand]:
    held = strategy.params["operands"]
    operands = held if isinstance(held, list) else []
    if (known := strategy.inside.get("operands")) is None:
        known = strategy.inside["operands"] = tuple(
            parse_strategy(operand["strategy"], index)
            for index, operand in enumerate(operands, start=1)
            if operand["type"] == "strategy"
        )
    inner = iter(known)
    return [next(inner) if operand["type"] == "strategy" else fraction(operand["value"]) for operand in operands]


def _inner(strategy: Strategy) -> tuple[Strategy, ...]:
    return tuple(operand for operand in _operands(strategy) if isinstance(operand, Strategy))


def _decimals(strategy: Strategy) -> int:
    finest = [
        decimals_of(operand) if isinstance(operand, Strategy) else places(operand) for operand in _operands(strategy)
    ]
    match strategy.params["operation"]:
        case "square-root":
            return root_decimals(finest[0], 2)
        case "cube-root":
            return root_decimals(finest[0], 3)
        case "multiply":
            return min(MAX_DECIMALS, sum(finest))
        case "divide":
            return min(MAX_DECIMALS, finest[0] + _FINER)
        case _:
            return max(finest)


def _symbol(strategy: Strategy) -> str:
    return str(strategy.params.get("symbol") or symbols(_inner(strategy)) or "votes")


def _evaluate(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    columns = yield from side_by_side([_column(operand, wallets, setting) for operand in _operands(strategy)])
    operation, decimals = str(strategy.params["operation"]), _decimals(strategy)
    return tuple(
        _result(operation, decimals, wallet, row)
        for wallet, row in zip(wallets, zip(*columns, strict=True), strict=True)
    )


def _column(operand: Operand, wallets: tuple[Address, ...], setting: Setting) -> ReadSteps[list[Fraction | None]]:
    if isinstance(operand, Strategy):
        return (yield from values(operand, wallets, setting))
    return [operand] * len(wallets)


def _result(operation: str, decimals: int, wallet: Address, row: Sequence[Fraction | None]) -> Units | None:
    known = [value for value in row if value is not None]
    if len(known) < len(row):
        return None
    if operation in _ROOTS:
        return _ROOTS[operation](known[0], decimals)
    if operation in _BRANCHES:
        x, a, b = known
        return units(a if _BRANCHES[operation](x, b) else x, decimals)
    if operation == "divide" and not known[1]:
        raise PowerUndefined(strategy="math", address=wallet, why=PowerFlaw.DIVIDES_BY_ZERO)
    return units(_PAIRS[operation](known[0], known[1]), decimals)


KINDS = (
    Kind(
        name="math",
        about="a formula over what the strategies inside give",
        check=_check,
        evaluate=_evaluate,
        decimals=_decimals,
        symbol=_symbol,
        contract=lambda _strategy: None,
        inner=_inner,
    ),
)
