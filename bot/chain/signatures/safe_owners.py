"""Reads Safes: their owners, and how many of them have to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chain.batch.batch_query import WORD, Place, data
from bot.chain.batch.plain_calls import Result, unproved
from bot.chain.blocks.block_confirmation import newest_known
from bot.chain.chain import Chain
from bot.chain.rpc.endpoint import Call, Endpoint
from bot.chain.rpc.rpc_faults import CallFailed, Failure
from bot.domain.shared.types import Address, ChainId
from bot.domain.wallets.safe import Safe

_OWNERS, _THRESHOLD, _DOMAIN = "0xa0e67e2b", "0xe75235b8", "0xf698da25"
"""The selectors of `getOwners()`, `getThreshold()` and `domainSeparator()`."""
_MOST_OWNERS = 250


async def safe_at(chain: Chain, address: Address) -> Safe | None:
    """Return the Safe at an address, at the newest block that two endpoints have; None if there is none.

    Two endpoints must agree where the chain has two. Raises ChainUnavailable.
    """

    async def ask(endpoint: Endpoint, place: Place) -> Safe | None:
        questions = [{"to": address, "data": selector} for selector in (_OWNERS, _THRESHOLD, _DOMAIN)]
        calls: list[Call] = [("eth_call", (question, place.where)) for question in questions]
        return _safe(address, chain.network.id, await unproved(endpoint, calls))

    return await chain.at(
        await newest_known(chain.pool), ask, differ=lambda one, other: "" if one == other else "a Safe"
    )


def _safe(address: Address, chain: ChainId, answers: Sequence[Result]) -> Safe | None:
    """Decode the answers; None unless the domain separator is the one that a Safe has on that chain and address."""
    raw: list[bytes] = []
    for answer in answers:
        if isinstance(answer, CallFailed):
            if answer.failure is Failure.REFUSED:
                raise answer
            return None
        raw.append(data(answer))
    owners, threshold, domain = raw
    listed = _addresses(owners)
    if listed is None or len(threshold) != WORD or not 0 < (needed := int.from_bytes(threshold, "big")) <= len(listed):
        return None
    found = Safe(address=address, chain=chain, owners=listed, threshold=needed)
    known = (found, replace(found, names_chain=False))
    return next((safe for safe in known if safe.domain_hash() == domain), None)


def _addresses(raw: bytes) -> tuple[Address, ...] | None:
    words = [raw[at : at + WORD] for at in range(0, len(raw), WORD)]
    if len(raw) % WORD or len(words) < 2 or int.from_bytes(words[0], "big") != WORD:  # noqa: PLR2004 - place and count
        return None
    count = int.from_bytes(words[1], "big")
    if not 0 < count == len(words) - 2 <= _MOST_OWNERS or any(any(word[:12]) for word in words[2:]):
        return None
    return tuple(Address("0x" + word[12:].hex()) for word in words[2:])
