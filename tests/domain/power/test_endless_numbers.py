"""What a few signs of a list, or a contract, can ask for is bounded: no list of one server stops another's votes."""

from __future__ import annotations

import json

import pytest

from bot.domain.power import evaluate, parse_strategies
from bot.domain.power.chain_reads import View
from bot.domain.power.exact_numbers import fraction
from bot.domain.power.strategies.locked_tokens import MOST_AWARDS
from bot.domain.power.strategy import load_json
from bot.domain.shared.types import ChainId
from bot.domain.spaces.snapshot_import import space_settings
from tests.builders import a_block, an_address
from tests.domain.power.strategy_builders import TOKEN, strategy
from tests.refusals import refused

ENDLESS = ["1e-4000", "1e4000", "-1e-999999999", "1E-00999999999", "1e-９９９９９９９９９", "1e9_9_9_9_9_9_9_9_9"]  # noqa: RUF001 - digits of another script


@pytest.mark.parametrize("number", ENDLESS)
def test_a_number_whose_exponent_stands_for_endless_digits_is_refused_unread(number: str) -> None:
    with pytest.raises(ValueError, match="exponent"):
        fraction(number)
    with refused("weight is not a number that can be used"):
        parse_strategies(json.dumps([strategy("erc20-balance-of-weighted", weight=number)]))
    told = space_settings(json.dumps({"voting": {"quorum": number, "delay": 60}}))
    assert told is not None
    assert (told.quorum, told.delay) == (None, 60)


@pytest.mark.parametrize(("number", "places"), [("1e-18", 18), ("1E-000000018", 18), (1e-7, 7)])
def test_a_number_with_an_exponent_that_can_be_written_out_is_what_it_says(number: float | str, places: int) -> None:
    assert fraction(number) * 10**places == 1


def test_a_text_without_an_end_is_looked_through_once_and_as_a_text() -> None:
    with refused("is not JSON"):
        load_json('"' + "[" * 100)
    with refused("nests too deep"):
        load_json('"a"' + "[" * 100)


@pytest.mark.parametrize("awards", [MOST_AWARDS + 1, 2**256 - 1])
def test_a_contract_that_says_it_has_endless_awards_is_asked_for_none_and_its_power_is_unknown(awards: int) -> None:
    (vesting,) = parse_strategies(
        json.dumps([{"name": "linear-vesting-power", "network": "1", "params": {"DSSVestAddress": TOKEN}}])
    )
    steps = evaluate([vesting], [an_address(1)], {ChainId(1): a_block(chain=1)})
    (read,) = next(steps)
    assert isinstance(read, View)
    with pytest.raises(StopIteration) as done:
        steps.send([[awards]])
    (power,) = done.value.value
    assert power.total is None
