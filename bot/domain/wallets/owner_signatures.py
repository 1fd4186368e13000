"""What several owners of a contract wallet sign one after another, until it has been used or is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.shared.types import Address, ChainId, GuildId, MemberId, ProposalId, Timestamp
from bot.domain.voting import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSigning:
    """One text or ballot that `wallet` is to sign for `member`, by its `key`: a challenge's nonce, a ballot's digest.

    `digest` is what the wallet signs. A ballot is that of `mark` on `proposal`, written at `written_at`. `signatures`
    are those of owners, each checked before it was kept.
    """

    key: str
    guild: GuildId
    member: MemberId
    wallet: Address
    chain: ChainId
    digest: bytes
    written_at: Timestamp
    expires_at: Timestamp
    proposal: ProposalId | None = None
    mark: Mark | None = None
    signatures: Mapping[Address, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is: which of the `owners` signed, and how many have to."""

    owners: tuple[Address, ...]
    threshold: int
    signed: frozenset[Address]
