"""Types for ids and quantities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

GuildId = NewType("GuildId", int)
MemberId = NewType("MemberId", int)
RoleId = NewType("RoleId", int)
ChannelId = NewType("ChannelId", int)
MessageId = NewType("MessageId", int)

ChainId = NewType("ChainId", int)
"""An EIP-155 chain id; Snapshot writes it as the decimal string `network`."""
Address = NewType("Address", str)
"""A 20-byte address as `0x` and 40 lower-case hexadecimal digits; checksummed only where people see it."""
Timestamp = NewType("Timestamp", int)
"""Whole seconds since the Unix epoch."""
Units = NewType("Units", int)
"""Whole base units of a token (wei, for one of 18 decimals)."""

SpaceId = NewType("SpaceId", int)
ProposalId = NewType("ProposalId", int)
CampaignId = NewType("CampaignId", int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of one chain, pinned by its hash."""

    chain: ChainId
    number: int
    hash: str
    timestamp: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a token's contract says of itself. `address` is None for a chain's native coin."""

    chain: ChainId
    address: Address | None
    symbol: str
    decimals: int
