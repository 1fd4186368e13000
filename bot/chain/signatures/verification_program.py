"""An EVM program that asks many contracts whether they signed, each in isolation, inside one `eth_call`.

Its output is `block.timestamp` as one word, which proves the block it ran on, and then records of 33 bytes, each a flag
and a word. The first record is known beforehand, which proves that the program ran as it should; then follows one for
each inquiry, in order. Nothing is changed: contracts that exist are asked by STATICCALL, and where a factory is needed
first, both calls happen inside the creation of a contract that always reverts, so that no inquiry sees the effects of
another. At most one word is copied of what a contract answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eth_hash.auto import keccak

from bot.chain.batch.batch_query import WORD
from bot.chain.batch.evm_programs import GAS_EACH, RECORD, assemble
from bot.domain.shared.types import Address

UNTRIED, FAILED, ANSWERED, ODD, ABSENT, UNABLE = range(6)
"""Flags of a record.

In order: too little gas was left to try; the call failed; it returned exactly one word; it returned something else; the
address has no code; this way of asking cannot tell.
"""
PREPARED = 8
"""Added to a flag where no code stood there before the factory was called."""
BRIEF = 16
"""Added to a flag where the code has the size of a delegation (EIP-7702); only its bytes show whether it is one."""
DELEGATION = bytes.fromhex("ef0100")
"""The first bytes of an account's code if it delegates to a contract's code (EIP-7702)."""
_DELEGATION_SIZE = 23
GAS_FACTORY = 5_000_000
"""The most gas that a call of a factory may use."""
_RESERVE = GAS_EACH * 64 // 63 + 20_000
_RESERVE_PREPARED = (GAS_FACTORY + GAS_EACH) * 65 // 62 + 200_000
"""With less gas left than this, no further inquiry is tried: a call could run out of gas and seem to fail."""
_HEAD = 24
_KNOWN = keccak(b"folkmoot: an answer known beforehand")
_CANARY = assemble(f"PUSH32:{_KNOWN.hex()} 1 MSTORE {ANSWERED} 0 MSTORE8 {RECORD} 0 REVERT")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureQuery:
    """`question` is the calldata for the contract at `address`; if no code is there, `factory` is called first."""

    address: Address
    question: bytes
    factory: Address | None = None
    preparation: bytes = b""

    @property
    def size(self) -> int:
        """About how many bytes it takes in a request."""
        return _HEAD + len(self.question) + (0 if self.factory is None else 200 + len(self.preparation))


@dataclass(frozen=True, slots=True)
class Record:
    """The outcome of one inquiry.

    `prepared` says that no code stood at the address before its factory was called. `word` is what the contract
    answered, if that is exactly one word, else empty. `brief` says that the code there has the size of a delegation.
    """

    flag: int
    prepared: bool = False
    word: bytes = b""
    brief: bool = False


def packed(inquiries: Sequence[SignatureQuery]) -> bytes:
    """Encode the inquiries as the program reads them: kind, address, size, and the calldata or creation code."""
    parts = [b"\1", bytes(20), len(_CANARY).to_bytes(3, "big"), _CANARY]
    for inquiry in inquiries:
        body = inquiry.question if inquiry.factory is None else _deployment(inquiry, inquiry.factory)
        kind = bytes([inquiry.factory is not None])
        parts += [kind, bytes.fromhex(inquiry.address[2:]), len(body).to_bytes(3, "big"), body]
    return b"".join(parts)


def records(raw: bytes, count: int) -> list[Record] | None:
    """Decode the program's output behind the timestamp: a record for each inquiry. None if it cannot be its output."""
    if len(raw) != RECORD * (1 + count) or raw[:RECORD] != bytes([ANSWERED]) + _KNOWN:
        return None
    found: list[Record] = []
    for at in range(RECORD, len(raw), RECORD):
        flag, prepared, brief = raw[at] & ~(PREPARED | BRIEF), bool(raw[at] & PREPARED), bool(raw[at] & BRIEF)
        if flag > ABSENT:
            return None
        found.append(Record(flag, prepared, raw[at + 1 : at + RECORD] if flag == ANSWERED else b"", brief))
    return found


