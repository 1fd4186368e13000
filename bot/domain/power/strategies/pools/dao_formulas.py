"""Formulas of single DAOs: their token in the wallet, in locks, and behind shares of a pair or a pool."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.power.strategies.contract_balances import token
from bot.domain.power.strategies.pools.pair_shares import address_param, if_given, read_by_name
from bot.domain.power.strategies.pools.pairs import FINE, TOTAL_SUPPLY, reserve_of
from bot.domain.power.strategy import Evaluation, ReadSteps, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params
from bot.domain.power.typed_reads import BALANCE_OF, argument, both, calls, side_by_side, word
from bot.domain.shared.types import Address, Units

_BOOSTED = bytes.fromhex("1beabcd2")  # boostedBalanceOf(address)
_BONDED = bytes.fromhex("825ad607")  # balanceOfBonded(address)
_VE_WEIGHT = 5
"""The factor with which GenomesDAO counts a locked token."""


def _shares(amounts: Sequence[Sequence[int | None]], formula: Callable[..., int]) -> tuple[Units | None, ...]:
    """Apply the formula to each wallet's amounts; None where an amount is unknown."""
    return tuple(None if None in column else Units(formula(*column)) for column in zip(*amounts, strict=True))


def _check_frax(params: Params) -> dict[str, object]:
    """Return the checked addresses: FXS, veFXS and, optionally, the pair and the farm where its shares are staked."""
    return {
        "FXS": params.address("FXS"),
        "VEFXS": params.address("VEFXS"),
        "symbol": params.symbol("FXS"),
        "decimals": 18,
        **if_given(params, "UNI_LP_FRAX_FXS", "FARMING_UNI_LP_FRAX_FXS"),
    }


def _frax(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return FXS + veFXS + the FXS behind the wallet's shares of the pair, held and farmed, in base units."""
    names = (("FXS", BALANCE_OF), ("VEFXS", BALANCE_OF), ("UNI_LP_FRAX_FXS", BALANCE_OF))
    read = side_by_side(
        [
            *(read_by_name(strategy, wallets, name, selector) for name, selector in names),
            read_by_name(strategy, wallets, "FARMING_UNI_LP_FRAX_FXS", _BOOSTED),
        ]
    )
    if "UNI_LP_FRAX_FXS" not in strategy.params:
        free, locked, *_ = yield from read
        return _shares((free, locked), lambda *both_of_them: sum(both_of_them))
    pair = address_param(strategy, "UNI_LP_FRAX_FXS")
    rows, (reserve, supply) = yield from both(read, reserve_of(strategy.network, pair, address_param(strategy, "FXS")))
    if reserve is None or not supply:
        return (None,) * len(wallets)
    each_share = reserve * FINE // supply
    return _shares(
        rows, lambda free, locked, mine, farmed: free + locked + mine * each_share // FINE + farmed * each_share // FINE
    )


def _check_genomes(params: Params) -> dict[str, object]:
    others = {name: params.address(name) for name in ("veaddress", "lpaddress", "harvaddress")}
    return token(params) | others


def _genomes(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return tokens + 5 x locked tokens + the reserve behind the wallet's shares of the pair, held and staked."""
    names = ("address", "veaddress", "lpaddress", "harvaddress")
    rows, (reserve, supply) = yield from both(
        side_by_side([read_by_name(strategy, wallets, name) for name in names]),
        reserve_of(strategy.network, address_param(strategy, "lpaddress"), address_param(strategy, "address")),
    )
    if reserve is None or not supply:
        return (None,) * len(wallets)
    return _shares(rows, lambda free, locked, mine, put: (mine + put) * reserve // supply + free + _VE_WEIGHT * locked)


_DOUGH = ("doughv1", "doughv2", "eDOUGH", "stakedDough", "BPT")


def _check_piedao(params: Params) -> dict[str, object]:
    addresses = {name: params.address(name) for name in _DOUGH}
    return {**addresses, "symbol": params.symbol("DOUGH"), "decimals": params.decimals()}


def _piedao(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return DOUGH of both versions + eDOUGH + the DOUGH behind the wallet's shares of the pool, held and staked."""
    rows, found = yield from both(
        side_by_side([read_by_name(strategy, wallets, name) for name in _DOUGH]),
        _held_by(strategy, "doughv2", "BPT"),
    )
    if (pool := found) is None:
        return (None,) * len(wallets)
    held, supply = pool
    return _shares(
        rows,
        lambda first, second, earned, put, mine: held * put // supply + held * mine // supply + first + second + earned,
    )


def _held_by(strategy: Strategy, of_token: str, pool: str) -> ReadSteps[tuple[int, int] | None]:
    """Return a pool's balance of a token, and the supply of its shares; None if unknown or without any shares."""
    holder = address_param(strategy, pool)
    (held,), (supply,) = yield from both(
        calls(strategy.network, address_param(strategy, of_token), (BALANCE_OF + argument(holder),)),
        calls(strategy.network, holder, (TOTAL_SUPPLY,)),
    )
    amount, shares = word(held), word(supply)
    return None if amount is None or not shares else (amount, shares)


def _check_esd(params: Params) -> dict[str, object]:
    addresses = {name: params.address(name) for name in ("token", "dao", "uniswap", "rewards")}
    return {**addresses, "symbol": params.symbol("ESD"), "decimals": params.decimals()}


def _esd(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return tokens bonded in the DAO + bonded shares of the pair x tokens behind each, rounded down to base units."""
    rows, pool = yield from both(
        side_by_side([read_by_name(strategy, wallets, name, _BONDED) for name in ("dao", "rewards")]),
        _held_by(strategy, "token", "uniswap"),
    )
    if pool is None:
        return (None,) * len(wallets)
    behind = pool[0] // pool[1]
    return _shares(rows, lambda bonded, shares: bonded + behind * shares)


def _of(name: str) -> Callable[[Strategy], Address]:
    return lambda strategy: address_param(strategy, name)


KINDS = (
    Kind(
        name="frax-finance",
        about="FXS in the wallet, locked, and behind shares of the pair",
        check=_check_frax,
        evaluate=_frax,
        contract=_of("FXS"),
    ),
    Kind(
        name="genomesdao",
        about="tokens in the wallet, five for each locked one, and those behind shares of the pair",
        check=_check_genomes,
        evaluate=_genomes,
    ),
    Kind(
        name="piedao",
        about="DOUGH in the wallet, staked, and behind shares of the pool",
        check=_check_piedao,
        evaluate=_piedao,
        contract=_of("doughv2"),
    ),
    Kind(
        name="esd",
        about="tokens bonded in the DAO, and those behind bonded shares of the pair",
        check=_check_esd,
        evaluate=_esd,
        contract=_of("token"),
    ),
)
