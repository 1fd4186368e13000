"""`contract-call`: any function, any place in its answer, and nothing that makes no sense."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.power.strategy_builders import (
    ANN,
    BEN,
    CID,
    STAKE,
    call,
    exactly,
    parsed,
    strategy,
)
from tests.refusals import refused


def test_a_named_output_is_found_behind_structs_and_lists() -> None:
    calls = [call("stakeOf(uint8,address)", [3, ANN], [1, 1, 128, 2**256 - 5, 0])]
    calls.append(call("stakeOf(uint8,address)", [3, BEN], [1, 1, 128, 5, 0]))
    entry = strategy("contract-call", methodABI=STAKE, args=[3, "%{address}"], output="delta", decimals=0)
    assert exactly(entry, [ANN, BEN, CID], calls) == [0, 5, None], "less than nothing counts as nothing"


@pytest.mark.parametrize(("output", "wanted"), [("1", 7), (1, 7), ("less", 7), ("", 5), (0, 5), (None, 5)])
def test_an_output_is_named_by_a_word_or_a_number_and_nothing_names_the_only_one(
    output: int | str | None, wanted: int
) -> None:
    outputs = [{"name": "most", "type": "uint256"}, {"name": "less", "type": "uint256"}]
    abi = {
        "name": "of",
        "inputs": [{"type": "address"}],
        "outputs": outputs if output in ("1", 1, "less") else outputs[:1],
    }
    entry = strategy("contract-call", methodABI=abi, output=output, decimals=0)
    assert exactly(entry, [ANN], [call("of(address)", [ANN], [5, 7])]) == [wanted]


def test_the_wallet_may_stand_inside_text_and_numbers() -> None:
    abi = {"name": "of", "inputs": [{"type": "uint256"}], "outputs": [{"type": "uint256"}]}
    entry = strategy("contract-call", methodABI=abi, decimals=0)
    assert exactly(entry, [ANN], [call("of(uint256)", [ANN], 4)]) == [4]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"args": []}, "args do not fit"),
        ({"args": [300, "%{address}"]}, "args do not fit"),
        ({"output": None}, "output is missing"),
        ({"output": "nothing"}, "is not among"),
        ({"output": "list"}, "is not a number"),
        ({"methodABI": "function f()"}, "methodABI is missing"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused_when_it_is_configured(change: dict[str, Any], says: str) -> None:
    params = {"methodABI": STAKE, "args": [3, "%{address}"], "output": "delta"} | change
    with refused(says):
        parsed(strategy("contract-call", **params))
