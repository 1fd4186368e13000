"""Delegations as the Delegate Registry on chain keeps them: by delegator and by an id that names a space, or all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.shared.contract_events import Event, Subscription
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.strategies import NameTooLong
from bot.domain.shared.errors.fields import Param
from bot.domain.shared.types import Address, ChainId

REGISTRY = Address("0x469788fe6e9e9681c6ebf3bf78e7fd26fc015446")
"""Where the registry stands on every chain that has it."""
SET = "0xa9a7fd460f56bddb880a465a9c3e9730389c70bc53108148f16d55a87a6c468e"
"""The topic of SetDelegate(address indexed delegator, bytes32 indexed id, address indexed delegate)."""
CLEAR = "0x9c4f00c4291262731946e308dc2979a56bd22cce8f95906b975065e96cd5a064"
"""The topic of ClearDelegate, whose other topics are the same."""
REGISTRY_EVENTS = Subscription(
    name="delegations",
    source="Delegate Registry",
    addresses=(REGISTRY,),
    topics=((SET, CLEAR), (), (), ()),
    begins={ChainId(1): 11_225_329},
)
"""What the registry tells: all that was ever set and cleared."""
EVERYWHERE = "0x" + "00" * 32
"""The id of a delegation that holds for every space."""
_ID_BYTES = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """What one delegator set for one id, at a place in the chain. `delegate` is None once it was cleared."""

    delegator: Address
    id: str
    delegate: Address | None
    block: int
    index: int


def delegation_of(event: Event) -> Delegation:
    """Return what an event of the registry says."""
    kind, delegator, space, delegate = event.topics
    return Delegation(
        delegator=_address(delegator),
        id=space,
        delegate=_address(delegate) if kind == SET else None,
        block=event.block,
        index=event.index,
    )


def _address(topic: str) -> Address:
    return Address("0x" + topic[-40:])


def space_ids(space: str) -> tuple[str, ...]:
    """Return the ids under which delegations count for a space: everywhere, its name, its name without `.eth`.

    Raises:
        InvalidInput: the name is longer than an id holds, so that nobody can have delegated for it.

    """
    names = dict.fromkeys(name for name in (space, space.replace(".eth", "", 1)) if name)
    raw = [name.encode() for name in names]
    if any(len(name) > _ID_BYTES for name in raw):
        raise InvalidInput(Param("delegationSpace"), NameTooLong(_ID_BYTES))
    return (EVERYWHERE, *("0x" + name.ljust(32, b"\0").hex() for name in raw))


def in_force(records: Iterable[Delegation]) -> dict[Address, Address]:
    """Return to whom each delegator delegates: what was set for the space beats what was set for everywhere.

    Between two spellings of the space the later one counts. One level only: a delegate passes nothing on.
    """
    last: dict[tuple[Address, str], Delegation] = {}
    for record in sorted(records, key=lambda record: (record.block, record.index)):
        last[record.delegator, record.id] = record
    found: dict[Address, Address] = {}
    for record in sorted(last.values(), key=lambda record: (record.id != EVERYWHERE, record.block, record.index)):
        if record.delegate is not None:
            found[record.delegator] = record.delegate
    return found
