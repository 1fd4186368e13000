"""Calls are encoded as eth-abi encodes them, whatever the types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from eth_abi.abi import encode as reference
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bot.domain.power.abi import encode, selector, type_of, words

_SIMPLE = {
    "uint256": st.integers(0, 2**256 - 1),
    "uint8": st.integers(0, 255),
    "int24": st.integers(-(2**23), 2**23 - 1),
    "address": st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex()),
    "bool": st.booleans(),
    "bytes4": st.binary(min_size=4, max_size=4),
    "bytes": st.binary(max_size=70),
    "string": st.text(max_size=40),
}


def _typed(depth: int) -> SearchStrategy[tuple[str, Any]]:
    """Pairs of a type and a value of it."""
    if not depth:
        return st.sampled_from(sorted(_SIMPLE)).flatmap(lambda one: st.tuples(st.just(one), _SIMPLE[one]))
    inner = _typed(depth - 1)
    parts = st.lists(inner, min_size=1, max_size=3)
    same = inner.flatmap(lambda one: st.integers(0, 3).map(lambda count: (one[0] + "[]", [one[1]] * count)))
    fixed = inner.map(lambda one: (one[0] + "[2]", [one[1]] * 2))
    struct = parts.map(lambda some: (f"({','.join(one for one, _ in some)})", [value for _, value in some]))
    return st.one_of(inner, same, fixed, struct)


def _written(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return [_written(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("number", "meant"), [(3.0, 3), (1e16, 10**16), (1e23, 10**23), (-4.5e22, -45 * 10**21)])
def test_a_number_with_an_exponent_is_what_it_says_and_not_the_double_near_it(number: float, meant: int) -> None:
    assert encode(["int256"], [number]) == reference(["int256"], [meant])
    assert encode(["string"], [number]) == reference(["string"], [str(meant)])


@given(st.lists(_typed(2), max_size=4))
def test_arguments_are_encoded_as_the_reference_encodes_them(arguments: Sequence[Any]) -> None:
    types, values = [kind for kind, _ in arguments], [value for _, value in arguments]
    assert encode(types, [_written(value) for value in values]) == reference(types, values)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uint8", 256),
        ("uint8", -1),
        ("uint256", "ten"),
        ("uint256", 1.5),
        ("int8", 128),
        ("address", "0x" + "11" * 21),
        ("bytes4", "0x11"),
        ("bytes", "text"),
        ("bool", 1),
        ("uint8[2]", [1]),
        ("(uint8,uint8)", [1]),
        ("fixed", 1),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, value: float | str | Sequence[int]) -> None:
    with pytest.raises((ValueError, OverflowError)):
        encode([kind], [value])


def test_signatures_and_places_in_answers() -> None:
    struct = {"type": "tuple[2]", "components": [{"type": "uint"}, {"type": "address"}]}
    assert type_of(struct) == "(uint256,address)[2]"
    assert words("(uint256,address)[2]") == 4
    assert words("(uint256,bytes)[2]") == words("string") == words("uint8[]") == 1
    assert selector("balanceOf", ["address"]).hex() == "70a08231"
