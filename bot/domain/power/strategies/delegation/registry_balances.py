"""Strategies on the registry's delegations with other rules: sums of square roots, listed delegates."""

from __future__ import annotations

from fractions import Fraction

from bot.domain.delegation.onchain_registry import space_ids
from bot.domain.power.exact_numbers import nearly, square_root
from bot.domain.power.strategies.contract_balances import balances, token
from bot.domain.power.strategies.delegation.delegate_registry import check_registry, registry, registry_chain
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, Reasons, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import BALANCE_OF, both, delegates, each
from bot.domain.power.zero_power_reasons import NOT_HELD, NOT_RECEIVED, Reason, Zero
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.types import Address, ChainId, Units

_ROOT_DIGITS = 80
"""Decimals of each square root before the sum is squared: far more than the result shows."""
_MAINNET = ChainId(1)
_SPK = Address("0xc20059e0317de91738d13af027dfc4a50781b066")
_STAKED_SPK = Address("0xc6132faf04627c8d05d6e759fabb331ef2d8f8fd")
_SLASHABLE = bytes.fromhex("c31e8dd7")  # slashableBalanceOf(address)


def _check_quadratic(params: Params) -> dict[str, object]:
    return token(params) | check_registry(params)


def _quadratic(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return the square of the sum of the square roots of the balances of a wallet's delegators who do not vote."""
    to = yield from delegates(*registry(strategy))
    asked = set(wallets)
    givers = tuple(giver for giver, taker in to.items() if taker in asked and giver not in setting.voters)
    held = yield from balances(strategy, givers)
    unit, finest = 10 ** int(str(strategy.params["decimals"])), _quadratic_decimals(strategy)
    roots: dict[Address, int | None] = dict.fromkeys(wallets, 0)
    for giver, amount in zip(givers, held, strict=True):
        so_far = roots[to[giver]]
        root = None if amount is None else square_root(Fraction(amount, unit), _ROOT_DIGITS)
        roots[to[giver]] = None if so_far is None or root is None else so_far + root
    return tuple(
        None if root is None else nearly(Fraction(root, 10**_ROOT_DIGITS) ** 2, finest)
        for root in (roots[wallet] for wallet in wallets)
    )


def _quadratic_decimals(strategy: Strategy) -> int:
    return min(MAX_DECIMALS, int(str(strategy.params["decimals"])) + 10)


def _none_received(_strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Reasons:
    yield from ()
    return (NOT_RECEIVED,) * len(wallets)


def _check_spark(params: Params) -> dict[str, object]:
    """Return the checked list of delegates, and the space `space` or this one, whatever `delegationSpace` says."""
    space = params.raw.get("space") or params.space
    if not isinstance(space, str):
        raise wrong("space", ParamFlaw.SPACE_MISSING)
    space_ids(space)
    listed = params.addresses("whitelistedDelegates") if params.has("whitelistedDelegates") else []
    return {"symbol": params.symbol("SPK"), "whitelistedDelegates": listed, "space": space}


def _spark(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return a wallet's own SPK if it delegates to nobody, plus its delegators' SPK if it is a listed delegate."""
    to = yield from delegates(_MAINNET, str(strategy.params["space"]))
    listed = strategy.params["whitelistedDelegates"]
    taking = set(listed if isinstance(listed, list) else ()) & set(wallets)
    givers = tuple(giver for giver, taker in to.items() if taker in taking)
    keepers = tuple(wallet for wallet in wallets if wallet not in to)
    total: dict[Address, Units | None] = dict.fromkeys(wallets, Units(0))
    people = (*givers, *keepers)
    for person, amount in zip(people, (yield from _own(people)), strict=True):
        taker = to.get(person, person)
        so_far = total[taker]
        total[taker] = None if so_far is None or amount is None else Units(so_far + amount)
    return tuple(total[wallet] for wallet in wallets)


def _own(people: tuple[Address, ...]) -> Evaluation:
    """Return each address's SPK, held plus staked, in base units."""
    held, staked = yield from both(
        each(_MAINNET, _SPK, BALANCE_OF, people), each(_MAINNET, _STAKED_SPK, _SLASHABLE, people)
    )
    return tuple(
        None if one is None or more is None else Units(one + more) for one, more in zip(held, staked, strict=True)
    )


def _none_left(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Reasons:
    """Return the reason for a zero: the delegate of a wallet that delegates, else that it holds nothing."""
    to = yield from delegates(_MAINNET, str(strategy.params["space"]))
    return tuple(Reason(why=Zero.DELEGATED_AWAY, to=to[wallet]) if wallet in to else NOT_HELD for wallet in wallets)


KINDS = (
    Kind(
        name="erc20-balance-of-quadratic-delegation",
        about="the square of the summed roots of what delegators hold",
        check=_check_quadratic,
        evaluate=_quadratic,
        decimals=_quadratic_decimals,
        why_zero=_none_received,
        chains=registry_chain,
        by_voters=True,
        erc20=True,
    ),
    Kind(
        name="spark-with-delegation",
        about="SPK held and staked, also that of delegators to a listed delegate",
        check=_check_spark,
        evaluate=_spark,
        decimals=lambda _strategy: 18,
        contract=lambda _strategy: _SPK,
        why_zero=_none_left,
        chains=lambda _strategy: (_MAINNET,),
    ),
)