def program(inquiries: Sequence[SignatureQuery], *, creation: bool) -> bytes:
    """Return the program's bytecode for these inquiries. Creation code has to be followed by `packed(inquiries)`."""
    total = WORD + RECORD * (1 + len(inquiries))
    scratch = -(-total // WORD) * WORD
    reserve = _RESERVE if all(inquiry.factory is None for inquiry in inquiries) else _RESERVE_PREPARED
    if creation:
        size = "PUSH2:@input CODESIZE SUB"
        load = f"{size} PUSH2:@input {scratch} CODECOPY"
    else:
        size, load = "CALLDATASIZE", f"CALLDATASIZE 0 {scratch} CALLDATACOPY"
    return assemble(f"""
        TIMESTAMP 0 MSTORE
        {load}
        {size} {scratch} ADD {WORD} {scratch}
      loop: JUMPDEST                                  ; end record input
        PUSH3:{reserve:06x} GAS LT PUSH2:@done JUMPI
        DUP1 MLOAD
        DUP1 64 SHR PUSH3:ffffff AND
        DUP2 88 SHR PUSH20:{"ff" * 20} AND            ; end record input head size address
        DUP3 248 SHR PUSH2:@create JUMPI
        DUP1 EXTCODESIZE ISZERO PUSH2:@absent JUMPI
        {WORD} DUP6 1 ADD DUP4 DUP7 {_HEAD} ADD DUP5 {_ask}
        DUP2 {_brief} ADD DUP6 MSTORE8
      next: JUMPDEST
        POP SWAP1 POP ADD {_HEAD} ADD                 ; end record next-input
        SWAP1 {RECORD} ADD SWAP1
        DUP3 DUP2 LT PUSH2:@loop JUMPI
      done: JUMPDEST
        PUSH3:{total:06x} 0 RETURN
      absent: JUMPDEST
        {ABSENT} DUP6 MSTORE8 PUSH2:@next JUMP
      create: JUMPDEST
        DUP2 DUP5 {_HEAD} ADD 0 CREATE POP
        {RECORD} RETURNDATASIZE EQ ISZERO PUSH2:@failed JUMPI
        {RECORD} 0 DUP7 RETURNDATACOPY PUSH2:@next JUMP
      failed: JUMPDEST
        {FAILED} DUP6 MSTORE8 PUSH2:@next JUMP
      input:
    """)


_brief = f"EXTCODESIZE {_DELEGATION_SIZE} EQ {BRIEF} MUL"
_ask = f"""
        PUSH3:{GAS_EACH:06x} STATICCALL
        {WORD} RETURNDATASIZE EQ ISZERO 1 ADD MUL 1 ADD   ; FAILED, ANSWERED or ODD
"""


def _deployment(inquiry: SignatureQuery, factory: Address) -> bytes:
    """Return creation code that calls the factory, asks the contract, and reverts with the record as its data."""
    address, question, preparation = inquiry.address[2:], inquiry.question, inquiry.preparation
    record = -(-len(question) // WORD) * WORD + WORD
    return assemble(f"""
        0 PUSH20:{address} EXTCODESIZE PUSH2:@ask JUMPI
        {PREPARED} ADD
        {len(preparation)} PUSH2:@preparation 0 CODECOPY
        0 0 {len(preparation)} 0 0 PUSH20:{factory[2:]} PUSH3:{GAS_FACTORY:06x} CALL POP
      ask: JUMPDEST                                   ; 0 or PREPARED
        PUSH20:{address} EXTCODESIZE ISZERO PUSH2:@absent JUMPI
        {len(question)} PUSH2:@question 0 CODECOPY
        {WORD} {record + 1} {len(question)} 0 PUSH20:{address} {_ask}
        ADD PUSH20:{address} {_brief} ADD {record} MSTORE8
        {RECORD} {record} REVERT
      absent: JUMPDEST
        {ABSENT} ADD {record} MSTORE8
        {RECORD} {record} REVERT
      question: DATA:{question.hex()}
      preparation: DATA:{preparation.hex()}
    """)
