"""The page on which a member's wallet signs their ballot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Protocol

from aiohttp import web

from bot.domain.addresses import checksummed, parse_address, short
from bot.domain.amounts import exact
from bot.domain.ballot import Receipt
from bot.domain.ballot_message import BallotMessage
from bot.domain.errors import NotConfigured, NoWallet
from bot.domain.proposal import Proposal, Terms
from bot.domain.space import Space
from bot.domain.ticket import Purpose, Ticket
from bot.domain.types import Address, GuildId, MemberId, ProposalId, Timestamp
from bot.domain.voting import Mark
from bot.domain.wallet import Wallet
from bot.ports import Clock
from bot.web import marks
from bot.web.answers import page, reply
from bot.web.asking import asked, text_of
from bot.web.html import NOTHING, Html, fragment
from bot.web.limits import Buckets

_PATH = "/vote/{token:[A-Za-z0-9_-]{43}}"
_ADDRESS, _SIGNATURE = 64, 30_000
_PART = "voting"
_TRIES, _TRIES_PER_SECOND = 40, 0.2


class Signing(Protocol):
    """Writes the messages that wallets sign, and casts the ballots that come back signed."""

    async def proposal(self, guild: GuildId, proposal: ProposalId) -> Proposal:
        """Return a proposal that takes signed ballots now."""
        ...

    async def wallets(self, guild: GuildId, member: MemberId) -> list[Wallet]:
        """Return the wallets with which the member can sign."""
        ...

    async def message(
        self, guild: GuildId, proposal: ProposalId, member: MemberId, wallet: Address, mark: object
    ) -> tuple[BallotMessage, Mark]:
        """Return what the wallet signs, and the mark as it counts."""
        ...

    async def cast(
        self,
        guild: GuildId,
        proposal: ProposalId,
        member: MemberId,
        wallet: Address,
        mark: object,
        signed_at: Timestamp,
        signature: str,
    ) -> tuple[Receipt, Proposal]:
        """Cast the ballot that was signed."""
        ...


class Ticketing(Protocol):
    """Knows whom an address was given to."""

    async def look(self, token: str, purpose: Purpose) -> Ticket:
        """Return the ticket of a token, and use nothing up."""
        ...


class Ruling(Protocol):
    """Knows what moderators set."""

    async def of(self, guild: GuildId) -> Space:
        """Return the rules of a guild."""
        ...


class VotePages:
    """`/vote/<token>` and what its script asks.

    The address stays good until it expires, for a member may sign with several wallets, and think again: what casts
    a ballot is the signature, not the address.
    """

    def __init__(self, *, origin: str, tickets: Ticketing, signing: Signing, spaces: Ruling, clock: Clock) -> None:
        self._origin, self._tickets, self._signing = origin, tickets, signing
        self._spaces, self._clock = spaces, clock
        self._tries = Buckets(burst=_TRIES, per_second=_TRIES_PER_SECOND)

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what these pages answer to."""
        return (
            web.get(_PATH, self._show),
            web.post(_PATH + "/message", self._message),
            web.post(_PATH + "/ballot", self._ballot),
        )

    async def _show(self, request: web.Request) -> web.Response:
        ticket, about = await self._look(request)
        proposal = await self._signing.proposal(ticket.guild, about)
        linked = [short(wallet.address) for wallet in await self._signing.wallets(ticket.guild, ticket.member)]
        if not linked:
            raise NoWallet
        text, ends = proposal.text, _ends(proposal)
        body = fragment("vote.html").fill(
            title=text.title,
            member=ticket.member_name,
            guild=ticket.guild_name,
            number=f"#{proposal.number}",
            ends=ends.strftime("%d %B %Y, %H:%M UTC"),
            ends_iso=ends.isoformat(),
            summary=fragment("lead.html").fill(text=text.summary) if text.summary else NOTHING,
            body=text.body or "It says no more than its title.",
            discussion=_discussion(text.discussion),
            cid=proposal.cid or "",
            kind=marks.kind_of(proposal.voting),
            how=marks.how(proposal),
            choices=marks.fields(proposal),
            linked=", ".join(linked),
            wallets=fragment("wallets.html").fill(otherwise=NOTHING),
            left=max(0, ticket.expires_at - self._clock.now()),
        )
        return page(request, f"Vote on #{proposal.number}", body, script="vote.js")

    async def _message(self, request: web.Request) -> web.Response:
        sent = await asked(request, self._origin)
        ticket, about = await self._ticket(request)
        wallet = parse_address(text_of(sent, "address", _ADDRESS), field="wallet")
        proposal = await self._signing.proposal(ticket.guild, about)
        message, mark = await self._signing.message(ticket.guild, about, ticket.member, wallet, _mark(sent))
        return reply(
            {
                "address": checksummed(wallet),
                "mark": marks.words(proposal, mark),
                "typed": message.typed_data(),
            }
        )

    async def _ballot(self, request: web.Request) -> web.Response:
        sent = await asked(request, self._origin)
        ticket, about = await self._ticket(request)
        at = sent.get("at")
        if not isinstance(at, int) or isinstance(at, bool):
            raise web.HTTPBadRequest
        receipt, proposal = await self._signing.cast(
            ticket.guild,
            about,
            ticket.member,
            parse_address(text_of(sent, "address", _ADDRESS), field="wallet"),
            _mark(sent),
            Timestamp(at),
            text_of(sent, "signature", _SIGNATURE),
        )
        terms = _terms(proposal)
        return reply(
            {
                "address": checksummed(receipt.powers[0].address),
                "mark": marks.words(proposal, receipt.mark),
                "power": f"{exact(receipt.power, terms.scale)} {terms.symbol}",
                "receipt": receipt.id,
            }
        )

    async def _look(self, request: web.Request) -> tuple[Ticket, ProposalId]:
        ticket = await self._tickets.look(request.match_info["token"], Purpose.VOTE)
        if ticket.proposal is None:
            raise web.HTTPNotFound
        if _PART in (await self._spaces.of(ticket.guild)).cogs_off:
            raise NotConfigured("voting", "/config cogs")
        return ticket, ticket.proposal

    async def _ticket(self, request: web.Request) -> tuple[Ticket, ProposalId]:
        """Return the ticket, unless it is asked about too often; only real ones are remembered."""
        ticket, about = await self._look(request)
        if self._tries.take(ticket.digest):
            raise web.HTTPTooManyRequests
        return ticket, about


def _mark(sent: Mapping[str, object]) -> object:
    """Return the mark as it was sent: a number or numbers, which the voting system checks."""
    mark = sent.get("mark")
    if isinstance(mark, list):
        return tuple(mark)
    return mark


def _discussion(address: str) -> Html:
    return fragment("discussion.html").fill(address=address) if address else NOTHING


def _ends(proposal: Proposal) -> datetime:
    return datetime.fromtimestamp(_terms(proposal).end, UTC)


def _terms(proposal: Proposal) -> Terms:
    if proposal.terms is None:
        raise web.HTTPNotFound
    return proposal.terms
