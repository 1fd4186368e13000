"""An embedded Ethereum chain: real contracts on py-evm, one block a transaction, every past block readable."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eth.abc import BlockHeaderAPI, ReceiptAPI, SignedTransactionAPI, StateAPI, VirtualMachineAPI
from eth.constants import CREATE_CONTRACT_ADDRESS
from eth.exceptions import InsufficientFunds, UnrecognizedTransactionType
from eth.vm.forks.shanghai import ShanghaiVM
from eth_account.signers.local import LocalAccount
from eth_keys.exceptions import BadSignature
from eth_typing import Hash32, HexStr
from eth_utils.exceptions import ValidationError
from rlp.exceptions import DecodingError, DeserializationError  # type: ignore[import-untyped]

from bot.chain.rpc.network import MULTICALL3
from bot.demo.chain.call_execution import CALL_GAS, Reverted, canonical, execute
from bot.demo.chain.genesis import GAS_LIMIT, NEW_YEAR, begin
from bot.demo.contracts import Contract, contract
from bot.domain.shared.addresses import ZERO, checksummed
from bot.domain.shared.types import Address

SUCCEEDED = b"\x01"
_CACHED = 8
_INVALID = (
    BadSignature,
    DecodingError,
    DeserializationError,
    IndexError,
    InsufficientFunds,
    UnrecognizedTransactionType,
    ValidationError,
)
"""py-evm's exceptions for transactions that cannot be in a block."""


class NoSuchBlock(Exception):
    """The chain has no block of that number or hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A mined block: its header, and its one transaction if it has one, with its outcome."""

    header: BlockHeaderAPI
    transaction: SignedTransactionAPI | None = None
    receipt: ReceiptAPI | None = None
    created: Address | None = None
    answer: bytes = b""

    @property
    def number(self) -> int:
        """Its block number."""
        return self.header.block_number

    @property
    def hash(self) -> str:
        """Its hash, in hexadecimal with 0x."""
        return "0x" + self.header.hash.hex()


