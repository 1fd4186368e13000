"""Executes one call on a state of the embedded chain, and reverts it afterwards."""

from __future__ import annotations

from collections.abc import Callable

from eth.abc import ComputationAPI, StateAPI
from eth.constants import CREATE_CONTRACT_ADDRESS
from eth.exceptions import InsufficientFunds, OutOfGas, Revert, VMError
from eth.vm.forks.shanghai.constants import MAX_INITCODE_SIZE
from eth.vm.message import Message
from eth.vm.transaction_context import BaseTransactionContext
from eth_hash.auto import keccak
from eth_typing import Address as Canonical

from bot.domain.shared.types import Address

CALL_GAS = 50_000_000
"""The gas of a call that names none, and the most that one may have."""
_CREATED = Canonical(keccak(b"created by a call")[12:])


class Reverted(Exception):
    """A call failed; `reason` says why in words. `data` is what the contract returned, None if none reverted."""

    def __init__(self, reason: str, data: bytes | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.data = data


def canonical(address: Address) -> Canonical:
    """Return an address as its 20 bytes."""
    return Canonical(bytes.fromhex(address[2:]))


def execute(
    state: StateAPI,
    *,
    to: Address | None,
    data: bytes,
    sender: Address,
    value: int,
    gas: int,
    prepare: Callable[[StateAPI], None] | None,
    reason: Callable[[bytes], str],
) -> bytes:
    """Return the output of a call, and undo the call; without `to`, `data` is creation code.

    `prepare` changes the state for this call. Gas costs nothing, but `gas` limits the call as it limits a transaction:
    the intrinsic cost of the data is subtracted first.

    Raises:
        Reverted: it failed; `reason` turns what a contract returned into words.

    """
    if to is None and len(data) > MAX_INITCODE_SIZE:
        raise Reverted(f"max initcode size exceeded: code size {len(data)} limit {MAX_INITCODE_SIZE}", None)
    left = gas - _intrinsic(data, creates=to is None)
    if left < 0:
        raise Reverted("intrinsic gas too low", None)
    before = state.snapshot()
    try:
        if prepare is not None:
            prepare(state)
        computation = _run(state, to, data, canonical(sender), value, left)
    except VMError as error:
        raise Reverted(_words(error), None) from error
    finally:
        state.revert(before)
    if computation.is_success:
        return computation.output
    if isinstance(computation.error, Revert):
        raise Reverted(reason(computation.output), computation.output)
    raise Reverted(_words(computation.error), None)


def _run(state: StateAPI, to: Address | None, data: bytes, sender: Canonical, value: int, gas: int) -> ComputationAPI:
    context = BaseTransactionContext(gas_price=0, origin=sender)
    if to is None:
        message = Message(gas, CREATE_CONTRACT_ADDRESS, sender, value, b"", data, create_address=_CREATED)
        return state.computation_class.apply_create_message(state, message, context)
    callee = canonical(to)
    message = Message(gas, callee, sender, value, data, state.get_code(callee))
    return state.computation_class.apply_message(state, message, context)


def _intrinsic(data: bytes, *, creates: bool) -> int:
    zeros = data.count(0)
    words = (len(data) + 31) // 32
    return 21_000 + 4 * zeros + 16 * (len(data) - zeros) + (32_000 + 2 * words if creates else 0)


def _words(error: VMError) -> str:
    """Return the error in the words of public nodes."""
    match error:
        case OutOfGas():
            return "out of gas"
        case InsufficientFunds():
            return "insufficient funds for transfer"
        case _:
            return str(error) or type(error).__name__
