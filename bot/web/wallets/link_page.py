"""The page on which a member proves that a wallet is theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from aiohttp import web

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.addresses import checksummed, parse_address
from bot.domain.shared.errors import NotConfigured, TicketUnusable
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import ServerSetting
from bot.domain.shared.types import ChainId, GuildId, MemberId
from bot.domain.spaces.space import Space
from bot.domain.wallets.owner_signatures import SharedSigning
from bot.domain.wallets.signature_claim import personal_digest
from bot.domain.wallets.wallet import Challenge, Wallet
from bot.domain.wallets.web_ticket import Purpose, Ticket
from bot.ports import Clock
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.safe_text import visible
from bot.web.server.rate_limits import TokenBuckets
from bot.web.shared.html import fragment
from bot.web.shared.json_requests import asked, text_of
from bot.web.shared.responses import page, reply
from bot.web.wallets.link_words import LINK_SCRIPT, link_words
from bot.web.wallets.owner_signatures import Owners
from bot.web.wallets.owner_words import contract_form, owners_step
from bot.web.wallets.script_words import script_words
from bot.web.wallets.signing_words import wallet_list

_PATH = "/link/{token:[A-Za-z0-9_-]{43}}"
_ADDRESS, _NONCE, _SIGNATURE = 64, 64, 30_000
_PART = "wallets"
_MOST_CHAIN = 2**53
_TRIES, _TRIES_PER_SECOND = 12, 0.1


class LinkService(Protocol):
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

    async def confirm(
        self, guild: GuildId, member: MemberId, nonce: str, signature: str, *, ticket: Ticket | None = None
    ) -> Wallet:
        """Link the wallet whose signature answers the challenge, and use the ticket up as one with it."""
        ...

    async def move(self, guild: GuildId, member: MemberId, nonce: str, *, ticket: Ticket | None = None) -> Wallet:
        """Take over the wallet that the member proved by answering the challenge, and use the ticket up with it."""
        ...

    async def waiting(self, guild: GuildId, member: MemberId, nonce: str) -> Challenge:
        """Return a challenge that waits for its answer."""
        ...


class TicketService(Protocol):
    """Knows to whom an address was issued."""

    async def look(self, token: str, purpose: Purpose, *, about: str | None = None) -> Ticket:
        """Return the ticket of a token without using it up."""
        ...

    async def visit(self, token: str, purpose: Purpose) -> Ticket:
        """Return the ticket of a token if it is still good for something."""
        ...


class WayBack(Protocol):
    """The way back to Discord: the vote that was pressed there before, and whether it waits there, filled in."""

    @property
    def proposal(self) -> Proposal | None:
        """The proposal of that vote, None if there was none."""
        ...

    @property
    def shown(self) -> bool:
        """Whether the message that led to this page shows now that the wallet is linked."""
        ...


class FollowUpService(Protocol):
    """Has Discord follow what is done here."""

    async def linked(self, ticket: Ticket, token: str, wallet: Wallet, *, moved: bool = False) -> WayBack:
        """Show it in the message that led to this page."""
        ...


class SpaceService(Protocol):
    """Knows the spaces of guilds."""

    async def main(self, guild: GuildId) -> Space:
        """Return a guild's main space."""
        ...


