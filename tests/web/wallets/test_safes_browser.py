"""Safes at the pages in a real browser: real contracts on a real node, whose owners' signatures a wallet brings."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from eth_account.messages import _hash_eip191_message, encode_defunct, encode_typed_data
from eth_account.signers.local import LocalAccount
from pydantic import SecretStr

from bot.app.composition import App, open_site
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import HttpTransport
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Assurance, Rules
from bot.domain.shared.addresses import checksummed
from bot.domain.shared.types import Address, ChainId
from bot.domain.wallets.signature_claim import Kind
from bot.settings import ChainSettings, Settings, StorageSettings, WebSettings
from tests.builders import AUTHOR, GUILD, PROPOSALS, RESEARCHER, a_text
from tests.chain.batch.test_read_methods_anvil import ANVIL, answering
from tests.chain.signatures import safe_contracts
from tests.chain.signatures.test_signatures_anvil import ADA, BEN, City
from tests.chain.signatures.wallet_contracts import NOWHERE, call, wrapped
from tests.fakes import FakeChain, FakeClock
from tests.web.browser import TestWallet, open_browser
from tests.web.conftest import FINN, Web
from tests.web.voting.test_vote_page import an_address, ballots
from tests.web.wallets.test_link_page_browser import Visit, visit

HOME, AWAY = ChainId(31_337), ChainId(31_338)
POWER = 7 * 10**18
pytestmark = [
    pytest.mark.anvil,
    pytest.mark.timeout(90),
    pytest.mark.skipif(
        ANVIL is None or not safe_contracts.PACKAGE.is_dir(), reason="anvil or Safe's package is not installed: npm ci"
    ),
]


@dataclass
class SafeWallet(TestWallet):
    """What stands between a page and a Safe: it answers with the signatures of `owners`, one behind the other.

    `made_by` are factory and call of one that is not deployed. `on_chain` are those that only approve by a
    transaction: they give no signature, and keep the digest that its owners are to approve.
    """

    safe: Address = NOWHERE
    owners: tuple[LocalAccount, ...] = (ADA, BEN)
    made_by: tuple[Address, bytes] | None = None
    on_chain: bool = False
    digests: list[bytes] = field(default_factory=list)

    def answer(self, method: str, params: list[Any]) -> dict[str, Any]:
        match method:
            case "eth_requestAccounts":
                self.says[method] = [checksummed(self.safe)]
            case "personal_sign":
                self.says[method] = self._signed(encode_defunct(hexstr=params[0]), params[1])
            case "eth_signTypedData_v4":
                self.says[method] = self._signed(encode_typed_data(full_message=json.loads(params[1])), params[0])
        return super().answer(method, params)

    def _signed(self, message: Any, address: str) -> str:
        assert address.lower() == self.safe
        self.digests.append(_hash_eip191_message(message))
        if self.on_chain:
            return "0x"
        signature = safe_contracts.by_keys(safe_contracts.message_hash(self.safe, HOME, self.digests[-1]), *self.owners)
        return "0x" + (wrapped(*self.made_by, signature) if self.made_by else signature).hex()


async def begin(url: str) -> None:
    """Wait until the other chain's node has started, and have it make blocks."""
    link = HttpTransport(url)
    try:
        endpoint = Endpoint(1, AWAY, link)
        await answering(endpoint)
        await endpoint.call("anvil_mine", "0x5")
    finally:
        await link.close()


Nodes = tuple[City, str]


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    """A node with Safes, and another chain without."""
    ports = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    chains = zip(ports, (HOME, AWAY), strict=True)
    running = [
        subprocess.Popen([str(ANVIL), "--port", str(port), "--chain-id", str(chain), "--silent"])
        for port, chain in chains
    ]
    try:
        city = City(f"http://127.0.0.1:{ports[0]}")
        asyncio.run(city.build())
        asyncio.run(begin(f"http://127.0.0.1:{ports[1]}"))
        yield city, f"http://127.0.0.1:{ports[1]}"
    finally:
        for process in running:
            process.kill()
            process.wait()


