"""What a wallet signs to cast a ballot: Snapshot's `Vote` (EIP-712), which wallets know and show."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, assert_never

from bot.domain.shared.addresses import checksummed
from bot.domain.shared.eip712 import Struct, Value, digest
from bot.domain.shared.types import Address, Timestamp
from bot.domain.voting import SYSTEMS, Mark, VotingType
from bot.domain.voting.ballot_forms import Ranking, Set, Single, Stars, Weights

Choice = int | tuple[int, ...] | str
"""Snapshot's three forms of a mark: a choice, several in order, or JSON text of weights."""

APP = "folkmoot"
_SALTED = re.compile(r'\{"salt":"[0-9a-f]{32}"\}')
DOMAIN = {"name": "snapshot", "version": "0.1.4"}
_DOMAIN = Struct("EIP712Domain", {"name": "string", "version": "string"})
_DOMAIN_HASH = _DOMAIN.hash(DOMAIN)


def _vote(choice: str) -> Struct:
    return Struct(
        "Vote",
        {
            "from": "string",
            "space": "string",
            "timestamp": "uint64",
            "proposal": "string",
            "choice": choice,
            "reason": "string",
            "app": "string",
            "metadata": "string",
        },
    )


_ONE, _SEVERAL, _TEXT = _vote("uint32"), _vote("uint32[]"), _vote("string")


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotMessage:
    """A ballot as it is signed. `timestamp` is in seconds, by the clock of the voter's device."""

    voter: Address
    space: str
    timestamp: Timestamp
    proposal: str
    choice: Choice
    reason: str = ""
    app: str = APP
    metadata: str = "{}"

    def digest(self) -> bytes:
        """Return the digest that the voter's key or contract signs.

        Raises:
            ValueError: the choice or the time is out of range for its type.

        """
        return digest(_DOMAIN_HASH, self._type().hash(self._values()))

    def typed_data(self) -> dict[str, Any]:
        """Return the message as JSON for `eth_signTypedData_v4`."""
        values = self._values()
        return {
            "domain": DOMAIN,
            "types": {"EIP712Domain": _DOMAIN.json(), "Vote": self._type().json()},
            "primaryType": "Vote",
            "message": values | {"choice": list(self.choice) if isinstance(self.choice, tuple) else self.choice},
        }

    def _type(self) -> Struct:
        match self.choice:
            case int():
                return _ONE
            case str():
                return _TEXT
            case tuple():
                return _SEVERAL
            case _:
                assert_never(self.choice)

    def _values(self) -> dict[str, Value]:
        return {
            "from": checksummed(self.voter),
            "space": self.space,
            "timestamp": self.timestamp,
            "proposal": self.proposal,
            "choice": self.choice,
            "reason": self.reason,
            "app": self.app,
            "metadata": self.metadata,
        }


def salted(salt: str) -> str:
    """Return metadata with a 128-bit salt, so that nobody finds the mark by trying all: there are few marks."""
    return json.dumps({"salt": salt}, separators=(",", ":"))


def is_ours(message: BallotMessage) -> bool:
    """Return whether the fields that do not depend on the vote are the bot's own; older metadata has no salt."""
    plain = message.reason == "" and message.app == APP
    return plain and (message.metadata == "{}" or _SALTED.fullmatch(message.metadata) is not None)


def choice_of(voting: VotingType, mark: Mark) -> Choice:
    """Return a mark in Snapshot's form for its voting systems, and in the same manner for ours.

    Weights and stars become an object from the choice's number to the weight, without those that are 0.
    """
    form = SYSTEMS[voting].form
    match form:
        case Weights() | Stars():
            weights = mark if isinstance(mark, tuple) else ()
            given = {str(number): weight for number, weight in enumerate(weights, start=1) if weight}
            return json.dumps(given, separators=(",", ":"))
        case Single() | Set() | Ranking():
            return mark
        case _:
            assert_never(form)
