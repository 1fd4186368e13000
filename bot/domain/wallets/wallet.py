"""Wallets of members, and the sign-in text (EIP-4361) that proves one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.domain.shared.addresses import checksummed
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.general import WrongLength
from bot.domain.shared.errors.faults.wallets import WalletFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import Address, ChainId, GuildId, MemberId, Timestamp

CHALLENGE_LIFE = 600
"""Seconds for which a challenge can be answered; `CONTRACT_LIFE` where the wallet is a contract."""
MAX_WALLETS = 10
"""Wallets a member may link in one guild."""
_CHAIN = re.compile(r"^Chain ID: (\d+)$", re.MULTILINE)
MAX_LABEL = 32
"""Signs of a label."""
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class Kind(StrEnum):
    """What signs for a wallet: a key, or a contract by its own rules."""

    ACCOUNT = "account"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """A wallet proved to be a member's, in one guild.

    `chain` is where a contract wallet was asked. `chosen` says that the member made it the primary one; where none
    is chosen, it is the oldest (`primary`). Only the member reads the `label`.
    """

    guild: GuildId
    member: MemberId
    address: Address
    linked_at: Timestamp
    label: str | None = None
    chosen: bool = False
    kind: Kind = Kind.ACCOUNT
    chain: ChainId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A wallet that was taken from `member`, because another member of the guild proved it."""

    guild: GuildId
    member: MemberId
    address: Address
    moved_at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A sign-in text issued to one member for one wallet, to be answered once. `nonce` is its key.

    Once it was answered by a valid signature, but not yet used because another member holds the wallet, `proved_at`
    says when, and `kind` by what.
    """

    nonce: str
    guild: GuildId
    member: MemberId
    address: Address
    text: str
    issued_at: Timestamp
    expires_at: Timestamp
    used_at: Timestamp | None = None
    proved_at: Timestamp | None = None
    kind: Kind = Kind.ACCOUNT

    @property
    def lasting(self) -> bool:
        """Whether it was issued for a contract wallet, whose owners may take longer."""
        return self.expires_at - self.issued_at > CHALLENGE_LIFE

    @property
    def named_chain(self) -> ChainId:
        """The chain that the text names: where the wallet has to stand if it is a contract."""
        named = _CHAIN.search(self.text)
        if named is None:
            raise ValueError("a challenge names its chain")
        return ChainId(int(named[1]))


def primary(wallets: Sequence[Wallet]) -> Wallet | None:
    """Return the member's primary wallet: the one they chose, or else the oldest link."""
    chosen = [wallet for wallet in wallets if wallet.chosen]
    return min(chosen or wallets, key=lambda wallet: wallet.linked_at, default=None)


def checked_label(text: str) -> str:
    """Return a label as it is kept: on one line, at most `MAX_LABEL` signs.

    Raises:
        InvalidInput: empty, too long, or with signs that are not seen.

    """
    label = " ".join(text.split())
    if not label or len(label) > MAX_LABEL:
        raise InvalidInput(Field.LABEL, WrongLength(len(label), 1, MAX_LABEL))
    if any(unicodedata.category(sign) in _HIDDEN for sign in label):
        raise InvalidInput(Field.LABEL, WalletFlaw.LABEL_WITH_HIDDEN_SIGNS)
    return label


def challenge_text(
    *,
    origin: str,
    guild: GuildId,
    guild_name: str,
    member: MemberId,
    member_name: str,
    address: Address,
    chain: ChainId,
    nonce: str,
    issued_at: Timestamp,
    expires_at: Timestamp | None = None,
) -> str:
    """Write the message of EIP-4361, version 1, that the wallet is asked to sign.

    The names are for the person and are reduced to printable ASCII; the ids among the resources bind it. `origin` is
    that of the page on which it is signed. Wallets hold both against the page before they show it as a sign-in; a
    domain that no scheme stands before means https to them, so http is named. It can be answered until `expires_at`;
    None: for `CHALLENGE_LIFE`.
    """
    until = Timestamp(issued_at + CHALLENGE_LIFE) if expires_at is None else expires_at
    domain = origin.removeprefix("https://")
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
            f"URI: {origin}/link",
            "Version: 1",
            f"Chain ID: {chain}",
            f"Nonce: {nonce}",
            f"Issued At: {_iso(issued_at)}",
            f"Expiration Time: {_iso(until)}",
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