@pytest.fixture
async def web(nodes: tuple[City, str], tmp_path: Path, free_port: int) -> AsyncIterator[Web]:
    city, away = nodes
    settings = Settings(
        storage=StorageSettings(url=SecretStr(f"sqlite:///{tmp_path}/folkmoot.sqlite3")),
        chains={
            HOME: ChainSettings.model_validate({"name": "Home", "rpc_urls": [city.url], "finality": 0}),
            AWAY: ChainSettings.model_validate({"name": "Away", "rpc_urls": [away], "finality": 0}),
        },
        web=WebSettings(base_url=f"http://127.0.0.1:{free_port}", port=free_port),
    )
    clock = FakeClock(time=int(time.time()) + 5)
    async with (
        App.open(settings, clock=clock) as app,
        open_site(app),
        aiohttp.ClientSession(auto_decompress=False) as http,
    ):
        await app.spaces.main(GUILD, "Hearthspan")
        node = HttpTransport(city.url)
        city._call = Endpoint(1, HOME, node).call
        yield Web(
            app=app, clock=clock, chain=cast("FakeChain", app.chain), url=f"http://127.0.0.1:{free_port}", http=http
        )
        await node.close()


def at_home(city: City, **fields: Any) -> SafeWallet:
    return SafeWallet(keys=[], name="Safe", chain=HOME, **{"safe": city.safe} | fields)


def not_deployed(city: City) -> SafeWallet:
    return at_home(city, safe=city.future, made_by=(city.factory, city.making(3)))


async def approve(city: City, digest: bytes) -> None:
    """Have the owners of the second Safe approve a message by a transaction."""
    library = await _library(city)
    nonce = int.from_bytes(await city.ask(city.approved, call("nonce()")), "big")
    hashed = await city.ask(city.approved, safe_contracts.hashing(library, safe_contracts.approving(digest), nonce))
    approval = safe_contracts.executing(
        library, safe_contracts.approving(digest), safe_contracts.by_keys(hashed, ADA, BEN)
    )
    await city.transact({"to": city.approved, "data": "0x" + approval.hex()})


async def _library(city: City) -> Address:
    return await city.deploy(safe_contracts.creation("SignMessageLib"))


async def choose_and_sign(at: Visit) -> None:
    await at.press("Safe")
    await at.sees("Read it, then sign")
    await at.press("Sign with my wallet")


async def link(web: Web, wallet: SafeWallet) -> None:
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet) as at:
        await choose_and_sign(at)
        await at.sees("Linked")


async def kinds(web: Web) -> list[tuple[Address, object, ChainId | None]]:
    return [(wallet.address, wallet.kind, wallet.chain) for wallet in await web.wallets()]


async def test_a_safe_is_linked_by_the_signatures_of_its_owners(web: Web, nodes: tuple[City, str]) -> None:
    city, _ = nodes
    wallet = at_home(city, owners=(ADA,))
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet) as at:
        await choose_and_sign(at)
        await at.sees(f"The contract at {city.safe[:6]}")
        assert "As many owners as it asks for" in await at.page.locator("#problem").inner_text()
        assert await kinds(web) == []
        wallet.owners = (ADA, BEN)
        await at.press("Try again")
        await at.sees("Linked")
        assert f"Chain ID: {HOME}\n" in bytes.fromhex(wallet.asked[-1][1][0][2:]).decode()
    assert await kinds(web) == [(city.safe, Kind.CONTRACT, HOME)]


async def test_a_safe_that_is_not_deployed_is_linked(web: Web, nodes: tuple[City, str]) -> None:
    city, _ = nodes
    await link(web, not_deployed(city))
    assert await kinds(web) == [(city.future, Kind.CONTRACT, HOME)]
    assert await city._call("eth_getCode", city.future, "latest") == "0x"


async def test_a_wallet_that_is_on_another_network_is_led_to_its_own(web: Web, nodes: tuple[City, str]) -> None:
    city, _ = nodes
    wallet = at_home(city)
    wallet.chain = AWAY
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet) as at:
        await choose_and_sign(at)
        await at.sees(f"No contract stands at {city.safe[:6]}")
        assert "switch your wallet to that network" in await at.page.locator("#problem").inner_text()
        assert not await at.button("Try again").is_visible()
        wallet.chain = HOME
        await at.press("Choose another wallet")
        await choose_and_sign(at)
        await at.sees("Linked")
    assert await kinds(web) == [(city.safe, Kind.CONTRACT, HOME)]


async def test_a_safe_that_turns_to_its_network_while_the_text_is_read_gets_a_fresh_one(
    web: Web, nodes: tuple[City, str]
) -> None:
    city, _ = nodes
    wallet = at_home(city)
    wallet.chain = AWAY
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet) as at:
        await at.press("Safe")
        await at.sees("Read it, then sign")
        assert f"Chain ID: {AWAY}" in await at.page.locator("#text").inner_text()
        wallet.chain = HOME
        await at.page.evaluate("() => window.__turn('Safe', 'chainChanged', '0x7a69')")
        await at.page.locator("#text", has_text=f"Chain ID: {HOME}").wait_for()
        assert "another network now" in await at.page.get_by_role("status").inner_text()
        await at.press("Sign with my wallet")
        await at.sees("Linked")


