"""The bot's web pages in the demo, with a wallet in the page whose keys the demo holds."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from eth_account.messages import encode_defunct, encode_typed_data

from bot.app.composition import web_pages
from bot.demo.people import Person
from bot.demo.stage import CHAIN, Stage
from bot.domain.shared.errors import TicketUnusable
from bot.domain.wallets.web_ticket import Purpose
from bot.web.server.site import Site, application
from bot.web.server.static_files import Statics
from bot.web.shared.json_requests import asked
from bot.web.shared.responses import reply

HOST = "127.0.0.1"
_NOTICE = (
    "This is the demo. Its “Demo wallet” stands in for the one in your browser; the demo holds its key, and nothing "
    "here is worth anything."
)
_UNSUPPORTED = 4200


class DemoWallet:
    """Answers the page's wallet requests with the key of the member to whom the page's address was given."""

    def __init__(self, stage: Stage, origin: str) -> None:
        self._stage, self._origin = stage, origin
        self.statics = Statics("bot.demo.page", "scripts", "demo")

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the routes of the wallet's script and of its requests."""
        return (*self.statics.routes(), web.post("/demo/wallet/{token:[A-Za-z0-9_-]{43}}", self._answer))

    async def _answer(self, request: web.Request) -> web.Response:
        sent = await asked(request, self._origin)
        person = await self._person(request.match_info["token"])
        match sent:
            case {"method": "eth_requestAccounts" | "eth_accounts"}:
                return reply({"result": [person.account.address]})
            case {"method": "eth_chainId"}:
                return reply({"result": hex(CHAIN)})
            case {"method": "personal_sign", "params": [str(text), *_]}:
                return reply({"result": _signed(person, encode_defunct(hexstr=text))})
            case {"method": "eth_signTypedData_v4", "params": [_, str(typed), *_]}:
                return reply({"result": _signed(person, encode_typed_data(full_message=_message(typed)))})
            case _:
                return reply({"code": _UNSUPPORTED})

    async def _person(self, token: str) -> Person:
        for purpose in Purpose:
            try:
                ticket = await self._stage.app.tickets.look(token, purpose)
            except TicketUnusable:
                continue
            return self._stage.person(ticket.member)
        raise TicketUnusable("unknown")


def demo_site(stage: Stage, port: int) -> Site:
    """Return the site of the bot that runs now; after a restart of the bot, make a new one."""
    origin = base_url(port)
    wallet = DemoWallet(stage, origin)
    made = application(
        [*web_pages(stage.app), wallet],
        base_url=origin,
        first=[wallet.statics.address("wallet.js")],
        notice=_NOTICE,
    )
    return Site(made, host=HOST, port=port)


@asynccontextmanager
async def open_pages(stage: Stage, port: int) -> AsyncIterator[None]:
    """Serve the pages of the bot that runs now, while the context is open."""
    site = demo_site(stage, port)
    await site.start()
    try:
        yield
    finally:
        await site.stop()


def base_url(port: int) -> str:
    """Return the base address of the pages."""
    return f"http://{HOST}:{port}"


def free_port() -> int:
    """Return a port of this machine that is free."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _signed(person: Person, message: Any) -> str:  # noqa: ANN401 - eth_account's
    return "0x" + person.account.sign_message(message).signature.hex()


def _message(typed: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(typed)
    return found
