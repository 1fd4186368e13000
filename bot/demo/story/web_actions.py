"""What members do on the web pages with their own wallets: over HTTP, with real signatures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from eth_account.messages import encode_typed_data

from bot.demo.acting import Answer
from bot.demo.people import Person

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAnswer:
    """A page's answer: its HTTP status, and its JSON."""

    status: int
    facts: Json

    @property
    def ok(self) -> bool:
        """Whether the request was accepted."""
        return self.status == 200  # noqa: PLR2004 - OK

    @property
    def words(self) -> str:
        """The words with which it was refused."""
        return " ".join(str(self.facts[part]) for part in ("what", "then") if part in self.facts)


def address_in(answer: Answer) -> str:
    """Return the address of the page to which a message's button leads."""
    return next(_addresses(answer.response.components)).partition("#")[0]


def _addresses(components: Iterable[Any]) -> Iterator[str]:
    """Return where the buttons of a message lead, at all depths."""
    for component in components:
        part = component if isinstance(component, Mapping) else component.to_dict()
        if part.get("url"):
            yield str(part["url"])
        yield from _addresses(part.get("components", ()))


async def look(address: str) -> tuple[int, str]:
    """Open a page, and return its HTTP status and markup."""
    async with aiohttp.ClientSession() as http, http.get(address) as response:
        return response.status, await response.text()


async def text_to_sign(address: str, wallet: str) -> PageAnswer:
    """Ask the linking page for the text that a wallet has to sign."""
    return await _tell(address, "text", {"address": wallet, "chain": None})


async def link_there(address: str, text: PageAnswer, signature: str) -> PageAnswer:
    """Send the signature of `text_to_sign`'s text."""
    return await _tell(address, "signature", {"nonce": text.facts["nonce"], "signature": signature})


async def signed_ballot(address: str, person: Person, mark: object) -> Json:
    """Sign a ballot with somebody's wallet as the voting page asks, and return what the page then sends."""
    asked = await _tell(address, "message", {"address": person.wallet, "mark": mark})
    typed = asked.facts["typed"]
    signature = "0x" + person.account.sign_message(encode_typed_data(full_message=typed)).signature.hex()
    return {"address": person.wallet, "mark": mark, "at": typed["message"]["timestamp"], "signature": signature}


async def cast_there(address: str, ballot: Json) -> PageAnswer:
    """Send a signed ballot."""
    return await _tell(address, "ballot", ballot)


async def _tell(address: str, step: str, sent: Json) -> PageAnswer:
    origin = "/".join(address.split("/", 3)[:3])
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{address}/{step}", json=sent, headers={"Origin": origin}) as response,
    ):
        return PageAnswer(status=response.status, facts=await response.json())
