"""Strategies on the Delegate Registry: what wallets receive from their direct delegators."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.delegation.onchain_registry import space_ids
from bot.domain.power.strategies.contract_balances import token
from bot.domain.power.strategy import Evaluation, Reasons, Setting, Strategy
from bot.domain.power.strategy_catalogue import inner_of, scale, sums, symbols, why_zero
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import delegates
from bot.domain.power.zero_power_reasons import BY_RULE, NOT_RECEIVED, Reason, Zero
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.types import Address, ChainId, Units


def check_registry(params: Params) -> dict[str, object]:
    """Return the checked `delegationSpace` (default: the space's name) and `delegationNetwork` (the strategy's)."""
    space = params.raw.get("delegationSpace") or params.space
    if space is None and "delegationSpace" not in params.raw:
        raise wrong("delegationSpace", ParamFlaw.DELEGATION_SPACE_MISSING)
    space = space or ""
    if not isinstance(space, str):
        raise wrong("delegationSpace", ParamFlaw.NOT_A_SPACE_NAME)
    space_ids(space)
    network = params.whole("delegationNetwork", params.network, low=1, high=2**53 - 1)
    return {"delegationSpace": space, "delegationNetwork": str(network)}


def registry(strategy: Strategy) -> tuple[ChainId, str]:
    """Return the chain whose registry is read, and the space whose delegations count."""
    return ChainId(int(str(strategy.params["delegationNetwork"]))), str(strategy.params["delegationSpace"])


def registry_chain(strategy: Strategy) -> tuple[ChainId, ...]:
    """Return the chain whose registry is read, as the only one."""
    return (registry(strategy)[0],)


def _check(params: Params) -> dict[str, object]:
    inner = {"strategies": params.strategies()}
    return inner | check_registry(params) | ({"symbol": params.symbol("")} if params.has("symbol") else {})


def _listed(strategy: Strategy) -> tuple[Strategy, ...]:
    return inner_of(strategy, "strategies")


def _check_token(params: Params) -> dict[str, object]:
    return token(params) | check_registry(params)


def _balance(strategy: Strategy) -> tuple[Strategy, ...]:
    """Return the `erc20-balance-of` strategy whose score is delegated."""
    params = {name: strategy.params[name] for name in ("address", "symbol", "decimals")}
    return (Strategy(name="erc20-balance-of", network=strategy.network, params=params),)


def _inner(strategy: Strategy) -> tuple[Strategy, ...]:
    return _listed(strategy) if "strategies" in strategy.params else _balance(strategy)


def _received(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return what each wallet receives from its delegators who do not vote themselves.

    As in Snapshot, the inner strategies are told that the voters are exactly the delegators of those who vote.
    """
    to = yield from delegates(*registry(strategy))
    voting = setting.voters | set(wallets)
    behind = {giver: taker for giver, taker in to.items() if taker in voting and giver not in setting.voters}
    asked = set(wallets)
    givers = tuple(giver for giver, taker in behind.items() if taker in asked)
    inner = _inner(strategy)
    given = yield from sums(inner, givers, replace(setting, voters=frozenset(behind)), scale(inner))
    return _total(wallets, [(to[giver], amount) for giver, amount in zip(givers, given, strict=True)])


def _own_and_received(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return what each wallet receives from all its delegators, plus its own score if it delegates to nobody.

    As in Snapshot, the inner strategies are told that the voters are all who vote and all who delegate to one of them,
    including voters who delegate to somebody else.
    """
    to = yield from delegates(*registry(strategy))
    voting = setting.voters | set(wallets)
    voting_inside = voting | {giver for giver, taker in to.items() if taker in voting}
    asked = set(wallets)
    givers = tuple(giver for giver, taker in to.items() if taker in asked)
    keepers = tuple(wallet for wallet in wallets if wallet not in to)
    everybody = (*givers, *keepers)
    inner = _inner(strategy)
    given = yield from sums(inner, everybody, replace(setting, voters=voting_inside), scale(inner))
    return _total(wallets, [(to.get(giver, giver), amount) for giver, amount in zip(everybody, given, strict=True)])


def _total(wallets: tuple[Address, ...], given: list[tuple[Address, Units | None]]) -> tuple[Units | None, ...]:
    total: dict[Address, Units | None] = dict.fromkeys(wallets, Units(0))
    for taker, amount in given:
        so_far = total[taker]
        total[taker] = None if so_far is None or amount is None else Units(so_far + amount)
    return tuple(total[wallet] for wallet in wallets)


def _none_received(_strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Reasons:
    yield from ()
    return (NOT_RECEIVED,) * len(wallets)


def _none_left(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Reasons:
    """Return the reason for a zero: the delegate of a wallet that delegates, else why it has no score of its own."""
    to = yield from delegates(*registry(strategy))
    keepers = tuple(wallet for wallet in wallets if wallet not in to)
    inner = _inner(strategy)
    own: dict[Address, Reason] = {}
    if keepers and len(inner) == 1:
        own = dict(zip(keepers, (yield from why_zero(inner[0], keepers, setting)).reasons, strict=True))
    return tuple(
        Reason(why=Zero.DELEGATED_AWAY, to=to[wallet]) if wallet in to else own.get(wallet, BY_RULE)
        for wallet in wallets
    )


def _symbol(strategy: Strategy) -> str:
    return str(strategy.params.get("symbol") or symbols(_inner(strategy)))


def _decimals(strategy: Strategy) -> int:
    return scale(_inner(strategy))


def _nowhere(_strategy: Strategy) -> Address | None:
    return None


KINDS = (
    Kind(
        name="delegation",
        about="what delegators give who do not vote themselves",
        check=_check,
        evaluate=_received,
        why_zero=_none_received,
        decimals=_decimals,
        symbol=_symbol,
        contract=_nowhere,
        inner=_listed,
        chains=registry_chain,
        by_voters=True,
    ),
    Kind(
        name="erc20-balance-of-delegation",
        about="tokens of delegators who do not vote themselves",
        check=_check_token,
        evaluate=_received,
        why_zero=_none_received,
        inner=_balance,
        chains=registry_chain,
        by_voters=True,
        erc20=True,
    ),
    Kind(
        name="with-delegation",
        about="the wallet's own, unless delegated, and what delegators give",
        check=_check,
        evaluate=_own_and_received,
        why_zero=_none_left,
        decimals=_decimals,
        symbol=_symbol,
        contract=_nowhere,
        inner=_listed,
        chains=registry_chain,
    ),
    Kind(
        name="erc20-balance-of-with-delegation",
        about="tokens of the wallet, unless delegated, and of delegators",
        check=_check_token,
        evaluate=_own_and_received,
        why_zero=_none_left,
        inner=_balance,
        chains=registry_chain,
        erc20=True,
    ),
)
