"""Linking wallets to members by a signature, and moving them from one member to another."""

from __future__ import annotations

import secrets
from dataclasses import replace

from bot.domain.addresses import chain_named_in, checksummed, parse_address
from bot.domain.announcement import Topic
from bot.domain.audit import decisions
from bot.domain.errors import (
    ChallengeUnusable,
    InvalidInput,
    NotAllowed,
    NotFound,
    WalletTaken,
)
from bot.domain.space import DAY
from bot.domain.types import Address, ChainId, ChannelId, GuildId, MemberId, Timestamp
from bot.domain.wallet import (
    CHALLENGE_LIFE,
    MAX_WALLETS,
    Challenge,
    Kind,
    Move,
    Wallet,
    challenge_text,
    checked_label,
)
from bot.ports import Books, ChainReader, Clock, Store
from bot.services.wallet_proof import prove

MOVES_SHOWN = 30 * DAY
"""Seconds for which a member is shown that a wallet was taken from them."""
_KEPT = DAY
"""Seconds for which a challenge that is over is kept."""


class Wallets:
    """Issues sign-in challenges and accepts their answers. `origin` is what the text is for."""

    def __init__(self, *, store: Store, clock: Clock, chain: ChainReader, origin: str) -> None:
        self._store, self._clock, self._chain, self._origin = store, clock, chain, origin

    async def challenge(
        self,
        guild: GuildId,
        member: MemberId,
        address: str,
        *,
        chain: ChainId | None = None,
        guild_name: str,
        member_name: str,
    ) -> Challenge:
        """Issue a text to sign for `address`, good once and for ten minutes.

        Whether another member holds the wallet is not told to somebody who has proved nothing.

        Raises:
            InvalidInput: not an address, already the member's, too many wallets, or a chain that is not configured.

        """
        wallet = parse_address(address, field="wallet", chain=chain)
        chains = sorted(self._chain.chains())
        if chain is None and chains:
            named = chain_named_in(address)
            chain = named if named in chains else chains[0]
        if chain is None or chain not in chains:
            raise InvalidInput(field="chain", problem="is not configured here", remedy="choose one from the list")
        now = self._clock.now()
        nonce = secrets.token_hex(12)
        challenge = Challenge(
            nonce=nonce,
            guild=guild,
            member=member,
            address=wallet,
            text=challenge_text(
                origin=self._origin,
                guild=guild,
                guild_name=guild_name,
                member=member,
                member_name=member_name,
                address=wallet,
                chain=chain,
                nonce=nonce,
                issued_at=now,
            ),
            issued_at=now,
            expires_at=Timestamp(now + CHALLENGE_LIFE),
        )
        async with self._store.write() as books:
            await _check_room(books, guild, member, wallet)
            await books.wallets.add_challenge(challenge)
            await books.commit()
        return challenge

    async def confirm(self, guild: GuildId, member: MemberId, nonce: str, signature: str) -> Wallet:
        """Link the wallet whose signature answers the challenge.

        A wrong signature leaves the challenge open, so that the member can try again.

        Raises:
            ChallengeUnusable: expired, used, or issued to somebody else or in another guild.
            SignatureRejected: malformed, made by another wallet, or refused by the contract that the wallet is.
            ChainUnavailable: the chain that the challenge names has to be asked, and cannot be read.
            WalletTaken: another member holds it. The proof is kept: `move` takes the wallet over.

        """
        now = self._clock.now()
        async with self._store.read() as books:
            challenge = _answerable(await books.wallets.challenge(nonce), guild, member)
        if now > challenge.expires_at:
            raise ChallengeUnusable("expired")
        kind, _ = await prove(self._chain, challenge, signature)
        async with self._store.write() as books:
            _answerable(await books.wallets.challenge(nonce), guild, member)
            await _check_room(books, guild, member, challenge.address)
            taken = await books.wallets.holder(guild, challenge.address) is not None
            wallet = _linked(challenge, kind, now)
            if taken:
                await books.wallets.prove_challenge(nonce, now, kind)
            else:
                await books.wallets.use_challenge(nonce, now)
                await books.wallets.add(wallet)
                await books.log.append(
                    guild, decisions.Kind.WALLET_LINKED, at=now, by=member, subjects=[subject(wallet)]
                )
            await books.commit()
        if taken:
            raise WalletTaken(challenge.address)
        return wallet

    async def move(self, guild: GuildId, member: MemberId, nonce: str) -> Wallet:
        """Take over the wallet that the member proved by answering the challenge; its holder is told.

        Ballots stay with the wallet as they are, until its new holder votes.

        Raises:
            ChallengeUnusable: proved too long ago, used, or issued to somebody else or in another guild.
            NotAllowed: it was never answered by a valid signature.
            InvalidInput: already the member's, or too many wallets.

        """
        now = self._clock.now()
        async with self._store.write() as books:
            challenge = _answerable(await books.wallets.challenge(nonce), guild, member)
            if challenge.proved_at is None:
                raise NotAllowed("whoever has signed the text", "move a wallet")
            if now > challenge.proved_at + CHALLENGE_LIFE:
                raise ChallengeUnusable("expired")
            await _check_room(books, guild, member, challenge.address)
            await books.wallets.use_challenge(nonce, now)
            if (held := await books.wallets.holder(guild, challenge.address)) is not None:
                await _take(books, held, nonce, now)
            wallet = _linked(challenge, challenge.kind, now)
            await books.wallets.add(wallet)
            await books.log.append(
                guild,
                decisions.Kind.WALLET_LINKED if held is None else decisions.Kind.WALLET_MOVED,
                at=now,
                by=member,
                about=None if held is None else {"from": held.member},
                subjects=[subject(one) for one in (held, wallet) if one is not None],
            )
            await books.commit()
        return wallet

    async def of(self, guild: GuildId, member: MemberId) -> list[Wallet]:
        """Return the member's wallets, oldest link first."""
        async with self._store.read() as books:
            return await books.wallets.of(guild, member)

    async def moved_away(self, guild: GuildId, member: MemberId) -> list[Move]:
        """Return the wallets that others took over from the member lately, newest first."""
        async with self._store.read() as books:
            return await books.wallets.moves(guild, member, Timestamp(self._clock.now() - MOVES_SHOWN))

    async def unlink(self, guild: GuildId, member: MemberId, address: str) -> Wallet:
        """Take a link away. Ballots that the wallet cast stay. Raises NotFound if it is not the member's."""
        async with self._store.write() as books:
            held = await _own(books, guild, member, address)
            await books.wallets.remove(guild, held.address)
            await books.log.append(
                guild, decisions.Kind.WALLET_UNLINKED, at=self._clock.now(), by=member, subjects=[subject(held)]
            )
            await books.commit()
        return held

    async def name(self, guild: GuildId, member: MemberId, address: str, label: str | None) -> Wallet:
        """Label a wallet for the member's own eyes, or (None) take its label away.

        Raises:
            NotFound: it is not the member's.
            InvalidInput: not a label.

        """
        checked = None if label is None else checked_label(label)
        async with self._store.write() as books:
            held = await _own(books, guild, member, address)
            await books.wallets.name(guild, held.address, checked)
            await books.commit()
        return replace(held, label=checked)

    async def choose(self, guild: GuildId, member: MemberId, address: str) -> Wallet:
        """Make it the member's primary wallet. Raises NotFound if it is not theirs."""
        async with self._store.write() as books:
            held = await _own(books, guild, member, address)
            await books.wallets.choose(guild, member, held.address)
            await books.commit()
        return replace(held, chosen=True)

    async def forget(self) -> int:
        """Forget challenges that are over, and moves too old to be shown; return how many."""
        now = self._clock.now()
        async with self._store.write() as books:
            gone = await books.wallets.forget(expired=Timestamp(now - _KEPT), moved=Timestamp(now - MOVES_SHOWN))
            await books.commit()
        return gone


