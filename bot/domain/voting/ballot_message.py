"""What a wallet signs to cast a ballot: Snapshot's `Vote`, which wallets know and show."""

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
"""A choice, several in their order, or JSON text of weights: Snapshot's three forms of a mark."""

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
    """A ballot as it is signed. `timestamp` is when, in seconds, as the voter's device says."""

    voter: Address
    space: str
    timestamp: Timestamp
    proposal: str
    choice: Choice
    reason: str = ""
    app: str = APP
    metadata: str = "{}"

    def digest(self) -> bytes:
        """Return the digest that the voter's key, or contract, signs.

        Raises:
            ValueError: a number is outside of its type: the choice, or the time.

        """
        return digest(_DOMAIN_HASH, self._type().hash(self._values()))

    def typed_data(self) -> dict[str, Any]:
        """Return what `eth_signTypedData_v4` takes, as JSON has it."""
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
    """Return the metadata of a message whose digest nobody can try out: the marks are few, the salt is 128 bits."""
    return json.dumps({"salt": salt}, separators=(",", ":"))


def is_ours(message: BallotMessage) -> bool:
    """Return whether all that does not depend on the vote is as the bot writes it; before, metadata had no salt."""
    plain = message.reason == "" and message.app == APP
    return plain and (message.metadata == "{}" or _SALTED.fullmatch(message.metadata) is not None)


def choice_of(voting: VotingType, mark: Mark) -> Choice:
    """Write a mark as Snapshot does for its voting systems, and in its manner for ours.

    Weights and stars become an object of those that are not 0, by the number of the choice.
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
