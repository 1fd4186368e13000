"""Linking wallets to members by a signature, and moving them from one member to another."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace

from bot.domain.audit.log import entry_kinds
from bot.domain.shared.addresses import chain_named_in, parse_address
from bot.domain.shared.errors import (
    ChallengeUnusable,
    InvalidInput,
    NotAllowed,
    WalletTaken,
)
from bot.domain.shared.errors.faults.general import ChainNotConfigured
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Reserved
from bot.domain.shared.types import Address, ChainId, GuildId, MemberId, Timestamp
from bot.domain.spaces.space import DAY
from bot.domain.voting.ballot_signature_terms import CONTRACT_LIFE
from bot.domain.wallets.wallet import (
    CHALLENGE_LIFE,
    Challenge,
    Move,
    Wallet,
    challenge_text,
    checked_label,
)
from bot.domain.wallets.web_ticket import Ticket
from bot.ports import ChainReader, Clock, Store
from bot.services.wallets.challenge_answer import prove
from bot.services.wallets.link_checks import answerable, check_room, linked, own, subject, take
from bot.services.wallets.web_tickets import spend

MOVES_SHOWN = 30 * DAY
"""Seconds for which a member is shown that a wallet was taken from them."""
_STILL_WORTH = 3_600
"""Seconds that a challenge must have left to be issued again."""
_PATIENCE = 3.0
"""Seconds for which a member waits while we look up an address's code."""