class LinkPages:
    """`/link/<token>` and what its script asks. Only a signature that is accepted uses the ticket up."""

    def __init__(
        self,
        *,
        origin: str,
        tickets: TicketService,
        wallets: LinkService,
        follow_ups: FollowUpService,
        spaces: SpaceService,
        clock: Clock,
        chains: Mapping[ChainId, str],
        owners: Owners,
    ) -> None:
        self._origin, self._tickets, self._wallets = origin, tickets, wallets
        self._follow_ups = follow_ups
        self._spaces, self._clock, self._chains = spaces, clock, chains
        self._owners = owners
        self._tries = TokenBuckets(burst=_TRIES, per_second=_TRIES_PER_SECOND)

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what these pages answer to."""
        return (
            web.get(_PATH, self._show),
            web.post(_PATH + "/text", self._text),
            web.post(_PATH + "/signature", self._signature),
            web.post(_PATH + "/move", self._move),
            web.post(_PATH + "/owners", self._look_at_owners),
            web.post(_PATH + "/owner", self._owner),
        )

    async def _show(self, request: web.Request) -> web.Response:
        ticket = await self._tickets.visit(request.match_info["token"], Purpose.LINK)
        await self._on(ticket)
        now = self._clock.now()
        waiting = await self._owners.owner_signatures.waiting(ticket)
        if not waiting and (fault := ticket.fault(now)):
            raise TicketUnusable(fault)
        body = fragment("wallets/link.html").fill(
            member=ticket.member_name,
            guild=ticket.guild_name,
            left=max(0, max([ticket.expires_at, *(one.expires_at for one in waiting)]) - now),
            waiting=waiting[0].key if waiting else "",
            script_words=script_words(LINK_SCRIPT),
            contract=contract_form(self._chains),
            owners=owners_step(),
            wallets=wallet_list(without_wallet=True),
            **link_words(ticket.guild_name, self._chains.values()),
        )
        return page(request, _("Link a wallet"), body, script="link.js")

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
        told = _told(challenge)
        if challenge.lasting:
            told["shared"] = await self._owners.begin(ticket, _shared(challenge))
        return reply(told)

    async def _signature(self, request: web.Request) -> web.Response:
        sent = await asked(request, self._origin)
        nonce, signature = text_of(sent, "nonce", _NONCE), text_of(sent, "signature", _SIGNATURE)
        return await self._confirm(request, await self._ticket(request, nonce), nonce, signature)

    async def _look_at_owners(self, request: web.Request) -> web.Response:
        sent = await asked(request, self._origin)
        key = text_of(sent, "key", _NONCE)
        ticket = await self._ticket(request, key)
        challenge = await self._wallets.waiting(ticket.guild, ticket.member, key)
        shared = await self._owners.owner_signatures.get(ticket.guild, ticket.member, key)
        return reply(_told(challenge) | {"shared": await self._owners.facts(shared)})

    async def _owner(self, request: web.Request) -> web.Response:
        """Take one owner's signature; the last one that is needed links the wallet."""
        sent = await asked(request, self._origin)
        key, signature = text_of(sent, "key", _NONCE), text_of(sent, "signature", _SIGNATURE)
        owner = parse_address(text_of(sent, "owner", _ADDRESS), field=Field.ACCOUNT)
        ticket = await self._ticket(request, key)
        shared, _, whole = await self._owners.owner_signatures.sign(ticket.guild, ticket.member, key, owner, signature)
        if whole is None:
            return reply({"shared": await self._owners.facts(shared)})
        return await self._confirm(request, ticket, key, "0x" + whole.hex())

    async def _confirm(self, request: web.Request, ticket: Ticket, nonce: str, signature: str) -> web.Response:
        wallet = await self._wallets.confirm(ticket.guild, ticket.member, nonce, signature, ticket=ticket)
        return await self._linked(request, ticket, wallet)

    async def _move(self, request: web.Request) -> web.Response:
        sent = await asked(request, self._origin)
        nonce = text_of(sent, "nonce", _NONCE)
        ticket = await self._ticket(request, nonce)
        wallet = await self._wallets.move(ticket.guild, ticket.member, nonce, ticket=ticket)
        return await self._linked(request, ticket, wallet, moved=True)

    async def _linked(
        self, request: web.Request, ticket: Ticket, wallet: Wallet, *, moved: bool = False
    ) -> web.Response:
        """Say that it is done, and what way leads back to Discord."""
        back = await self._follow_ups.linked(ticket, request.match_info["token"], wallet, moved=moved)
        told: dict[str, object] = {"address": checksummed(wallet.address)}
        if (found := back.proposal) is not None:
            told["shown"] = back.shown
            told["vote"] = {"title": visible(found.text.title), "number": found.number, "card": _card(found)}
        return reply(told)

    async def _on(self, ticket: Ticket) -> None:
        if _PART in (await self._spaces.main(ticket.guild)).cogs_off:
            raise NotConfigured(ServerSetting.WALLET_LINKING)

    async def _ticket(self, request: web.Request, about: str | None = None) -> Ticket:
        """Return the ticket. Raises HTTPTooManyRequests if it is asked for too often; only existing ones are counted.

        Once expired it is good only for what a wallet's owners sign, which `about` names.
        """
        ticket = await self._tickets.look(request.match_info["token"], Purpose.LINK, about=about)
        await self._on(ticket)
        if self._tries.take(ticket.digest):
            raise web.HTTPTooManyRequests
        return ticket

    def _chain(self, said: object) -> ChainId | None:
        """Return the wallet's chain if it is configured, else None; the chain that the text names does not matter."""
        if isinstance(said, int) and 0 < said < _MOST_CHAIN and ChainId(said) in self._chains:
            return ChainId(said)
        return None


def _card(proposal: Proposal) -> str:
    """Return the address of a proposal's card on Discord; nothing if none stands."""
    if proposal.channel is None or proposal.card is None:
        return ""
    return f"https://discord.com/channels/{proposal.guild}/{proposal.channel}/{proposal.card}"


def _told(challenge: Challenge) -> dict[str, object]:
    return {"nonce": challenge.nonce, "text": challenge.text, "address": checksummed(challenge.address)}


def _shared(challenge: Challenge) -> SharedSigning:
    return SharedSigning(
        key=challenge.nonce,
        guild=challenge.guild,
        member=challenge.member,
        wallet=challenge.address,
        chain=challenge.named_chain,
        digest=personal_digest(challenge.text),
        written_at=challenge.issued_at,
        expires_at=challenge.expires_at,
    )
