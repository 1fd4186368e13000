"""Canonical JSON, identifiers, trees and signatures, as docs/proof.md has them."""

from __future__ import annotations

import json
from base64 import b32encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, TypeVar

from eth_hash.auto import keccak
from eth_keys.datatypes import Signature

T = TypeVar("T")
_HALF = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
_FIELDS = ("from", "space", "timestamp", "proposal", "choice", "reason", "app", "metadata")


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: object) -> str:
    return sha256(canonical(value)).hexdigest()


def identifier(content: bytes) -> str:
    return "b" + b32encode(b"\x01\x55\x12\x20" + sha256(content).digest()).decode().lower().rstrip("=")


def _halves(several: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    middle = 1
    while 2 * middle < len(several):
        middle *= 2
    return several[:middle], several[middle:]


def leaf(line: dict[str, Any]) -> bytes:
    return sha256(b"\x00" + canonical(line)).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    left, right = _halves(leaves)
    return sha256(b"\x01" + root(left) + root(right)).digest()


def under(line: dict[str, Any], index: int, many: int, path: Sequence[str]) -> str:
    """The root that a path leads to, from the leaf's own sibling upwards (RFC 9162, 2.1.3.2)."""
    made, last = leaf(line), many - 1
    assert index <= last
    for sibling in map(bytes.fromhex, path):
        if index % 2 or index == last:
            made = sha256(b"\x01" + sibling + made).digest()
            while index and not index % 2:
                index, last = index // 2, last // 2
        else:
            made = sha256(b"\x01" + made + sibling).digest()
        index, last = index // 2, last // 2
    assert last == 0
    return made.hex()


def _word(number: int | str) -> bytes:
    return int(number).to_bytes(32, "big")


def sum_leaf(shown: Mapping[str, str]) -> tuple[int, bytes]:
    wallet, salt = bytes.fromhex(shown["wallet"][2:]), bytes.fromhex(shown["salt"])
    return int(shown["power"]), sha256(b"\x02" + salt + wallet + _word(shown["power"])).digest()


def sum_node(left: tuple[int, bytes], right: tuple[int, bytes]) -> tuple[int, bytes]:
    both = b"".join(_word(amount) + made for amount, made in (left, right))
    return left[0] + right[0], sha256(b"\x03" + both).digest()


def sum_root(leaves: Sequence[tuple[int, bytes]]) -> tuple[int, bytes]:
    if len(leaves) < 2:
        return leaves[0] if leaves else (0, sha256(b"\x02").digest())
    left, right = _halves(leaves)
    return sum_node(sum_root(left), sum_root(right))


def capitals(address: str) -> str:
    digits = keccak(address[2:].encode()).hex()
    return "0x" + "".join(one.upper() if int(by, 16) > 7 else one for one, by in zip(address[2:], digits, strict=False))


def choice_of(system: str, mark: Any) -> tuple[str, int | str | list[int]]:
    """The type of a choice in the message, and the choice."""
    if system in ("basic", "single-choice"):
        return "uint32", mark
    if system in ("weighted", "quadratic", "star"):
        return "string", canonical({}).decode() if not any(mark) else _given(mark)
    return "uint32[]", mark


def _given(mark: Sequence[int]) -> str:
    return "{" + ",".join(f'"{at}":{given}' for at, given in enumerate(mark, start=1) if given) + "}"


def signer(system: str, message: dict[str, Any], signature: str) -> str:
    """The address whose key signed a message."""
    kind, _ = choice_of(system, [] if system not in ("basic", "single-choice") else 0)
    form = f"Vote(string from,string space,uint64 timestamp,string proposal,{kind} choice,"
    form += "string reason,string app,string metadata)"
    words = {name: keccak(message[name].encode()) for name in _FIELDS if isinstance(message[name], str)}
    words["timestamp"] = _word(message["timestamp"])
    if kind != "string":
        several = message["choice"] if kind == "uint32[]" else None
        words["choice"] = _word(message["choice"]) if several is None else keccak(b"".join(map(_word, several)))
    vote = keccak(keccak(form.encode()) + b"".join(words[name] for name in _FIELDS))
    domain = keccak(keccak(b"EIP712Domain(string name,string version)") + keccak(b"snapshot") + keccak(b"0.1.4"))
    signed = bytes.fromhex(signature[2:])
    assert len(signed) == 65
    assert signed[64] in (0, 1, 27, 28)
    assert int.from_bytes(signed[32:64], "big") <= _HALF
    made = Signature(signed[:64] + bytes([signed[64] % 27]))
    return made.recover_public_key_from_msg_hash(keccak(b"\x19\x01" + domain + vote)).to_address()
