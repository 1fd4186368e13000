"""What an operator has to know of an endpoint before members notice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.chain.blocks import newest_final
from bot.chain.endpoint import Endpoint, quantity
from bot.chain.faults import CallFailed, NodeFault
from bot.chain.network import Network
from bot.domain.errors import ChainFault

_ARCHIVE_SECONDS = 30 * 86_400


class Question(StrEnum):
    """What is asked of an endpoint, in this order; what follows a failure of the first is not asked."""

    CHAIN_ID = "chain id"
    FINALITY = "finality"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One answer. `fault` is None if all is well; `detail` is in words that are safe to show.

    `endpoint` counts from 1 in the order of the settings.
    """

    endpoint: int
    question: Question
    fault: ChainFault | None
    detail: str


async def diagnose(endpoint: Endpoint, network: Network) -> list[Finding]:
    """Ask whether it serves the chain, knows final blocks, and still has the state of 30 days ago."""
    findings: list[Finding] = []

    def found(question: Question, detail: str, fault: ChainFault | None = None) -> None:
        findings.append(Finding(endpoint=endpoint.number, question=question, fault=fault, detail=detail))

    question = Question.CHAIN_ID
    try:
        await endpoint.verify()
        found(question, f"it serves chain {network.id}")
        question = Question.FINALITY
        block = await newest_final(endpoint, network)
        found(question, f"block {block.number} is final")
        question = Question.ARCHIVE
        old = max(min(1, block.number), block.number - int(_ARCHIVE_SECONDS / network.block_time))
        quantity(await endpoint.call("eth_getBalance", "0x" + "00" * 20, hex(old)))
        found(question, f"it has the state of block {old}")
    except NodeFault as fault:
        found(question, fault.detail, fault.kind)
    except CallFailed as failed:
        found(question, failed.failure.value, ChainFault.BAD_ANSWER)
    return findings
