"""Owners of a Safe sign one after another at one address, in browsers of their own: a real Safe on a real node."""

from __future__ import annotations

from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

from bot.domain.shared.types import ProposalId
from bot.domain.voting.ballot_signature_terms import CONTRACT_LIFE
from bot.domain.wallets.signature_claim import Kind, personal_digest
from bot.domain.wallets.web_ticket import TICKET_LIFE
from bot.services.audit.retention import Retention
from bot.services.shared.clock_checks import Clocks
from tests.builders import GUILD
from tests.chain.signatures.test_signatures_anvil import ADA, BEN
from tests.fakes import FakeChain
from tests.web.browser import TestWallet, open_browser
from tests.web.conftest import FINN, Web
from tests.web.voting.test_vote_page import an_address, ballots
from tests.web.wallets.test_link_page_browser import CONTRAST, NARROW, Visit, visit
from tests.web.wallets.test_safes_browser import HOME, Nodes, a_vote, at_home, kinds, link, nodes, pytestmark, web

__all__ = ["nodes", "pytestmark", "web"]
STRANGER = Account.from_key("0x" + "c3" * 32)
HOURS = 3_600
TITLE = "Its owners sign, one after another"


def owner(key: LocalAccount, **fields: Any) -> TestWallet:
    return TestWallet(keys=[key], name="Rabby", chain=HOME, **fields)


async def begin(at: Visit, safe: str) -> None:
    """Name a Safe that no wallet of this browser is."""
    await at.page.get_by_text("A Safe, or another contract wallet").click()
    await at.page.get_by_label("Address of the wallet").fill(f" {safe}")
    await at.page.get_by_label("Chain that it is on").select_option(str(HOME))
    await at.press("Go on")
    await at.sees(TITLE)


async def count(at: Visit) -> str:
    return str(await at.page.locator("#shared-count").inner_text())


async def sign(at: Visit) -> None:
    await at.press("Sign as an owner")
    await at.press("Rabby")


async def rows(web: Web) -> list[tuple[str, int]]:
    """What is stored: whose wallet, and how many signatures."""
    async with web.app.store.read() as repos:
        return [
            (one.wallet, len(one.signatures))
            for proposal in (None, ProposalId(1))
            for one in await repos.shared.of(GUILD, FINN, proposal)
        ]


async def test_owners_who_sign_hours_apart_link_their_safe(web: Web, nodes: Nodes) -> None:
    city, _ = nodes
    address = await web.ticket()
    async with open_browser() as browser:
        async with visit(browser, address) as at:
            await begin(at, city.safe)
            assert await count(at) == "0 of 2 signatures are there."
            assert f"Chain ID: {HOME}\n" in await at.page.locator("#shared-text").inner_text()
            assert "72 more hours" in await at.page.locator("#foot").inner_text()
            assert await at.page.evaluate(CONTRAST) == []
        web.clock.time += 9 * HOURS
        async with visit(browser, address, owner(ADA), viewport={"width": 360, "height": 740}) as at:
            await at.sees(TITLE)
            assert (await at.page.evaluate(NARROW))[0] <= 360
            await sign(at)
            await at.page.get_by_text("1 of 2 signatures are there.").wait_for()
            assert "Your signature is kept" in await at.page.get_by_role("status").inner_text()
            assert await rows(web) == [(city.safe, 1)]
            assert await kinds(web) == []
        async with visit(browser, address, owner(STRANGER)) as at:
            await at.sees(TITLE)
            await sign(at)
            await at.sees("is not among the owners of this wallet")
        web.clock.time += 60 * HOURS
        async with visit(browser, address, owner(BEN)) as at:
            await at.sees(TITLE)
            await sign(at)
            await at.sees("Linked")
            assert at.complaints == []
    assert await kinds(web) == [(city.safe, Kind.CONTRACT, HOME)]
    assert await rows(web) == [], "nothing of it is kept once it has been used"


async def test_a_wallet_that_knows_no_typed_data_signs_the_hash(web: Web, nodes: Nodes) -> None:
    city, _ = nodes
    address = await web.ticket()
    async with open_browser() as browser:
        async with visit(browser, address, owner(ADA, refuse={"eth_signTypedData_v4": -32601})) as at:
            await begin(at, city.safe)
            await sign(at)
            await at.page.get_by_text("1 of 2 signatures are there.").wait_for()
        async with visit(browser, address, owner(BEN)) as at:
            await at.sees(TITLE)
            await sign(at)
            await at.sees("Linked")
    assert await kinds(web) == [(city.safe, Kind.CONTRACT, HOME)]


async def test_once_it_expired_an_address_is_good_for_what_was_begun_and_nothing_else(web: Web, nodes: Nodes) -> None:
    city, _ = nodes
    address = await web.ticket()
    _, told = await web.tell(f"{address}/text", {"address": city.safe, "chain": HOME})
    key = told["nonce"]
    web.clock.time += TICKET_LIFE + 1
    status, problem = await web.tell(f"{address}/text", {"address": city.approved, "chain": HOME})
    assert (status, problem["kind"]) == (410, "expired")
    status, seen = await web.tell(f"{address}/owners", {"key": key})
    assert (status, seen["text"], seen["shared"]["count"]) == (200, told["text"], "0 of 2 signatures are there.")
    other = await web.ticket()
    _, another = await web.tell(f"{other}/text", {"address": city.approved, "chain": HOME})
    status, problem = await web.tell(f"{address}/owners", {"key": another["nonce"]})
    assert (status, problem["kind"]) == (410, "expired"), "what was begun at another address"
    web.clock.time += CONTRACT_LIFE
    status, problem = await web.tell(f"{address}/owners", {"key": key})
    assert (status, problem["kind"]) == (410, "expired")
    timely = Clocks(store=web.app.store, clock=web.clock, chain=FakeChain(clock=web.clock))
    await Retention(store=web.app.store, clocks=timely).remove_expired()
    assert await rows(web) == [(city.approved, 0)], "it was begun later"


