"""The steps that linking a wallet, moving it and unlinking it share."""

from __future__ import annotations

from bot.domain.announcements.announcement import Topic
from bot.domain.audit.log import entry_kinds
from bot.domain.shared.addresses import checksummed, parse_address
from bot.domain.shared.errors import ChallengeUnusable, InvalidInput, NotFound
from bot.domain.shared.errors.faults.wallets import TooManyWallets, WalletFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import Address, ChannelId, GuildId, MemberId, Timestamp
from bot.domain.wallets.wallet import MAX_WALLETS, Challenge, Kind, Move, Wallet
from bot.ports import Repositories


def subject(wallet: Wallet) -> entry_kinds.Subject:
    """Return the subject of a link's entries in the log."""
    return "wallet", wallet.member, wallet.address


def linked(challenge: Challenge, kind: Kind, at: Timestamp) -> Wallet:
    """Return the link that results from an answered challenge."""
    return Wallet(
        guild=challenge.guild,
        member=challenge.member,
        address=challenge.address,
        linked_at=at,
        kind=kind,
        chain=None if kind is Kind.ACCOUNT else challenge.named_chain,
    )


def answerable(challenge: Challenge | None, guild: GuildId, member: MemberId) -> Challenge:
    """Return a challenge that was issued to the member and not used. Raises ChallengeUnusable."""
    if challenge is None or (challenge.guild, challenge.member) != (guild, member):
        raise ChallengeUnusable("foreign")
    if challenge.used_at is not None:
        raise ChallengeUnusable("used")
    return challenge


async def own(repos: Repositories, guild: GuildId, member: MemberId, address: str) -> Wallet:
    """Return the member's wallet with an address. Raises InvalidInput, NotFound."""
    wanted = parse_address(address, field=Field.WALLET)
    held = await repos.wallets.holder(guild, wanted)
    if held is None or held.member != member:
        raise NotFound(Thing.WALLET, checksummed(wanted))
    return held


async def take(repos: Repositories, held: Wallet, nonce: str, now: Timestamp) -> None:
    """Unlink a wallet from its holder, and queue a private message that tells them."""
    await repos.wallets.remove(held.guild, held.address)
    await repos.wallets.add_move(Move(guild=held.guild, member=held.member, address=held.address, moved_at=now))
    await repos.outbox.add(
        key=f"moved/{held.guild}/{nonce}",
        topic=Topic.WALLET_MOVED,
        guild=held.guild,
        channel=ChannelId(held.member),
        facts={"member": held.member, "wallet": held.address},
        at=now,
    )


async def check_room(repos: Repositories, guild: GuildId, member: MemberId, address: Address) -> None:
    """Raise InvalidInput if the member cannot link another wallet."""
    mine = await repos.wallets.of(guild, member)
    if any(wallet.address == address for wallet in mine):
        raise InvalidInput(Field.WALLET, WalletFlaw.LINKED_ALREADY)
    if len(mine) >= MAX_WALLETS:
        raise InvalidInput(Field.WALLET, TooManyWallets(MAX_WALLETS))
