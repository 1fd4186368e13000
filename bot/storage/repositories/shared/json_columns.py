"""How small structures of the domain are written as text columns: canonical JSON, amounts as decimal text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from bot.domain.power import Strategy, parse_strategy
from bot.domain.shared.types import Address, Block, ChainId, Timestamp, Units
from bot.domain.voting import Score


def to_json(value: object) -> str:
    """Write a value as JSON: keys in order, no spaces, so equal values are equal texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def from_json(text: str) -> Any:  # noqa: ANN401 - the row functions give it its type
    """Read what `to_json` wrote."""
    return json.loads(text)


def from_units(amounts: Iterable[Units]) -> list[str]:
    """Write amounts as decimal texts, because JSON's readers differ on large numbers."""
    return [str(amount) for amount in amounts]


def to_units(texts: Iterable[str]) -> tuple[Units, ...]:
    """Read what `from_units` wrote."""
    return tuple(Units(int(text)) for text in texts)


def from_scores(scores: Iterable[Score]) -> list[str]:
    """Write scores as exact texts: `12`, or `37/3`."""
    return [str(score) for score in scores]


def to_score(text: str) -> Score:
    """Read one text of those that `from_scores` wrote."""
    return Fraction(text) if "/" in text else int(text)


def to_scores(texts: Iterable[str]) -> tuple[Score, ...]:
    """Read what `from_scores` wrote."""
    return tuple(to_score(text) for text in texts)


def from_strategies(strategies: Iterable[Strategy]) -> list[dict[str, object]]:
    """Write strategies in Snapshot's form."""
    return [strategy.to_json() for strategy in strategies]


def to_strategies(entries: Iterable[object]) -> tuple[Strategy, ...]:
    """Read what `from_strategies` wrote."""
    return tuple(parse_strategy(entry, index) for index, entry in enumerate(entries, start=1))


def from_block(block: Block) -> dict[str, object]:
    """Write a block with its chain."""
    return {"chain": block.chain, "number": block.number, "hash": block.hash, "timestamp": block.timestamp}


def to_block(entry: dict[str, Any]) -> Block:
    """Read what `from_block` wrote."""
    return Block(
        chain=ChainId(entry["chain"]),
        number=entry["number"],
        hash=entry["hash"],
        timestamp=Timestamp(entry["timestamp"]),
    )


def from_token(token: Address | None) -> str:
    """Write a token's address; the empty text for the chain's own coin, because keys hold no NULL."""
    return token or ""


def to_token(text: str) -> Address | None:
    """Read what `from_token` wrote."""
    return Address(text) if text else None
