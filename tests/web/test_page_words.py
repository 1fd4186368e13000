"""Every page in a language that nobody speaks: no sentence of markup, modules or scripts stays English."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextvars import ContextVar
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import bot.web
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import VoteVisibility
from bot.domain.shared.types import Address, ChannelId, Units
from bot.domain.treasury.campaigns import Holding, Reading
from bot.domain.voting import SYSTEMS, VotingType
from bot.domain.voting.ballot_forms import Ranking, Set, Single, Stars, Weights
from bot.domain.wallets.safe import Safe
from bot.domain.wallets.wallet import Kind, Wallet
from bot.domain.wallets.web_ticket import TICKET_LIFE
from bot.presentation.catalogue import messages
from bot.web.shared.error_messages import of_error, of_status
from bot.web.voting.vote_words import VOTE_SCRIPT
from bot.web.wallets.link_words import LINK_SCRIPT
from bot.web.wallets.script_words import script_words
from tests.builders import ANNOUNCEMENTS, AUTHOR, CHAIN, GUILD, ONE, TOKEN, TREASURY, a_block, an_address
from tests.cogs.general.test_error_messages import EXAMPLES
from tests.presence import present
from tests.presentation.catalogue.pseudo import PSEUDO
from tests.presentation.catalogue.pseudo import pseudo as made_up
from tests.web.browser import TestWallet, a_key, open_browser
from tests.web.conftest import FINN, Web
from tests.web.proposals.test_proposal_page import Voted, close, get, voted
from tests.web.shared.test_error_messages import SIGNATURES
from tests.web.voting.test_vote_page import FINNS, KEY, a_vote, signed
from tests.web.voting.test_vote_page import an_address as a_page
from tests.web.wallets.test_link_page_browser import Visit, visit

__all__ = ["voted"]
ROOM = Path(bot.web.__file__).parent
TEMPLATES = sorted(path for path in (ROOM / "pages").rglob("*") if path.is_file())
SCRIPTS = sorted((ROOM / "static").glob("*.js"))
NAMES = r"Folkmoot|Ethereum|Base|OP|Gnosis|Hearthspan|VITA|finn|UTC|KiB|Atom|JSON|SafeMessage"
MEMBERS = (
    r"Fund the mouse study|Twelve months of a rapamycin trial\.?|We propose to fund a trial\.\s+It has three arms\."
    r"|For|Against|Abstain|Test wallet|test\.wallet|Main fund|A laboratory|Bench|Room"
)
LETTERS = r"^[A-Z](?=\.?$|\. )"
KEPT = re.compile(
    rf"\{{\w+\}}|https?://\S+|0x\S*|\b0x\w*…\w*|bafk\w+|\b[0-9a-f]{{8,}}\b|\b[0-9A-Z]{{8}}\b|folkmoot verify[^\n]*"
    rf"|/[a-z-]+(?: [a-z-]+)*|\b(?:{NAMES}|{MEMBERS})(?!\w)|{LETTERS}",
    re.MULTILINE,
)
"""What is no sentence of ours: facts, addresses, identifiers, commands, names, and what members wrote."""
SAID = {"alt", "aria-label", "content", "placeholder", "title"}
"""Attributes that people read, or hear."""
FOR_PROGRAMS = re.compile(r"width=.*|light dark|website|summary(_large_image)?|image/png")
MARK: dict[type, Any] = {Single: 1, Set: [1, 3], Ranking: [2, 3, 1], Weights: [3, 0, 1], Stars: [5, 0, 2]}
pytestmark = pytest.mark.timeout(90)


class Read(HTMLParser):
    """Reads all that a page says, its attributes and the words of its scripts too."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.feed(markup)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("td", "th"):
            self.said.append("\n")
        for name, value in attrs:
            if name in SAID and value and not FOR_PROGRAMS.fullmatch(value):
                self.said.append(f"\n{value}\n")
            elif name == "data-words" and value and value.strip():
                self.said += leaves(json.loads(value))


def leaves(words: object) -> Iterator[str]:
    """Return every text in what came as JSON."""
    if isinstance(words, str):
        yield f"\n{words}\n"
    elif isinstance(words, dict):
        for each in words.values():
            yield from leaves(each)