async def test_a_signature_is_kept_only_if_it_is_an_owners_of_this_safe_over_this_text(web: Web, nodes: Nodes) -> None:
    city, _ = nodes
    address = await web.ticket()
    _, told = await web.tell(f"{address}/text", {"address": city.safe, "chain": HOME})
    _, others = await web.tell(f"{address}/text", {"address": city.approved, "chain": HOME})
    key, typed = told["nonce"], told["shared"]["typed"]

    def by(signer: LocalAccount, data: dict[str, Any]) -> str:
        return "0x" + str(signer.sign_typed_data(full_message=data).signature.hex())

    for claimed, signature in (
        (STRANGER, by(STRANGER, typed)),
        (ADA, by(STRANGER, typed)),
        (ADA, by(ADA, others["shared"]["typed"])),
        (ADA, by(ADA, typed)[:-2]),
        (ADA, "0x"),
        (ADA, "nothing of the kind"),
    ):
        facts = {"key": key, "owner": claimed.address, "signature": signature}
        assert (await web.tell(f"{address}/owner", facts))[0] == 409
    assert set(await rows(web)) == {(city.approved, 0), (city.safe, 0)}
    facts = {"key": key, "owner": ADA.address, "signature": by(ADA, typed)}
    for _ in range(2):
        _, told = await web.tell(f"{address}/owner", facts)
        assert [one["signed"] for one in told["shared"]["owners"]].count(True) == 1, "once for one owner"


async def test_the_signature_of_the_whole_safe_may_be_pasted(web: Web, nodes: Nodes) -> None:
    city, _ = nodes
    safe = at_home(city)
    async with open_browser() as browser, visit(browser, await web.ticket()) as at:
        await begin(at, city.safe)
        text = await at.page.locator("#shared-text").inner_text()
        whole = safe.answer("personal_sign", ["0x" + text.encode().hex(), city.safe])["result"]
        await at.page.get_by_label("Signature of the whole wallet").fill(f'{{"preparedSignature": "{whole}"}}')
        await at.press("Check it")
        await at.sees("Linked")


async def test_a_safe_that_a_safe_owns_signs_by_its_finished_signature_and_the_page_says_so(
    web: Web, nodes: Nodes
) -> None:
    city, _ = nodes
    async with open_browser() as browser, visit(browser, await web.ticket(), owner(ADA)) as at:
        await begin(at, city.upper)
        listed = await at.page.locator("#shared-list").inner_text()
        assert listed.count("is a contract and can't sign here") == 1
        assert "paste the finished signature below" in await at.page.locator("#shared-contracts").inner_text()
        text = await at.page.locator("#shared-text").inner_text()
        digest = personal_digest(text)
        await at.page.get_by_label("Signature of the whole wallet").fill("0x" + city.by_upper(digest, BEN).hex())
        await at.press("Check it")
        await at.sees(f"The contract at {city.upper[:6]}")
        await at.page.reload()
        await at.sees(TITLE)
        await at.page.get_by_label("Signature of the whole wallet").fill("0x" + city.by_upper(digest).hex())
        await at.press("Check it")
        await at.sees("Linked")
    assert await kinds(web) == [(city.upper, Kind.CONTRACT, HOME)]


async def test_a_contract_among_the_owners_is_refused_in_words(web: Web, nodes: Nodes) -> None:
    city, _ = nodes
    ticket = await web.ticket()
    _, told = await web.tell(ticket + "/text", {"address": city.safe, "chain": HOME})
    facts = {"key": told["nonce"], "owner": city.town.owned, "signature": "0x" + "11" * 65}
    status, refused = await web.tell(ticket + "/owner", facts)
    assert status == 409, refused
    assert "is a contract, which can't sign by itself here" in str(refused)
    assert {owner["address"].lower() for owner in told["shared"]["owners"] if owner["contract"]} == {city.town.owned}


async def test_owners_cast_a_ballot_one_after_another_and_not_after_the_vote(web: Web, nodes: Nodes) -> None:
    city, _ = nodes
    await link(web, at_home(city))
    proposal = await a_vote(web, city)
    address = await an_address(web, proposal, FINN)
    async with open_browser() as browser:
        async with visit(browser, address) as at:
            await at.page.get_by_label("Against", exact=True).check()
            await at.press("Go on to my wallet")
            await at.press("Its owners sign here")
            await at.sees(TITLE)
            assert "You vote: Against" in await at.page.locator("#shared-text").inner_text()
        web.clock.time += 50 * 60
        await city._call("evm_increaseTime", hex(50 * 60))
        await city._call("anvil_mine", "0x1")
        async with visit(browser, address, owner(BEN)) as at:
            await at.sees(TITLE)
            await sign(at)
            await at.page.get_by_text("1 of 2 signatures are there.").wait_for()
        async with visit(browser, address, owner(ADA)) as at:
            await at.sees(TITLE)
            await sign(at)
            await at.sees("Your ballot is stored")
            assert await at.page.locator("#power").inner_text() == "7 ETH"
    assert await ballots(web, proposal) == {city.safe: 2}
    assert await rows(web) == []
