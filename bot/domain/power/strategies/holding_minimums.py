"""Strategies that give one vote for more than a minimum of the chain's coin or of every listed token."""

from __future__ import annotations

from fractions import Fraction

from bot.domain.power.exact_numbers import fraction
from bot.domain.power.strategies.balance_formulas import stated
from bot.domain.power.strategy import Evaluation, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import BALANCE_OF, coins, each, side_by_side
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.types import Address, ChainId, Units

_WEI = 10**18


def _check_coin(params: Params) -> dict[str, object]:
    return {"symbol": params.symbol("votes"), "minBalance": params.number("minBalance", 0)}


def _has_coins(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return 1 for each wallet with more than the minimum of the chain's coin, else 0."""
    least = stated(strategy, "minBalance")
    held = yield from coins(strategy.network, wallets)
    return tuple(None if one is None else Units(int(Fraction(one, _WEI) > least)) for one in held)


def _check_tokens(params: Params) -> dict[str, object]:
    """Return the checked tokens, each with its network, decimals and `minBalance` (default 0)."""
    tokens: list[dict[str, object]] = []
    for index, entry in enumerate(params.listed("tokenAddresses") if params.has("tokenAddresses") else (), start=1):
        name = f"tokenAddresses {index}"
        if not isinstance(entry, dict) or not entry.get("network"):
            raise wrong(name, ParamFlaw.TOKEN_WITHOUT_NETWORK)
        one = Params(raw=entry, network=params.network, space=None, parse=params.parse)
        network = one.whole("network", low=1, high=2**53 - 1)
        tokens.append(
            {
                "address": one.address(chain=ChainId(network)),
                "network": str(network),
                "decimals": one.decimals(),
                "minBalance": one.number("minBalance", 0),
            }
        )
    return {"symbol": params.symbol("votes"), "tokenAddresses": tokens}


def _tokens(strategy: Strategy) -> list[tuple[ChainId, Address, int, Fraction]]:
    """Return each token's chain, address and base units in one whole token, and its minimum in whole tokens."""
    held = strategy.params["tokenAddresses"]
    return [
        (
            ChainId(int(one["network"])),
            Address(str(one["address"])),
            10 ** int(one["decimals"]),
            fraction(one["minBalance"]),
        )
        for one in (held if isinstance(held, list) else ())
    ]


def _has_every_token(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return 1 for each wallet with more than the minimum of every token, else 0; 0 if no token is listed."""
    tokens = _tokens(strategy)
    rows = yield from side_by_side([each(chain, token, BALANCE_OF, wallets) for chain, token, _, _ in tokens])
    enough = [
        [None if one is None else Fraction(one, unit) > least for one in row]
        for row, (_, _, unit, least) in zip(rows, tokens, strict=True)
    ]
    if not enough:
        return (Units(0),) * len(wallets)
    return tuple(
        Units(0) if False in column else None if None in column else Units(1) for column in zip(*enough, strict=True)
    )


def _whole(_strategy: Strategy) -> int:
    return 0


KINDS = (
    Kind(
        name="eth-with-balance",
        about="one vote for more than a minimum of the chain's coin",
        check=_check_coin,
        evaluate=_has_coins,
        decimals=_whole,
        native=True,
    ),
    Kind(
        name="holds-tokens",
        about="one vote for more than a minimum of every token named",
        check=_check_tokens,
        evaluate=_has_every_token,
        decimals=_whole,
        chains=lambda strategy: tuple(chain for chain, *_ in _tokens(strategy)),
    ),
)
