"""Blocks, receipts and logs of the embedded chain in the JSON of Ethereum nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlp import encode  # type: ignore[import-untyped]

from bot.demo.chain.embedded_evm import SUCCEEDED, Sealed

Json = dict[str, Any]
_NO_UNCLES = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"


def text(data: bytes) -> str:
    """Return bytes as hexadecimal text with 0x."""
    return "0x" + data.hex()


def block_json(block: Sealed) -> Json:
    """Return a block as JSON, with its transaction by hash."""
    header = block.header
    return {
        "number": hex(header.block_number),
        "hash": block.hash,
        "parentHash": text(header.parent_hash),
        "timestamp": hex(header.timestamp),
        "stateRoot": text(header.state_root),
        "transactionsRoot": text(header.transaction_root),
        "receiptsRoot": text(header.receipt_root),
        "withdrawalsRoot": text(header.withdrawals_root or b""),
        "sha3Uncles": _NO_UNCLES,
        "miner": text(header.coinbase),
        "mixHash": text(header.mix_hash),
        "nonce": text(header.nonce),
        "difficulty": hex(header.difficulty),
        "extraData": text(header.extra_data),
        "gasLimit": hex(header.gas_limit),
        "gasUsed": hex(header.gas_used),
        "baseFeePerGas": hex(header.base_fee_per_gas or 0),
        "logsBloom": text(header.bloom.to_bytes(256, "big")),
        "size": hex(len(encode(header)) + (len(block.transaction.encode()) if block.transaction else 0)),
        "transactions": [text(block.transaction.hash)] if block.transaction else [],
        "uncles": [],
        "withdrawals": [],
    }


def receipt_json(block: Sealed) -> Json | None:
    """Return the receipt of the block's transaction as JSON; None if it has no transaction."""
    transaction, receipt = block.transaction, block.receipt
    if transaction is None or receipt is None:
        return None
    return {
        **_place(block),
        "from": text(transaction.sender),
        "to": text(transaction.to) if transaction.to else None,
        "contractAddress": block.created,
        "status": "0x1" if receipt.state_root == SUCCEEDED else "0x0",
        "gasUsed": hex(receipt.gas_used),
        "cumulativeGasUsed": hex(receipt.gas_used),
        "effectiveGasPrice": hex(block.header.base_fee_per_gas or 0),
        "logs": logs_json(block),
        "logsBloom": text(receipt.bloom.to_bytes(256, "big")),
    }


def logs_json(block: Sealed) -> list[Json]:
    """Return the logs of a block as JSON."""
    if block.receipt is None:
        return []
    return [
        {
            **_place(block),
            "logIndex": hex(index),
            "address": text(log.address),
            "topics": [text(topic.to_bytes(32, "big")) for topic in log.topics],
            "data": text(log.data),
            "removed": False,
        }
        for index, log in enumerate(block.receipt.logs)
    ]


def wanted(log: Json, query: Mapping[str, Any]) -> bool:
    """Return whether a log matches an `eth_getLogs` query: any of its addresses, and its topics by position."""
    if (addresses := query.get("address")) is not None and not _any_of(log["address"], addresses):
        return False
    topics = query.get("topics") or []
    return len(topics) <= len(log["topics"]) and all(
        choice is None or _any_of(topic, choice) for topic, choice in zip(log["topics"], topics, strict=False)
    )


def _any_of(value: str, choice: str | list[str]) -> bool:
    return value in [one.lower() for one in ([choice] if isinstance(choice, str) else choice)]


def _place(block: Sealed) -> Json:
    return {
        "blockNumber": hex(block.number),
        "blockHash": block.hash,
        "transactionHash": text(block.transaction.hash) if block.transaction else None,
        "transactionIndex": "0x0",
    }
