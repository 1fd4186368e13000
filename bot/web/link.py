"""The page on which a member proves that a wallet is theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from aiohttp import web

from bot.domain.addresses import checksummed
from bot.domain.errors import NotConfigured
from bot.domain.space import Space
from bot.domain.ticket import Purpose, Ticket
from bot.domain.types import ChainId, GuildId, MemberId
from bot.domain.wallet import Challenge, Wallet
from bot.ports import Clock
from bot.web.answers import page, reply
from bot.web.asking import asked, text_of
from bot.web.html import fragment
from bot.web.limits import Buckets

_PATH = "/link/{token:[A-Za-z0-9_-]{43}}"
_ADDRESS, _NONCE, _SIGNATURE = 64, 64, 30_000
_PART = "wallets"
_MOST_CHAIN = 2**53
_TRIES, _TRIES_PER_SECOND = 12, 0.1


class Linking(Protocol):
    """Issues sign-in texts and accepts their signatures."""

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
        """Issue a text to sign for `address`."""
        ...

    async def confirm(self, guild: GuildId, member: MemberId, nonce: str, signature: str) -> Wallet:
        """Link the wallet whose signature answers the challenge."""
        ...

    async def move(self, guild: GuildId, member: MemberId, nonce: str) -> Wallet:
        """Take over the wallet that the member proved by answering the challenge."""
        ...


class Ticketing(Protocol):
    """Knows whom an address was given to."""

    async def look(self, token: str, purpose: Purpose) -> Ticket:
        """Return the ticket of a token, and use nothing up."""
        ...

    def spending(self, token: str, purpose: Purpose) -> AbstractAsyncContextManager[Ticket]:
        """Use the ticket for what is done inside; if that fails, it is as good as before."""
        ...


class Ruling(Protocol):
    """Knows what moderators set."""

    async def of(self, guild: GuildId) -> Space:
        """Return the rules of a guild."""
        ...


class LinkPages:
    """`/link/<token>` and what its script asks. Only a signature that is accepted uses the ticket up."""

    def __init__(
        self,
        *,
        origin: str,
        tickets: Ticketing,
        wallets: Linking,
        spaces: Ruling,
        clock: Clock,
        chains: Mapping[ChainId, str],
    ) -> None:
        self._origin, self._tickets, self._wallets = origin, tickets, wallets
        self._spaces, self._clock, self._chains = spaces, clock, chains
        self._tries = Buckets(burst=_TRIES, per_second=_TRIES_PER_SECOND)

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what these pages answer to."""
        return (
            web.get(_PATH, self._show),
            web.post(_PATH + "/text", self._text),
            web.post(_PATH + "/signature", self._signature),
            web.post(_PATH + "/move", self._move),
        )

    async def _show(self, request: web.Request) -> web.Response:
        ticket = await self._look(request)
        body = fragment("link.html").fill(
            member=ticket.member_name,
            guild=ticket.guild_name,
            left=max(0, ticket.expires_at - self._clock.now()),
            wallets=fragment("wallets.html").fill(otherwise=fragment("otherwise.html").fill()),
            chains=", ".join(self._chains.values()) or "none",
        )
        return page(request, "Link a wallet", body, script="link.js")

    async def _text(self, request: web.Request) -> web.Response:
        sent = await asked(request, self._origin)
        ticket = await self._ticket(request)
        challenge = await self._wallets.challenge(
            ticket.guild,
            ticket.member,
            text_of(sent, "address", _ADDRESS),
            chain=self._chain(sent.get("chain")),
            guild_name=ticket.guild_name,
            member_name=ticket.member_name,
        )
        return reply({"nonce": challenge.nonce, "text": challenge.text, "address": checksummed(challenge.address)})

    async def _signature(self, request: web.Request) -> web.Response:
        sent = await asked(request, self._origin)
        nonce, signature = text_of(sent, "nonce", _NONCE), text_of(sent, "signature", _SIGNATURE)
        await self._ticket(request)
        async with self._tickets.spending(request.match_info["token"], Purpose.LINK) as ticket:
            wallet = await self._wallets.confirm(ticket.guild, ticket.member, nonce, signature)
        return reply({"address": checksummed(wallet.address)})

    async def _move(self, request: web.Request) -> web.Response:
        sent = await asked(request, self._origin)
        nonce = text_of(sent, "nonce", _NONCE)
        await self._ticket(request)
        async with self._tickets.spending(request.match_info["token"], Purpose.LINK) as ticket:
            wallet = await self._wallets.move(ticket.guild, ticket.member, nonce)
        return reply({"address": checksummed(wallet.address)})

    async def _look(self, request: web.Request) -> Ticket:
        ticket = await self._tickets.look(request.match_info["token"], Purpose.LINK)
        if _PART in (await self._spaces.of(ticket.guild)).cogs_off:
            raise NotConfigured("the linking of wallets", "/config cogs")
        return ticket

    async def _ticket(self, request: web.Request) -> Ticket:
        """Return the ticket, unless it is asked about too often; only real ones are remembered."""
        ticket = await self._look(request)
        if self._tries.take(ticket.digest):
            raise web.HTTPTooManyRequests
        return ticket

    def _chain(self, said: object) -> ChainId | None:
        """Return the wallet's chain if it is one of ours; which is named in the text makes no difference."""
        if isinstance(said, int) and 0 < said < _MOST_CHAIN and ChainId(said) in self._chains:
            return ChainId(said)
        return None
