"""The questions of a diagnosis, and their findings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.shared.errors import ChainFault


class Question(StrEnum):
    """What is asked of an endpoint, in this order, unless it failed in what a question builds on."""

    CHAIN_ID = "chain id"
    FINALITY = "finality"
    AGE = "newest blocks"
    BY_HASH = "blocks by hash"
    CODE = "code"
    CALLS = "calls"
    ARCHIVE = "archive"
    GAS = "gas"
    BATCHES = "batches"
    BALANCES = "balances in bulk"
    EVENTS = "events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One answer. `fault` is None if all is well; `detail` is in words that are safe to show.

    `endpoint` counts from 1 in the order of the settings. Where `served`, votes are served in spite of the fault.
    """

    endpoint: int
    question: Question
    fault: ChainFault | None
    detail: str
    served: bool = False
