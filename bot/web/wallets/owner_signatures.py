"""What both pages of signatures do for the owners of a contract wallet, who sign one after another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from bot.domain.shared.addresses import checksummed
from bot.domain.shared.errors import Unavailable
from bot.domain.shared.types import Address, ChainId, GuildId, MemberId
from bot.domain.wallets.owner_signatures import Progress, SharedSigning
from bot.domain.wallets.safe import Safe
from bot.domain.wallets.web_ticket import Ticket
from bot.ports import Clock
from bot.presentation.catalogue.formats import moment
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext


class OwnerSignatures(Protocol):
    """Collects the signatures of a wallet's owners."""

    async def begin(self, ticket: Ticket, shared: SharedSigning) -> SharedSigning:
        """Have owners sign it at the address of the ticket."""
        ...

    async def waiting(self, ticket: Ticket) -> list[SharedSigning]:
        """Return what waits for owners there, newest first."""
        ...

    async def get(self, guild: GuildId, member: MemberId, key: str) -> SharedSigning:
        """Return what waits under a key."""
        ...

    async def safe(self, shared: SharedSigning) -> Safe | None:
        """Return the Safe that the wallet is now."""
        ...

    async def contracts(self, safe: Safe) -> frozenset[Address]:
        """Return those of its owners that are contracts."""
        ...

    async def sign(
        self, guild: GuildId, member: MemberId, key: str, owner: Address, signature: str
    ) -> tuple[SharedSigning, Progress, bytes | None]:
        """Keep the signature of one owner."""
        ...


class Owners:
    """Tells our scripts how far the owners of a wallet are, and what each of them signs."""

    def __init__(self, *, owner_signatures: OwnerSignatures, clock: Clock, chains: Mapping[ChainId, str]) -> None:
        self.owner_signatures, self._clock, self._chains = owner_signatures, clock, chains

    async def begin(self, ticket: Ticket, shared: SharedSigning) -> dict[str, object]:
        """Have owners sign something; a Safe that cannot be read now is read when somebody looks again."""
        begun = await self.owner_signatures.begin(ticket, shared)
        try:
            return await self.facts(begun)
        except Unavailable:
            return self._facts(begun, None, frozenset())

    async def facts(self, shared: SharedSigning) -> dict[str, object]:
        """Return what the page shows. Raises ChainUnavailable."""
        safe = await self.owner_signatures.safe(shared)
        contracts = frozenset() if safe is None else await self.owner_signatures.contracts(safe)
        return self._facts(shared, safe, contracts)

    def _facts(self, shared: SharedSigning, safe: Safe | None, contracts: Collection[Address]) -> dict[str, object]:
        told: dict[str, object] = {
            "key": shared.key,
            "address": checksummed(shared.wallet),
            "chain": self._chains.get(shared.chain, _("chain {number}", number=shared.chain)),
            "until": moment(shared.expires_at),
            "left": max(0, shared.expires_at - self._clock.now()),
            "owners": None,
        }
        if safe is None:
            return told
        return told | {
            "owners": [
                {
                    "address": checksummed(owner),
                    "signed": owner in shared.signatures,
                    "contract": owner in contracts,
                }
                for owner in sorted(safe.owners)
            ],
            "count": ngettext(
                "{signed} of {number} signature is there.",
                "{signed} of {number} signatures are there.",
                safe.threshold,
                signed=sum(owner in shared.signatures for owner in safe.owners),
            ),
            "typed": safe.typed_data(shared.digest),
            "hash": "0x" + safe.message_hash(shared.digest).hex(),
        }
