"""What a kind of strategy knows: its parameters, its scores, and what else has to be said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.power.strategy import Evaluation, Reasons, Setting, Strategy
from bot.domain.power.strategy_params import Params
from bot.domain.power.zero_power_reasons import BY_RULE
from bot.domain.shared.types import Address, ChainId


def _stated_decimals(strategy: Strategy) -> int:
    return int(str(strategy.params["decimals"]))


def _stated_symbol(strategy: Strategy) -> str:
    return str(strategy.params["symbol"])


def _stated_contract(strategy: Strategy) -> Address | None:
    address = strategy.params.get("address")
    return None if address is None else Address(str(address))


def _nothing(_strategy: Strategy) -> tuple[()]:
    return ()


def _by_rule(_strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Reasons:
    yield from ()
    return (BY_RULE,) * len(wallets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One strategy by Snapshot's name. `about` says in a member's words what of a wallet it counts.

    `check` returns the parameters in canonical form or raises InvalidInput. `decimals` are those of the scores,
    `symbol` is the unit that people read, `contract` what is read (None: none, or several). `inner` are the
    strategies that it builds on, `chains` the chains that it reads besides its own and theirs. With `by_voters`,
    a score depends on who else votes; with `by_events`, on what contracts told before, delegations apart. `erc20` says
    that the contract is a token which states the same decimals.
    With `one_for_one` a unit of the token is one of power, so that a share of its supply means something; `native` says
    that the chain's own coin is counted. `why_zero` says of wallets that the strategy gives exactly zero what the
    reason is, reading what it takes to know.
    """

    name: str
    about: str
    check: Callable[[Params], dict[str, object]]
    evaluate: Callable[[Strategy, tuple[Address, ...], Setting], Evaluation]
    decimals: Callable[[Strategy], int] = _stated_decimals
    symbol: Callable[[Strategy], str] = _stated_symbol
    contract: Callable[[Strategy], Address | None] = _stated_contract
    inner: Callable[[Strategy], tuple[Strategy, ...]] = _nothing
    chains: Callable[[Strategy], tuple[ChainId, ...]] = _nothing
    by_voters: bool = False
    by_events: bool = False
    erc20: bool = False
    one_for_one: bool = False
    native: bool = False
    why_zero: Callable[[Strategy, tuple[Address, ...], Setting], Reasons] = _by_rule
