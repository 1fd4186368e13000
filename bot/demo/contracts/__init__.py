"""Our own contracts: Solidity sources, with the compiler's output beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import orjson
from eth_abi.abi import decode, encode
from eth_hash.auto import keccak

_REASON = keccak(b"Error(string)")[:4]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A compiled contract; each of its functions has a name of its own."""

    name: str
    bytecode: bytes
    runtime: bytes
    constructor: tuple[str, ...]
    functions: Mapping[str, tuple[bytes, tuple[str, ...], tuple[str, ...]]]
    errors: Mapping[bytes, tuple[str, tuple[str, ...]]]

    def creation(self, *args: object) -> bytes:
        """Return the data of the transaction that deploys it."""
        return self.bytecode + encode(self.constructor, args)

    def encode(self, function: str, *args: object) -> bytes:
        """Return the calldata of a function."""
        selector, inputs, _ = self.functions[function]
        return selector + encode(inputs, args)

    def decode(self, function: str, answer: bytes) -> Any:  # noqa: ANN401 - what the contract says it returns
        """Return a call's decoded output: None, one value, or a tuple of several. Addresses are in lower case."""
        _, _, outputs = self.functions[function]
        values = decode(outputs, answer)
        return values[0] if len(values) == 1 else values or None

    def reason(self, revert: bytes) -> str:
        """Return in words why a call was reverted."""
        if revert[:4] == _REASON:
            return str(decode(("string",), revert[4:])[0])
        if (error := self.errors.get(revert[:4])) is not None:
            name, inputs = error
            return f"{name}({', '.join(str(value) for value in decode(inputs, revert[4:]))})"
        return "0x" + revert.hex() if revert else "no reason given"


@cache
def contract(name: str) -> Contract:
    """Return the contract whose source is `{name}.sol`."""
    artefact = orjson.loads(resources.files(__name__).joinpath("compiled", f"{name}.json").read_bytes())
    constructor: tuple[str, ...] = ()
    functions: dict[str, tuple[bytes, tuple[str, ...], tuple[str, ...]]] = {}
    errors: dict[bytes, tuple[str, tuple[str, ...]]] = {}
    for entry in artefact["abi"]:
        inputs = tuple(_type(part) for part in entry.get("inputs", ()))
        selector = keccak(f"{entry.get('name')}({','.join(inputs)})".encode())[:4]
        match entry["type"]:
            case "constructor":
                constructor = inputs
            case "function":
                functions[entry["name"]] = (selector, inputs, tuple(_type(part) for part in entry["outputs"]))
            case "error":
                errors[selector] = (entry["name"], inputs)
    return Contract(
        name=name,
        bytecode=bytes.fromhex(artefact["bytecode"][2:]),
        runtime=bytes.fromhex(artefact["runtime"][2:]),
        constructor=constructor,
        functions=functions,
        errors=errors,
    )


def _type(part: Mapping[str, Any]) -> str:
    """Return a parameter's type as the ABI's signatures write it: tuples by their components."""
    kind: str = part["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_type(inner) for inner in part['components'])}){kind.removeprefix('tuple')}"
