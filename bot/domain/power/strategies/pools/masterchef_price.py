"""What is staked in a MasterChef pool, in whole tokens or as its part of a pair; prices on the web are not read."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from bot.domain.power.damping import PLACES, damper, read_damping
from bot.domain.power.exact_numbers import nearly, units
from bot.domain.power.strategies.pools.masterchef import chef, staked
from bot.domain.power.strategies.pools.pairs import DECIMALS, GET_RESERVES, TOKEN0, TOKEN1, TOTAL_SUPPLY
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, ReadSteps, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import both, calls, word
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.types import Address

_SIDES = ("token0", "token1")
_OF_PAIR = (TOTAL_SUPPLY, GET_RESERVES, TOKEN0, TOKEN1, DECIMALS)
_LARGEST_POWER = 77
"""10 to this is the largest power of ten in a word of 256 bits."""


def _check(params: Params) -> dict[str, object]:
    """Return the checked chef and pool, and the token, the pair, or the sides of the pair that count."""
    if params.raw.get("usePrice"):
        raise wrong("usePrice", ParamFlaw.PRICE_ON_THE_WEB)
    checked: dict[str, object] = {
        "chefAddress": params.address("chefAddress"),
        "pid": str(params.whole("pid")),
        "symbol": params.symbol("staked"),
        **_weight(params),
    }
    if params.raw.get("decimals") not in (None, ""):
        checked["decimals"] = params.decimals()
    if params.raw.get("uniPairAddress"):
        checked["uniPairAddress"] = params.address("uniPairAddress")
        checked |= {side: _named(params, side) for side in _SIDES if _has_address(params, side)}
    elif params.raw.get("tokenAddress"):
        checked["tokenAddress"] = params.address("tokenAddress")
    damping = params.raw.get("antiWhale")
    if isinstance(damping, dict) and damping.get("enable") is True:
        checked["antiWhale"] = {"enable": True, **read_damping(damping)}
    return checked


def _weight(params: Params) -> dict[str, object]:
    return {
        "weight": params.whole_or("weight", 1),
        "weightDecimals": params.whole("weightDecimals", 0, high=MAX_DECIMALS),
    }


def _has_address(params: Params, side: str) -> bool:
    named = params.raw.get(side)
    return isinstance(named, dict) and named.get("address") is not None


def _named(params: Params, side: str) -> dict[str, object]:
    """Return a side's checked token and weight; `WeightDecimals` is accepted too, since Snapshot's code reads it."""
    held = params.raw[side]
    raw = held if isinstance(held, dict) else {}
    if raw.get("weightDecimals") is None and raw.get("WeightDecimals") is not None:
        raw = {**raw, "weightDecimals": raw["WeightDecimals"]}
    inner = Params(raw=raw, network=params.network, space=None, parse=params.parse)
    return {"address": inner.address(), **_weight(inner)}


def _number(params: object, name: str) -> int:
    return int(str(params[name])) if isinstance(params, dict) else 0


def _value(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return staked tokens or the pair's tokens behind them, x weight, and damped if `antiWhale` is enabled."""
    held, per_unit = yield from both(staked(strategy, wallets), _per_unit(strategy))
    if per_unit is None:
        return (None,) * len(wallets)
    params, finest = dict(strategy.params), _decimals(strategy)
    weight = Fraction(_number(params, "weight"), 10 ** _number(params, "weightDecimals"))
    damping = params.get("antiWhale")
    scores = [None if one is None else sum(part.of(one) for part in per_unit) * weight for one in held]
    if not isinstance(damping, dict):
        return tuple(None if score is None else units(score, finest) for score in scores)
    damp = damper(damping)
    return tuple(None if score is None else nearly(damp(Fraction(score)), finest) for score in scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Formula for an amount of staked base units: x `times` // `over` x `weight` // `weight_over` / `unit`."""

    unit: int
    times: int = 1
    over: int = 1
    weight: int = 1
    weight_over: int = 1

    def of(self, held: int) -> Fraction:
        return Fraction(held * self.times // self.over * self.weight // self.weight_over, self.unit)


def _per_unit(strategy: Strategy) -> ReadSteps[list[_Part] | None]:
    """Return the parts whose sum is the value of staked units; None if the pair or the token does not answer."""
    if "uniPairAddress" in strategy.params:
        return (yield from _of_pair(strategy))
    unit, token = 10 ** _places(strategy), strategy.params.get("tokenAddress")
    if token is None:
        return [_Part(unit=unit)]
    scale = yield from _scale(strategy, str(token))
    return None if scale is None else [_Part(unit=unit, over=scale)]


def _places(strategy: Strategy, default: int = 18) -> int:
    return int(str(strategy.params.get("decimals", default)))


def _of_pair(strategy: Strategy) -> ReadSteps[list[_Part] | None]:
    """Return a part for each named side that is the pair's token; the shares themselves if there is none.

    None if the pair or the token does not answer.
    """
    pair = Address(str(strategy.params["uniPairAddress"]))
    supply, reserves, *tokens, said = yield from calls(strategy.network, pair, _OF_PAIR)
    shares, scale = word(supply), _power_of_ten(word(said))
    parts: list[_Part] = []
    for place, (side, token) in enumerate(zip(_SIDES, tokens, strict=True)):
        named = strategy.params.get(side)
        if not isinstance(named, dict):
            continue
        if (at := word(token)) is None:
            return None
        if at != int(str(named["address"]), 16):
            continue
        over = yield from _scale(strategy, str(named["address"]))
        reserve = word(reserves, place)
        if over is None or reserve is None or not shares or scale is None:
            return None
        parts.append(
            _Part(
                unit=10 ** _places(strategy),
                times=reserve * scale // shares,
                over=over,
                weight=_number(named, "weight"),
                weight_over=10 ** _number(named, "weightDecimals"),
            )
        )
    if parts:
        return parts
    return None if scale is None else [_Part(unit=scale * 10 ** _places(strategy, 0))]


def _scale(strategy: Strategy, token: str) -> ReadSteps[int | None]:
    """Return how many base units make a whole token; None if the token does not answer."""
    (said,) = yield from calls(strategy.network, Address(token), (DECIMALS,))
    return _power_of_ten(word(said))


def _power_of_ten(number: int | None) -> int | None:
    return None if number is None or number > _LARGEST_POWER else 10**number


def _decimals(strategy: Strategy) -> int:
    """Return the decimals of the score: of the amount and the weight together, and more where it is damped.

    With a pair it is `MAX_DECIMALS`, because quotients are not rounded to fewer.
    """
    if "uniPairAddress" in strategy.params:
        return MAX_DECIMALS
    finest = _places(strategy) + int(str(strategy.params["weightDecimals"]))
    damped = max(18, finest) + PLACES if "antiWhale" in strategy.params else finest
    return min(MAX_DECIMALS, damped)


KINDS = (
    Kind(
        name="masterchef-pool-balance-price",
        about="tokens staked in the pool, or their part of the pair there",
        check=_check,
        evaluate=_value,
        decimals=_decimals,
        contract=chef,
    ),
)
