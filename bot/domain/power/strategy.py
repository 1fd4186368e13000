"""Voting strategies as Snapshot writes them: a name, a network, parameters."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.errors import InvalidInput
from bot.domain.power.reads import Answers, Read
from bot.domain.types import Address, ChainId, Units

MAX_STRATEGIES = 10
"""Snapshot's Score API takes no more."""
MAX_DECIMALS = 36

Scores = tuple[Units | None, ...]
"""One score a wallet, in units of the strategy's decimals; None where it is unknown."""
Evaluation = Generator[Sequence[Read], Sequence[Answers], Scores]
"""Yields what to read, is sent one `Answers` for each read, returns the scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """One entry of a space's strategy list, in Snapshot's own JSON form, already checked."""

    name: str
    network: ChainId
    params: Mapping[str, object]

    def to_json(self) -> dict[str, object]:
        """Snapshot's form: `{"name", "network", "params"}`, the network as a decimal string."""
        return {"name": self.name, "network": str(self.network), "params": dict(self.params)}


class Kind(Protocol):
    """What a strategy module knows. A module is a `Kind` by having these names."""

    NAME: str

    def check(self, params: Mapping[str, object]) -> dict[str, object]:
        """Return the parameters in canonical form. Raises InvalidInput."""
        ...

    def decimals(self, strategy: Strategy) -> int:
        """Return the decimals of the scores."""
        ...

    def symbol(self, strategy: Strategy) -> str:
        """Return the unit that people read, such as `VITA`."""
        ...

    def contract(self, strategy: Strategy) -> Address | None:
        """Return the contract that is read, None for the chain's own coin."""
        ...

    def evaluate(self, strategy: Strategy, wallets: tuple[Address, ...]) -> Evaluation:
        """Score each wallet at the block that the reader is pinned to."""
        ...


def int_param(params: Mapping[str, object], name: str, default: int, *, low: int, high: int) -> int:
    """Read a whole-number parameter, given as a number or as decimal text."""
    value = params.get(name, default)
    if isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidInput(
            field=f"params.{name}",
            problem="is out of range",
            remedy=f"use a whole number from {low} to {high}",
        )
    return value


def symbol_param(params: Mapping[str, object], default: str) -> str:
    """Read the `symbol` parameter: at most 16 printable characters."""
    value = params.get("symbol") or default
    if not isinstance(value, str) or len(value) > 16 or not value.isprintable():  # noqa: PLR2004 - Snapshot's schema
        raise InvalidInput(field="params.symbol", problem="is not a symbol", remedy="use at most 16 characters")
    return value


def load_json(text: str) -> object:
    """Read pasted JSON.

    Raises:
        InvalidInput: with the line and column where it stops being JSON.

    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(
            field="strategies",
            problem=f"is not JSON (line {error.lineno}, column {error.colno})",
            remedy='paste the list from Snapshot, like [{"name": "erc20-balance-of", "network": "1", "params": {…}}]',
        ) from None
