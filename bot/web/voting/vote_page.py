"""The page on which a member's wallet signs their ballot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import orjson
from aiohttp import web

from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.shared.addresses import checksummed, parse_address
from bot.domain.shared.amounts import exact
from bot.domain.shared.errors import ChallengeUnusable, NotConfigured, NoWallet, TicketUnusable
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import ServerSetting
from bot.domain.shared.types import Address, GuildId, MemberId, ProposalId, Timestamp
from bot.domain.voting import Mark
from bot.domain.voting.ballot import Ballot, Receipt
from bot.domain.voting.ballot_message import BallotMessage
from bot.domain.wallets.owner_signatures import SharedSigning
from bot.domain.wallets.wallet import Kind, Wallet
from bot.domain.wallets.web_ticket import Purpose, Ticket
from bot.ports import Clock
from bot.presentation.catalogue.formats import moment
from bot.presentation.catalogue.messages import gettext as _
from bot.web.server.rate_limits import TokenBuckets
from bot.web.shared.html import NOTHING, fragment, prose
from bot.web.shared.json_requests import asked, text_of
from bot.web.shared.navigation import discussion
from bot.web.shared.public_answers import iso
from bot.web.shared.responses import page, reply
from bot.web.voting import ballot_form
from bot.web.voting.vote_words import VOTE_SCRIPT, stored_ballots, vote_words
from bot.web.wallets.link_page import SpaceService
from bot.web.wallets.owner_signatures import Owners
from bot.web.wallets.owner_words import contract_buttons, owners_step
from bot.web.wallets.script_words import script_words
from bot.web.wallets.signing_words import wallet_list

_PATH = "/vote/{token:[A-Za-z0-9_-]{43}}"
_ADDRESS, _SIGNATURE, _KEY = 64, 30_000, 64
_PART = "voting"
_TRIES, _TRIES_PER_SECOND = 40, 0.2


class SigningService(Protocol):
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

    async def shared(
        self, guild: GuildId, proposal: ProposalId, member: MemberId, message: BallotMessage, mark: Mark
    ) -> SharedSigning | None:
        """Return the ballot as owners of a contract wallet sign it, None for an account's."""
        ...

    async def stored(self, guild: GuildId, proposal: ProposalId, member: MemberId) -> list[Ballot]:
        """Return the ballots of the member's wallets that count, newest first."""
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


class TicketService(Protocol):
    """Knows to whom an address was issued."""

    async def look(self, token: str, purpose: Purpose, *, about: str | None = None) -> Ticket:
        """Return the ticket of a token without using it up."""
        ...

    async def visit(self, token: str, purpose: Purpose) -> Ticket:
        """Return the ticket of a token if it is still good for something."""
        ...


