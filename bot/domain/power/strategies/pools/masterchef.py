"""Strategies on what is staked in a MasterChef pool, or on the reserve behind a staked pair."""

from __future__ import annotations

from bot.domain.power.strategies.pools.pairs import FINE, USER_INFO, reserve_and_supply
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import argument, both, each
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.types import Address, Units

_MOST_DECIMALS = 36


def _check(params: Params) -> dict[str, object]:
    """Return the checked parameters; 0 and null stand for the default weight or decimals, the text "0" does not."""
    checked: dict[str, object] = {
        "chefAddress": params.address("chefAddress"),
        "pid": str(params.whole("pid")),
        "symbol": params.symbol("staked"),
        "weight": params.whole_or("weight", 1),
        "weightDecimals": params.whole("weightDecimals", 0, high=_MOST_DECIMALS),
        "decimals": params.whole_or("decimals", 18, high=MAX_DECIMALS),
    }
    if not params.raw.get("uniPairAddress"):
        return checked
    side = params.whole("tokenIndex", 0)
    if side not in (0, 1):
        raise wrong("tokenIndex", ParamFlaw.NO_SIDE_OF_A_PAIR)
    return checked | {"uniPairAddress": params.address("uniPairAddress"), "tokenIndex": side}


def chef(strategy: Strategy) -> Address:
    """Return the address of the MasterChef contract in which tokens are staked."""
    return Address(str(strategy.params["chefAddress"]))


def staked(strategy: Strategy, wallets: tuple[Address, ...]) -> Evaluation:
    """Return what each wallet has staked in the pool `pid`, in base units."""
    return each(strategy.network, chef(strategy), USER_INFO, wallets, head=argument(_number(strategy, "pid")))


def _number(strategy: Strategy, name: str) -> int:
    return int(str(strategy.params[name]))


def _part(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return staked x weight or, with a pair, its reserve behind the staked shares x weight.

    Each division is rounded down.
    """
    pair, per_share = strategy.params.get("uniPairAddress"), None
    if pair is None:
        held = yield from staked(strategy, wallets)
    else:
        behind = reserve_and_supply(strategy.network, Address(str(pair)), _number(strategy, "tokenIndex"))
        held, (reserve, supply) = yield from both(staked(strategy, wallets), behind)
        if reserve is None or not supply:
            return (None,) * len(wallets)
        per_share = reserve * FINE // supply
    weight, fine = _number(strategy, "weight"), 10 ** _number(strategy, "weightDecimals")
    return tuple(
        None
        if one is None
        else Units(one * weight // fine if per_share is None else one * per_share * weight // fine // FINE)
        for one in held
    )


KINDS = tuple(
    Kind(
        name=name,
        about="tokens staked in the pool, or their part of the pair there",
        check=_check,
        evaluate=_part,
        contract=chef,
    )
    for name in ("masterchef-pool-balance", "masterchef-pool-balance-no-rewarddebt")
)
