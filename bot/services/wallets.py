"""Linking wallets to members by a signature."""

from __future__ import annotations

import secrets

from bot.domain.addresses import checksummed, parse_address
from bot.domain.errors import ChallengeUnusable, InvalidInput, NotFound, SignatureRejected, WalletTaken
from bot.domain.types import Address, ChainId, GuildId, MemberId, Timestamp
from bot.domain.wallet import CHALLENGE_LIFE, MAX_WALLETS, Challenge, Wallet, challenge_text
from bot.ports import Books, ChainReader, Clock, Store


class Wallets:
    """Issues sign-in challenges and accepts their answers. `domain` is the authority named in the text."""

    def __init__(self, *, store: Store, clock: Clock, chain: ChainReader, domain: str) -> None:
        self._store, self._clock, self._chain, self._domain = store, clock, chain, domain

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

        Raises:
            InvalidInput: not an address, already the member's, too many wallets, or a chain that is not configured.
            WalletTaken: it belongs to another member of the guild.

        """
        wallet = parse_address(address, field="wallet")
        chains = sorted(self._chain.chains())
        if chain is None and chains:
            chain = chains[0]
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
                domain=self._domain,
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
            await _check_free(books, guild, member, wallet)
            await books.wallets.add_challenge(challenge)
            await books.commit()
        return challenge

    async def confirm(self, guild: GuildId, member: MemberId, nonce: str, signature: str) -> Wallet:
        """Link the wallet whose signature answers the challenge.

        A wrong signature leaves the challenge open, so that the member can try again.

        Raises:
            ChallengeUnusable: expired, used, or issued to somebody else or in another guild.
            SignatureRejected: malformed, or made by another wallet.
            WalletTaken: somebody else linked it meanwhile.

        """
        now = self._clock.now()
        async with self._store.read() as books:
            challenge = await books.wallets.challenge(nonce)
        if challenge is None or (challenge.guild, challenge.member) != (guild, member):
            raise ChallengeUnusable("foreign")
        if challenge.used_at is not None:
            raise ChallengeUnusable("used")
        if now > challenge.expires_at:
            raise ChallengeUnusable("expired")
        signer = await self._chain.recover(challenge.text, signature.strip())
        if signer != challenge.address:
            raise SignatureRejected(expected=challenge.address, signer=signer)
        wallet = Wallet(guild=guild, member=member, address=challenge.address, linked_at=now)
        async with self._store.write() as books:
            if not await books.wallets.use_challenge(nonce, now):
                raise ChallengeUnusable("used")
            await _check_free(books, guild, member, challenge.address)
            await books.wallets.add(wallet)
            await books.commit()
        return wallet

    async def of(self, guild: GuildId, member: MemberId) -> list[Wallet]:
        """Return the member's wallets, oldest link first."""
        async with self._store.read() as books:
            return await books.wallets.of(guild, member)

    async def unlink(self, guild: GuildId, member: MemberId, address: str) -> Wallet:
        """Take a link away. Ballots that the wallet cast stay. Raises NotFound if it is not the member's."""
        wallet = parse_address(address, field="wallet")
        async with self._store.write() as books:
            held = await books.wallets.holder(guild, wallet)
            if held is None or held.member != member:
                raise NotFound("wallet", checksummed(wallet))
            await books.wallets.remove(guild, wallet)
            await books.commit()
        return held


async def _check_free(books: Books, guild: GuildId, member: MemberId, address: Address) -> None:
    holder = await books.wallets.holder(guild, address)
    if holder is not None and holder.member == member:
        raise InvalidInput(field="wallet", problem="is linked already", remedy="/wallet list shows your wallets")
    if holder is not None:
        raise WalletTaken(address)
    if len(await books.wallets.of(guild, member)) >= MAX_WALLETS:
        raise InvalidInput(
            field="wallet", problem=f"would be number {MAX_WALLETS + 1}", remedy="/wallet unlink one that you don't use"
        )