class VotePages:
    """`/vote/<token>` and what its script asks.

    The address stays valid until it expires, because a member may sign with several wallets, or change a ballot: the
    signature casts it, not the address. For owners of a contract wallet, who sign one by one, it lasts longer.
    """

    def __init__(
        self,
        *,
        origin: str,
        tickets: TicketService,
        signing: SigningService,
        spaces: SpaceService,
        clock: Clock,
        owners: Owners,
    ) -> None:
        self._origin, self._tickets, self._signing = origin, tickets, signing
        self._spaces, self._clock = spaces, clock
        self._owners = owners
        self._tries = TokenBuckets(burst=_TRIES, per_second=_TRIES_PER_SECOND)

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what these pages answer to."""
        return (
            web.get(_PATH, self._show),
            web.post(_PATH + "/message", self._message),
            web.post(_PATH + "/ballot", self._ballot),
            web.post(_PATH + "/owners", self._look_at_owners),
            web.post(_PATH + "/owner", self._owner),
        )

    async def _show(self, request: web.Request) -> web.Response:
        ticket = await self._tickets.visit(request.match_info["token"], Purpose.VOTE)
        about = await self._on(ticket)
        now = self._clock.now()
        waiting = await self._owners.owner_signatures.waiting(ticket)
        if not waiting and (fault := ticket.fault(now)):
            raise TicketUnusable(fault)
        proposal = await self._signing.proposal(ticket.guild, about)
        linked = await self._signing.wallets(ticket.guild, ticket.member)
        if not linked:
            raise NoWallet
        stored = await self._signing.stored(ticket.guild, about, ticket.member)
        text, terms = proposal.text, _terms(proposal)
        body = fragment("voting/vote.html").fill(
            title=text.title,
            member=ticket.member_name,
            guild=ticket.guild_name,
            number=f"#{proposal.number}",
            ends=moment(terms.end),
            ends_iso=iso(terms.end),
            summary=fragment("shared/lead.html").fill(text=text.summary) if text.summary else NOTHING,
            body=prose(text.body or _("It says no more than its title.")),
            discussion=discussion(text.discussion),
            kind=ballot_form.kind_of(proposal.voting),
            choices=ballot_form.fields(proposal),
            wallets=wallet_list(without_wallet=False),
            contracts=contract_buttons([wallet.address for wallet in linked if wallet.kind is Kind.CONTRACT]),
            owners=owners_step(),
            left=max(0, max([ticket.expires_at, *(one.expires_at for one in waiting)]) - now),
            waiting=waiting[0].key if waiting else "",
            stored=stored_ballots(proposal, stored),
            mark=orjson.dumps(stored[0].mark).decode() if stored else "",
            newer="yes" if stored and stored[0].cast_at >= ticket.issued_at else "no",
            script_words=script_words(VOTE_SCRIPT),
            **vote_words(proposal, linked),
        )
        return page(request, _("Vote on #{proposal}", proposal=proposal.number), body, script="vote.js")

    async def _message(self, request: web.Request) -> web.Response:
        sent = await asked(request, self._origin)
        ticket, about = await self._ticket(request)
        wallet = parse_address(text_of(sent, "address", _ADDRESS), field=Field.WALLET)
        proposal = await self._signing.proposal(ticket.guild, about)
        message, mark = await self._signing.message(ticket.guild, about, ticket.member, wallet, _mark(sent))
        told = _told(proposal, message, mark)
        if (shared := await self._signing.shared(ticket.guild, about, ticket.member, message, mark)) is not None:
            told["shared"] = await self._owners.begin(ticket, shared)
        return reply(told)

    async def _look_at_owners(self, request: web.Request) -> web.Response:
        sent = await asked(request, self._origin)
        key = text_of(sent, "key", _KEY)
        ticket, about = await self._ticket(request, key)
        shared = await self._owners.owner_signatures.get(ticket.guild, ticket.member, key)
        proposal = await self._signing.proposal(ticket.guild, about)
        message, mark = await self._signing.message(ticket.guild, about, ticket.member, shared.wallet, shared.mark)
        if message.digest() != shared.digest:
            raise ChallengeUnusable("used")
        return reply(_told(proposal, message, mark) | {"shared": await self._owners.facts(shared)})

    async def _owner(self, request: web.Request) -> web.Response:
        """Take one owner's signature; the last one that is needed casts the ballot."""
        sent = await asked(request, self._origin)
        key, signature = text_of(sent, "key", _KEY), text_of(sent, "signature", _SIGNATURE)
        owner = parse_address(text_of(sent, "owner", _ADDRESS), field=Field.ACCOUNT)
        ticket, _ = await self._ticket(request, key)
        shared, _, whole = await self._owners.owner_signatures.sign(ticket.guild, ticket.member, key, owner, signature)
        if whole is None:
            return reply({"shared": await self._owners.facts(shared)})
        return await self._cast(ticket, shared.wallet, shared.mark, shared.written_at, "0x" + whole.hex())

    async def _ballot(self, request: web.Request) -> web.Response:
        sent = await asked(request, self._origin)
        signature = text_of(sent, "signature", _SIGNATURE)
        if "key" in sent:
            key = text_of(sent, "key", _KEY)
            ticket, _ = await self._ticket(request, key)
            shared = await self._owners.owner_signatures.get(ticket.guild, ticket.member, key)
            return await self._cast(ticket, shared.wallet, shared.mark, shared.written_at, signature)
        ticket, _ = await self._ticket(request)
        at = sent.get("at")
        if not isinstance(at, int) or isinstance(at, bool):
            raise web.HTTPBadRequest
        wallet = parse_address(text_of(sent, "address", _ADDRESS), field=Field.WALLET)
        return await self._cast(ticket, wallet, _mark(sent), Timestamp(at), signature)

    async def _cast(self, ticket: Ticket, wallet: Address, mark: object, at: Timestamp, signature: str) -> web.Response:
        if ticket.proposal is None:
            raise web.HTTPNotFound
        receipt, proposal = await self._signing.cast(
            ticket.guild, ticket.proposal, ticket.member, wallet, mark, at, signature
        )
        terms = _terms(proposal)
        return reply(
            {
                "address": checksummed(receipt.powers[0].address),
                "mark": ballot_form.words(proposal, receipt.mark),
                "power": f"{exact(receipt.power, terms.scale)} {terms.symbol}",
                "receipt": receipt.id,
            }
        )

    async def _on(self, ticket: Ticket) -> ProposalId:
        if ticket.proposal is None:
            raise web.HTTPNotFound
        if _PART in (await self._spaces.main(ticket.guild)).cogs_off:
            raise NotConfigured(ServerSetting.VOTING)
        return ticket.proposal

    async def _ticket(self, request: web.Request, about: str | None = None) -> tuple[Ticket, ProposalId]:
        """Return the ticket. Raises HTTPTooManyRequests if it is asked for too often; only existing ones are counted.

        Once expired it is good only for what owners of a contract wallet sign, which `about` names.
        """
        ticket = await self._tickets.look(request.match_info["token"], Purpose.VOTE, about=about)
        proposal = await self._on(ticket)
        if self._tries.take(ticket.digest):
            raise web.HTTPTooManyRequests
        return ticket, proposal


def _mark(sent: Mapping[str, object]) -> object:
    """Return the mark as it was sent: a number or numbers, which the voting system checks."""
    mark = sent.get("mark")
    if isinstance(mark, list):
        return tuple(mark)
    return mark


def _told(proposal: Proposal, message: BallotMessage, mark: Mark) -> dict[str, object]:
    return {
        "address": checksummed(message.voter),
        "mark": ballot_form.words(proposal, mark),
        "typed": message.typed_data(),
    }


def _terms(proposal: Proposal) -> Terms:
    if proposal.terms is None:
        raise web.HTTPNotFound
    return proposal.terms
