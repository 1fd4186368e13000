"""Voting strategies as Snapshot writes them (a name, a network, parameters), and what a kind of them knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from bot.domain.errors import InvalidInput
from bot.domain.pasted import read_json, unfenced
from bot.domain.power.reads import Answers, Read
from bot.domain.power.reasons import BY_RULE, Reason
from bot.domain.types import Address, Block, ChainId, Units

if TYPE_CHECKING:
    from bot.domain.power.params import Params

MAX_STRATEGIES = 10
"""Snapshot's Score API takes no more."""
MAX_DECIMALS = 36

_DEEPEST_JSON = 100
_STRING, _BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL), re.compile(r"[][{}]")

T = TypeVar("T")
Asking = Generator[Sequence[Read], Sequence[Answers], T]
"""Yields what to read, is sent one `Answers` for each read, returns what it made of them."""
Scores = tuple[Units | None, ...]
"""One score a wallet, in units of the strategy's decimals; None where it is unknown."""
Evaluation = Asking[Scores]
Reasons = Asking[tuple[Reason, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """One entry of a space's strategy list, in Snapshot's own JSON form, already checked."""

    name: str
    network: ChainId
    params: Mapping[str, object]

    def to_json(self) -> dict[str, object]:
        """Snapshot's form: `{"name", "network", "params"}`, the network as a decimal string."""
        return {"name": self.name, "network": str(self.network), "params": dict(self.params)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What holds for all that is scored together: the pinned block of each chain, and everybody who votes."""

    blocks: Mapping[ChainId, Block]
    voters: frozenset[Address] = field(default_factory=frozenset)


def _stated_decimals(strategy: Strategy) -> int:
    return int(str(strategy.params["decimals"]))


def _stated_symbol(strategy: Strategy) -> str:
    return str(strategy.params["symbol"])


def _stated_contract(strategy: Strategy) -> Address | None:
    address = strategy.params.get("address")
    return None if address is None else Address(str(address))


def _nothing(_strategy: Strategy) -> tuple[()]:
    return ()


def _by_rule(_strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Reasons:
    yield from ()
    return (BY_RULE,) * len(wallets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One strategy by Snapshot's name.

    `check` returns the parameters in canonical form or raises InvalidInput. `decimals` are those of the scores,
    `symbol` is the unit that people read, `contract` what is read (None: none, or several). `inner` are the
    strategies that it builds on, `chains` the chains that it reads besides its own and theirs. With `by_voters`,
    a score depends on who else votes. `erc20` says that the contract is a token which states the same decimals.
    `why_zero` says of wallets that the strategy gives exactly zero what the reason is, reading what it takes to know.
    """

    name: str
    check: Callable[[Params], dict[str, object]]
    evaluate: Callable[[Strategy, tuple[Address, ...], Setting], Evaluation]
    decimals: Callable[[Strategy], int] = _stated_decimals
    symbol: Callable[[Strategy], str] = _stated_symbol
    contract: Callable[[Strategy], Address | None] = _stated_contract
    inner: Callable[[Strategy], tuple[Strategy, ...]] = _nothing
    chains: Callable[[Strategy], tuple[ChainId, ...]] = _nothing
    by_voters: bool = False
    erc20: bool = False
    why_zero: Callable[[Strategy, tuple[Address, ...], Setting], Reasons] = _by_rule


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
        raise InvalidInput(field="strategy list", problem="nests too deep", remedy="use fewer levels")
    try:
        return read_json(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(
            field="strategy list",
            problem=f"is not JSON (line {error.lineno}, column {error.colno})",
            remedy='paste the list from Snapshot, like [{"name": "erc20-balance-of", "network": "1", "params": {…}}]',
        ) from None
    except ValueError:  # Python reads no whole number of more digits than 4,300
        raise InvalidInput(
            field="strategy list", problem="holds a number that is too long", remedy="write it shorter"
        ) from None