def subject(wallet: Wallet) -> decisions.Subject:
    """Return how the log is told of a link."""
    return "wallet", wallet.member, wallet.address


def _linked(challenge: Challenge, kind: Kind, at: Timestamp) -> Wallet:
    return Wallet(
        guild=challenge.guild,
        member=challenge.member,
        address=challenge.address,
        linked_at=at,
        kind=kind,
        chain=None if kind is Kind.ACCOUNT else challenge.named_chain,
    )


def _answerable(challenge: Challenge | None, guild: GuildId, member: MemberId) -> Challenge:
    if challenge is None or (challenge.guild, challenge.member) != (guild, member):
        raise ChallengeUnusable("foreign")
    if challenge.used_at is not None:
        raise ChallengeUnusable("used")
    return challenge


async def _own(books: Books, guild: GuildId, member: MemberId, address: str) -> Wallet:
    wanted = parse_address(address, field="wallet")
    held = await books.wallets.holder(guild, wanted)
    if held is None or held.member != member:
        raise NotFound("wallet", checksummed(wanted))
    return held


async def _take(books: Books, held: Wallet, nonce: str, now: Timestamp) -> None:
    """Take a wallet from its holder, and have them told, which only they are."""
    await books.wallets.remove(held.guild, held.address)
    await books.wallets.add_move(Move(guild=held.guild, member=held.member, address=held.address, moved_at=now))
    await books.outbox.add(
        key=f"moved/{held.guild}/{nonce}",
        topic=Topic.WALLET_MOVED,
        guild=held.guild,
        channel=ChannelId(held.member),
        facts={"member": held.member, "wallet": held.address},
        at=now,
    )


async def _check_room(books: Books, guild: GuildId, member: MemberId, address: Address) -> None:
    mine = await books.wallets.of(guild, member)
    if any(wallet.address == address for wallet in mine):
        raise InvalidInput(field="wallet", problem="is linked already", remedy="/wallet list shows your wallets")
    if len(mine) >= MAX_WALLETS:
        raise InvalidInput(
            field="wallet", problem=f"would be number {MAX_WALLETS + 1}", remedy="/wallet unlink one that you don't use"
        )
