"""Small EVM programs of ours that ask one question, or several, for many addresses inside a single `eth_call`.

All answer `block.timestamp` as one word, which proves the block they ran on, and then one record of 33 bytes an
address: a flag and a word. The flag is 2 for a value, 1 where the call failed or gave less than a word, and 0
where the gas did not suffice to try it; 3 and 4 stand for 1 and 2 where the call burned more than half of what it
may, so that it could have said something else with more. The addresses come packed, 20 bytes each: as calldata where
the program is put in place by a state override ("mapped"), or behind the program itself where it is creation code.
Where several questions are asked, each address comes behind the contract and the function that it is asked of.
"""

from __future__ import annotations

from collections.abc import Sequence

RECORD = 33
UNTRIED, FAILED, VALUE, FAILED_HUNGRY, VALUE_HUNGRY = range(5)
GAS_EACH = 2_500_000
"""The most that a call to one address may burn."""
_RESERVE = GAS_EACH * 64 // 63 + 20_000
"""Below this much gas no further address is tried: a call could starve, and look as if it had failed."""

_OPCODES = {
    "ADD": 0x01, "MUL": 0x02, "SUB": 0x03, "DIV": 0x04, "LT": 0x10, "GT": 0x11, "EQ": 0x14, "ISZERO": 0x15,
    "AND": 0x16, "SHR": 0x1C, "BALANCE": 0x31, "CALLDATALOAD": 0x35, "CALLDATASIZE": 0x36, "CALLDATACOPY": 0x37,
    "CODESIZE": 0x38, "CODECOPY": 0x39, "EXTCODESIZE": 0x3B, "RETURNDATASIZE": 0x3D, "RETURNDATACOPY": 0x3E,
    "TIMESTAMP": 0x42, "POP": 0x50, "MLOAD": 0x51, "MSTORE": 0x52, "MSTORE8": 0x53, "JUMP": 0x56, "JUMPI": 0x57,
    "GAS": 0x5A, "JUMPDEST": 0x5B, "DUP1": 0x80, "DUP2": 0x81, "DUP3": 0x82, "DUP4": 0x83, "DUP5": 0x84,
    "DUP6": 0x85, "DUP7": 0x86, "SWAP1": 0x90, "CREATE": 0xF0, "CALL": 0xF1, "RETURN": 0xF3, "STATICCALL": 0xFA,
    "REVERT": 0xFD,
}  # fmt: skip


ENTRY = 20 + 4 + 20
"""Bytes of what is asked in `several_program`, without further arguments: contract, function and address."""


def call_program(target: bytes, selector: bytes, tail: bytes, *, creation: bool) -> bytes:
    """Return the program that asks `target` for `selector(address, *tail)`; as creation code it lacks the addresses."""
    template = selector + bytes(32) + tail
    scratch = _words(len(template))
    ask = _ask(len(template), f"PUSH20:{target.hex()}")
    return _program(ask, template, scratch, place=len(selector), creation=creation)


def balance_program(*, creation: bool) -> bytes:
    """Return the program that reads each address's balance of the chain's own coin."""
    ask = f"""
        0 MLOAD BALANCE
        DUP3 1 ADD MSTORE
        {VALUE} DUP3 MSTORE8
    """
    return _program(ask, b"", 32, place=0, creation=creation)


def several_program(tail: int, *, creation: bool) -> bytes:
    """Return the program that asks, for each entry, its contract for its function of its address.

    An entry is contract, function, address, and `tail` bytes of further arguments; without a contract (zero) it asks
    for the balance of the chain's own coin.
    """
    size = ENTRY + tail
    question = 4 + 32 + tail
    target = _words(question)
    answer = target + 32
    length, copy = ("CODESIZE", "CODECOPY") if creation else ("CALLDATASIZE", "CALLDATACOPY")
    first, count = ("PUSH2:@input", "PUSH2:@input CODESIZE SUB") if creation else ("0", "CALLDATASIZE")
    arguments = f"{tail} DUP2 {ENTRY} ADD 36 {copy}" if tail else ""
    return assemble(f"""
        TIMESTAMP {answer} MSTORE
        {answer + 32} {first}       ; record, input
      loop: JUMPDEST
        PUSH3:{_RESERVE:06x} GAS LT PUSH2:@end JUMPI
        20 DUP2 {target + 12} {copy}
        4 DUP2 20 ADD 0 {copy}
        20 DUP2 24 ADD 16 {copy}
        {arguments}
        {target} MLOAD ISZERO PUSH2:@coin JUMPI
        {_ask(question, f"{target} MLOAD")}
      next: JUMPDEST
        {size} ADD                  ; the next input
        SWAP1 {RECORD} ADD SWAP1    ; the next record
        {length} DUP2 LT PUSH2:@loop JUMPI
      end: JUMPDEST
        {size} {count} DIV {RECORD} MUL 32 ADD
        {answer} RETURN
      coin: JUMPDEST
        4 MLOAD BALANCE
        DUP3 1 ADD MSTORE
        {VALUE} DUP3 MSTORE8
        PUSH2:@next JUMP
      input:
    """)


