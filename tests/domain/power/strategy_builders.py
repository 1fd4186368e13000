"""Short words for strategies and for what a contract answers; the exact power that follows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from eth_hash.auto import keccak

from bot.domain.power import parse_strategies
from bot.domain.power.strategy import Strategy
from bot.domain.shared.contract_events import Event
from bot.domain.shared.types import Address
from tests.domain.power.recorded_calls import Recorded, scored

TOKEN, OTHER = Address("0x" + "7a" * 20), Address("0x" + "7b" * 20)
ANN, BEN, CID = Address("0x" + "11" * 20), Address("0x" + "22" * 20), Address("0x" + "33" * 20)
NOW = 1_700_000_000
WEEK = 604_800
ONE = 10**18


def word(value: int | str) -> str:
    return (int(value, 16) if isinstance(value, str) else value).to_bytes(32, "big").hex()


def call(
    signature: str, arguments: Sequence[int | str], returned: int | str | Sequence[int | str], to: Address = TOKEN
) -> dict[str, str]:
    data = "0x" + keccak(signature.encode())[:4].hex() + "".join(word(argument) for argument in arguments)
    words = [returned] if isinstance(returned, int | str) else returned
    return {"to": to, "data": data, "ret": "0x" + "".join(word(value) for value in words)}


def held(wallet: Address, amount: int, to: Address = TOKEN) -> dict[str, str]:
    return call("balanceOf(address)", [wallet], amount, to)


def strategy(name: str = "erc20-balance-of", network: str = "1", **params: Any) -> dict[str, Any]:
    return {"name": name, "network": network, "params": {"address": TOKEN, "decimals": 18} | params}


def parsed(*entries: dict[str, Any], space: str = "") -> tuple[Strategy, ...]:
    return parse_strategies(json.dumps(entries), space=space)


def exactly(
    entry: dict[str, Any],
    wallets: Sequence[Address],
    calls: Sequence[Mapping[str, Any]] = (),
    delegations: Sequence[Mapping[str, Any]] = (),
    events: Sequence[Event] = (),
    **options: Any,
) -> list[Fraction | None]:
    """The exact power of each wallet, None where it is unknown."""
    powers = scored(parsed(entry), wallets, Recorded(calls, delegations, events), **options)
    return [None if one.total is None else Fraction(one.total, 10**one.scale) for one in powers]


def delegation(delegator: Address, delegate: Address, space: str = "", timestamp: int = 1) -> dict[str, int | str]:
    return {"delegator": delegator, "delegate": delegate, "space": space, "timestamp": timestamp}


STAKE = {
    "name": "stakeOf",
    "inputs": [{"type": "uint8"}, {"type": "address"}],
    "outputs": [
        {"name": "pair", "type": "tuple", "components": [{"type": "uint256"}, {"type": "bool"}]},
        {"name": "list", "type": "uint256[]"},
        {"name": "delta", "type": "int128"},
    ],
}


def taking(name: str = "erc20-balance-of-delegation", **params: Any) -> dict[str, Any]:
    return strategy(name, **params)
