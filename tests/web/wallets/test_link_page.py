"""Linking through the page: whose it is, what uses it up, and what an attacker gets."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Never

import pytest
from eth_account.messages import encode_defunct

from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import GuildId, MemberId
from bot.domain.wallets.wallet import MAX_WALLETS
from bot.domain.wallets.web_ticket import TICKET_LIFE, Purpose
from tests.builders import CHAIN, GUILD
from tests.web.browser import a_key
from tests.web.conftest import FINN, Web

KEY, OTHER = a_key("1"), a_key("2")
MALLORY = MemberId(1_100_000_000_000_000_666)


def signed(text: str, key: Any = KEY) -> str:
    return "0x" + str(key.sign_message(encode_defunct(text=text)).signature.hex())


async def text(web: Web, ticket: str, key: Any = KEY, **more: Any) -> dict[str, Any]:
    status, answer = await web.tell(ticket + "/text", {"address": key.address, **more})
    assert status == 200, answer
    return answer


async def prove(web: Web, ticket: str, challenge: dict[str, str], signature: str) -> tuple[int, dict[str, Any]]:
    return await web.tell(ticket + "/signature", {"nonce": challenge["nonce"], "signature": signature})


async def link(web: Web, ticket: str, key: Any = KEY) -> tuple[int, dict[str, Any]]:
    challenge = await text(web, ticket, key)
    return await prove(web, ticket, challenge, signed(challenge["text"], key))


async def addresses(web: Web, member: MemberId = FINN) -> list[str]:
    return [wallet.address for wallet in await web.wallets(member)]


async def shown(web: Web, ticket: str) -> tuple[int, str]:
    async with web.http.get(ticket, headers={"User-Agent": "Mozilla/5.0 (compatible; Discordbot/2.0)"}) as answer:
        return answer.status, await answer.text()


async def test_a_signature_links_the_wallet_to_whom_the_address_was_given(web: Web) -> None:
    ticket = await web.ticket()
    challenge = await text(web, ticket)
    assert challenge["address"] == KEY.address
    assert challenge["text"].splitlines()[0] == f"{web.url} wants you to sign in with your Ethereum account:"
    assert f"\nURI: {web.url}/link\n" in challenge["text"]
    assert f"https://discord.com/users/{FINN}" in challenge["text"]
    assert "finn in Hearthspan" in challenge["text"]
    assert await prove(web, ticket, challenge, signed(challenge["text"])) == (200, {"address": KEY.address})
    assert await addresses(web) == [KEY.address.lower()]


async def test_programs_that_look_at_the_address_do_not_use_it_up(web: Web) -> None:
    ticket = await web.ticket()
    for _ in range(20):
        assert (await shown(web, ticket))[0] == 200
        async with web.http.head(ticket) as answer:
            assert answer.status == 200
    assert (await link(web, ticket))[0] == 200


async def test_an_address_is_good_once(web: Web) -> None:
    ticket = await web.ticket()
    await link(web, ticket)
    status, page = await shown(web, ticket)
    assert status == 410
    assert "used already" in page
    for below, facts in (("text", {"address": OTHER.address}), ("signature", {"nonce": "a", "signature": "0x"})):
        status, answer = await web.tell(f"{ticket}/{below}", facts)
        assert (status, answer["kind"], answer["over"]) == (410, "used", True)
    assert await addresses(web) == [KEY.address.lower()]


async def test_of_two_signatures_at_once_one_links(web: Web) -> None:
    ticket = await web.ticket()
    one, other = await text(web, ticket, KEY), await text(web, ticket, OTHER)
    ended = await asyncio.gather(
        prove(web, ticket, one, signed(one["text"], KEY)), prove(web, ticket, other, signed(other["text"], OTHER))
    )
    assert sorted(status for status, _ in ended) == [200, 410]
    assert len(await addresses(web)) == 1


async def test_an_address_ends_after_ten_minutes(web: Web) -> None:
    ticket = await web.ticket()
    challenge = await text(web, ticket)
    web.clock.time += TICKET_LIFE + 1
    status, page = await shown(web, ticket)
    assert status == 410
    assert "expired" in page
    status, answer = await prove(web, ticket, challenge, signed(challenge["text"]))
    assert (status, answer["kind"]) == (410, "expired")
    assert await addresses(web) == []


async def test_addresses_cannot_be_made_up_or_used_for_something_else(web: Web) -> None:
    for ticket in (f"{web.url}/link/{'A' * 43}", (await web.ticket(purpose=Purpose.VOTE)).replace("/vote/", "/link/")):
        status, page = await shown(web, ticket)
        assert status == 404
        assert "finn" not in page
        assert (await web.tell(ticket + "/text", {"address": KEY.address}))[0] == 404


async def test_a_wrong_signature_links_nothing_and_leaves_the_address_good(web: Web) -> None:
    ticket = await web.ticket()
    challenge = await text(web, ticket)
    status, answer = await prove(web, ticket, challenge, signed(challenge["text"], OTHER))
    assert (status, answer["kind"]) == (409, "account")
    assert OTHER.address[:6] in answer["what"]
    for nonsense in ("", "0x", "hello", "0x" + "00" * 65, "0x" + "ff" * 65, "0x" + "11" * 5_000):
        status, answer = await prove(web, ticket, challenge, nonsense)
        assert (status, answer["kind"]) == (409, "signature"), nonsense
        assert answer["then"]
    assert await addresses(web) == []
    web.clock.time += 60
    assert (await prove(web, ticket, challenge, signed(challenge["text"])))[0] == 200


async def test_a_signature_over_another_text_links_nothing(web: Web) -> None:
    ticket = await web.ticket()
    first, second = await text(web, ticket), await text(web, ticket)
    assert (await prove(web, ticket, second, signed(first["text"])))[0] == 409
    assert await addresses(web) == []


async def test_what_one_member_signed_links_nothing_to_another(web: Web) -> None:
    challenge = await text(web, await web.ticket())
    theirs = await web.ticket(MALLORY, name="mallory")
    status, answer = await prove(web, theirs, challenge, signed(challenge["text"]))
    assert (status, answer["kind"]) == (409, "text")
    assert await addresses(web, MALLORY) == []


async def test_what_was_signed_for_one_server_links_nothing_in_another(web: Web) -> None:
    challenge = await text(web, await web.ticket())
    invited = await web.app.tickets.issue(
        Purpose.LINK, GuildId(GUILD + 1), FINN, guild_name="Other", member_name="finn"
    )
    status, answer = await prove(web, invited.url, challenge, signed(challenge["text"]))
    assert (status, answer["kind"]) == (409, "text")
    assert await web.app.wallets.of(GuildId(GUILD + 1), FINN) == []


async def test_the_page_says_whose_it_is_and_escapes_every_name(web: Web) -> None:
    ticket = await web.ticket(name="<img src=x onerror=alert(1)>", guild='"><script>alert(1)</script>')
    status, page = await shown(web, ticket)
    assert status == 200
    assert "<img" not in page
    assert "alert(1)</script>" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "&quot;&gt;&lt;script&gt;" in page
    assert "never asks for a transaction" in page
    challenge = await text(web, ticket)
    assert "<" not in challenge["text"]


async def test_the_wallets_chain_is_named_where_it_is_one_of_ours(web: Web) -> None:
    ticket = await web.ticket()
    assert f"Chain ID: {CHAIN}\n" in (await text(web, ticket, chain=CHAIN))["text"]
    chains: tuple[Any, ...] = (999_999, None, "1", -1, 2**60, True, {})
    for chain in chains:
        assert f"Chain ID: {CHAIN}\n" in (await text(web, ticket, chain=chain))["text"]


async def test_a_wallet_that_is_linked_already_is_told_before_anything_is_signed(web: Web) -> None:
    await link(web, await web.ticket())
    status, answer = await web.tell((await web.ticket()) + "/text", {"address": KEY.address})
    assert status == 409
    assert "linked already" in answer["what"]


async def test_nobody_gets_more_wallets_than_are_allowed(web: Web) -> None:
    for number in range(MAX_WALLETS):
        assert (await link(web, await web.ticket(), a_key(f"{number:x}7" * 32)))[0] == 200
    status, answer = await web.tell((await web.ticket()) + "/text", {"address": KEY.address})
    assert status == 409
    assert "unlink" in answer["then"]


@pytest.mark.parametrize("address", ["", "vitalik.eth", "0x12", KEY.address[:-1] + "g", "0x" + "1" * 41])
async def test_what_is_no_address_is_refused(web: Web, address: str) -> None:
    status, answer = await web.tell((await web.ticket()) + "/text", {"address": address})
    assert (status, answer["kind"]) == (409, "input")


async def test_one_address_can_be_tried_a_few_times_only(web: Web) -> None:
    ticket = await web.ticket()
    seen = [(await web.tell(ticket + "/text", {"address": "0x"}))[0] for _ in range(14)]
    assert seen[:12] == [409] * 12
    assert seen[12:] == [429] * 2
    assert (await web.tell((await web.ticket()) + "/text", {"address": KEY.address}))[0] == 200


async def test_a_part_that_is_off_is_off_here_too(web: Web) -> None:
    ticket = await web.ticket()
    await web.app.spaces.switch_cog(GUILD, "wallets", on=False)
    status, page = await shown(web, ticket)
    assert status == 409
    assert "switched off" in page
    assert (await web.tell(ticket + "/text", {"address": KEY.address}))[1]["kind"] == "off"


async def test_a_chain_that_cannot_be_read_changes_nothing_and_can_be_tried_again(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await web.ticket()
    challenge = await text(web, ticket)

    async def down(*_given: Any, **_named: Any) -> Never:
        raise ChainUnavailable(CHAIN, ChainFault.UNREACHABLE)

    with monkeypatch.context() as broken:
        broken.setattr(web.app.wallets, "confirm", down)
        status, answer = await prove(web, ticket, challenge, signed(challenge["text"]))
    assert (status, answer["kind"], answer["over"]) == (503, "unavailable", False)
    assert (await prove(web, ticket, challenge, signed(challenge["text"])))[0] == 200


async def test_no_log_holds_what_an_address_is_good_for(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ticket = await web.ticket()
    token = ticket.rsplit("/", 1)[1]
    await shown(web, ticket)
    await shown(web, ticket + "x")
    challenge = await text(web, ticket)
    await prove(web, ticket, challenge, "0x")
    await prove(web, ticket, challenge, signed(challenge["text"]))
    logged = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    ours = [line for line in logged.splitlines() if "aiosqlite" not in line]
    assert token not in "\n".join(ours)
    assert challenge["nonce"] not in "\n".join(line for line in ours if "sqlalchemy" not in line)


async def held_by_mallory(web: Web) -> None:
    assert (await link(web, await web.ticket(MALLORY, name="mallory")))[0] == 200


async def test_a_wallet_moves_to_who_proves_it_and_asks_for_it(web: Web) -> None:
    await held_by_mallory(web)
    ticket = await web.ticket()
    challenge = await text(web, ticket)
    status, told = await prove(web, ticket, challenge, signed(challenge["text"]))
    assert (status, told["kind"]) == (409, "taken")
    assert await addresses(web, MALLORY) == [KEY.address.lower()]
    assert await web.tell(ticket + "/move", {"nonce": challenge["nonce"]}) == (200, {"address": KEY.address})
    assert await addresses(web) == [KEY.address.lower()]
    assert await addresses(web, MALLORY) == []
    assert (await web.tell(ticket + "/move", {"nonce": challenge["nonce"]}))[0] == 410


async def test_nothing_moves_to_who_has_not_proved_it(web: Web) -> None:
    await held_by_mallory(web)
    ticket = await web.ticket()
    challenge = await text(web, ticket)
    for nonce in (challenge["nonce"], "00" * 12, ""):
        status, told = await web.tell(ticket + "/move", {"nonce": nonce})
        assert status == 409, told
    eve = MemberId(1_100_000_000_000_000_667)
    await prove(web, ticket, challenge, signed(challenge["text"]))
    other = await web.ticket(eve, name="eve")
    assert (await web.tell(other + "/move", {"nonce": challenge["nonce"]}))[0] == 409
    assert await addresses(web, MALLORY) == [KEY.address.lower()]
