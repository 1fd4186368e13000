"""Strategies on a token in the wallet and behind the wallet's shares of a pair."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from bot.domain.power.exact_numbers import units
from bot.domain.power.strategies.pools.pairs import (
    DECIMALS,
    GET_RESERVES,
    TOKEN0,
    TOKEN1,
    TOTAL_SUPPLY,
)
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, ReadSteps, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params
from bot.domain.power.typed_reads import BALANCE_OF, both, calls, each, side_by_side, word
from bot.domain.shared.types import Address, Units

_MOST_DECIMALS = 77


def _check_shares(params: Params) -> dict[str, object]:
    """Return the checked token, and the pair whose shares count too, if one is given."""
    checked: dict[str, object] = {"tokenAddress": params.address("tokenAddress"), "symbol": params.symbol("tokens")}
    return checked | if_given(params, "lpTokenAddress")


def if_given(params: Params, *names: str) -> dict[str, object]:
    """Return the checked addresses among the named parameters that are given."""
    return {name: params.address(name) for name in names if params.raw.get(name)}


def address_param(strategy: Strategy, name: str) -> Address:
    """Return the address in a checked parameter."""
    return Address(str(strategy.params[name]))


def read_by_name(
    strategy: Strategy, wallets: tuple[Address, ...], name: str, selector: bytes = BALANCE_OF
) -> Evaluation:
    """Return the answer for each wallet of the contract that the parameter names; 0 if it is absent."""
    if name not in strategy.params:
        return (Units(0),) * len(wallets)
    return (yield from each(strategy.network, address_param(strategy, name), selector, wallets))


def _token_and_shares(times: int) -> Callable[..., Evaluation]:
    def evaluate(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
        """Return balance + shares x `times` x reserve / supply, in whole tokens; 0 if the pair has no shares."""
        (held, shares), found = yield from both(
            side_by_side([read_by_name(strategy, wallets, name) for name in ("tokenAddress", "lpTokenAddress")]),
            _units_and_worth(strategy, times),
        )
        if found is None:
            return (None,) * len(wallets)
        unit, worth = found
        if worth is None:
            return (Units(0),) * len(wallets)
        return tuple(
            None if one is None or share is None else units(Fraction(one, unit) + share * worth, MAX_DECIMALS)
            for one, share in zip(held, shares, strict=True)
        )

    return evaluate


def _units_and_worth(strategy: Strategy, times: int) -> ReadSteps[tuple[int, Fraction | None] | None]:
    """Return the base units of a whole token, and the tokens that one base unit of a share is worth.

    The worth is None if the pair has no shares. Return None if a contract does not answer.
    """
    of_token = address_param(strategy, "tokenAddress")
    if "lpTokenAddress" not in strategy.params:
        (said,) = yield from calls(strategy.network, of_token, (DECIMALS,))
        return None if (unit := _unit(said)) is None else (unit, Fraction(0))
    (said,), pair = yield from both(
        calls(strategy.network, of_token, (DECIMALS,)),
        calls(
            strategy.network,
            address_param(strategy, "lpTokenAddress"),
            (TOKEN0, TOKEN1, GET_RESERVES, TOTAL_SUPPLY, DECIMALS),
        ),
    )
    *sides, reserves, supply, places = pair
    unit, share, all_shares = _unit(said), _unit(places), word(supply)
    at = [word(side) for side in sides]
    amounts = [word(reserves, side) for side in range(2)]
    if unit is None or share is None or all_shares is None or None in at or None in amounts:
        return None
    reserve = next(
        (amount or 0 for one, amount in zip(at, amounts, strict=True) if one == int(of_token, 16)),
        0,
    )
    return unit, Fraction(times * reserve, unit * all_shares) if all_shares else None


def _unit(said: bytes | None) -> int | None:
    """Return how many base units make a whole token by the answer of `decimals()`; None if it is no usable number."""
    places = word(said)
    return None if places is None or places > _MOST_DECIMALS else 10**places


def _finest(_strategy: Strategy) -> int:
    return MAX_DECIMALS


KINDS = tuple(
    Kind(
        name=name,
        about="tokens in the wallet, and those behind its shares of the pair",
        check=_check_shares,
        evaluate=_token_and_shares(times),
        decimals=_finest,
        contract=lambda strategy: address_param(strategy, "tokenAddress"),
    )
    for name, times in (("erc20-token-and-lp-weighted", 2), ("erc20-token-and-single-lp-weighted", 1))
)
