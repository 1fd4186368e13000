"""The wallet's balance of a token plus what it has staked with chefs."""

from __future__ import annotations

from bot.domain.power.strategies.contract_balances import balances, token
from bot.domain.power.strategies.pools.pairs import USER_INFO
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import argument, each, side_by_side
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.types import Address, Units

_MAIN_CHEF = Address("0x73feaa1ee314f8c655e354234017be2193c9e24e")
"""PancakeSwap's first MasterChef on chain 56; amounts staked in its pool 0 have 18 decimals."""
_STAKED = bytes.fromhex("1959a002")  # userInfo(address)
_USUAL = 18


def _check(params: Params) -> dict[str, object]:
    chefs: list[dict[str, object]] = []
    for entry in params.listed("chefAddresses"):
        if not isinstance(entry, dict):
            raise wrong("chefAddresses", ParamFlaw.NOT_A_CHEF)
        chef = Params(raw=entry, network=params.network, space=None, parse=params.parse)
        chefs.append({"address": chef.address(), "decimals": chef.decimals()})
    return token(params, "CAKE") | {"chefAddresses": chefs}


def _chefs(strategy: Strategy) -> list[tuple[Address, int]]:
    held = strategy.params["chefAddresses"]
    return [(Address(str(one["address"])), int(one["decimals"])) for one in held] if isinstance(held, list) else []


def _everywhere(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return the wallet's balance + what it staked with the main chef and with each of the others."""
    chain, chefs = strategy.network, _chefs(strategy)
    rows = yield from side_by_side(
        [
            balances(strategy, wallets),
            each(chain, _MAIN_CHEF, USER_INFO, wallets, head=argument(0)),
            *(each(chain, chef, _STAKED, wallets) for chef, _ in chefs),
        ]
    )
    finest = _decimals(strategy)
    scales = [10 ** (finest - places) for places in _places(strategy)]
    return tuple(
        None if None in column else Units(sum((one or 0) * scale for one, scale in zip(column, scales, strict=True)))
        for column in zip(*rows, strict=True)
    )


def _places(strategy: Strategy) -> list[int]:
    """Return the decimals of the balance, of the main chef's pool, and of each other chef, in this order."""
    return [int(str(strategy.params["decimals"])), _USUAL, *(places for _, places in _chefs(strategy))]


def _decimals(strategy: Strategy) -> int:
    return min(MAX_DECIMALS, max(_places(strategy)))


KINDS = (
    Kind(
        name="pancake",
        about="tokens in the wallet and staked in the pools",
        check=_check,
        evaluate=_everywhere,
        decimals=_decimals,
    ),
)
