"""What a wallet's shares are worth in a token, over all pairs that a factory made of the token."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from bot.domain.power.exact_numbers import units
from bot.domain.power.strategies.pools.pairs import DECIMALS, GET_RESERVES, TOTAL_SUPPLY
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, ReadSteps, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import BALANCE_OF, argument, both, calls, each, events, side_by_side, word
from bot.domain.shared.contract_events import Event, Subscription
from bot.domain.shared.errors.faults.strategies import FactoryMissing
from bot.domain.shared.types import Address, ChainId, Units

CREATED = "0x0d3648bd0f6ba80134a33ba9275ac585d9d315f0ad8355cddefde31afa28d0e9"
"""The topic of PairCreated(address indexed token0, address indexed token1, address pair, uint256)."""
UNISWAP = Address("0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f")
"""The factory of Uniswap V2 on Ethereum and its old test networks."""
_ITS_NETWORKS = tuple(ChainId(network) for network in (1, 3, 4, 5, 42))
_BEGINS = {ChainId(1): 10_000_000}
"""The block before which Uniswap's factory made no pair."""
MOST_PAIRS = 1_000
"""The most pairs that are read, of a token that may be in hundreds of thousands; with more, scores are unknown."""
_LARGEST_POWER = 77
_WORD = 66
"""Characters of 0x and a word in hexadecimal."""


def _check(params: Params) -> dict[str, object]:
    """Return the checked token, and the factory if one other than Uniswap's is named."""
    if not params.raw.get("factory") and params.network not in _ITS_NETWORKS:
        raise wrong("factory", FactoryMissing(tuple(_ITS_NETWORKS)))
    checked: dict[str, object] = {"address": params.address(), "symbol": params.symbol("tokens in pairs")}
    return checked | ({"factory": params.address("factory")} if params.raw.get("factory") else {})


def _token(strategy: Strategy) -> Address:
    return Address(str(strategy.params["address"]))


def _value(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return the sum over all pairs of shares x reserve of the token / supply of shares, in whole tokens."""
    chain = strategy.network
    pairs, (said,) = yield from both(_pairs(strategy), calls(chain, _token(strategy), (DECIMALS,)))
    places = word(said)
    if pairs is None or len(pairs) > MOST_PAIRS or places is None or places > _LARGEST_POWER:
        return (None,) * len(wallets)
    behind = yield from side_by_side([calls(chain, pair, (GET_RESERVES, TOTAL_SUPPLY)) for pair, _ in pairs])
    worth: dict[Address, Fraction] = {}
    for (pair, side), (reserves, shares) in zip(pairs, behind, strict=True):
        reserve, supply = word(reserves, side), word(shares)
        if reserve is None or supply is None:
            return (None,) * len(wallets)
        if reserve and supply:
            worth[pair] = Fraction(reserve, supply * 10**places)
    held = yield from side_by_side([each(chain, pair, BALANCE_OF, wallets) for pair in worth])
    return tuple(_sum(tuple(row[at] for row in held), tuple(worth.values())) for at in range(len(wallets)))


def _sum(held: Sequence[Units | None], worth: Sequence[Fraction]) -> Units | None:
    total = Fraction(0)
    for shares, each_worth in zip(held, worth, strict=True):
        if shares is None:
            return None
        if shares:
            total += shares * each_worth
    return units(total, MAX_DECIMALS)


def _pairs(strategy: Strategy) -> ReadSteps[tuple[tuple[Address, int], ...] | None]:
    """Return the pairs that have the token, each once, with the token's side in it (0 or 1).

    None if an event of the factory names no pair.
    """
    found = yield from side_by_side([events(strategy.network, _created(strategy, side)) for side in range(2)])
    pairs = {_pair(event): side for side, told in enumerate(found) for event in told}
    return None if None in pairs else tuple((pair, side) for pair, side in pairs.items() if pair is not None)


def _pair(event: Event) -> Address | None:
    """Return the pair that a PairCreated event names in the first word of its data; None if there is none."""
    return Address("0x" + event.data[26:66]) if len(event.data) >= _WORD else None


def _created(strategy: Strategy, side: int) -> Subscription:
    """Return the subscription to the PairCreated events that have the token on that side (0 or 1)."""
    factory, token = Address(str(strategy.params.get("factory", UNISWAP))), _token(strategy)
    mine = ("0x" + argument(token).hex(),)
    return Subscription(
        name=f"pairs of {factory} with {token} as token{side}",
        source="pairs' factory",
        addresses=(factory,),
        topics=((CREATED,), *((mine, ()) if side == 0 else ((), mine))),
        begins=_BEGINS if factory == UNISWAP else {},
        most=MOST_PAIRS,
    )


KINDS = (
    Kind(
        name="uniswap",
        about="tokens behind the wallet's shares of all pairs of Uniswap that have them",
        check=_check,
        evaluate=_value,
        decimals=lambda _strategy: MAX_DECIMALS,
        by_events=True,
    ),
)
