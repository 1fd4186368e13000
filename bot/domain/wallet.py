"""Wallets and the sign-in text (EIP-4361) that proves one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.addresses import checksummed
from bot.domain.types import Address, ChainId, GuildId, MemberId, Timestamp

CHALLENGE_LIFE = 600
"""Seconds for which a challenge can be answered."""
MAX_WALLETS = 10
"""Wallets a member may link in one guild."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """A wallet proved to be a member's, in one guild."""

    guild: GuildId
    member: MemberId
    address: Address
    linked_at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A sign-in text issued to one member for one wallet, to be answered once. `nonce` is its key."""

    nonce: str
    guild: GuildId
    member: MemberId
    address: Address
    text: str
    issued_at: Timestamp
    expires_at: Timestamp
    used_at: Timestamp | None = None


def challenge_text(
    *,
    domain: str,
    guild: GuildId,
    guild_name: str,
    member: MemberId,
    member_name: str,
    address: Address,
    chain: ChainId,
    nonce: str,
    issued_at: Timestamp,
) -> str:
    """Write the message of EIP-4361, version 1, that the wallet is asked to sign.

    The names are for the person and are reduced to printable ASCII; the ids among the resources bind it.
    """
    statement = (
        f"Link this wallet to Discord member {_plain(member_name)} in {_plain(guild_name)}. "
        "This is not a transaction and costs nothing. Never sign it for anybody else."
    )
    return "\n".join(
        (
            f"{domain} wants you to sign in with your Ethereum account:",
            checksummed(address),
            "",
            statement,
            "",
            f"URI: https://{domain}/link",
            "Version: 1",
            f"Chain ID: {chain}",
            f"Nonce: {nonce}",
            f"Issued At: {_iso(issued_at)}",
            f"Expiration Time: {_iso(Timestamp(issued_at + CHALLENGE_LIFE))}",
            "Resources:",
            f"- https://discord.com/channels/{guild}",
            f"- https://discord.com/users/{member}",
        )
    )


def _iso(moment: Timestamp) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(name: str) -> str:
    kept = "".join(c if c.isascii() and (c.isalnum() or c in " .-_") else "?" for c in name)
    return " ".join(kept.split())[:64] or "unnamed"
