"""Strategies that read no chain: the same votes for everybody, or what a list in the parameters says."""

from __future__ import annotations

from fractions import Fraction

from bot.domain.power.exact_numbers import fraction, places, units
from bot.domain.power.strategy import Evaluation, Reasons, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, read_number, wrong
from bot.domain.power.zero_power_reasons import NOT_LISTED
from bot.domain.shared.addresses import parse_address
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.errors.fields import Param
from bot.domain.shared.types import Address, Units


def _settled(scores: tuple[Units, ...]) -> Evaluation:
    yield from ()
    return scores


def _check_ticket(params: Params) -> dict[str, object]:
    return {"symbol": params.symbol("votes"), "value": params.number_or("value", 1)}


def _value(strategy: Strategy) -> Fraction:
    return fraction(str(strategy.params["value"]))


def _ticket(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    value = _value(strategy)
    return _settled((units(value, places(value)),) * len(wallets))


def inline(params: Params) -> list[str]:
    """Return the checked addresses of a list in the parameters; empty if there is no list."""
    if params.has("url") and not params.has("addresses"):
        raise wrong("url", ParamFlaw.LIST_ON_THE_WEB)
    return params.addresses() if params.has("addresses") else []


def _whitelist(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    listed = set(_addresses(strategy))
    return _settled(tuple(Units(int(wallet in listed)) for wallet in wallets))


def _addresses(strategy: Strategy) -> list[str]:
    held = strategy.params["addresses"]
    return [str(address) for address in held] if isinstance(held, list | dict) else []


def _check_weights(params: Params) -> dict[str, object]:
    held = params.raw.get("addresses") or {}
    if not isinstance(held, dict):
        raise wrong("addresses", ParamFlaw.WEIGHTS_NOT_AN_OBJECT)
    return {
        "symbol": params.symbol("votes"),
        "addresses": {
            parse_address(address, field=Param("addresses")): read_number("addresses", weight)
            for address, weight in held.items()
        },
    }


def _weights(strategy: Strategy) -> dict[str, Fraction]:
    held = strategy.params["addresses"]
    return {str(address): fraction(weight) for address, weight in held.items()} if isinstance(held, dict) else {}


def _finest(strategy: Strategy) -> int:
    return max((places(weight) for weight in _weights(strategy).values()), default=0)


def _weighted(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    weights, finest = _weights(strategy), _finest(strategy)
    return _settled(tuple(units(weights.get(wallet, Fraction(0)), finest) for wallet in wallets))


def _not_listed(_strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Reasons:
    yield from ()
    return (NOT_LISTED,) * len(wallets)


KINDS = (
    Kind(
        name="ticket",
        about="the same for everybody",
        check=_check_ticket,
        evaluate=_ticket,
        decimals=lambda strategy: places(_value(strategy)),
    ),
    Kind(
        name="whitelist",
        about="one vote for each wallet on a list",
        check=lambda params: {"symbol": params.symbol("votes"), "addresses": inline(params)},
        evaluate=_whitelist,
        why_zero=_not_listed,
        decimals=lambda _strategy: 0,
    ),
    Kind(
        name="whitelist-weighted",
        about="what a list gives the wallet",
        check=_check_weights,
        evaluate=_weighted,
        decimals=_finest,
        why_zero=_not_listed,
    ),
)