def _ask(size: int, target: str) -> str:
    """Return what calls `target` with the question of `size` bytes at 0, and writes the record."""
    return f"""
        GAS
        32                          ; the answer's size
        DUP4 1 ADD                  ; where it goes: behind its flag
        {size} 0                    ; the question's size and place
        {target}
        PUSH3:{GAS_EACH:06x}
        STATICCALL
        31 RETURNDATASIZE GT        ; at least a word came back
        AND
        1 ADD                       ; the flag: 1 or 2
        SWAP1 GAS SWAP1 SUB         ; what the call burned
        PUSH3:{GAS_EACH // 2:06x} LT
        2 MUL ADD                   ; 3 or 4 if it was much
        DUP3 MSTORE8
    """


def _program(ask: str, template: bytes, scratch: int, *, place: int, creation: bool) -> bytes:
    """Assemble the loop around `ask`, in which the stack holds the input's offset, and below it the record's.

    Memory: the question at 0, its address word at `place`; the answer from `scratch` + 32 on, so that creation
    code may copy the next address to `scratch`.
    """
    answer = scratch + 32
    if creation:
        size, load = "CODESIZE", f"20 DUP2 {scratch} CODECOPY {scratch} MLOAD"
        first, count = "PUSH2:@input", "PUSH2:@input CODESIZE SUB"
    else:
        size, load, first, count = "CALLDATASIZE", "DUP1 CALLDATALOAD", "0", "CALLDATASIZE"
    listing = f"""
        {len(template)} PUSH2:@template 0 CODECOPY
        TIMESTAMP {answer} MSTORE
        {answer + 32} {first}       ; record, input
      loop: JUMPDEST
        PUSH3:{_RESERVE:06x} GAS LT PUSH2:@end JUMPI
        {load} 96 SHR {place} MSTORE
        {ask}
        20 ADD                      ; the next input
        SWAP1 {RECORD} ADD SWAP1    ; the next record
        {size} DUP2 LT PUSH2:@loop JUMPI
      end: JUMPDEST
        20 {count} DIV {RECORD} MUL 32 ADD
        {answer} RETURN
      template: DATA:{template.hex()}
      input:
    """
    return assemble(listing)


def assemble(listing: str) -> bytes:
    """Turn a listing into code: opcodes, `PUSHn:hex`, `PUSH2:@label`, plain numbers below 65,536, `label:`, `DATA:hex`.

    A semicolon begins a comment.
    """
    code = bytearray()
    labels: dict[str, int] = {}
    uses: list[tuple[int, str]] = []
    for token in _tokens(listing):
        name, colon, rest = token.partition(":")
        if not colon:
            code += _push(int(token)) if token.isdigit() else bytes([_OPCODES[token]])
        elif not rest and name != "DATA":
            labels[name] = len(code)
        elif name == "DATA":
            code += bytes.fromhex(rest)
        else:
            code.append(0x5F + int(name.removeprefix("PUSH")))
            if rest.startswith("@"):
                uses.append((len(code), rest[1:]))
                rest = "0000"
            code += bytes.fromhex(rest)
    for at, label in uses:
        code[at : at + 2] = labels[label].to_bytes(2, "big")
    return bytes(code)


def _tokens(listing: str) -> Sequence[str]:
    return " ".join(line.partition(";")[0] for line in listing.splitlines()).split()


def _push(number: int) -> bytes:
    return bytes([0x60, number]) if number < 256 else bytes([0x61, *number.to_bytes(2, "big")])  # noqa: PLR2004 - a byte


def _words(size: int) -> int:
    return -(-size // 32) * 32
