"""The first state of the embedded chain: which accounts have coins, and which contracts exist."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from eth.abc import BlockHeaderAPI
from eth.chains.base import MiningChain
from eth.constants import POST_MERGE_DIFFICULTY, POST_MERGE_MIX_HASH, POST_MERGE_NONCE
from eth.db.atomic import AtomicDB
from eth.typing import AccountDetails, HeaderParams
from eth.vm.forks.shanghai import ShanghaiVM
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_hash.auto import keccak
from eth_typing import Address as Canonical
from eth_typing import BlockNumber

from bot.chain.rpc.network import MULTICALL3
from bot.demo.chain.call_execution import canonical
from bot.demo.contracts import contract
from bot.domain.shared.types import Address, Timestamp

ETHER = 10**18
GAS_LIMIT = 30_000_000
NEW_YEAR = Timestamp(1_735_689_600)
"""The first block's timestamp by default: the first second of 2025, UTC."""
FUNDED = 20
"""How many accounts begin with coins."""


@cache
def account(number: int) -> LocalAccount:
    """Return an account of the embedded chain. Each number has a fixed key, which is public."""
    person: LocalAccount = Account.from_key(keccak(f"folkmoot demo account {number}".encode()))
    return person


def address_of(number: int) -> Address:
    """Return the address of `account(number)`."""
    return Address(account(number).address.lower())


class Chain(MiningChain):
    """Blocks under the rules of Shanghai, all with the same gas limit."""

    vm_configuration = ((BlockNumber(0), ShanghaiVM),)

    def create_header_from_parent(self, parent_header: BlockHeaderAPI, **params: Any) -> BlockHeaderAPI:  # noqa: ANN401
        """Return the header that the next block starts from."""
        return super().create_header_from_parent(parent_header, **{**params, "gas_limit": parent_header.gas_limit})


def begin(chain_id: int, timestamp: int) -> Chain:
    """Return a chain of one block: the first twenty accounts have 10,000 coins each."""
    state: dict[Canonical, AccountDetails] = {
        canonical(address_of(number)): {"balance": 10_000 * ETHER, "nonce": 0, "code": b"", "storage": {}}
        for number in range(FUNDED)
    }
    state[canonical(MULTICALL3)] = {
        "balance": 0,
        "nonce": 1,
        "code": contract("Aggregate3").runtime,
        "storage": {},
    }
    header: dict[str, HeaderParams] = {
        "difficulty": POST_MERGE_DIFFICULTY,
        "mix_hash": POST_MERGE_MIX_HASH,
        "nonce": POST_MERGE_NONCE,
        "gas_limit": GAS_LIMIT,
        "timestamp": timestamp,
    }
    return cast("Chain", Chain.configure(chain_id=chain_id).from_genesis(AtomicDB(), header, state))
