"""Short words for strategies and for what a contract answers; the exact power that follows."""

from __future__ import annotations

import json
from fractions import Fraction

from eth_hash.auto import keccak

from bot.domain.power import parse_strategies
from tests.domain.power.recorded_calls import Recorded, scored

TOKEN, OTHER = "0x" + "7a" * 20, "0x" + "7b" * 20
ANN, BEN, CID = "0x" + "11" * 20, "0x" + "22" * 20, "0x" + "33" * 20
NOW = 1_700_000_000
WEEK = 604_800
ONE = 10**18


def word(value):
    return (int(value, 16) if isinstance(value, str) else value).to_bytes(32, "big").hex()


def call(signature, arguments, returned, to=TOKEN):
    data = "0x" + keccak(signature.encode())[:4].hex() + "".join(word(argument) for argument in arguments)
    returned = returned if isinstance(returned, list) else [returned]
    return {"to": to, "data": data, "ret": "0x" + "".join(word(value) for value in returned)}


def held(wallet, amount, to=TOKEN):
    return call("balanceOf(address)", [wallet], amount, to)


def strategy(name="erc20-balance-of", network="1", **params):
    return {"name": name, "network": network, "params": {"address": TOKEN, "decimals": 18} | params}


def parsed(*entries, space=""):
    return parse_strategies(json.dumps(entries), space=space)


def exactly(entry, wallets, calls=(), delegations=(), **options):
    """The exact power of each wallet, None where it is unknown."""
    powers = scored(parsed(entry), wallets, Recorded(calls, delegations), **options)
    return [None if one.total is None else Fraction(one.total, 10**one.scale) for one in powers]


def delegation(delegator, delegate, space="", timestamp=1):
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


def taking(name="erc20-balance-of-delegation", **params):
    return strategy(name, **params)
