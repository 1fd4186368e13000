"""The ABI of contracts, as far as calls and the places of their answers need it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from eth_hash.auto import keccak

from bot.domain.power.exact_numbers import fraction

WORD = 32
_INTEGER = re.compile(r"(u?)int([0-9]{1,3})")
_FIXED = re.compile(r"bytes([0-9]{1,2})")


def selector(name: str, types: Sequence[str]) -> bytes:
    """Return the four bytes that choose a function."""
    return keccak(f"{name}({','.join(types)})".encode())[:4]


def type_of(entry: Mapping[str, Any]) -> str:
    """Write the type of an ABI entry as signatures have it; a struct is the tuple of its components."""
    kind = str(entry["type"])
    if kind.startswith("tuple"):
        return f"({','.join(type_of(part) for part in entry['components'])}){kind.removeprefix('tuple')}"
    return re.sub(r"^(u?int)(?![0-9])", r"\g<1>256", kind)


def encode(types: Sequence[str], values: Sequence[object]) -> bytes:
    """Encode arguments. Raises ValueError or TypeError where they do not fit their types."""
    encoded = [_encode(kind, value) for kind, value in zip(types, values, strict=True)]
    moved = [dynamic(kind) for kind in types]
    at = sum(WORD if apart else len(one) for apart, one in zip(moved, encoded, strict=True))
    head, tail = b"", b""
    for apart, one in zip(moved, encoded, strict=True):
        head += (at + len(tail)).to_bytes(WORD, "big") if apart else one
        tail += one if apart else b""
    return head + tail


def words(kind: str) -> int:
    """Return how many words a value takes in the head of an answer."""
    if dynamic(kind):
        return 1
    if kind.endswith("]"):
        element, size = _array(kind)
        return int(size) * words(element)
    return sum(words(part) for part in _parts(kind)) if kind.startswith("(") else 1


def dynamic(kind: str) -> bool:
    """Return whether values of a type differ in size."""
    if kind.endswith("]"):
        element, size = _array(kind)
        return not size or dynamic(element)
    return any(dynamic(part) for part in _parts(kind)) if kind.startswith("(") else kind in {"bytes", "string"}


def _encode(kind: str, value: object) -> bytes:
    if kind.endswith("]"):
        element, size = _array(kind)
        if not isinstance(value, list) or (size and len(value) != int(size)):
            raise ValueError("not such a list")
        return (b"" if size else len(value).to_bytes(WORD, "big")) + encode([element] * len(value), value)
    if kind.startswith("("):
        if not isinstance(value, list):
            raise ValueError("not a struct")
        return encode(_parts(kind), value)
    if kind in {"bytes", "string"}:
        raw = _text(value).encode() if kind == "string" else _bytes(value)
        return len(raw).to_bytes(WORD, "big") + raw + bytes(-len(raw) % WORD)
    return _word(kind, value)


def _word(kind: str, value: object) -> bytes:
    if fixed := _FIXED.fullmatch(kind):
        raw = _bytes(value)
        if len(raw) != int(fixed[1]) or len(raw) > WORD:
            raise ValueError("another number of bytes")
        return raw.ljust(WORD, b"\0")
    if kind == "bool":
        if not isinstance(value, bool):
            raise ValueError("neither true nor false")
        return int(value).to_bytes(WORD, "big")
    number = _number(value)
    if kind == "address":
        return number.to_bytes(20, "big").rjust(WORD, b"\0")
    integer = _INTEGER.fullmatch(kind)
    if integer is None:
        raise ValueError("a type that no contract has")
    bits, signed = int(integer[2]), not integer[1]
    if not (-(1 << bits - 1) <= number < 1 << bits - 1 if signed else 0 <= number < 1 << bits):
        raise ValueError("out of range")
    return number.to_bytes(WORD, "big", signed=signed)


def _number(value: object) -> int:
    if isinstance(value, str):
        return int(value, 16) if value.startswith("0x") else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or int(value) != value:
        raise ValueError("not a whole number")
    return int(fraction(value))  # what its digits say, as everywhere


def _text(value: object) -> str:
    return str(int(fraction(value))) if isinstance(value, float) and value.is_integer() else str(value)


def _bytes(value: object) -> bytes:
    if not isinstance(value, str) or not value.startswith("0x"):
        raise ValueError("not hexadecimal")
    return bytes.fromhex(value[2:])


def _array(kind: str) -> tuple[str, str]:
    """Split the type of an array into that of its elements, and their number if it is fixed."""
    element, _, size = kind[:-1].rpartition("[")
    return element, size


def _parts(kind: str) -> list[str]:
    """Split the type of a tuple into those of its parts."""
    if kind == "()":
        return []
    parts, depth = [""], 0
    for char in kind[1:-1]:
        depth += (char == "(") - (char == ")")
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return parts
