"""Collects what owners of a contract wallet sign one after another: each signature is checked, stored, and joined."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.shared.errors import ChallengeUnusable, InvalidInput, SignatureRejected
from bot.domain.shared.errors.faults.wallets import WalletFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import Address, GuildId, MemberId
from bot.domain.wallets.owner_signatures import Progress, SharedSigning
from bot.domain.wallets.pasted_signature import parse_signature
from bot.domain.wallets.safe import BY_MESSAGE, Safe
from bot.domain.wallets.signature_claim import Claim, Invalid, Kind, Valid, personal_digest_of
from bot.domain.wallets.signature_flaw import Flaw
from bot.domain.wallets.web_ticket import Ticket
from bot.ports import ChainReader, Clock, Store
from bot.services.wallets.web_tickets import Tickets

_SIZE = 65
_LOW_V = 27


class OwnerSignatures:
    """Collects the signatures of a Safe's owners. Whoever has the member's address may see and add them."""

    def __init__(self, *, store: Store, clock: Clock, chain: ChainReader, tickets: Tickets) -> None:
        self._store, self._clock, self._chain, self._tickets = store, clock, chain, tickets

    async def begin(self, ticket: Ticket, shared: SharedSigning) -> SharedSigning:
        """Start to collect signatures at the address of `ticket`, which then lasts as long; return it as stored."""
        async with self._store.write() as repos:
            known = await repos.shared.get(shared.key)
            if known is None:
                await repos.shared.add(shared)
                await repos.commit()
        await self._tickets.last(ticket, shared.key, shared.expires_at)
        return known or shared

    async def waiting(self, ticket: Ticket) -> list[SharedSigning]:
        """Return what is waiting for owners at the address of `ticket`, newest first."""
        now = self._clock.now()
        async with self._store.read() as repos:
            found = await repos.shared.of(ticket.guild, ticket.member, ticket.proposal)
        return [one for one in found if one.key in ticket.lasts_for and one.expires_at >= now]

    async def get(self, guild: GuildId, member: MemberId, key: str) -> SharedSigning:
        """Return what waits under `key`. Raises ChallengeUnusable: it is somebody else's, used, or over."""
        async with self._store.read() as repos:
            found = await repos.shared.get(key)
        if found is None or (found.guild, found.member) != (guild, member):
            raise ChallengeUnusable("used")
        if found.expires_at < self._clock.now():
            raise ChallengeUnusable("expired")
        return found

    async def safe(self, shared: SharedSigning) -> Safe | None:
        """Return the Safe that the wallet is now; None if it is another kind of contract. Raises ChainUnavailable."""
        return await self._chain.safe(shared.chain, shared.wallet)

    async def contracts(self, safe: Safe) -> frozenset[Address]:
        """Return those of a Safe's owners that are contracts now; they sign in the Safe's finished signature alone."""
        standing = await asyncio.gather(*map(self._chain.chains_with_contract, safe.owners))
        return frozenset(owner for owner, on in zip(safe.owners, standing, strict=True) if safe.chain in on)

    async def sign(
        self, guild: GuildId, member: MemberId, key: str, owner: Address, signature: str
    ) -> tuple[SharedSigning, Progress, bytes | None]:
        """Keep the signature of one owner; return how far it is, and the Safe's own once there are enough.

        Raises:
            ChallengeUnusable: somebody else's, used, or over.
            InvalidInput: the wallet is no Safe, or that address is not among its owners now.
            SignatureRejected: that owner's key did not sign this for this Safe, or the owner is a contract.
            ChainUnavailable: the Safe could not be read.

        """
        shared = await self.get(guild, member, key)
        safe = await self.safe(shared)
        if safe is None:
            raise InvalidInput(Field.WALLET, WalletFlaw.NOT_A_SAFE)
        if owner not in safe.owners:
            raise InvalidInput(Field.ACCOUNT, WalletFlaw.NOT_AN_OWNER)
        if safe.chain in await self._chain.chains_with_contract(owner):
            raise SignatureRejected(expected=owner, signer=None, flaw=Flaw.OWNER_IS_A_CONTRACT)
        kept = await self._checked(safe, shared, owner, parse_signature(signature))
        async with self._store.write() as repos:
            now_known = await repos.shared.get(key)
            if now_known is None:
                raise ChallengeUnusable("used")
            signed = replace(now_known, signatures={**now_known.signatures, owner: kept})
            await repos.shared.sign(signed)
            await repos.commit()
        return signed, progress(safe, signed.signatures), safe.joined(signed.signatures)

    async def _checked(self, safe: Safe, shared: SharedSigning, owner: Address, signature: bytes) -> bytes:
        """Return the owner's signature in the form that the Safe takes: of the hash, or of it as a personal message."""
        if len(signature) != _SIZE:
            raise SignatureRejected(expected=owner, signer=None, flaw=Flaw.MALFORMED)
        hashed, v = safe.message_hash(shared.digest), signature[-1]
        plain = signature[:-1] + bytes([v - BY_MESSAGE if v > _LOW_V + 1 else v + _LOW_V if v < _LOW_V else v])
        refused: Invalid | None = None
        for added, digest in ((0, hashed), (BY_MESSAGE, personal_digest_of(hashed))):
            claim = Claim(chain=safe.chain, address=owner, digest=digest, signature=plain)
            (verdict,) = await self._chain.signed([claim])
            if isinstance(verdict, Valid) and verdict.kind is Kind.ACCOUNT:
                return plain[:-1] + bytes([plain[-1] + added])
            refused = refused or (verdict if isinstance(verdict, Invalid) else None)
        flaw, signer = (refused.flaw, refused.signer) if refused else (Flaw.OTHER_SIGNER, None)
        raise SignatureRejected(expected=owner, signer=signer, flaw=flaw)


def progress(safe: Safe, signatures: Mapping[Address, bytes]) -> Progress:
    """Return how many of a Safe's owners have signed; former owners do not count."""
    signed = frozenset(owner for owner in safe.owners if owner in signatures)
    return Progress(owners=safe.owners, threshold=safe.threshold, signed=signed)
