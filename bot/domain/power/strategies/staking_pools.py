"""Strategies on tokens that are staked in a chef, or stand in a pair behind the wallet's shares of it."""

from __future__ import annotations

from bot.domain.power.strategy import Evaluation, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import argument, calls, side_by_side, word
from bot.domain.shared.types import Address, Units

_USER_INFO = bytes.fromhex("93f1a40b")  # userInfo(uint256,address)
_GET_RESERVES = bytes.fromhex("0902f1ac")  # getReserves()
_TOTAL_SUPPLY = bytes.fromhex("18160ddd")  # totalSupply()
_BEHIND = (_GET_RESERVES, _TOTAL_SUPPLY)
"""What is asked of a pair."""
_FINE = 10**18
_MOST_DECIMALS = 36


def _check(params: Params) -> dict[str, object]:
    """Take a chef and a pool, and whose side of which pair is meant; 0 and none stand for what is usual."""
    checked: dict[str, object] = {
        "chefAddress": params.address("chefAddress"),
        "pid": str(params.whole("pid")),
        "symbol": params.symbol("staked"),
        "weight": params.whole("weight", 1) or 1,
        "weightDecimals": params.whole("weightDecimals", 0, high=_MOST_DECIMALS),
        "decimals": params.decimals() or 18,
    }
    if not params.raw.get("uniPairAddress"):
        return checked
    side = params.whole("tokenIndex", 0)
    if side not in (0, 1):
        raise wrong("tokenIndex", "names no side of a pair", "use 0 or 1")
    return checked | {"uniPairAddress": params.address("uniPairAddress"), "tokenIndex": side}


def _chef(strategy: Strategy) -> Address:
    return Address(str(strategy.params["chefAddress"]))


def _number(strategy: Strategy, name: str) -> int:
    return int(str(strategy.params[name]))


def _staked(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return what each wallet has staked x weight, or its part of the pair's reserve x weight; cut at each quotient."""
    asked = [_USER_INFO + argument(_number(strategy, "pid")) + argument(wallet) for wallet in wallets]
    pair = strategy.params.get("uniPairAddress")
    infos, *behind = yield from side_by_side(
        [
            calls(strategy.network, _chef(strategy), asked),
            *(calls(strategy.network, Address(str(pair)), [data]) for data in _BEHIND if pair is not None),
        ]
    )
    per_share = _worth(strategy, [word(said[0], at) for said, at in zip(behind, _places(strategy), strict=False)])
    weight, fine = _number(strategy, "weight"), 10 ** _number(strategy, "weightDecimals")
    scores: list[Units | None] = []
    for info in infos:
        held = word(info)
        if held is None or per_share is None:
            scores.append(None)
        elif pair is None:
            scores.append(Units(held * weight // fine))
        else:
            scores.append(Units(held * per_share * weight // fine // _FINE))
    return tuple(scores)


def _places(strategy: Strategy) -> tuple[int, int]:
    """Return which words count of what the pair says of its reserves and of its supply."""
    return (_number(strategy, "tokenIndex"), 0) if "tokenIndex" in strategy.params else (0, 0)


def _worth(strategy: Strategy, said: list[int | None]) -> int | None:
    """Return the reserve behind one share of the pair, with 18 places; 0 where there is no pair, None if unknown."""
    if "uniPairAddress" not in strategy.params:
        return 0
    reserve, supply = said
    return None if reserve is None or not supply else reserve * _FINE // supply


KINDS = tuple(
    Kind(name=name, check=_check, evaluate=_staked, contract=_chef)
    for name in ("masterchef-pool-balance", "masterchef-pool-balance-no-rewarddebt")
)
