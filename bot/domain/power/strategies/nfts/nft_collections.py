"""Strategies on how many NFTs a wallet holds, by collection or times a multiplier."""

from __future__ import annotations

from fractions import Fraction

from bot.domain.power.exact_numbers import fraction, places, units
from bot.domain.power.strategies.balance_formulas import finer, stated
from bot.domain.power.strategies.contract_balances import BALANCE_OF_ID, contract, not_held, token
from bot.domain.power.strategy import Evaluation, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, read_number, wrong
from bot.domain.power.typed_reads import BALANCE_OF, argument, each, side_by_side
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.types import Address, Units

_LAND_OF = bytes.fromhex("d5b78dd8")  # getLANDsSize(address)
_ESTATES = "0x959e104e1a4db6317fa58f8295f586e1a978c297"
"""Decentraland's estates on chain 1."""


def _check_collections(params: Params) -> dict[str, object]:
    return {"symbol": params.symbol("NFT"), "registries": params.addresses("registries")}


def _check_weighted(params: Params) -> dict[str, object]:
    """Return the checked collections and their weights; a missing weight, or the number 0, is 1 ("0" stays 0)."""
    collections = params.addresses("tokens") if params.has("tokens") else []
    given = params.listed("weights") if params.has("weights") else []
    padded = [*given, *[None] * len(collections)][: len(collections)]
    weights = [read_number("weights", one or 1) for one in padded]
    return {
        "symbol": params.symbol("votes"),
        "tokens": collections,
        "weights": weights,
    }


def _weights(strategy: Strategy) -> list[tuple[Address, Fraction]]:
    """Return the collections, each with its weight; a collection listed twice counts twice."""
    listed = strategy.params.get("registries", strategy.params.get("tokens"))
    collections = [Address(str(one)) for one in listed] if isinstance(listed, list) else []
    given = strategy.params.get("weights")
    weights = [fraction(one) for one in given] if isinstance(given, list) else [Fraction(1)] * len(collections)
    return list(zip(collections, weights, strict=True))


def _of_collections(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return the sum over all collections of NFTs held x weight."""
    weighted, finest = _weights(strategy), _weight_decimals(strategy)
    if not weighted:
        return (Units(0),) * len(wallets)
    rows = yield from side_by_side([each(strategy.network, one, BALANCE_OF, wallets) for one, _ in weighted])
    factors = [units(weight, finest) for _, weight in weighted]
    return tuple(
        None if None in column else Units(sum((one or 0) * by for one, by in zip(column, factors, strict=True)))
        for column in zip(*rows, strict=True)
    )


def _weight_decimals(strategy: Strategy) -> int:
    return max((places(weight) for _, weight in _weights(strategy)), default=0)


def _check_multiplied(params: Params) -> dict[str, object]:
    return token(params) | {
        "tokenId": str(params.whole("tokenId")),
        "multiplier": params.number_or("multiplier", 1),
    }


def _multiplied(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return the balance of the token id x the multiplier."""
    number = argument(int(str(strategy.params["tokenId"])))
    held = yield from each(strategy.network, contract(strategy), BALANCE_OF_ID, wallets, number)
    factor, more = stated(strategy, "multiplier"), _multiplied_decimals(strategy) - _held_decimals(strategy)
    return tuple(None if one is None else units(one * factor, more) for one in held)


def _held_decimals(strategy: Strategy) -> int:
    return int(str(strategy.params["decimals"]))


def _multiplied_decimals(strategy: Strategy) -> int:
    return finer(strategy, _held_decimals(strategy), "multiplier")


def _check_estates(params: Params) -> dict[str, object]:
    """Return the checked parameters; the default `address` is Decentraland's estates on chain 1."""
    if params.network != 1 and not params.has("address"):
        raise wrong("address", ParamFlaw.ESTATES_MISSING)
    return {
        "address": params.address() if params.has("address") else _ESTATES,
        "symbol": params.symbol("ESTATE"),
        "multiplier": params.number_or("multiplier", 1),
    }


def _size_of_estates(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return how many parcels of land a wallet's estates have together, x the multiplier."""
    sizes = yield from each(strategy.network, contract(strategy), _LAND_OF, wallets)
    factor, finest = stated(strategy, "multiplier"), finer(strategy, 0, "multiplier")
    return tuple(None if one is None else units(one * factor, finest) for one in sizes)


KINDS = (
    Kind(
        name="erc721-multi-registry",
        about="things in the wallet, of all collections named",
        check=_check_collections,
        evaluate=_of_collections,
        decimals=_weight_decimals,
        why_zero=not_held,
    ),
    Kind(
        name="erc721-multi-registry-weighted",
        about="things in the wallet, each by the weight of its collection",
        check=_check_weighted,
        evaluate=_of_collections,
        decimals=_weight_decimals,
        why_zero=not_held,
    ),
    Kind(
        name="erc1155-with-multiplier",
        about="tokens of one id in the wallet, times a multiplier",
        check=_check_multiplied,
        evaluate=_multiplied,
        decimals=_multiplied_decimals,
        why_zero=not_held,
    ),
    Kind(
        name="decentraland-estate-size",
        about="land in all of the wallet's estates, times a multiplier",
        check=_check_estates,
        evaluate=_size_of_estates,
        decimals=lambda strategy: finer(strategy, 0, "multiplier"),
        why_zero=not_held,
    ),
)