class Evm:
    """An Ethereum chain in memory.

    The accounts 0 to 19 begin with 10,000 coins each, and `Aggregate3` has the address of Multicall3. Every transaction
    is mined immediately, alone in its block. A block's timestamp is `now()`, or `block_time` seconds after its parent's
    without `now`; it is always later than its parent's. The newest `unfinal` blocks are not final yet.
    """

    def __init__(
        self,
        *,
        chain_id: int = 31337,
        genesis: int = NEW_YEAR,
        block_time: int = 12,
        now: Callable[[], int] | None = None,
        unfinal: int = 0,
    ) -> None:
        self.chain_id = chain_id
        self.unfinal = unfinal
        self._block_time = block_time
        self.now = now
        self._next: int | None = None
        self._contracts: dict[Address, Contract] = {MULTICALL3: contract("Aggregate3")}
        self._vms: OrderedDict[bytes, VirtualMachineAPI] = OrderedDict()
        self._mined: dict[bytes, Sealed] = {}
        self._chain = begin(chain_id, genesis)
        self._blocks = [Sealed(header=self._chain.get_canonical_head())]
        self._by_hash = {self._blocks[0].header.hash: self._blocks[0]}

    @property
    def head(self) -> Sealed:
        """The newest block."""
        return self._blocks[-1]

    @property
    def finalized(self) -> Sealed:
        """The newest final block."""
        return self._blocks[max(0, self.head.number - self.unfinal)]

    def block(self, which: int | bytes) -> Sealed:
        """Return a block by its number or hash.

        Raises:
            NoSuchBlock: there is none.

        """
        if isinstance(which, bytes):
            if (found := self._by_hash.get(Hash32(which))) is not None:
                return found
        elif 0 <= which < len(self._blocks):
            return self._blocks[which]
        raise NoSuchBlock(which.hex() if isinstance(which, bytes) else str(which))

    def mined(self, transaction: bytes) -> Sealed | None:
        """Return the block of a transaction, by the transaction's hash; None if it was not mined."""
        return self._mined.get(transaction)

    def mine(self, blocks: int = 1) -> Sealed:
        """Add empty blocks."""
        for _ in range(blocks):
            self._begin()
            self._seal()
        return self.head

    def travel(self, to: int) -> Sealed:
        """Mine a block with the timestamp `to` (seconds), unless the newest block's is that late already."""
        if self.head.header.timestamp < to:
            self.set_next_timestamp(to)
            self.mine()
        return self.head

    def set_next_timestamp(self, at: int) -> None:
        """Set the timestamp of the next block, in seconds."""
        if at <= self.head.header.timestamp:
            raise ValueError(f"the newest block is of {self.head.header.timestamp}, the next cannot be of {at}")
        self._next = at

    def deploy(self, name: str, *args: object, sender: LocalAccount) -> Address:
        """Deploy one of our contracts and return its address."""
        made = contract(name)
        sealed = self._transact(sender, None, made.creation(*args), 0, made)
        if sealed.created is None:
            raise Reverted("nothing was created", None)
        self._contracts[sealed.created] = made
        return sealed.created

    def send(self, to: Address, function: str, *args: object, sender: LocalAccount, value: int = 0) -> Sealed:
        """Send a transaction to a contract deployed here.

        Raises:
            Reverted: it failed; its block is mined nevertheless, and changes nothing but the sender's nonce.

        """
        made = self._contracts[to]
        return self._transact(sender, to, made.encode(function, *args), value, made)

    def pay(self, to: Address, value: int, *, sender: LocalAccount) -> Sealed:
        """Transfer the chain's coin, in base units."""
        return self._transact(sender, to, b"", value, self._contracts.get(to, contract("Treasury")))

    def call(self, to: Address, function: str, *args: object, at: int | None = None) -> Any:  # noqa: ANN401 - what the contract says it returns
        """Call a contract deployed here, at the newest block or at block `at`, and return the decoded answer."""
        made = self._contracts[to]
        block = self.head if at is None else self.block(at)
        return made.decode(function, self.execute(block, to=to, data=made.encode(function, *args)))

    def balance(self, of: Address, at: int | None = None) -> int:
        """Return an address's balance of the chain's coin in base units, at the newest block or at block `at`."""
        return self.state(self.head if at is None else self.block(at)).get_balance(canonical(of))

    def sign(self, sender: LocalAccount, to: Address | None, data: bytes = b"", value: int = 0) -> bytes:
        """Return the sender's next transaction, signed; without `to`, `data` is creation code."""
        signed = sender.sign_transaction(
            {
                "type": 2,
                "chainId": self.chain_id,
                "nonce": self.state(self.head).get_nonce(canonical(Address(sender.address))),
                "value": value,
                "data": data,
                "gas": GAS_LIMIT // 3,
                "maxFeePerGas": 10**12,
                "maxPriorityFeePerGas": 0,
                "accessList": [],
                **({"to": HexStr(checksummed(to))} if to is not None else {}),
            }
        )
        return bytes(signed.raw_transaction)

    def send_raw(self, raw: bytes) -> Sealed:
        """Mine a signed transaction, alone in the next block.

        Raises:
            Reverted: it is not valid, so it is in no block.

        """
        self._begin()
        try:
            transaction = ShanghaiVM.get_transaction_builder().decode(raw)
            _, receipt, computation = self._chain.apply_transaction(transaction)
        except _INVALID as error:
            raise Reverted(str(error), None) from error
        created = None
        if transaction.to == CREATE_CONTRACT_ADDRESS and computation.is_success:
            created = Address("0x" + computation.msg.storage_address.hex())
        return self._seal(transaction, receipt, created, computation.output)

    def execute(
        self,
        block: Sealed,
        *,
        to: Address | None,
        data: bytes,
        sender: Address = ZERO,
        value: int = 0,
        gas: int = CALL_GAS,
        prepare: Callable[[StateAPI], None] | None = None,
    ) -> bytes:
        """Return the output of a call on the state after `block`, changing nothing.

        Without `to`, `data` is creation code. `prepare` may change the state for this call alone.

        Raises:
            Reverted: the call failed.

        """
        return execute(
            self.state(block),
            to=to,
            data=data,
            sender=sender,
            value=value,
            gas=gas,
            prepare=prepare,
            reason=self._reason(to),
        )

    def state(self, block: Sealed) -> StateAPI:
        """Return the state after `block`; a caller that changes it has to revert that."""
        if block.header.hash not in self._vms:
            self._vms[block.header.hash] = self._chain.get_vm(block.header)
            while len(self._vms) > _CACHED:
                self._vms.popitem(last=False)
        self._vms.move_to_end(block.header.hash)
        return self._vms[block.header.hash].state

    def _reason(self, to: Address | None) -> Callable[[bytes], str]:
        known = self._contracts.get(to) if to is not None else None
        return (known or contract("Aggregate3")).reason

    def _transact(self, sender: LocalAccount, to: Address | None, data: bytes, value: int, made: Contract) -> Sealed:
        sealed = self.send_raw(self.sign(sender, to, data, value))
        if sealed.receipt is None or sealed.receipt.state_root != SUCCEEDED:
            raise Reverted(made.reason(sealed.answer), sealed.answer)
        return sealed

    def _begin(self) -> None:
        """Set the pending block's timestamp."""
        parent = self.head.header.timestamp
        at = self._next or (self.now() if self.now is not None else parent + self._block_time)
        self._chain.set_header_timestamp(max(parent + 1, at))

    def _seal(
        self,
        transaction: SignedTransactionAPI | None = None,
        receipt: ReceiptAPI | None = None,
        created: Address | None = None,
        answer: bytes = b"",
    ) -> Sealed:
        self._next = None
        header = self._chain.mine_block().header
        sealed = Sealed(header=header, transaction=transaction, receipt=receipt, created=created, answer=answer)
        self._blocks.append(sealed)
        self._by_hash[header.hash] = sealed
        if transaction is not None:
            self._mined[transaction.hash] = sealed
        return sealed
