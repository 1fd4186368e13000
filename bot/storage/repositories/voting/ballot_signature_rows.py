"""How the signature on a ballot is written as JSON, and read back exactly."""

from __future__ import annotations

from typing import Any

from bot.domain.audit.log.ballot_commitment import signature_form
from bot.domain.shared.types import Address, ChainId, Timestamp
from bot.domain.voting.ballot import Signed
from bot.domain.voting.ballot_message import BallotMessage
from bot.storage.repositories.shared.json_columns import from_json, to_block, to_json


def from_signed(signed: Signed) -> str:
    """Write a signature with the message that it is of."""
    return to_json(signature_form(signed))


def to_signed(text: str) -> Signed:
    """Read what `from_signed` wrote."""
    entry: dict[str, Any] = from_json(text)
    choice = entry["choice"]
    return Signed(
        message=BallotMessage(
            voter=Address(entry["from"]),
            space=entry["space"],
            timestamp=Timestamp(entry["timestamp"]),
            proposal=entry["proposal"],
            choice=tuple(choice) if isinstance(choice, list) else choice,
            reason=entry["reason"],
            app=entry["app"],
            metadata=entry["metadata"],
        ),
        signature=bytes.fromhex(entry["signature"]),
        chain=ChainId(entry["chain"]),
        block=None if entry["block"] is None else to_block(entry["block"]),
    )
