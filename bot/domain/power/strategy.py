"""Voting strategies as Snapshot writes them (a name, a network, parameters), and what they ask and answer."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.domain.power.chain_reads import Answers, Read
from bot.domain.power.zero_power_reasons import Reason
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.strategies import NotJson, StrategyFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.pasted_text import read_json, unfenced
from bot.domain.shared.types import Address, Block, ChainId, Units

MAX_STRATEGIES = 10
"""Snapshot's Score API takes no more."""
MAX_DECIMALS = 36

_DEEPEST_JSON = 50
"""Results and logs are read to a depth of 64, and a list is some levels down in them."""
_STRING, _BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL), re.compile(r"[][{}]")
"""A string may lack its end: else each quote behind would be looked through to the end of the text once more."""

T = TypeVar("T")
ReadSteps = Generator[Sequence[Read], Sequence[Answers], T]
"""Yields what to read, is sent one `Answers` for each read, returns what it made of them."""
Scores = tuple[Units | None, ...]
"""One score a wallet, in units of the strategy's decimals; None where it is unknown."""
Evaluation = ReadSteps[Scores]
Reasons = ReadSteps[tuple[Reason, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """One entry of a space's strategy list, in Snapshot's own JSON form, already checked."""

    name: str
    network: ChainId
    params: Mapping[str, object]
    inside: dict[str, tuple[Strategy, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What was read of its parameters: at each look anew it would take as often as strategies stand inside others."""

    def to_json(self) -> dict[str, object]:
        """Snapshot's form: `{"name", "network", "params"}`, the network as a decimal string."""
        return {"name": self.name, "network": str(self.network), "params": dict(self.params)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What holds for all that is scored together: the pinned block of each chain, and everybody who votes."""

    blocks: Mapping[ChainId, Block]
    voters: frozenset[Address] = field(default_factory=frozenset)


def load_json(text: str) -> object:
    """Read pasted JSON, also in a frame for code or with typographic quotes.

    Raises:
        InvalidInput: with the line and column where it stops being JSON.

    """
    text = unfenced(text)
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    if deepest > _DEEPEST_JSON:  # Python's reader would overflow its stack
        raise InvalidInput(Field.STRATEGY_LIST, StrategyFlaw.LIST_NESTS_TOO_DEEP)
    try:
        return read_json(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(Field.STRATEGY_LIST, NotJson(error.lineno, error.colno)) from None
    except ValueError:  # Python reads no whole number of more digits than 4,300
        raise InvalidInput(Field.STRATEGY_LIST, StrategyFlaw.NUMBER_TOO_LONG) from None
