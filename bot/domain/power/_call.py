"""The shape that most strategies share: one uint256 view of the wallet on one contract."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.addresses import parse_address
from bot.domain.errors import InvalidInput
from bot.domain.power.reads import PerWallet
from bot.domain.power.strategy import Evaluation, Strategy
from bot.domain.types import Address, Units


def contract_param(params: Mapping[str, object]) -> str:
    """Read the `address` parameter as a lower-case address."""
    value = params.get("address")
    if not isinstance(value, str):
        raise InvalidInput(field="params.address", problem="is missing", remedy="give the contract's address")
    return parse_address(value, field="params.address")


def contract(strategy: Strategy) -> Address:
    """Return the contract that a checked strategy reads."""
    return Address(str(strategy.params["address"]))


def read_each(strategy: Strategy, selector: bytes, wallets: tuple[Address, ...]) -> Evaluation:
    """Score each wallet by `selector(wallet)`."""
    (answers,) = yield [
        PerWallet(chain=strategy.network, target=contract(strategy), selector=selector, wallets=wallets)
    ]
    return tuple(None if answer is None else Units(answer) for answer in answers)
