"""Digests of typed data (EIP-712): flat structs of text, bytes, numbers, addresses and lists of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from eth_hash.auto import keccak

Value = str | int | bytes | Sequence["Value"]
Encode = Callable[[Value], bytes]
_NUMBER = re.compile(r"uint(8|16|24|32|40|48|56|64|72|80|88|96|104|112|120|128|136|144|152|160|256)")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


@dataclass(frozen=True, slots=True)
class Struct:
    """A type by its name and the types of its fields, in the order in which they are hashed.

    Known types: `string`, `bytes`, `address`, `bytes32`, `uint8` to `uint256`, and lists of them as in `uint32[]`.
    """

    name: str
    fields: Mapping[str, str]
    _prefix: bytes = field(init=False, repr=False, compare=False)
    _encoders: tuple[tuple[str, Encode], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        written = f"{self.name}({','.join(f'{kind} {name}' for name, kind in self.fields.items())})"
        object.__setattr__(self, "_prefix", keccak(written.encode()))
        object.__setattr__(self, "_encoders", tuple((name, _encoder(kind)) for name, kind in self.fields.items()))

    def hash(self, values: Mapping[str, Value]) -> bytes:
        """Return the hash of a value of this type.

        Raises:
            ValueError: a field is missing, or has a value that its type does not.

        """
        if values.keys() != self.fields.keys():
            raise ValueError(f"{self.name} has the fields {', '.join(self.fields)}")
        return keccak(self._prefix + b"".join([encode(values[name]) for name, encode in self._encoders]))

    def json(self) -> list[dict[str, str]]:
        """Return the fields as `eth_signTypedData_v4` takes them."""
        return [{"name": name, "type": kind} for name, kind in self.fields.items()]


def digest(domain: bytes, struct: bytes) -> bytes:
    """Return what is signed, from the hash of the domain and that of the struct."""
    return keccak(b"\x19\x01" + domain + struct)


def _encoder(kind: str) -> Encode:
    if kind.endswith("[]"):
        each = _encoder(kind.removesuffix("[]"))
        return lambda values: keccak(b"".join([each(value) for value in _list(values)]))
    if kind == "string":
        return _text
    if kind == "bytes":
        return _bytes
    if kind == "address":
        return _address
    if kind == "bytes32":
        return _word
    if (number := _NUMBER.fullmatch(kind)) is not None:
        limit = 1 << int(number[1])
        return lambda value: _number(value, limit)
    raise ValueError(f"{kind} is not a type that is hashed here")


def _text(value: Value) -> bytes:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")  # noqa: TRY004 - one kind of error for one kind of mistake
    return _keccak(value)


def _bytes(value: Value) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError(f"{value!r} is no bytes")  # noqa: TRY004 - one kind of error for one kind of mistake
    return keccak(value)


@lru_cache(maxsize=4_096)
def _keccak(text: str) -> bytes:
    """Hash a text. Ballots of one proposal share nearly all of theirs."""
    return keccak(text.encode())


def _address(value: Value) -> bytes:
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} is no address")
    return bytes.fromhex(value[2:]).rjust(32, b"\0")


def _word(value: Value) -> bytes:
    if not isinstance(value, bytes) or len(value) != 32:  # noqa: PLR2004 - a word
        raise ValueError(f"{value!r} is not 32 bytes")
    return value


def _number(value: Value, limit: int) -> bytes:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < limit:
        raise ValueError(f"{value!r} is no whole number from 0 to {limit - 1}")
    return value.to_bytes(32, "big")


def _list(values: Value) -> Sequence[Value]:
    if isinstance(values, (str, bytes, int)):
        raise ValueError(f"{values!r} is no list")  # noqa: TRY004 - one kind of error for one kind of mistake
    return values
