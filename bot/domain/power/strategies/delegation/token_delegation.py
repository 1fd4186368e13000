"""Strategies on tokens that keep their own delegations, some of which let voting delegators override their delegate."""

from __future__ import annotations

import re
from collections import defaultdict

from eth_hash.auto import keccak

from bot.domain.power.strategies.contract_balances import (
    DELEGATES,
    address_of,
    balances,
    contract,
    holdings,
    of_votes,
    token,
)
from bot.domain.power.strategies.delegation.delegate_registry import check_registry, registry, registry_chain
from bot.domain.power.strategy import Evaluation, Reasons, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import delegates, each, side_by_side
from bot.domain.power.zero_power_reasons import BY_RULE, NOT_HELD, Reason, Zero
from bot.domain.shared.errors.faults.strategies import NotAFunctionName
from bot.domain.shared.types import Address, ChainId, Units

_NAMES = {"getVotesName": "getVotes", "balanceOfName": "balanceOf", "delegatesName": "delegates"}
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,63}")


def _undelegated(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return the balance of each wallet that has delegated to nobody, not even to itself."""
    delegated, held = yield from side_by_side(
        [each(strategy.network, contract(strategy), DELEGATES, wallets), balances(strategy, wallets)]
    )
    return tuple(
        None if to is None or amount is None else Units(0 if to else amount)
        for to, amount in zip(delegated, held, strict=True)
    )


def _all_delegated(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Reasons:
    """Return the reason for a zero: the wallet holds nothing, or has delegated it, perhaps to itself."""
    found = yield from holdings(strategy, wallets)
    return tuple(
        NOT_HELD
        if held == 0
        else BY_RULE
        if held is None or not to
        else Reason(why=Zero.DELEGATED, held=held, to=address_of(to))
        for held, to in found
    )


def _check_override(params: Params) -> dict[str, object]:
    names: dict[str, object] = {}
    for name, default in _NAMES.items():
        value = params.raw.get(name) or default
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            raise wrong(name, NotAFunctionName(default))
        names[name] = value
    checked = token(params, "votes") | names
    if params.raw.get("includeSnapshotDelegations"):
        checked |= check_registry(params) | {
            "includeSnapshotDelegations": True,
            "isSnapshotDelegatedScore": bool(params.raw.get("isSnapshotDelegatedScore")),
        }
    return checked


def _override(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return votes - balances of the wallet's delegators who vote + its own balance if it delegates to another.

    The subtraction stops at 0. With `includeSnapshotDelegations`, delegators in the registry whose delegate votes count
    as voters too; with `isSnapshotDelegatedScore`, the result is the sum of those delegators' power instead.
    """
    voters = setting.voters | set(wallets)
    through: dict[Address, Address] = {}
    if strategy.params.get("includeSnapshotDelegations"):
        given = yield from delegates(*registry(strategy))
        through = {giver: to for giver, to in given.items() if to in voters and giver not in voters}
    people = (*wallets, *sorted((voters | set(through)) - set(wallets)))
    selectors = [_selector(strategy, name) for name in _NAMES]
    votes, held, to = yield from side_by_side(
        [each(strategy.network, contract(strategy), selector, people) for selector in selectors]
    )
    power = _with_override(people, votes, held, to)
    if not strategy.params.get("isSnapshotDelegatedScore"):
        return tuple(power[wallet] for wallet in wallets)
    received: dict[Address, Units | None] = dict.fromkeys(wallets, Units(0))
    for giver, taker in through.items():
        if taker in received:
            so_far, more = received[taker], power[giver]
            received[taker] = None if so_far is None or more is None else Units(so_far + more)
    return tuple(received[wallet] for wallet in wallets)


def _no_votes(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Reasons:
    if strategy.params.get("isSnapshotDelegatedScore"):
        return (BY_RULE,) * len(wallets)
    balance_of, delegate_of = (_selector(strategy, name) for name in ("balanceOfName", "delegatesName"))
    found = yield from holdings(strategy, wallets, balance_of, delegate_of)
    return tuple(of_votes(wallet, held, to) for wallet, (held, to) in zip(wallets, found, strict=True))


def _selector(strategy: Strategy, name: str) -> bytes:
    return keccak(f"{strategy.params[name]}(address)".encode())[:4]


def _with_override(
    people: tuple[Address, ...],
    votes: tuple[Units | None, ...],
    held: tuple[Units | None, ...],
    to: tuple[Units | None, ...],
) -> dict[Address, Units | None]:
    own = [int(person, 16) for person in people]
    given: defaultdict[int, list[Units | None]] = defaultdict(list)
    for number, taker, amount in zip(own, to, held, strict=True):
        if taker is not None and taker not in (0, number):
            given[taker].append(amount)
    unknown = None in to  # then it is unknown whose balance is part of whose votes
    power: dict[Address, Units | None] = {}
    for person, number, has, amount, taker in zip(people, own, votes, held, to, strict=True):
        away = taker not in (0, number)
        if unknown or has is None or None in given[number] or (away and amount is None):
            power[person] = None
        else:
            left = max(0, has - sum(one or 0 for one in given[number])) if has > 0 else has
            power[person] = Units(left + ((amount or 0) if away else 0))
    return power


def _override_chains(strategy: Strategy) -> tuple[ChainId, ...]:
    return registry_chain(strategy) if strategy.params.get("includeSnapshotDelegations") else ()


KINDS = (
    Kind(
        name="erc20-votes-undelegated-balance",
        about="tokens in the wallet that are delegated to nobody",
        check=lambda params: token(params, "votes"),
        evaluate=_undelegated,
        erc20=True,
        why_zero=_all_delegated,
    ),
    Kind(
        name="erc20-votes-with-override",
        about="votes delegated to the wallet, less those of delegators who vote",
        check=_check_override,
        evaluate=_override,
        chains=_override_chains,
        by_voters=True,
        erc20=True,
        one_for_one=True,
        why_zero=_no_votes,
    ),
)