def english(text: str) -> list[str]:
    """Return the words that are in no language but English: made-up ones have accents on all their vowels."""
    return [word for word in re.findall(r"[A-Za-z']*[aeiouAEIOU][A-Za-z']*", KEPT.sub(" ", text)) if word.isascii()]


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak the made-up language in every task."""
    monkeypatch.setattr(messages, "_spoken", ContextVar("spoken", default=PSEUDO))


async def spoken_in_full(web: Web, address: str, **asked: Any) -> str:
    async with web.http.request(asked.pop("method", "GET"), address, **asked) as response:
        text = await response.text()
    said = "".join(leaves(json.loads(text)) if "json" in response.content_type else Read(text).said)
    assert "⟦" in said
    assert english(said) == [], said
    return text


def test_words_that_are_not_translated_are_found() -> None:
    assert english("".join(Read('<p title="A word">⟦Yóú vóté <b>For</b>⟧ 0x12ab #5</p>').said)) == ["A", "word"]
    assert english("".join(Read("""<p data-words='{"a": {"one": "⟦Yés⟧"}, "b": "no {so}"}'></p>""").said)) == ["no"]


@pytest.mark.usefixtures("spoken")
async def test_linking(web: Web) -> None:
    address = await web.ticket()
    assert await spoken_in_full(web, address)
    for facts in ({"address": "0x12"}, {"address": KEY.address, "chain": CHAIN}, {"address": KEY.address}):
        _, told = await web.tell(f"{address}/text", facts)
        assert english(" ".join(str(told.get(name, "")) for name in ("what", "then"))) == []
    _, told = await web.tell(f"{address}/signature", {"nonce": told["nonce"], "signature": "0x"})
    assert told["what"].startswith("⟦")
    web.clock.time += TICKET_LIFE + 1
    assert await spoken_in_full(web, address)


@pytest.mark.usefixtures("spoken")
async def test_what_owners_of_a_contract_wallet_are_told(web: Web) -> None:
    safe = an_address(77)
    web.chain.contracts.add(safe)
    web.chain.safes[safe] = Safe(address=safe, chain=web.chain.chain, owners=(FINNS, an_address(2)), threshold=2)
    _, told = await web.tell(f"{await web.ticket()}/text", {"address": safe, "chain": CHAIN})
    assert english(f"{told['shared']['count']} {told['shared']['until']}") == []


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("voting", SYSTEMS)
async def test_voting_and_its_result(web: Web, voting: VotingType) -> None:
    vote = await a_vote(web, voting)
    contract = Address(f"0x{'5c' * 20}")
    async with web.app.store.write() as repos:
        await repos.wallets.add(
            Wallet(guild=GUILD, member=FINN, address=contract, linked_at=web.clock.now(), kind=Kind.CONTRACT)
        )
        await repos.commit()
    address = await a_page(web, vote)
    assert await spoken_in_full(web, address)
    mark = MARK[type(SYSTEMS[voting].form)]
    status, told = await web.tell(f"{address}/ballot", await signed(web, address, mark))
    assert (status, english(told["mark"])) == (200, [])
    assert "stored-title" in await spoken_in_full(web, address)
    await public_pages_are_spoken(web, vote)
    await close(web, vote)
    await public_pages_are_spoken(web, vote)
    assert "proof-title" in await spoken_in_full(web, f"{web.url}/p/{GUILD}/{vote.number}")
    assert await spoken_in_full(web, address)


async def public_pages_are_spoken(web: Web, vote: Proposal) -> None:
    index, own = f"{web.url}/p/{GUILD}", f"{web.url}/p/{GUILD}/{vote.number}"
    voters = (f"{own}/voters", f"{own}/voters?sort=wallet&q=0x1", f"{own}/voters?q=zz", f"{own}/voters/{FINNS}")
    for address in (index, own, *voters):
        assert await spoken_in_full(web, address)


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("shown", [VoteVisibility.TALLY, VoteVisibility.NOTHING])
async def test_a_vote_that_hides_something_and_one_to_come(web: Web, voted: Voted, shown: VoteVisibility) -> None:
    proposal = await voted(shown, discussion="https://forum.example/t/1")
    await public_pages_are_spoken(web, proposal)
    web.clock.time = present(proposal.terms).start - 1
    for path in ("", f"/{proposal.number}"):
        assert await spoken_in_full(web, f"{web.url}/p/{GUILD}{path}")
    web.clock.time = present(proposal.terms).end + 1
    for path in ("", f"/{proposal.number}"):
        assert await spoken_in_full(web, f"{web.url}/p/{GUILD}{path}")


@pytest.mark.usefixtures("spoken")
async def test_campaigns_and_treasuries(web: Web) -> None:
    space, holding = await web.app.spaces.main(GUILD), Holding(chain=CHAIN, token=TOKEN, holder=Address(TREASURY))
    web.chain.give(Address(TREASURY), 250 * ONE)
    await web.app.treasury.watch(space, AUTHOR, chain=CHAIN, holder=TREASURY, token=TOKEN, label="Main fund")
    targets = [("Bench", "100"), ("Room", "1000")]
    place: Any = {"chain": CHAIN, "treasury": TREASURY, "token": TOKEN, "channel": ChannelId(ANNOUNCEMENTS)}
    await web.app.treasury.start_campaign(space, AUTHOR, title="A laboratory", targets=targets, deadline=None, **place)
    assert await spoken_in_full(web, f"{web.url}/p/{GUILD}")
    async with web.app.store.write() as repos:
        await repos.treasury.record([Reading(holding=holding, amount=Units(250 * ONE), block=a_block(10**8))])
        await repos.commit()
    assert await spoken_in_full(web, f"{web.url}/p/{GUILD}")


@pytest.mark.usefixtures("spoken")
async def test_feeds(web: Web, voted: Voted) -> None:
    await close(web, await voted())
    _, atom = await get(web, "feed.atom")
    said = re.findall(r"<(?:title|summary)>([^<]*)<", atom.decode())
    assert (len(said), english("\n".join(said))) == (5, [])
    _, feed = await get(web, "feed.json")
    items = json.loads(feed)["items"]
    assert english("\n".join(f"{item['title']} {item['content_text']}" for item in items)) == []


@pytest.mark.usefixtures("spoken")
def test_whatever_a_service_refuses() -> None:
    errors = [*(error for examples in EXAMPLES.values() for error in examples), *SIGNATURES]
    told = [of_error(error) for error in errors]
    said = [f"{one.what} {one.then}" for one in told]
    assert [(words, english(words)) for words in said if english(words)] == []


@pytest.mark.usefixtures("spoken")
async def test_what_is_not_there_or_not_allowed(web: Web) -> None:
    for address in ("", "/nowhere", f"/p/{GUILD}", f"/p/{GUILD}?page=2", f"/link/{'A' * 43}"):
        assert await spoken_in_full(web, web.url + address)
    assert await spoken_in_full(web, f"{web.url}/nowhere", method="POST")
    for status in (400, 403, 404, 405, 408, 413, 415, 429, 500, 503):
        problem = of_status(status)
        assert english(f"{problem.what} {problem.then}") == []
    await web.app.spaces.switch_cog(GUILD, "wallets", on=False)
    assert await spoken_in_full(web, await web.ticket())
    reader, writer = await asyncio.open_connection("127.0.0.1", int(web.url.rpartition(":")[2]))
    writer.write(b"nonsense\r\n\r\n")
    answer = (await reader.read()).decode().partition("\r\n\r\n")[2]
    writer.close()
    assert (answer[:1], english(answer)) == ("⟦", [])


SHOWN = """() => [...document.querySelectorAll("main, main *")].filter((one) => one.checkVisibility())
  .flatMap((one) => [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent)
    .concat(["aria-label", "placeholder"].map((name) => one.getAttribute(name) ?? ""))).join("\\n")"""


async def is_spoken(at: Visit, step: str, without: str = "#text") -> None:
    """The step shows, and all that is seen is in the made-up language; `without` holds what a wallet signs."""
    await at.page.locator(f"#{step}-title").wait_for()
    exact = "".join(await at.page.locator(without).all_inner_texts())
    shown = (await at.page.evaluate(SHOWN)).replace(exact or "\0", "")
    assert english(shown) == [], shown


@pytest.mark.usefixtures("spoken")
async def test_scripts_speak_as_their_page_does(web: Web) -> None:
    wallet = TestWallet([KEY, a_key("2")], refuse={"personal_sign": 4001})
    async with open_browser() as browser, visit(browser, await web.ticket(), wallet) as at:
        await at.press("Test wallet")
        await at.press(KEY.address)
        await is_spoken(at, "signing")
        assert "1" in await at.page.locator("#minutes").inner_text()
        await at.page.locator("#sign").click()
        await is_spoken(at, "problem")
        assert await at.page.locator("#problem-title").inner_text() == (
            f"⟦{made_up('You refused in your wallet, so nothing was done.')}⟧"
        )
        wallet.refuse = {}
        await at.page.locator("#retry").click()
        await is_spoken(at, "done")
        assert at.complaints == []


@pytest.mark.usefixtures("spoken")
async def test_the_script_of_a_vote_speaks_as_its_page_does(web: Web) -> None:
    vote = await a_vote(web, "ranked-choice")
    async with open_browser() as browser, visit(browser, await a_page(web, vote), TestWallet([KEY])) as at:
        for places, missing in (((0, 0), "Give at least one choice a place."), ((1, 1), "Two choices have place 1.")):
            for choice, place in enumerate(places, start=1):
                await at.page.locator(f"#choice-{choice}").select_option(str(place))
            await at.page.locator("#ballot button").click()
            assert made_up(missing) in await at.page.get_by_role("alert").inner_text()
        await is_spoken(at, "marking")
        for choice, place in enumerate((2, 1, 3), start=1):
            await at.page.locator(f"#choice-{choice}").select_option(str(place))
        await at.page.locator("#ballot button").click()
        await is_spoken(at, "choosing")
        await at.press("Test wallet")
        await is_spoken(at, "signing")
        await at.page.locator("#sign").click()
        await is_spoken(at, "done")
        assert at.complaints == []


def test_no_sentence_stands_in_markup() -> None:
    """Whatever people read there is filled in; names of ours and signs that say what an address looks like stay."""
    assert len(TEMPLATES) > 50
    found = {}
    for path in TEMPLATES:
        source = re.sub(r"<\?xml[^>]*>|\$\w+", " ", path.read_text(encoding="utf-8"))
        found[path.name] = english("".join(Read(source).said))
    assert {name: words for name, words in found.items() if words} == {}


QUOTED = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')


def test_no_sentence_stands_in_scripts() -> None:
    """A text with a space between words, or that begins as a sentence does, is one."""
    found = []
    for path in SCRIPTS:
        source = re.sub(r"^\s*(?://|/?\*).*$|^import .*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for quoted in QUOTED.finditer(source):
            text = re.sub(r"\$\{[^}]*\}", " ", quoted[1] or quoted[2] or "")
            if re.search(r"[a-z][.,!?]? +[a-z]", text, re.IGNORECASE) or re.fullmatch(r"[A-Z][a-z]+[.!?]?", text):
                found.append((path.name, text))
    assert found == []


@pytest.mark.parametrize(("script", "own"), [("link.js", LINK_SCRIPT), ("vote.js", VOTE_SCRIPT)])
def test_a_script_finds_each_of_its_words_and_each_is_used(script: str, own: dict[str, str]) -> None:
    sources, ahead = dict[str, str](), [script]
    while ahead:
        name = ahead.pop()
        if name not in sources:
            sources[name] = (ROOM / "static" / name).read_text(encoding="utf-8")
            ahead += re.findall(r'from "\./([\w.]+)"', sources[name])
    whole = "\n".join(sources.values())
    problems = set(re.findall(r'new WalletProblem\("(\w+)"', whole))
    used = problems | {f"{name}_then" for name in problems}
    for call in re.findall(r"\b(?:told|parts)\(([^()]*)", whole):
        used |= set(re.findall(r'"(\w+)"', call.partition(",")[0]))
    used |= set(re.findall(r'"(owner_\w+)"', whole))
    assert used - {"shared"} == set(json.loads(script_words(own)))