async def test_a_safe_that_approves_on_chain_is_told_what_to_do_and_checked_again(
    web: Web, nodes: tuple[City, str]
) -> None:
    city, _ = nodes
    wallet = at_home(city, safe=city.approved, on_chain=True)
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet) as at:
        await choose_and_sign(at)
        await at.sees("Your wallet answered without a signature.")
        words = await at.page.locator("#problem").inner_text()
        assert "turn on-chain signatures off" in words
        assert "not this page" in words
        asked = len(wallet.asked)
        async with at.page.expect_response(lambda response: response.request.method == "POST"):
            await at.press("Check again")  # what it says stood there before, so its check is waited for
        await at.sees("Your wallet answered without a signature.")
        assert await kinds(web) == []
        await approve(city, wallet.digests[-1])
        await at.press("Check again")
        await at.sees("Linked")
        assert len(wallet.asked) == asked
    assert await kinds(web) == [(city.approved, Kind.CONTRACT, HOME)]


async def a_vote(web: Web, city: City) -> Proposal:
    """A vote under way that takes signed ballots, by what its wallets hold."""
    app = web.app
    for wallet in (city.safe, city.future, city.approved):
        await city._call("anvil_setBalance", wallet, hex(POWER))
    await city._call("anvil_mine", "0x2")
    strategy = {"name": "eth-balance", "network": str(HOME), "params": {"symbol": "ETH", "decimals": 18}}
    await app.spaces.set_strategies(GUILD, json.dumps([strategy]))
    await app.spaces.set_channels(GUILD, proposals=PROPOSALS)
    await app.spaces.set_proposers(GUILD, roles=[RESEARCHER])
    await app.spaces.set_voting(GUILD, rules=Rules(assurance=Assurance.SIGNED))
    draft = await app.proposals.draft(
        await app.spaces.main(GUILD), AUTHOR, a_text(), "basic", ("For", "Against", "Abstain")
    )
    proposal = await app.proposals.submit(GUILD, draft.number, AUTHOR, [RESEARCHER])
    assert proposal.terms is not None
    web.clock.time = proposal.terms.start
    await app.lifecycle.open_due()
    return proposal


async def mark_and_sign(at: Visit, label: str) -> None:
    await at.page.get_by_label(label, exact=True).check()
    await at.press("Go on to my wallet")
    await choose_and_sign(at)


@pytest.mark.parametrize("deployed", [True, False])
async def test_a_safe_signs_a_ballot(web: Web, nodes: tuple[City, str], deployed: bool) -> None:
    city, _ = nodes
    wallet = at_home(city) if deployed else not_deployed(city)
    await link(web, wallet)
    proposal = await a_vote(web, city)
    owners, wallet.owners = wallet.owners, (BEN,)
    async with open_browser() as browser, visit(browser, await an_address(web, proposal, FINN), wallet) as at:
        await mark_and_sign(at, "Against")
        await at.sees(f"The contract at {wallet.safe[:6]}")
        assert await ballots(web, proposal) == {}
        wallet.owners = owners
        await at.press("Try again")
        await at.sees("Your ballot is stored")
        assert await at.page.locator("#power").inner_text() == "7 ETH"
        assert at.complaints == ["Failed to load resource: the server responded with a status of 409 (Conflict)"]
    assert await ballots(web, proposal) == {wallet.safe: 2}
    assert {method for method, _ in wallet.asked} == {
        "eth_requestAccounts", "eth_chainId", "personal_sign", "eth_signTypedData_v4",
    }  # fmt: skip


async def test_a_ballot_that_a_safe_approves_on_chain_is_checked_again(web: Web, nodes: tuple[City, str]) -> None:
    city, _ = nodes
    wallet = at_home(city, safe=city.approved)
    await link(web, wallet)
    proposal = await a_vote(web, city)
    wallet.on_chain = True
    async with open_browser() as browser, visit(browser, await an_address(web, proposal, FINN), wallet) as at:
        await mark_and_sign(at, "For")
        await at.sees("Your wallet answered without a signature.")
        await approve(city, wallet.digests[-1])
        await at.press("Check again")
        await at.sees("Your ballot is stored")
    assert await ballots(web, proposal) == {city.approved: 1}