class Wallets:
    """Issues sign-in challenges and accepts their answers. `origin` is the site that the text names."""

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

        For a contract, as far as one is seen there, it is good for three days, and the same one is given again as long
        as it waits: its owners sign hours apart. Whether another member holds the wallet is not told to somebody who
        has proved nothing.

        Raises:
            InvalidInput: not an address, already the member's, too many wallets, or a chain that is not configured.

        """
        wallet = parse_address(address, field=Field.WALLET, chain=chain)
        chains = sorted(self._chain.chains())
        if chain is None and chains:
            named = chain_named_in(address)
            chain = named if named in chains else chains[0]
        if chain is None or chain not in chains:
            raise InvalidInput(Field.CHAIN, ChainNotConfigured())
        lasting = await self._is_contract(wallet)
        now = self._clock.now()
        nonce = secrets.token_hex(12)
        expires_at = Timestamp(now + (CONTRACT_LIFE if lasting else CHALLENGE_LIFE))
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
                expires_at=expires_at,
            ),
            issued_at=now,
            expires_at=expires_at,
        )
        async with self._store.write() as repos:
            await check_room(repos, guild, member, wallet)
            waiting = await repos.wallets.lasting_challenge(guild, member, wallet) if lasting else None
            if waiting is not None and waiting.named_chain == chain and waiting.expires_at > now + _STILL_WORTH:
                return waiting
            await repos.wallets.add_challenge(challenge)
            await repos.commit()
        return challenge

    async def _is_contract(self, wallet: Address) -> bool:
        """Return whether an address has code; if no chain answers soon, it is taken for an account."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return bool(await self._chain.chains_with_contract(wallet))
        except TimeoutError:
            return False

    async def waiting(self, guild: GuildId, member: MemberId, nonce: str) -> Challenge:
        """Return a challenge that can be answered now.

        Raises:
            ChallengeUnusable: expired, used, or issued to somebody else or in another guild.

        """
        async with self._store.read() as repos:
            challenge = answerable(await repos.wallets.challenge(nonce), guild, member)
        if self._clock.now() > challenge.expires_at:
            raise ChallengeUnusable("expired")
        return challenge

    async def confirm(
        self, guild: GuildId, member: MemberId, nonce: str, signature: str, *, ticket: Ticket | None = None
    ) -> Wallet:
        """Link the wallet whose signature answers the challenge.

        A wrong signature leaves the challenge open, so that the member can try again. What links uses the `ticket` of
        a page up, as one with it: whatever ends the process, the wallet is linked and the ticket used, or neither.

        Raises:
            ChallengeUnusable: expired, used, or issued to somebody else or in another guild.
            TicketUnusable: something else used the ticket meanwhile.
            SignatureRejected: malformed, made by another wallet, or refused by the contract that the wallet is.
            ChainUnavailable: the chain that the challenge names has to be asked, and cannot be read.
            WalletTaken: another member holds it. The proof is kept: `move` takes the wallet over.

        """
        now = self._clock.now()
        challenge = await self.waiting(guild, member, nonce)
        kind, _ = await prove(self._chain, challenge, signature)
        async with self._store.write() as repos:
            answerable(await repos.wallets.challenge(nonce), guild, member)
            await check_room(repos, guild, member, challenge.address)
            taken = await repos.wallets.holder(guild, challenge.address) is not None
            wallet = linked(challenge, kind, now)
            if taken:
                await repos.wallets.prove_challenge(nonce, now, kind)
            else:
                await spend(repos, ticket, now)
                await repos.wallets.use_challenge(nonce, now)
                await repos.shared.remove(nonce)
                await repos.wallets.add(wallet)
                await repos.log.append(
                    guild, entry_kinds.Kind.WALLET_LINKED, at=now, by=member, subjects=[subject(wallet)]
                )
            await repos.commit()
        if taken:
            raise WalletTaken(challenge.address)
        return wallet

    async def move(self, guild: GuildId, member: MemberId, nonce: str, *, ticket: Ticket | None = None) -> Wallet:
        """Take over the wallet that the member proved by answering the challenge; its holder is told.

        Ballots stay with the wallet as they are, until its new holder votes. The `ticket` of a page is used up as one
        with it.

        Raises:
            TicketUnusable: something else used the ticket meanwhile.
            ChallengeUnusable: proved too long ago, used, or issued to somebody else or in another guild.
            NotAllowed: it was never answered by a valid signature.
            InvalidInput: already the member's, or too many wallets.

        """
        now = self._clock.now()
        async with self._store.write() as repos:
            challenge = answerable(await repos.wallets.challenge(nonce), guild, member)
            if challenge.proved_at is None:
                raise NotAllowed(Reserved.SIGNER_MOVES_WALLET)
            if now > challenge.proved_at + CHALLENGE_LIFE:
                raise ChallengeUnusable("expired")
            await check_room(repos, guild, member, challenge.address)
            await spend(repos, ticket, now)
            await repos.wallets.use_challenge(nonce, now)
            await repos.shared.remove(nonce)
            if (held := await repos.wallets.holder(guild, challenge.address)) is not None:
                await take(repos, held, nonce, now)
            wallet = linked(challenge, challenge.kind, now)
            await repos.wallets.add(wallet)
            await repos.log.append(
                guild,
                entry_kinds.Kind.WALLET_LINKED if held is None else entry_kinds.Kind.WALLET_MOVED,
                at=now,
                by=member,
                about=None if held is None else {"from": held.member},
                subjects=[subject(one) for one in (held, wallet) if one is not None],
            )
            await repos.commit()
        return wallet

    async def of(self, guild: GuildId, member: MemberId) -> list[Wallet]:
        """Return the member's wallets, oldest link first."""
        async with self._store.read() as repos:
            return await repos.wallets.of(guild, member)

    async def moved_away(self, guild: GuildId, member: MemberId) -> list[Move]:
        """Return the wallets that others took over from the member lately, newest first."""
        async with self._store.read() as repos:
            return await repos.wallets.moves(guild, member, Timestamp(self._clock.now() - MOVES_SHOWN))

    async def unlink(self, guild: GuildId, member: MemberId, address: str) -> Wallet:
        """Take a link away. Ballots that the wallet cast stay. Raises NotFound if it is not the member's."""
        async with self._store.write() as repos:
            held = await own(repos, guild, member, address)
            await repos.wallets.remove(guild, held.address)
            await repos.log.append(
                guild, entry_kinds.Kind.WALLET_UNLINKED, at=self._clock.now(), by=member, subjects=[subject(held)]
            )
            await repos.commit()
        return held

    async def name(self, guild: GuildId, member: MemberId, address: str, label: str | None) -> Wallet:
        """Label a wallet for the member's own eyes; None removes its label.

        Raises:
            NotFound: it is not the member's.
            InvalidInput: the label is invalid.

        """
        checked = None if label is None else checked_label(label)
        async with self._store.write() as repos:
            held = await own(repos, guild, member, address)
            await repos.wallets.name(guild, held.address, checked)
            await repos.commit()
        return replace(held, label=checked)

    async def choose(self, guild: GuildId, member: MemberId, address: str) -> Wallet:
        """Make it the member's primary wallet. Raises NotFound if it is not theirs."""
        async with self._store.write() as repos:
            held = await own(repos, guild, member, address)
            await repos.wallets.choose(guild, member, held.address)
            await repos.commit()
        return replace(held, chosen=True)
